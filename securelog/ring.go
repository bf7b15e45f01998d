package securelog

import (
	"errors"
	"fmt"
	"iter"
	"sync"

	"golang.org/x/sys/unix"
)

// slotSize is the memory of one entry. The largest well-formed mirror trap
// needs about 1100 octets; what does not fit is cut.
const slotSize = 2048

// slotHeader is the length of what the ring itself keeps in a slot: the used
// length, header included (2 octets), and 1 if the entry was cut, else 0.
const slotHeader = 3

var errCapacity = errors.New("capacity of a secure log")

// Status describes a log for the header of its show command.
type Status struct {
	On          bool
	Held        int    // entries that can be viewed
	Capacity    int    // entries that fit
	Overwritten uint64 // entries lost to newer ones since the last clear
}

// ring is a ring of encoded entries. mu guards all fields; whoever holds it
// copies at most one slot, or wipes.
type ring struct {
	mu       sync.Mutex
	mem      []byte // capacity slots; nil once closed
	locked   bool   // from the first entry on
	capacity uint64
	next     uint64 // sequence number of the next entry; never goes back
	first    uint64 // entries below it were cleared
}

func (r *ring) open(capacity int) error {
	if capacity < 1 || capacity > 1<<16 {
		return fmt.Errorf("%w: %d is not in 1 to %d", errCapacity, capacity, 1<<16)
	}
	mem, err := mapMemory(capacity * slotSize)
	if err != nil {
		return err
	}
	r.mem, r.capacity = mem, uint64(capacity)
	return nil
}

// close wipes and returns the memory; the ring then drops what is appended.
func (r *ring) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.mem == nil {
		return nil
	}
	r.wipe()
	mem := r.mem
	r.mem = nil
	return unix.Munmap(mem)
}

func (r *ring) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wipe()
}

// wipe overwrites, then forgets. The caller holds mu.
func (r *ring) wipe() {
	if r.locked { // else nothing was ever there
		clear(r.mem)
	}
	r.first = r.next
}

func (r *ring) slot(seq uint64) []byte {
	at := seq % r.capacity * slotSize
	return r.mem[at : at+slotSize : at+slotSize]
}

// oldest is the sequence number of the oldest entry held. The caller holds mu.
func (r *ring) oldest() uint64 {
	if r.next-r.first > r.capacity {
		return r.next - r.capacity
	}
	return r.first
}

// status fills all but On. The caller holds mu.
func (r *ring) status() Status {
	return Status{
		Held:        int(r.next - r.oldest()),
		Capacity:    int(r.capacity),
		Overwritten: r.oldest() - r.first,
	}
}

// encoder returns an encoder onto the next slot, which [ring.commit] makes an
// entry. The caller holds mu and has checked that mem is not nil.
func (r *ring) encoder() encoder {
	if !r.locked {
		lockMemory(r.mem)
		r.locked = true
	}
	return encoder{buf: r.slot(r.next), n: slotHeader}
}

func (r *ring) commit(e *encoder) {
	// A shorter entry must not leave the end of the one it overwrites behind.
	if old := int(e.buf[0]) | int(e.buf[1])<<8; old > e.n {
		clear(e.buf[e.n:old])
	}
	e.buf[0], e.buf[1], e.buf[2] = byte(e.n), byte(e.n>>8), 0
	if e.cut {
		e.buf[2] = 1
	}
	r.next++
}

// entries iterates, oldest first, over the entries from sequence number seq to
// below end. One entry at a time is copied under the lock; those overwritten
// or cleared meanwhile are skipped. The copy is wiped at the end.
func (r *ring) entries(seq, end uint64) iter.Seq[decoder] {
	return func(yield func(decoder) bool) {
		buf := make([]byte, slotSize)
		defer clear(buf)
		for {
			var n int
			if seq, n = r.copyEntry(seq, end, buf); n == 0 {
				return
			}
			if !yield(decoder{buf: buf[slotHeader:n], cut: buf[2] != 0}) {
				return
			}
		}
	}
}

// copyEntry copies the first entry held in seq to below end, and returns the
// sequence number after it and its length, 0 if there is none.
func (r *ring) copyEntry(seq, end uint64, buf []byte) (uint64, int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.mem == nil {
		return end, 0
	}
	seq = max(seq, r.oldest())
	if seq >= end {
		return end, 0
	}
	slot := r.slot(seq)
	n := int(slot[0]) | int(slot[1])<<8
	return seq + 1, copy(buf, slot[:n])
}
