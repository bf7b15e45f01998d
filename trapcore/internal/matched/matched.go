// Package matched keeps addresses of IPv4 by the length of the prefix that each is found
// with, so that who looks for those that a prefix concerns, which comes or goes, looks at
// no others. It imports nothing of ours.
package matched

import (
	"encoding/binary"
	"iter"
	"net/netip"

	"github.com/tidwall/btree"
)

// Nowhere is the length for an address that is found with no prefix.
const Nowhere = -1

// Table has a value for each address. The zero Table is empty.
type Table[T any] struct {
	found btree.Map[uint64, T] // by length, then by address
}

func key(bits int, number uint32) uint64 { return uint64(bits-Nowhere)<<32 | uint64(number) }

func number(a netip.Addr) uint32 {
	b := a.As4()
	return binary.BigEndian.Uint32(b[:])
}

// Set has an address found with a prefix of a length.
func (t *Table[T]) Set(a netip.Addr, bits int, v T) { t.found.Set(key(bits, number(a)), v) }

// Delete forgets that it is.
func (t *Table[T]) Delete(a netip.Addr, bits int) { t.found.Delete(key(bits, number(a))) }

// Len is how many addresses there are.
func (t *Table[T]) Len() int { return t.found.Len() }

// Within gives out what is in a prefix, but not what is found with one that is longer
// than longest. The table must not change meanwhile.
func (t *Table[T]) Within(p netip.Prefix, longest int) iter.Seq[T] {
	return func(yield func(T) bool) { t.within(p, longest, yield) }
}

func (t *Table[T]) within(p netip.Prefix, longest int, yield func(T) bool) {
	first := number(p.Masked().Addr())
	last := first | uint32(1<<(32-p.Bits())-1)
	for bits, next := Nowhere, 0; bits <= longest; bits = next {
		next = longest + 1 // nothing is left, or wanted
		t.found.Ascend(key(bits, first), func(at uint64, v T) bool {
			switch is := int(at>>32) + Nowhere; {
			case is > bits:
				next = is
				return false
			case uint32(at) > last:
				next = bits + 1
				return false
			}
			return yield(v)
		})
	}
}
