package trapcore

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/packet"
)

var (
	analyzerAddress = netip.MustParseAddr("192.168.99.2")
	analyzerIfx     = network.InterfaceID{Type: network.FastEthernet, Spec: "9/0"}
	subscriberIfx   = network.InterfaceID{Type: network.FastEthernet, Spec: "1/0"}
)

// traffic is a router with a policy list p whose analyzer listens here, and a
// rule that mirrors joe by it.
type traffic struct {
	*Router
	conn *net.UDPConn
	port uint16
}

func newTraffic(t testing.TB) *traffic {
	t.Helper()
	r := newRouter(t)
	conn, at := listen(t)
	n, m := r.Default().Network(), secureOf(r).Mirror()
	for id, address := range map[network.InterfaceID]string{analyzerIfx: "192.168.99.1/24", subscriberIfx: "10.0.1.1/24"} {
		must(t, n.CreateInterface(id))
		must(t, n.SetAddress(id, netip.MustParsePrefix(address)))
	}
	must(t, m.SetAnalyzer(n, analyzerIfx, true, false))
	for _, p := range []mirror.Protocol{mirror.IP, mirror.L2TP, mirror.IPv6} {
		must(t, m.CreatePolicyList(p, "p"))
		must(t, m.SetRule(n, mirror.Username, "joe"+p.String(), p, "p"))
	}
	return &traffic{r, conn, at.Port()}
}

// rule sets the rule of a classifier group of the list.
func (x *traffic) rule(t testing.TB, p mirror.Protocol, classifier string, precedence int, a mirror.Action) {
	t.Helper()
	m := secureOf(x.Router).Mirror()
	must(t, m.SetGroup(p, "p", classifier, precedence))
	if !a.Disabled && !a.Analyzer.IsValid() {
		a.Analyzer = analyzerAddress
	}
	must(t, m.SetAction(p, "p", classifier, a))
}

func (x *traffic) login(t testing.TB, s network.Subscriber, authorization any) *Stream {
	t.Helper()
	s.Address = netip.MustParseAddr("10.0.0.5")
	must(t, x.Default().Network().Login(s, authorization))
	stream, err := x.Stream(x.Default().Network(), s.Name)
	must(t, err)
	return stream
}

// openLI reads a datagram after the rules that OpenLI documents for its jmirror
// input: at least 9 octets, an identifier of 30 bits, and then an IP packet.
func openLI(t *testing.T, conn *net.UDPConn) (id, session uint32, ip []byte) {
	t.Helper()
	d := receive(t, conn)
	if len(d) < 9 {
		t.Fatalf("datagram %x is too short", d)
	}
	id, session, ip = binary.BigEndian.Uint32(d)&0x3fffffff, binary.BigEndian.Uint32(d[4:]), d[8:]
	switch length := binary.BigEndian.Uint16(ip[2:]); {
	case ip[0]>>4 == 4 && int(length) == len(ip):
	case ip[0]>>4 == 6 && int(binary.BigEndian.Uint16(ip[4:]))+40 == len(ip):
	default:
		t.Fatalf("no IP packet: %x", ip)
	}
	return id, session, ip
}

func udp4(port uint16) []byte {
	p := []byte{0x45, 0, 0, 29, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 5, 192, 0, 2, 1, 0x13, 0x88, 0, 0, 0, 9, 0, 0, 'x'}
	binary.BigEndian.PutUint16(p[22:], port)
	return p
}

func udp6() []byte {
	return append([]byte{0x60, 0, 0, 0, 0, 0, 59, 64}, make([]byte, 32)...)
}

func uint32p(v uint32) *uint32 { return &v }

