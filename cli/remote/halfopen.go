package remote

import (
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Bounds of the connections that have no session. A source may have more of them
// than there are lines, so that a tool can open every line at once.
const (
	maxHalfOpen  = 128
	maxPerSource = 32
	// helloTimeout is how long a client may take to speak the protocol. It is
	// over before a person is asked whether the host key is the right one.
	helloTimeout = 10 * time.Second
	// maxLogin is how much a client may send before its session is opened, in
	// octets.
	maxLogin = 128 << 10
)

// halfOpen are the connections that are logging in, oldest first; mu guards
// them and what they have done.
type halfOpen struct {
	mu    sync.Mutex
	conns []*stranger
}

// stranger is one of them.
type stranger struct {
	pool   *halfOpen
	source netip.Prefix
	drop   func()
	spoke  bool // has spoken the protocol
}

// source is what counts as one address, for connections as for passwords: of
// IPv6, a network of 64 bits, since whoever has one address there has them all.
func source(a netip.Addr) netip.Prefix {
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits) // the zero prefix for no address
	return p
}

// admit takes a connection in, or returns nil. Where there is no room, another
// makes some: drop of it is called. A source that has all it may have loses its
// oldest that has been silent so far, and none that has spoken, or whoever
// guesses passwords need not wait for answers. Where all are full, the oldest
// silent one goes, else the oldest of the source that has most: few sources
// keep no other out, since each newcomer has fewer than they.
func (h *halfOpen) admit(from netip.Addr, drop func()) *stranger {
	s := &stranger{pool: h, source: source(from), drop: drop}
	dropped, ok := h.add(s)
	if !ok {
		return nil
	}
	if dropped != nil {
		dropped.drop()
	}
	return s
}

func (h *halfOpen) add(s *stranger) (dropped *stranger, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	count := map[netip.Prefix]int{}
	for _, other := range h.conns {
		count[other.source]++
	}
	near := count[s.source]
	if near >= maxPerSource || len(h.conns) >= maxHalfOpen {
		i := slices.IndexFunc(h.conns, func(other *stranger) bool {
			return !other.spoke && (near < maxPerSource || other.source == s.source)
		})
		if i < 0 && near < maxPerSource {
			i = h.oldestOfMost(count, near)
		}
		if i < 0 {
			return nil, false
		}
		dropped = h.conns[i]
		h.conns = slices.Delete(h.conns, i, i+1)
	}
	h.conns = append(h.conns, s)
	return dropped, true
}

// oldestOfMost returns the oldest connection of the source that has most, -1 if
// none has more than a number.
func (h *halfOpen) oldestOfMost(count map[netip.Prefix]int, more int) int {
	found := -1
	for i, s := range h.conns {
		if n := count[s.source]; n > more {
			found, more = i, n
		}
	}
	return found
}

// speak notes that the client has spoken the protocol.
func (s *stranger) speak() {
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	s.spoke = true
}

// leave gives the room back, once or more often; there may be none.
func (s *stranger) leave() {
	if s == nil {
		return
	}
	s.pool.mu.Lock()
	defer s.pool.mu.Unlock()
	s.pool.conns = slices.DeleteFunc(s.pool.conns, func(other *stranger) bool { return other == s })
}
