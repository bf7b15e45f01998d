package mib

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// MaxOIDLength is the largest number of sub-identifiers (RFC 2578 section 3.5).
const MaxOIDLength = 128

// ErrOID is the error of [ParseOID] for text that is no object identifier.
var ErrOID = errors.New("invalid object identifier")

// OID is an object identifier, one element a sub-identifier.
type OID []uint32

// ParseOID reads a dotted decimal object identifier of 2 to [MaxOIDLength]
// sub-identifiers; a leading dot is accepted.
func ParseOID(s string) (OID, error) {
	parts := strings.Split(strings.TrimPrefix(s, "."), ".")
	if len(parts) < 2 || len(parts) > MaxOIDLength {
		return nil, fmt.Errorf("%w %q: 2 to %d sub-identifiers", ErrOID, s, MaxOIDLength)
	}
	o := make(OID, len(parts))
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("%w %q", ErrOID, s)
		}
		o[i] = uint32(n)
	}
	// The first two share an octet on the wire (X.690 section 8.19.4).
	if o[0] > 2 || o[0] < 2 && o[1] > 39 {
		return nil, fmt.Errorf("%w %q", ErrOID, s)
	}
	return o, nil
}

// MustOID is [ParseOID] for constants; it panics on an error.
func MustOID(s string) OID {
	o, err := ParseOID(s)
	if err != nil {
		panic(err)
	}
	return o
}

// String returns dotted decimal without a leading dot.
func (o OID) String() string {
	b := make([]byte, 0, 4*len(o))
	for i, n := range o {
		if i > 0 {
			b = append(b, '.')
		}
		b = strconv.AppendUint(b, uint64(n), 10)
	}
	return string(b)
}

// Sub returns a fresh OID: o followed by sub.
func (o OID) Sub(sub ...uint32) OID {
	return append(append(make(OID, 0, len(o)+len(sub)), o...), sub...)
}

// HasPrefix reports whether o is p or lies below it.
func (o OID) HasPrefix(p OID) bool {
	return len(o) >= len(p) && slices.Equal(o[:len(p)], p)
}

// Compare orders lexicographically, as GETNEXT does.
func (o OID) Compare(p OID) int {
	return slices.Compare(o, p)
}