// TestMirroredPackets: what leaves for the analyzer, datagram by datagram.
func TestMirroredPackets(t *testing.T) {
	v4, v6 := hex.EncodeToString(udp4(53)), hex.EncodeToString(udp6())
	dns := func(x *traffic) {
		m := packet.Match{Source: packet.AnyAddress, Destination: packet.AnyAddress}
		m.DestinationPort, _ = packet.Between("eq", 53, 0)
		_ = secureOf(x.Router).Mirror().AddClassifier(mirror.IP, "dns", "udp any any eq 53", &m)
	}
	ids := mirror.Identity{MirrorID: 0x300, SessionID: 0x90}
	accept := func(handle string) func(x *traffic) any {
		return func(x *traffic) any {
			b, _ := hex.DecodeString(handle)
			return &mirror.Attributes{Action: uint32p(1), Handle: b, Analyzer: &analyzerAddress, Port: uint32p(uint32(x.port))}
		}
	}
	for name, c := range map[string]struct {
		user string
		l2tp bool
		auth func(x *traffic) any
		set  func(t *testing.T, x *traffic)
		want []string
	}{
		"port alone": {user: "joeip", set: func(t *testing.T, x *traffic) {
			x.rule(t, mirror.IP, "*", 0, mirror.Action{Port: x.port})
		}, want: []string{"0000000000000000" + v4, "0000000000000000" + v6}},
		"identifiers": {user: "joeip", set: func(t *testing.T, x *traffic) {
			x.rule(t, mirror.IP, "*", 0, mirror.Action{Port: x.port, Identified: true, Identity: ids})
		}, want: []string{"0000030000000090" + v4, "0000030000000090" + v6}},
		"l2tp": {user: "joel2tp", l2tp: true, set: func(t *testing.T, x *traffic) {
			x.rule(t, mirror.L2TP, "*", 0, mirror.Action{Port: x.port, Identified: true, Identity: ids})
		}, want: []string{"0000030000000090ff030021" + v4, "0000030000000090ff030057" + v6}},
		"handle of 8 octets": {user: "ann", auth: accept("0000030000000090"), want: []string{"0000030000000090" + v4, "0000030000000090" + v6}},
		"handle of 4 octets": {user: "ann", auth: accept("40000010"), want: []string{"4000001000000007" + v4, "4000001000000007" + v6}},
		"decoy": {user: "ann", auth: func(x *traffic) any {
			return &mirror.Attributes{Action: uint32p(2), Analyzer: &analyzerAddress, Port: uint32p(uint32(x.port)), Handle: make([]byte, 8)}
		}},
		"disabled": {user: "joeip", set: func(t *testing.T, x *traffic) {
			x.rule(t, mirror.IP, "*", 0, mirror.Action{Disabled: true})
		}},
		"not the one": {user: "ann", set: func(t *testing.T, x *traffic) {
			x.rule(t, mirror.IP, "*", 0, mirror.Action{Port: x.port})
		}},
		"classifier": {user: "joeip", set: func(t *testing.T, x *traffic) {
			dns(x)
			x.rule(t, mirror.IP, "dns", 0, mirror.Action{Port: x.port, Identity: ids})
		}, want: []string{"0000030000000090" + v4}},
		"first group": {user: "joeip", set: func(t *testing.T, x *traffic) {
			dns(x)
			x.rule(t, mirror.IP, "*", 20, mirror.Action{Port: x.port})
			x.rule(t, mirror.IP, "dns", 10, mirror.Action{Port: x.port, Identity: ids})
		}, want: []string{"0000030000000090" + v4, "0000000000000000" + v6}},
		"group of everything first": {user: "joeip", set: func(t *testing.T, x *traffic) {
			dns(x)
			x.rule(t, mirror.IP, "*", 5, mirror.Action{Port: x.port})
			x.rule(t, mirror.IP, "dns", 10, mirror.Action{Port: x.port, Identity: ids})
		}, want: []string{"0000000000000000" + v4, "0000000000000000" + v6}},
		"all but": {user: "joeip", set: func(t *testing.T, x *traffic) {
			dns(x)
			x.rule(t, mirror.IP, "dns", 10, mirror.Action{Disabled: true})
			x.rule(t, mirror.IP, "*", 20, mirror.Action{Port: x.port})
		}, want: []string{"0000000000000000" + v6}},
		"group without a rule": {user: "joeip", set: func(t *testing.T, x *traffic) {
			dns(x)
			must(t, secureOf(x.Router).Mirror().SetGroup(mirror.IP, "p", "dns", 1))
			x.rule(t, mirror.IP, "*", 20, mirror.Action{Port: x.port})
		}, want: []string{"0000000000000000" + v4, "0000000000000000" + v6}},
		"no header": {user: "joeip", set: func(t *testing.T, x *traffic) {
			x.rule(t, mirror.IP, "*", 0, mirror.Action{})
		}},
		"analyzer in another virtual router": {user: "joeip", set: func(t *testing.T, x *traffic) {
			x.rule(t, mirror.IP, "*", 0, mirror.Action{Port: x.port, Router: "other"})
		}},
		"unreachable": {user: "joeip", set: func(t *testing.T, x *traffic) {
			x.rule(t, mirror.IP, "*", 0, mirror.Action{Port: x.port})
			must(t, x.Default().Network().SetShutdown(analyzerIfx, true))
		}},
		"IPv6 alone": {user: "joeipv6", set: func(t *testing.T, x *traffic) {
			x.rule(t, mirror.IPv6, "*", 0, mirror.Action{Port: x.port, Identity: ids})
		}, want: []string{"0000030000000090" + v6}},
		"both versions apart": {user: "joeip", set: func(t *testing.T, x *traffic) {
			x.rule(t, mirror.IP, "*", 0, mirror.Action{Port: x.port})
			x.rule(t, mirror.IPv6, "*", 0, mirror.Action{Port: x.port, Identity: ids})
			must(t, secureOf(x.Router).Mirror().SetRule(x.Default().Network(), mirror.Username, "joeip", mirror.IPv6, "p"))
		}, want: []string{"0000000000000000" + v4, "0000030000000090" + v6}},
		"IPv6 disabled": {user: "joeip", set: func(t *testing.T, x *traffic) {
			x.rule(t, mirror.IP, "*", 0, mirror.Action{Port: x.port})
			x.rule(t, mirror.IPv6, "*", 0, mirror.Action{Disabled: true})
			must(t, secureOf(x.Router).Mirror().SetRule(x.Default().Network(), mirror.Username, "joeip", mirror.IPv6, "p"))
		}, want: []string{"0000000000000000" + v4}},
		"IPv6 address": {user: "eve", set: func(t *testing.T, x *traffic) {
			x.rule(t, mirror.IPv6, "*", 0, mirror.Action{Port: x.port, Identity: ids})
			must(t, secureOf(x.Router).Mirror().SetRule(x.Default().Network(), mirror.IPAddress, "2001:DB8:0:1:0:0:a00:5", mirror.IPv6, "p"))
		}, want: []string{"0000030000000090" + v6}},
		"IPv6 classifier": {user: "joeipv6", set: func(t *testing.T, x *traffic) {
			m, other := packet.Match6{}, packet.Match6{}
			m.Protocol, _ = packet.Between("eq", 59, 0)
			other.Protocol, _ = packet.Between("eq", 17, 0)
			must(t, secureOf(x.Router).Mirror().AddClassifier(mirror.IPv6, "udp", "udp", &other))
			must(t, secureOf(x.Router).Mirror().AddClassifier(mirror.IPv6, "none", "59", &m))
			x.rule(t, mirror.IPv6, "udp", 5, mirror.Action{Port: x.port})
			x.rule(t, mirror.IPv6, "none", 10, mirror.Action{Port: x.port, Identity: ids})
		}, want: []string{"0000030000000090" + v6}},
		"RADIUS takes both": {user: "joeipv6", auth: accept("0000030000000090"), set: func(t *testing.T, x *traffic) {
			x.rule(t, mirror.IPv6, "*", 0, mirror.Action{Port: x.port})
		}, want: []string{"0000030000000090" + v4, "0000030000000090" + v6}},
		"IPv6 of an interface": {user: "joeip", set: func(t *testing.T, x *traffic) {
			m, n := secureOf(x.Router).Mirror(), x.Default().Network()
			must(t, m.AttachPolicy(n, mirror.IPv6, subscriberIfx, mirror.Egress, "p", mirror.Statistics{}))
			x.rule(t, mirror.IPv6, "*", 0, mirror.Action{Port: x.port, Identity: ids})
			x.rule(t, mirror.IP, "*", 0, mirror.Action{Port: x.port})
		}, want: []string{"0000000000000000" + v4, "0000030000000090" + v6}},
		"the other way of an interface": {user: "joeip", set: func(t *testing.T, x *traffic) {
			m, n := secureOf(x.Router).Mirror(), x.Default().Network()
			must(t, m.AttachPolicy(n, mirror.IPv6, subscriberIfx, mirror.Ingress, "p", mirror.Statistics{}))
			x.rule(t, mirror.IPv6, "*", 0, mirror.Action{Port: x.port, Identity: ids})
			x.rule(t, mirror.IP, "*", 0, mirror.Action{Port: x.port})
		}, want: []string{"0000000000000000" + v4}},
		"upstream of an interface": {user: "joeip", set: func(t *testing.T, x *traffic) {
			m, n := secureOf(x.Router).Mirror(), x.Default().Network()
			must(t, m.CreatePolicyList(mirror.IP, "q"))
			must(t, m.SetGroup(mirror.IP, "q", "*", 0))
			must(t, m.SetAction(mirror.IP, "q", "*", mirror.Action{Analyzer: analyzerAddress, Port: x.port, Identity: ids}))
			must(t, m.AttachPolicy(n, mirror.IP, subscriberIfx, mirror.Ingress, "q", mirror.Statistics{}))
			x.rule(t, mirror.IP, "*", 0, mirror.Action{Port: x.port})
		}, want: []string{"0000030000000090" + v4}},
	} {
		t.Run(name, func(t *testing.T) {
			x := newTraffic(t)
			if c.set != nil {
				c.set(t, x)
			}
			var auth any
			if c.auth != nil {
				auth = c.auth(x)
			}
			s := x.login(t, network.Subscriber{Name: c.user, L2TP: c.l2tp, Interface: subscriberIfx, AcctSessionID: "a7"}, auth)
			must(t, s.Pass(packet.Upstream, [][]byte{udp4(53)}))
			must(t, s.Pass(packet.Downstream, [][]byte{udp6()}))
			for i, want := range c.want {
				if got := hex.EncodeToString(receive(t, x.conn)); got != want {
					t.Errorf("datagram %d is\n%s, want\n%s", i+1, got, want)
				}
			}
			nothing(t, x.conn)
		})
	}
}

