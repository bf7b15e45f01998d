package noninterference

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2866"
	"layeh.com/radius/rfc2869"

	"mirrorsh/trapcore/side"
)

// Where the dynamic requests for the two routers go, and come from.
var (
	emptyRADIUS = netip.MustParseAddr("127.0.0.21")
	busyRADIUS  = netip.MustParseAddr("127.0.0.22")
	asker       = net.IPv4(127, 0, 0, 9)
)

// freePort returns a UDP port that is free at the addresses of both routers. It is below
// those that systems give out by themselves, so that no other test gets it meanwhile.
func freePort(t *testing.T) uint16 {
	for port := uint16(17_000 + os.Getpid()%2000); port < 20_000; port++ {
		a, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(emptyRADIUS, port)))
		if err != nil {
			continue
		}
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

// clients are who sends dynamic requests to both routers.
var clients = []struct {
	address net.IP
	key     string // "": it has none, or is no client
	setup   string
}{
	{asker, "secret", ""}, // of the ordinary side: everything is accepted
	{net.IPv4(127, 0, 0, 10), "", "udp-port %d"},
	{net.IPv4(127, 0, 0, 11), "other", "udp-port %d\nkey other"},
	{net.IPv4(127, 0, 0, 12), "", ""}, // nobody knows it
}

// dynamicRequest makes a request. A CoA-Request that is authentic has no valid
// mirroring attributes, any other may have some.
func dynamicRequest(rnd *rand.Rand, id byte, key string, now time.Time) []byte {
	code := []radius.Code{radius.CodeCoARequest, radius.CodeDisconnectRequest, radius.CodeAccessRequest}[min(rnd.IntN(9)/4, 2)]
	authentic := key != "" && rnd.IntN(4) > 0
	if !authentic {
		key = "wrong"
	}
	p := radius.New(code, []byte(key))
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
	if rnd.IntN(8) == 0 { // an attribute of the vendor that is about something else
		vendorAttribute(p, byte(1+rnd.IntN(57)), make([]byte, 4))
	}
	if rnd.IntN(6) == 0 {
		set(rfc2865.ProxyState_Set(p, []byte("proxy")))
	}
	if rnd.IntN(8) == 0 {
		set(rfc2865.NASIdentifier_SetString(p, []string{"host1", "host2"}[rnd.IntN(2)]))
	}
	if rnd.IntN(8) == 0 {
		set(rfc2869.EventTimestamp_Set(p, now.Add(time.Duration(rnd.IntN(3)-1)*5*time.Minute)))
	}
	switch rnd.IntN(4) {
	case 0:
		malformed(rnd, p)
	case 1:
		if !authentic || code != radius.CodeCoARequest {
			mirroring(rnd, p)
		}
	}
	data, err := p.Encode()
	set(err)
	return data
}

// secretID is the identifier of mirroring requests, whose answers are nobody's.
const secretID = 200

// mirroringRequest is authentic and has valid mirroring attributes.
func mirroringRequest(rnd *rand.Rand, id byte, key string) []byte {
	p := radius.New(radius.CodeCoARequest, []byte(key))
	p.Identifier = id
	if err := rfc2865.UserName_SetString(p, []string{"joe", "eve", "eve", "nobody", "jo\ne"}[rnd.IntN(5)]); err != nil {
		panic(err)
	}
	mirroring(rnd, p)
	switch rnd.IntN(8) {
	case 0: // what is not supported
		vendorAttribute(p, 2, make([]byte, 4))
	case 1: // long ago
		if err := rfc2869.EventTimestamp_Set(p, time.Unix(0, 0)); err != nil {
			panic(err)
		}
	}
	data, err := p.Encode()
	if err != nil {
		panic(err)
	}
	return data
}

// mirroring adds valid mirroring attributes: to be mirrored, no longer, or a
// decoy.
func mirroring(rnd *rand.Rand, p *radius.Packet) {
	hidden(p, 58, binary.BigEndian.AppendUint32(nil, rnd.Uint32N(3)))
	hidden(p, 60, []byte{192, 168, 99, 2})
	if rnd.IntN(2) == 0 {
		hidden(p, 59, []byte{0, 0, 3, 0, 0, 0, 0, 0x90})
		hidden(p, 61, binary.BigEndian.AppendUint32(nil, 2500))
	}
}

