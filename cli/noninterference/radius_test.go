package noninterference

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"testing"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2866"
)

// Where the dynamic requests for the two routers go, and come from.
var (
	emptyRADIUS = netip.MustParseAddr("127.0.0.21")
	busyRADIUS  = netip.MustParseAddr("127.0.0.22")
	client      = net.IPv4(127, 0, 0, 9)
)

// freePort returns a UDP port that is free at the addresses of both routers.
func freePort(t *testing.T) uint16 {
	for range 20 {
		a, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(emptyRADIUS, 0)))
		if err != nil {
			t.Fatal(err)
		}
		port := a.LocalAddr().(*net.UDPAddr).AddrPort().Port()
		b, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(busyRADIUS, port)))
		_ = a.Close()
		if err == nil {
			_ = b.Close()
			return port
		}
	}
	t.Fatal("no port is free at both addresses")
	return 0
}

// dynamicRequest makes a request without mirroring attributes, or, to a client
// whose requests may not have them, with some.
func dynamicRequest(rnd *rand.Rand, id byte) []byte {
	code := []radius.Code{radius.CodeCoARequest, radius.CodeDisconnectRequest, radius.CodeAccessRequest}[min(rnd.IntN(9)/4, 2)]
	p := radius.New(code, []byte([]string{"secret", "secret", "secret", "wrong"}[rnd.IntN(4)]))
	p.Identifier = id
	set := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	if rnd.IntN(4) > 0 {
		set(rfc2865.UserName_SetString(p, []string{"joe", "ann", "eve", "nobody", "user1"}[rnd.IntN(5)]))
	}
	if rnd.IntN(4) == 0 {
		set(rfc2865.FramedIPAddress_Set(p, net.IPv4(10, 0, 0, byte(4+rnd.IntN(4)))))
	}
	if rnd.IntN(4) == 0 {
		set(rfc2865.CallingStationID_SetString(p, "call-joe"))
	}
	if rnd.IntN(6) == 0 {
		set(rfc2866.AcctSessionID_SetString(p, "erx 0000000001"))
	}
	if rnd.IntN(6) == 0 { // an attribute of the vendor that is about something else
		vendorAttribute(p, byte(1+rnd.IntN(57)), make([]byte, 4))
	}
	if rnd.IntN(6) == 0 {
		set(rfc2865.ProxyState_Set(p, []byte("proxy")))
	}
	data, err := p.Encode()
	set(err)
	return data
}

// secretID is the identifier of mirroring requests, whose answers are nobody's.
const secretID = 200

// mirroringRequest has mirroring attributes.
func mirroringRequest(rnd *rand.Rand, id byte) []byte {
	p := radius.New(radius.CodeCoARequest, []byte("secret"))
	p.Identifier = id
	if err := rfc2865.UserName_SetString(p, []string{"joe", "eve", "eve"}[rnd.IntN(3)]); err != nil {
		panic(err)
	}
	if rnd.IntN(2) == 0 { // to be mirrored, or no longer
		hidden(p, 58, binary.BigEndian.AppendUint32(nil, rnd.Uint32N(2)))
		hidden(p, 60, []byte{192, 168, 99, 2})
	} else {
		for number := byte(58); number <= 61; number++ {
			junk := make([]byte, 18)
			for i := range junk {
				junk[i] = byte(rnd.Uint32())
			}
			vendorAttribute(p, number, junk)
		}
	}
	data, err := p.Encode()
	if err != nil {
		panic(err)
	}
	return data
}

// hidden adds a salt-encrypted attribute of the vendor.
func hidden(p *radius.Packet, number byte, value []byte) {
	a, err := radius.NewTunnelPassword(value, []byte{0x80 | number, 1}, p.Secret, make([]byte, 16))
	if err != nil {
		panic(err)
	}
	vendorAttribute(p, number, a)
}