// nothing fails if a datagram waits: all were sent before it is called.
func nothing(t *testing.T, conn *net.UDPConn) {
	t.Helper()
	must(t, conn.SetReadDeadline(time.Now().Add(time.Millisecond)))
	b := make([]byte, 2048)
	if n, err := conn.Read(b); err == nil {
		t.Errorf("one more datagram: %x", b[:n])
	}
}

// TestMirroredPacketsAreCounted by session, direction and rule, with what became
// of them; interfaces count them all the same.
func TestMirroredPacketsAreCounted(t *testing.T) {
	x := newTraffic(t)
	n, m := x.Default().Network(), secureOf(x.Router).Mirror()
	x.rule(t, mirror.IP, "*", 0, mirror.Action{Port: x.port, Identity: mirror.Identity{MirrorID: 0x12121212, SessionID: 5}})
	s := x.login(t, network.Subscriber{Name: "joeip", Interface: subscriberIfx}, nil)
	must(t, s.Pass(packet.Upstream, [][]byte{udp4(1), udp4(2), udp4(3)}))
	must(t, s.Pass(packet.Downstream, [][]byte{udp6()}))
	for i := range 4 {
		id, session, ip := openLI(t, x.conn)
		if id != 0x12121212 || session != 5 {
			t.Errorf("%#x %d", id, session)
		}
		if i < 3 && !bytes.Equal(ip, udp4(uint16(i+1))) {
			t.Errorf("packet %d is %x", i, ip)
		}
	}
	must(t, n.SetShutdown(analyzerIfx, true))
	must(t, s.Pass(packet.Upstream, [][]byte{udp4(1)}))
	must(t, n.SetShutdown(analyzerIfx, false))
	long := append(udp4(1), make([]byte, 65500)...)
	must(t, s.Pass(packet.Upstream, [][]byte{udp4(1), long, udp4(2)}))
	x.rule(t, mirror.IP, "*", 0, mirror.Action{})
	must(t, s.Pass(packet.Downstream, [][]byte{udp4(1)}))

	var want [2]mirror.Counts
	want[mirror.Ingress][mirror.Sent] = mirror.Count{Packets: 5, Octets: 5 * 29}
	want[mirror.Ingress][mirror.Unreachable] = mirror.Count{Packets: 1, Octets: 29}
	want[mirror.Ingress][mirror.Unsent] = mirror.Count{Packets: 1, Octets: 65529}
	want[mirror.Egress][mirror.Sent] = mirror.Count{Packets: 1, Octets: 40}
	want[mirror.Egress][mirror.Headerless] = mirror.Count{Packets: 1, Octets: 29}
	st := m.Sessions()[0]
	if st.Counts != want || len(st.Rules) != 1 || st.Rules[0].Classifier != "*" || st.Rules[0].Counts != want || !strings.Contains(st.Unsent, "datagram") {
		t.Errorf("session: %+v\nwant %+v", st, want)
	}
	if l, _ := m.PolicyList(mirror.IP, "p"); l.Groups[0].Counts != want {
		t.Errorf("list: %+v", l.Groups)
	}
	in, out := network.Traffic{Octets: 6*29 + 65529, Unicast: 7}, network.Traffic{Octets: 69, Unicast: 2}
	for _, i := range n.Interfaces() {
		wantIn, wantOut := in, out
		if i.ID == analyzerIfx {
			wantIn, wantOut = network.Traffic{}, network.Traffic{}
		}
		if i.In != wantIn || i.Out != wantOut {
			t.Errorf("%s has counted %+v and %+v", i.ID, i.In, i.Out)
		}
	}
	must(t, m.RemoveGroup(mirror.IP, "p", "*"))
	if st := m.Sessions()[0]; st.Counts != want || len(st.Rules) != 0 {
		t.Errorf("without the group: %+v", st)
	}
}

