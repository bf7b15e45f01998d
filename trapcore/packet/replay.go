package packet

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
)

// errNobody is the error of a capture in which nobody can stand for the
// subscriber.
var errNobody = errors.New("the capture has no packets of a host")

// Replay gives packets of a capture the addresses of a subscriber: it takes the
// place of the host that sent the first packet, of each IP version. Packets of
// others are left out.
type Replay struct {
	capture *Capture
	hosts   [2]exchange // IPv4, IPv6
	Left    LeftOut
}

// LeftOut is how many packets of a capture were not replayed.
type LeftOut struct {
	NotIP  int
	Short  int // the capture has only their beginning
	Others int // neither from the host nor to it
}

func (l LeftOut) String() string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{l.NotIP, "not IP"}, {l.Short, "cut short"}, {l.Others, "of others"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	return strings.Join(parts, ", ")
}

// NewReplay begins to replay a capture. A host of it that is given takes the part
// of the subscriber in packets of its IP version.
func NewReplay(r io.Reader, subscriber, host netip.Addr) (*Replay, error) {
	c, err := newCapture(r)
	if err != nil {
		return nil, err
	}
	p := &Replay{capture: c}
	p.hosts[0].to, p.hosts[1].to = subscriber, Address6(subscriber)
	if host.IsValid() {
		host = host.Unmap()
		p.hosts[version(host)].from = host
	}
	return p, nil
}

// version is 0 for IPv4, 1 for IPv6.
func version(a netip.Addr) int {
	if a.Is4() {
		return 0
	}
	return 1
}

// Next returns the next packet, which is valid until the next call. The error is [io.EOF] at the end, [errNobody] if nothing was
// replayed, or one of [Capture.Next].
func (r *Replay) Next() ([]byte, Direction, error) {
	for {
		p, whole, err := r.capture.Next()
		switch {
		case err == io.EOF && !r.hosts[0].seen && !r.hosts[1].seen:
			return nil, 0, r.nobody()
		case err != nil:
			return nil, 0, err
		case p == nil:
			r.Left.NotIP++
			continue
		case !whole:
			r.Left.Short++
			continue
		}
		from, to := addresses(p)
		x := &r.hosts[version(from)]
		if !x.from.IsValid() && forwarded(from) {
			x.from = from
		}
		switch x.from {
		case from:
			x.seen = true
			x.apply(p)
			return p, Upstream, nil
		case to:
			x.seen = true
			x.apply(p)
			return p, Downstream, nil
		}
		r.Left.Others++
	}
}

// nobody says what the capture has instead of packets of a host.
func (r *Replay) nobody() error {
	if left := r.Left.String(); left != "" {
		return fmt.Errorf("%w: left out are %s", errNobody, left)
	}
	return errNobody
}

// forwarded reports whether a router forwards what an address has sent. No packet
// has an IPv4-mapped one (RFC 4291 section 2.5.5.2).
func forwarded(a netip.Addr) bool { return a.IsGlobalUnicast() && !a.Is4In6() }

// addresses are source and destination of a packet.
func addresses(p []byte) (from, to netip.Addr) {
	if p[0]>>4 == 4 {
		return netip.AddrFrom4([4]byte(p[12:])), netip.AddrFrom4([4]byte(p[16:]))
	}
	return netip.AddrFrom16([16]byte(p[8:])), netip.AddrFrom16([16]byte(p[24:]))
}
