package fleet

import (
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"
)

// TestSource: each router sends from an address of its own. Linux has all of
// 127.0.0.0/8.
func TestSource(t *testing.T) {
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, port, _ := net.SplitHostPort(c.LocalAddr().String())
	f := start(t, Options{Routers: 3, Source: netip.MustParseAddr("127.9.0.255")})
	traps := Script{Name: "lab.scr", Text: "configure terminal\nsnmp-server host 127.0.0.1 version 2c public udp-port " + port + " snmp\nsnmp-server enable traps snmp\n"}
	if err := f.Run(t.Context(), traps); err != nil {
		t.Fatal(err)
	}
	for _, m := range f.members {
		m.router.ColdStart()
	}
	if err := c.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	var from []string
	for range 3 {
		_, a, err := c.ReadFromUDPAddrPort(make([]byte, 2000))
		if err != nil {
			t.Fatal(err)
		}
		from = append(from, a.Addr().String())
	}
	slices.Sort(from)
	if want := []string{"127.9.0.255", "127.9.1.0", "127.9.1.1"}; !slices.Equal(from, want) {
		t.Errorf("sent from %v", from)
	}
}