// TestOpenLIReads every packet of an IP session: of each protocol, version and
// length, made up and replayed.
func TestOpenLIReads(t *testing.T) {
	x := newTraffic(t)
	x.rule(t, mirror.IP, "*", 0, mirror.Action{Port: x.port, Identity: mirror.Identity{MirrorID: 0x12121212, SessionID: 7}})
	s := x.login(t, network.Subscriber{Name: "joeip"}, nil)
	pass := func(d packet.Direction, p []byte) {
		t.Helper()
		must(t, s.Pass(d, [][]byte{p}))
		if id, session, ip := openLI(t, x.conn); id != 0x12121212 || session != 7 || !bytes.Equal(ip, p) {
			t.Errorf("%x is read as %#x, %d, %x", p, id, session, ip)
		}
	}
	host := netip.MustParseAddr("10.1.2.3")
	var file bytes.Buffer
	w := pcapgo.NewWriter(&file)
	must(t, w.WriteFileHeader(65535, layers.LinkTypeRaw))
	for _, protocol := range []string{"udp", "tcp", "icmp"} {
		for _, v6 := range []bool{false, true} {
			for _, size := range []int{packet.MinSize, packet.DefaultSize, packet.MaxSize} {
				for _, d := range []packet.Direction{packet.Upstream, packet.Downstream} {
					f := packet.Flow{Subscriber: s.Address(), Protocol: protocol, V6: v6, Size: size}
					pass(d, f.Append(nil, d, 1))
					f.Subscriber = host
					p := f.Append(nil, d, 2)
					must(t, w.WritePacket(gopacket.CaptureInfo{CaptureLength: size, Length: size}, p))
				}
			}
		}
	}
	r, err := packet.NewReplay(&file, s.Address(), netip.Addr{})
	must(t, err)
	n := 0
	for ; ; n++ {
		p, d, err := r.Next()
		if err == io.EOF {
			break
		}
		must(t, err)
		pass(d, p)
	}
	if n != 36 {
		t.Errorf("%d packets replayed", n)
	}
	nothing(t, x.conn)
}