func vendorAttribute(p *radius.Packet, number byte, value []byte) {
	a, err := radius.NewVendorSpecific(4874, append([]byte{number, byte(2 + len(value))}, value...))
	if err != nil {
		panic(err)
	}
	p.Add(26, a)
}

// probe is a request that is always answered: with it comes the end of the
// answers to those before it.
func probe(id byte) []byte {
	p := radius.New(radius.CodeDisconnectRequest, []byte("secret"))
	p.Identifier = id
	_ = rfc2865.UserName_SetString(p, "nobody at all")
	data, err := p.Encode()
	if err != nil {
		panic(err)
	}
	return data
}

// answers sends datagrams and then the probe, and returns what comes back.
func answers(t *testing.T, conn *net.UDPConn, datagrams [][]byte, last byte) string {
	t.Helper()
	for _, d := range append(datagrams, probe(last)) {
		if _, err := conn.Write(d); err != nil {
			t.Fatal(err)
		}
	}
	var all bytes.Buffer
	buf := make([]byte, 4096)
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	for {
		n, err := conn.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		if buf[1] == secretID {
			continue
		}
		fmt.Fprintf(&all, "%x\n", buf[:n])
		if buf[1] == last {
			return all.String()
		}
	}
}

// TestRADIUS: random dynamic requests by a client that may ask for mirroring in
// one of the routers, and about subscribers that are mirrored in it.
func TestRADIUS(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1, plant{})
	port := freePort(t)
	if err := p.give(0, fmt.Sprintf("configure terminal\nradius dynamic-request server 127.0.0.9\nudp-port %d\nend", port)); err != nil {
		t.Fatal(err)
	}
	var conns []*net.UDPConn
	for i, w := range p.twins() {
		if err := w.router.RADIUS().Open(); err != nil {
			t.Fatal(err)
		}
		to := net.UDPAddrFromAddrPort(netip.AddrPortFrom([]netip.Addr{emptyRADIUS, busyRADIUS}[i], port))
		conn, err := net.DialUDP("udp4", &net.UDPAddr{IP: client}, to)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conns = append(conns, conn)
	}
	rnd := rand.New(rand.NewPCG(1, 3))
	answered := 0
	for i := range 150 {
		if i%10 == 0 {
			p.noise()
			for _, line := range []string{
				"test subscriber login joe ip-address 10.0.0.5 interface fastEthernet 1/0 calling-station-id call-joe",
				"test subscriber login ann ip-address 10.0.0.6 l2tp",
				"test subscriber login eve ip-address 10.0.0.7", // whom no rule mirrors
			} {
				if err := p.give(0, line); err != nil {
					t.Fatal(err)
				}
			}
		}
		var datagrams [][]byte
		for j := range 1 + rnd.IntN(3) {
			d := dynamicRequest(rnd, byte(j))
			if rnd.IntN(10) == 0 {
				d[rnd.IntN(len(d))] ^= 1
				d[1] = byte(j)
			}
			datagrams = append(datagrams, d)
		}
		if i%4 == 0 { // mirroring requests of the secure side, most of which it refuses
			if _, err := conns[1].Write(mirroringRequest(rnd, secretID)); err != nil {
				t.Fatal(err)
			}
		}
		p.advance(time.Minute) // past all that is kept for retransmissions
		p.did("RADIUS %x", datagrams)
		a, b := answers(t, conns[0], datagrams, 255), answers(t, conns[1], datagrams, 255)
		answered += bytes.Count([]byte(a), []byte("\n")) - 1
		p.settle()
		err := p.differs("RADIUS answers", a, b)
		if err == nil {
			err = p.emitted()
		}
		if err == nil && i%50 == 49 {
			err = p.observe()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if answered < 50 {
		t.Errorf("only %d answers", answered)
	}
	for _, c := range p.busy.router.RADIUS().Statistics("default", false).Clients {
		if c.Mirroring.Requests < 20 || c.Mirroring.Accepts == 0 {
			t.Errorf("there is little to hide: %+v", c.Mirroring)
		}
	}
}
