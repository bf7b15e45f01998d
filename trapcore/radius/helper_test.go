package radius

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2866"
	"layeh.com/radius/rfc3576"

	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
)

const key = "a secret"

const hostname = "host1"

var loopback = netip.MustParseAddr("127.0.0.1")

// events is a sink that writes down the types of what is raised.
type events struct {
	mu   sync.Mutex
	seen []string
}

func (e *events) Secure(_ *network.Router, ev mirror.Event) {
	e.add(strings.TrimPrefix(fmt.Sprintf("%T", ev), "*mirror."))
}

func (e *events) Failed(_ *network.Router, f *mirror.FailedPolicy) { e.add("log: " + f.Text) }

func (e *events) add(s string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.seen = append(e.seen, s)
}

func (e *events) take() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	seen := e.seen
	e.seen = nil
	return seen
}

// bench is a server with a network and a machine behind it. Time stands still unless a test
// moves it.
type bench struct {
	*Server
	*events
	t       testing.TB
	network *network.Network
	machine *mirror.Machine
	def     *network.Router
	isp     *network.Router
	port    uint16 // that really stands for DefaultPort

	mu  sync.Mutex
	now time.Time
	off time.Duration // of the clock on the wall
}

func newBench(t testing.TB) *bench {
	b := &bench{events: &events{}, t: t, now: time.Unix(1e9, 0)}
	b.network = network.New(network.Options{Default: "default"})
	var err error
	b.def, err = b.network.Add("default", 1)
	b.do(err)
	b.machine = mirror.New(mirror.Options{Network: b.network, Default: b.def, Sink: b.events})
	b.isp, err = b.network.Add("isp", 2)
	b.do(err)
	b.Server = New(Options{
		Address: loopback, Network: b.network, Mirroring: b.mirroring, Default: "default",
		Now: func() time.Time {
			b.mu.Lock()
			defer b.mu.Unlock()
			return b.now
		},
		Clock: func() time.Time {
			b.mu.Lock()
			defer b.mu.Unlock()
			return b.now.Add(b.off)
		},
		Hostname: func() string { return hostname }, HasAddress: b.network.HasAddress,
		Listen: func(uint16) (*net.UDPConn, error) {
			conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
			if err == nil {
				b.port = uint16(conn.LocalAddr().(*net.UDPAddr).Port)
			}
			return conn, err
		},
	})
	t.Cleanup(func() { b.do(b.Close()) })
	b.do(b.Open())
	return b
}

// mirroring opens the machine as a router does.
func (b *bench) mirroring(c side.Clearance) (Mirroring, bool) {
	return b.machine, c.Sees(side.Secure)
}

// allStatistics are those of both sides, to be compared.
type allStatistics struct {
	InvalidClients uint64
	Clients        []allOfClient
}

type allOfClient struct {
	ClientStatistics
	Mirroring Counters
}

func (b *bench) Statistics(router string, delta bool) (all allStatistics) {
	st := b.Server.Statistics(router, side.Clear(true), delta)
	all.InvalidClients = st.InvalidClients
	for _, c := range st.Clients {
		of := allOfClient{c, *c.Mirroring}
		of.ClientStatistics.Mirroring = nil
		all.Clients = append(all.Clients, of)
	}
	return all
}

