package udp

import (
	"net"
	"net/netip"
	"testing"
	"time"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// echo answers all that comes to a socket.
func echo(t *testing.T, network, at string) *Conn {
	t.Helper()
	plain, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.MustParseAddrPort(at)))
	must(t, err)
	c, err := New(plain)
	must(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 100)
		for {
			n, from, err := c.ReadFrom(buf)
			if err != nil {
				return
			}
			if _, err := c.WriteTo(buf[:n], from); err != nil {
				t.Error(err)
			}
		}
	}()
	t.Cleanup(func() { must(t, c.Close()); <-done })
	return c
}

// A client that is connected to an address sees only answers from there.
func TestAnswersComeFromTheAddressThatWasAsked(t *testing.T) {
	for _, tt := range []struct{ network, at, client, asked string }{
		{"udp4", "0.0.0.0:0", "127.0.0.1", "127.0.0.1"},
		{"udp4", "0.0.0.0:0", "127.0.0.1", "127.0.0.7"},
		{"udp4", "0.0.0.0:0", "127.0.0.9", "127.0.0.7"},
		{"udp", "[::]:0", "127.0.0.9", "127.0.0.7"},
		{"udp", "[::]:0", "::1", "::1"},
		{"udp6", "[::]:0", "::1", "::1"},
		{"udp4", "127.0.0.7:0", "127.0.0.9", "127.0.0.7"},
		{"udp6", "[::1]:0", "::1", "::1"},
	} {
		t.Run(tt.network+" "+tt.at+" from "+tt.client+" to "+tt.asked, func(t *testing.T) {
			c := echo(t, tt.network, tt.at)
			port := c.LocalAddr().(*net.UDPAddr).AddrPort().Port()
			client, err := net.DialUDP("udp",
				net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(tt.client), 0)),
				net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(tt.asked), port)))
			must(t, err)
			defer client.Close()
			must(t, client.SetDeadline(time.Now().Add(20*time.Second)))
			_, err = client.Write([]byte("who"))
			must(t, err)
			buf := make([]byte, 100)
			if n, err := client.Read(buf); err != nil || string(buf[:n]) != "who" {
				t.Errorf("%q: %v", buf[:n], err)
			}
		})
	}
}

func TestPeer(t *testing.T) {
	plain, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv6zero})
	must(t, err)
	c, err := New(plain)
	must(t, err)
	defer c.Close()
	client, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 9)})
	must(t, err)
	defer client.Close()
	port := c.LocalAddr().(*net.UDPAddr).Port
	_, err = client.WriteTo([]byte("x"), &net.UDPAddr{IP: net.IPv4(127, 0, 0, 7), Port: port})
	must(t, err)
	_, p, err := c.Receive(make([]byte, 9))
	must(t, err)
	if want := client.LocalAddr().(*net.UDPAddr).AddrPort(); p.AddrPort() != want || p.String() != want.String() || p.Network() != "udp" {
		t.Errorf("from %v, want %v", p, want)
	}
	if p.Asked() != netip.MustParseAddr("127.0.0.7") {
		t.Errorf("asked %v", p.Asked())
	}
}

// What was asked is not always an address of the machine.
func TestAddressThatCannotBeAnsweredFrom(t *testing.T) {
	plain, err := net.ListenUDP("udp4", &net.UDPAddr{})
	must(t, err)
	c, err := New(plain)
	must(t, err)
	defer c.Close()
	client, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 9)})
	must(t, err)
	defer client.Close()
	must(t, client.SetDeadline(time.Now().Add(20*time.Second)))
	from := client.LocalAddr().(*net.UDPAddr).AddrPort()
	for _, asked := range []string{"192.0.2.1", "127.255.255.255"} {
		must(t, c.Answer([]byte("x"), Peer{from: from, asked: netip.MustParseAddr(asked)}))
		if _, err := client.Read(make([]byte, 9)); err != nil {
			t.Errorf("%s: %v", asked, err)
		}
	}
	for _, to := range []string{"255.255.255.255", "224.0.0.1", "0.0.0.0"} {
		var p Peer
		p.destination(control(to))
		if p.asked.IsValid() {
			t.Errorf("%s is answered from", to)
		}
	}
}

// control is what comes with a datagram to an address.
func control(to string) []byte {
	p := Peer{asked: netip.MustParseAddr(to)}
	b := p.source()
	copy(b[len(b)-4:], p.asked.AsSlice())
	return b
}

// TestBatch receives and answers several datagrams at once, each from the address
// that was asked, and those that cannot be answered from there.
func TestBatch(t *testing.T) {
	for _, tt := range []struct{ network, at, client, asked string }{
		{"udp4", "127.0.0.7:0", "127.0.0.9", "127.0.0.7"},
		{"udp4", "0.0.0.0:0", "127.0.0.9", "127.0.0.7"},
		{"udp", "[::]:0", "127.0.0.9", "127.0.0.7"},
		{"udp", "[::]:0", "::1", "::1"},
		{"udp6", "[::1]:0", "::1", "::1"},
	} {
		t.Run(tt.network+" "+tt.at+" to "+tt.asked, func(t *testing.T) {
			plain, err := net.ListenUDP(tt.network, net.UDPAddrFromAddrPort(netip.MustParseAddrPort(tt.at)))
			must(t, err)
			c, err := New(plain)
			must(t, err)
			defer c.Close()
			to := netip.AddrPortFrom(netip.MustParseAddr(tt.asked), c.LocalAddr().(*net.UDPAddr).AddrPort().Port())
			client, err := net.DialUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(tt.client), 0)), net.UDPAddrFromAddrPort(to))
			must(t, err)
			defer client.Close()
			must(t, client.SetDeadline(time.Now().Add(20*time.Second)))
			const most = 3
			in, out := c.Batch(most, 100), c.Batch(most, 0)
			for range 2 { // what is kept of one batch is not in the next
				for i := range most {
					_, err := client.Write([]byte{'a', byte(i)}[:1+i%2])
					must(t, err)
				}
				for done := 0; done < most; {
					n, err := in.Receive()
					must(t, err)
					for i := range n {
						b, from := in.Datagram(i)
						if want := client.LocalAddr().(*net.UDPAddr).AddrPort(); from.AddrPort() != want {
							t.Errorf("from %v, want %v", from, want)
						}
						if done+i == 1 && from.Asked().Is4() {
							from.asked = netip.MustParseAddr("192.0.2.1") // nobody's
						}
						out.Put(i, append([]byte("re "), b...), from)
					}
					must(t, out.Answer(n))
					done += n
				}
				for i := range most {
					buf := make([]byte, 100)
					if i == 1 && c.wildcard && to.Addr().Is4() {
						continue // it came from an address that the client is not connected to
					}
					n, err := client.Read(buf)
					must(t, err)
					if n != 4+i%2 || string(buf[:4]) != "re a" {
						t.Errorf("answer %d is %q", i, buf[:n])
					}
				}
			}
		})
	}
}
