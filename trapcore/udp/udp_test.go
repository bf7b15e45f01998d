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
			must(t, client.SetDeadline(time.Now().Add(5*time.Second)))
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
	must(t, client.SetDeadline(time.Now().Add(5*time.Second)))
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