func (b *bench) do(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

// client configures 127.0.0.1 to accept everything.
func (b *bench) client(router string, change func(*Client)) {
	b.t.Helper()
	b.do(b.Add(router, loopback))
	b.do(b.Change(router, loopback, func(c *Client) {
		c.Key, c.CoA, c.Disconnect = key, true, true
		if change != nil {
			change(c)
		}
	}))
}

func joe() network.Subscriber {
	return network.Subscriber{
		Name: "joe", Address: netip.MustParseAddr("10.0.0.1"), CallingStationID: "call", NASPortID: "nas", AcctSessionID: "erx ip:0001048579",
		DHCPOption82: "dhcp", AgentCircuitID: "circuit", AgentRemoteID: "remote",
	}
}

func (b *bench) login(s network.Subscriber) {
	b.t.Helper()
	b.do(b.def.Login(s, nil))
}

// session returns the mirror session of a subscriber; nil: none.
func (b *bench) session(name string) *mirror.SessionStatus {
	for _, s := range b.machine.Sessions() {
		if s.Subscriber == name {
			return &s
		}
	}
	return nil
}

// request builds packets for tests that need no radclient.
type builder struct{ *radius.Packet }

func coa() builder        { return builder{radius.New(radius.CodeCoARequest, []byte(key))} }
func disconnect() builder { return builder{radius.New(radius.CodeDisconnectRequest, []byte(key))} }

func (p builder) add(t radius.Type, value []byte) builder {
	p.Add(t, value)
	return p
}

func (p builder) user(name string) builder {
	p.Add(rfc2865.UserName_Type, radius.Attribute(name))
	return p
}

func (p builder) acct(id string) builder {
	p.Add(rfc2866.AcctSessionID_Type, radius.Attribute(id))
	return p
}

func (p builder) vendor(vendor uint32, number byte, value []byte) builder {
	a, err := radius.NewVendorSpecific(vendor, append([]byte{number, byte(2 + len(value))}, value...))
	if err != nil {
		panic(err)
	}
	p.Add(rfc2865.VendorSpecific_Type, a)
	return p
}

// hidden adds a salt-encrypted attribute.
func (p builder) hidden(number byte, value []byte) builder {
	a, err := radius.NewTunnelPassword(value, []byte{0x80 | number, 1}, p.Secret, make([]byte, 16))
	if err != nil {
		panic(err)
	}
	return p.vendor(vendorJuniper, number, a)
}

// mirror adds what starts mirroring.
func (p builder) mirror() builder {
	return p.hidden(liAction, u32(1)).hidden(medIPAddress, []byte{192, 168, 99, 2})
}

func u32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

func (p builder) encode() []byte {
	b, err := p.Encode()
	if err != nil {
		panic(err)
	}
	return b
}

// here is where requests come from and to unless a test says otherwise.
var here = arrival{loopback, loopback, DefaultPort}

// exchange hands a datagram to the server as though it came from a socket.
func (b *bench) exchange(datagram []byte) []byte { return b.handle(here, datagram) }

// verdictOf reads an answer: ACK, NAK, "NAK 404", or none.
func (b *bench) verdictOf(request, answer []byte) string {
	b.t.Helper()
	if answer == nil {
		return "none"
	}
	if !radius.IsAuthenticResponse(answer, request, []byte(key)) {
		b.t.Errorf("answer %x is not authentic", answer)
	}
	p, err := radius.Parse(answer, []byte(key))
	b.do(err)
	if p.Identifier != request[1] {
		b.t.Errorf("identifier %d of the answer, %d of the request", p.Identifier, request[1])
	}
	switch byte(p.Code) - request[0] {
	case 1:
		return "ACK"
	case 2:
		if cause := rfc3576.ErrorCause_Get(p); cause != 0 {
			return "NAK " + strconv.Itoa(int(cause))
		}
		return "NAK"
	}
	b.t.Fatalf("answer has code %v", p.Code)
	return ""
}

// ask sends a request and returns the verdict.
func (b *bench) ask(p builder) string {
	b.t.Helper()
	request := p.encode()
	return b.verdictOf(request, b.exchange(request))
}

// mirrored logs in one subscriber that a rule mirrors and one on an interface
// that has a secure policy.
func (b *bench) mirrored() {
	b.t.Helper()
	m := b.machine
	id, ok := network.ParseInterface("fastEthernet", "1/0")
	if !ok {
		b.t.Fatal("no interface")
	}
	b.do(b.def.CreateInterface(id))
	b.do(m.CreatePolicyList(mirror.IP, "list"))
	b.do(m.SetGroup(mirror.IP, "list", mirror.AllTraffic, 0))
	b.do(m.SetAction(mirror.IP, "list", mirror.AllTraffic, mirror.Action{Analyzer: netip.MustParseAddr("192.168.99.2")}))
	b.do(m.SetRule(b.def, mirror.Username, "cli", mirror.IP, "list"))
	b.do(m.AttachPolicy(b.def, mirror.IP, id, mirror.Ingress, "list", mirror.Statistics{}))
	b.login(network.Subscriber{Name: "cli", CallingStationID: "shared"})
	b.login(network.Subscriber{Name: "static", Interface: id, CallingStationID: "shared"})
}