// malformed adds mirroring attributes that nobody can be mirrored with.
func malformed(rnd *rand.Rand, p *radius.Packet) {
	number := byte(58 + rnd.IntN(4))
	switch rnd.IntN(4) {
	case 0: // one alone
		hidden(p, number, binary.BigEndian.AppendUint32(nil, 1))
	case 1: // one in the clear
		vendorAttribute(p, number, binary.BigEndian.AppendUint32(nil, 1))
	case 2: // there twice
		mirroring(rnd, p)
		mirroring(rnd, p)
	case 3: // junk
		for number := byte(58); number <= 61; number++ {
			junk := make([]byte, 18)
			for i := range junk {
				junk[i] = byte(rnd.Uint32())
			}
			vendorAttribute(p, number, junk)
		}
	}
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

// dialRADIUS opens a socket for each client and router.
func dialRADIUS(t *testing.T, p *pair, port uint16) (conns [2][]*net.UDPConn) {
	t.Helper()
	for i, w := range p.twins() {
		if err := w.router.RADIUS().Open(); err != nil {
			t.Fatal(err)
		}
		to := net.UDPAddrFromAddrPort(netip.AddrPortFrom([]netip.Addr{emptyRADIUS, busyRADIUS}[i], port))
		for _, c := range clients {
			conn, err := net.DialUDP("udp4", &net.UDPAddr{IP: c.address}, to)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = conn.Close() })
			conns[i] = append(conns[i], conn)
		}
	}
	return conns
}

// TestRADIUS: random dynamic requests, forged and authentic, with mirroring
// attributes and without, of every kind of client; and in one of the routers
// some that mirror, about subscribers that are mirrored in it.
func TestRADIUS(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1, plant{})
	port := freePort(t)
	for i, c := range clients {
		setup := c.setup
		if i == 0 {
			setup = "udp-port %d"
		}
		if setup == "" {
			continue
		}
		script := fmt.Sprintf("configure terminal\nradius dynamic-request server %v\n"+setup+"\nend", c.address, port)
		if err := p.give(0, script); err != nil {
			t.Fatal(err)
		}
	}
	conns := dialRADIUS(t, p, port)
	rnd := rand.New(rand.NewPCG(1, 3))
	answered := 0
	rounds := 150
	if brief {
		rounds = 100
	}
	for i := range rounds {
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
		p.advance(time.Minute) // past all that is kept for retransmissions
		n, err := p.dynamicRequests(rnd, conns, i%4 == 0)
		answered += n
		if err == nil {
			err = p.give(0, "show radius dynamic-request statistics\nshow radius dynamic-request servers")
		}
		if err == nil && i%50 == 49 && (i+1 == rounds || !brief) {
			err = p.observe()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if answered < 50 {
		t.Errorf("only %d answers", answered)
	}
	for _, c := range p.busy.router.RADIUS().Statistics("default", side.Clear(true), false).Clients {
		if m := c.Mirroring; c.Address.String() == asker.String() && (m.Requests < 20 || m.Accepts == 0 || m.Rejects == 0 || m.Dropped == 0) {
			t.Errorf("there is little to hide: %+v", m)
		}
	}
}

// dynamicRequests sends both routers the same requests, and the busy one some
// of the secure side if secure is set. It returns the number of answers.
func (p *pair) dynamicRequests(rnd *rand.Rand, conns [2][]*net.UDPConn, secure bool) (int, error) {
	t := p.t.(*testing.T)
	t.Helper()
	send := func(conn *net.UDPConn, d []byte) {
		if _, err := conn.Write(d); err != nil {
			t.Fatal(err)
		}
	}
	datagrams := make([][][]byte, len(clients))
	for who, c := range clients {
		for j := range 1 + rnd.IntN(3) {
			d := dynamicRequest(rnd, byte(j), c.key, p.empty.now())
			if rnd.IntN(10) == 0 {
				d[rnd.IntN(len(d))] ^= 1
				d[1] = byte(j)
			}
			datagrams[who] = append(datagrams[who], d)
		}
	}
	p.did("RADIUS %x", datagrams)
	// Only the first client is answered. What the others sent before is done by
	// then, and so is what is secret.
	for who := 1; who < len(clients); who++ {
		for i := range p.twins() {
			for _, d := range datagrams[who] {
				send(conns[i][who], d)
			}
		}
		if secure && clients[who].key != "" {
			send(conns[1][who], mirroringRequest(rnd, secretID, clients[who].key))
		}
	}
	if secure {
		send(conns[1][0], mirroringRequest(rnd, secretID, clients[0].key))
	}
	a, b := answers(t, conns[0][0], datagrams[0], 255), answers(t, conns[1][0], datagrams[0], 255)
	p.settle()
	err := p.differs("RADIUS answers", a, b)
	if err == nil {
		err = p.emitted()
	}
	return bytes.Count([]byte(a), []byte("\n")) - 1, err
}
