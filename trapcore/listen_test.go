package trapcore

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"mirrorsh/trapcore/internal/udp"
)

// TestListenUDP asks sockets at each kind of address from each family.
func TestListenUDP(t *testing.T) {
	r := newRouter(t)
	const four, six = "127.0.0.7", "::1"
	for _, tt := range []struct {
		at     string
		answer []string
		silent []string
	}{
		{"127.0.0.7:0", []string{four}, []string{six}},
		{"0.0.0.0:0", []string{four}, []string{six}},
		{"[::1]:0", []string{six}, []string{four}},
		{"[::]:0", []string{four, six}, nil},
		{"", []string{four, six}, nil},
	} {
		at, _ := netip.ParseAddrPort(tt.at) // "": no address
		plain, err := r.ListenUDP(at)
		must(t, err)
		conn, err := udp.New(plain)
		must(t, err)
		port := plain.LocalAddr().(*net.UDPAddr).AddrPort().Port()
		go func() {
			for buf := make([]byte, 9); ; {
				n, p, err := conn.Receive(buf)
				if err != nil || conn.Answer(buf[:n], p) != nil {
					return
				}
			}
		}()
		ask := func(address string) bool {
			client, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(address), port)))
			must(t, err)
			defer client.Close()
			must(t, client.SetDeadline(time.Now().Add(10*time.Second)))
			if _, err = client.Write([]byte("who")); err == nil {
				_, err = client.Read(make([]byte, 9)) // refused at once where nobody listens
			}
			return err == nil
		}
		for _, a := range tt.answer {
			if !ask(a) {
				t.Errorf("%q: no answer at %s", tt.at, a)
			}
		}
		for _, a := range tt.silent {
			if ask(a) {
				t.Errorf("%q: an answer at %s", tt.at, a)
			}
		}
		must(t, conn.Close())
	}
}