// TestPassingIsRefused alike whoever is mirrored.
func TestPassingIsRefused(t *testing.T) {
	x := newTraffic(t)
	x.rule(t, mirror.IP, "*", 0, mirror.Action{Port: x.port})
	n := x.Default().Network()
	for _, name := range []string{"joeip", "ann"} {
		if _, err := x.Stream(n, name); err == nil {
			t.Error(name, "is not logged in and has a stream")
		}
		s := x.login(t, network.Subscriber{Name: name, Interface: subscriberIfx}, nil)
		must(t, s.Pass(packet.Upstream, nil))
		must(t, n.Logout(name, network.UserRequest))
		if err := s.Pass(packet.Upstream, [][]byte{udp4(1)}); err == nil {
			t.Error(name, "is gone, and packets pass")
		}
		must(t, n.SetShutdown(subscriberIfx, true))
		s = x.login(t, network.Subscriber{Name: name, Interface: subscriberIfx}, nil)
		if err := s.Pass(packet.Upstream, [][]byte{udp4(1)}); err == nil {
			t.Error(name, "is down, and packets pass")
		}
		must(t, n.Logout(name, network.UserRequest))
		must(t, n.SetShutdown(subscriberIfx, false))
	}
	nothing(t, x.conn)
}

// TestMirrorSocketsAreInNobodysWay: the port that mirrored packets leave from is
// free for the ordinary side, and they go on from another.
func TestMirrorSocketsAreInNobodysWay(t *testing.T) {
	x := newTraffic(t)
	x.rule(t, mirror.IP, "*", 0, mirror.Action{Port: x.port})
	s := x.login(t, network.Subscriber{Name: "joeip"}, nil)
	must(t, s.Pass(packet.Upstream, [][]byte{udp4(1)}))
	b := make([]byte, 100)
	_, from, err := x.conn.ReadFromUDPAddrPort(b)
	must(t, err)
	if from.Port() != x.port {
		t.Error("sent from port", from.Port())
	}
	taken, err := x.ListenUDP(from)
	must(t, err)
	defer taken.Close()
	must(t, s.Pass(packet.Upstream, [][]byte{udp4(2)}))
	if _, _, ip := openLI(t, x.conn); !bytes.Equal(ip, udp4(2)) {
		t.Errorf("%x", ip)
	}
	must(t, x.Close())
	must(t, s.Pass(packet.Upstream, [][]byte{udp4(3)}))
	nothing(t, x.conn)
}

// TestCopiesAllocateNothing for packets, and next to nothing for a batch: what
// a pool holds may be gone, at any time under the race detector.
func TestCopiesAllocateNothing(t *testing.T) {
	x := newTraffic(t)
	x.rule(t, mirror.IP, "*", 0, mirror.Action{Port: x.port})
	s := x.login(t, network.Subscriber{Name: "joeip"}, nil)
	batch := make([][]byte, 64)
	for i := range batch {
		batch[i] = udp4(uint16(i))
	}
	if n := testing.AllocsPerRun(100, func() { _ = s.Pass(packet.Upstream, batch) }); n > 8 {
		t.Errorf("%v allocations for %d packets", n, len(batch))
	}
}
