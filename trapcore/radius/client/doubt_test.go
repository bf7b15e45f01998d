package client

import (
	"net/netip"
	"slices"
	"testing"

	"layeh.com/radius"
)

// TestDoubt: of a server that answers, but not as it should, is said what is the matter
// with its answers, not that it does not answer; only with those to the request.
func TestDoubt(t *testing.T) {
	request := append([]byte{1, 7, 0, 20}, "an authenticator"...)
	right := func() []byte { return answerTo(request, radius.CodeAccessAccept, key) }
	edit := func(at int, with ...byte) []byte {
		b := append(right(), with...)
		b[2], b[3] = byte(len(b)>>8), byte(len(b))
		if at >= 0 {
			b[at]++
		}
		return b
	}
	elsewhere := netip.AddrPortFrom(loopback, 9)
	for _, tt := range []struct {
		name      string
		from      netip.AddrPort // zero: the server
		datagrams [][]byte
		want      error
	}{
		{"none", netip.AddrPort{}, nil, nil},
		{"right", netip.AddrPort{}, [][]byte{right()}, nil},
		{"not authentic", netip.AddrPort{}, [][]byte{edit(4)}, errForged},
		{"longer than the datagram", netip.AddrPort{}, [][]byte{edit(3)}, errMalformed},
		{"attribute without a length", netip.AddrPort{}, [][]byte{edit(-1, 25, 0)}, errMalformed},
		{"attribute over the end", netip.AddrPort{}, [][]byte{edit(-1, 25, 200, 1)}, errMalformed},
		{"cut short", netip.AddrPort{}, [][]byte{right()[:3]}, errMalformed},
		{"oversized", netip.AddrPort{}, [][]byte{edit(-1, make([]byte, 4090)...)}, errMalformed},
		{"empty", netip.AddrPort{}, [][]byte{{}}, errMalformed},
		{"one octet", netip.AddrPort{}, [][]byte{{2}}, errMalformed},
		{"answer to another kind", netip.AddrPort{}, [][]byte{answerTo(request, radius.CodeAccountingResponse, key)}, errKind},
		{"request", netip.AddrPort{}, [][]byte{request}, errKind},
		{"the last one counts", netip.AddrPort{}, [][]byte{edit(3), edit(4)}, errForged},
		{"to another request", netip.AddrPort{}, [][]byte{edit(1), {2, 8, 0}, slices.Concat([]byte{99, 8}, right()[2:])}, nil},
		{"from another port", elsewhere, [][]byte{edit(3), edit(4), {}, request}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClient(t, Options{}, Authentication)
			if err := c.Add(Authentication, loopback); err != nil {
				t.Fatal(err)
			}
			s := c.groups[Authentication].servers[0]
			s.Key = key
			x := &socket{}
			p := &pending{server: s, as: s.Server, socket: x, id: 7, packet: request, answer: make(chan *Answer, 1)}
			x.waiting[7] = p
			from := s.addrPort()
			if tt.from.IsValid() {
				from = tt.from
			}
			for _, b := range tt.datagrams {
				c.receive(s, x, from, b)
			}
			if got := c.doubted(p); got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}
