package notify

import (
	"errors"
	"net/netip"
	"slices"
	"sync"
	"testing"

	"github.com/gosnmp/gosnmp"

	"mirrorsh/mib"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// ports are interfaces with their addresses. mu guards them.
type ports struct {
	mu      sync.Mutex
	address map[network.InterfaceID]netip.Addr
	refused []netip.Addr
}

func (p *ports) options(o *Options) {
	o.Source = func(id network.InterfaceID) (netip.Addr, bool) {
		p.mu.Lock()
		defer p.mu.Unlock()
		a, ok := p.address[id]
		return a, ok
	}
	o.SourceRefused = func(_ network.InterfaceID, a netip.Addr) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.refused = append(p.refused, a)
	}
}

func (p *ports) set(id network.InterfaceID, a string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.address = map[network.InterfaceID]netip.Addr{id: netip.MustParseAddr(a)}
}

var port = network.InterfaceID{Type: network.FastEthernet, Spec: "6/0"}

func TestTrapSourceOfThisMachine(t *testing.T) {
	s := newSink(t)
	var p ports
	f := newFixture(t, p.options)
	f.EnableAll()
	h := v2cHost(s.addr)
	h.Version = snmp.Version1
	f.setHost(t, h)
	next := func() (from netip.Addr, agent string) {
		t.Helper()
		f.Raise(&ColdStart{})
		b := make([]byte, 2048)
		n, peer, err := s.conn.ReadFromUDPAddrPort(b)
		if err != nil {
			t.Fatal(err)
		}
		return peer.Addr(), decode(t, b[:n], "").AgentAddress
	}
	check := func(what, wantFrom, wantAgent string) {
		t.Helper()
		if from, agent := next(); from.String() != wantFrom || agent != wantAgent {
			t.Errorf("%s: from %v, agent %s", what, from, agent)
		}
	}
	check("none", "127.0.0.1", "127.0.0.1")
	f.SetSource(port)
	check("an interface that does not exist", "127.0.0.1", "127.0.0.1")
	p.set(port, "127.0.0.77")
	check("an address of this machine", "127.0.0.77", "127.0.0.77")
	if id, a := f.Source(); id != port || a.String() != "127.0.0.77" {
		t.Errorf("%v %v", id, a)
	}
	p.set(port, "192.0.2.1")
	check("an address of another", "127.0.0.1", "192.0.2.1")
	f.setHost(t, h)
	h.Port++
	f.setHost(t, h)
	h.Port--
	f.setHost(t, h)
	check("again", "127.0.0.1", "192.0.2.1")
	f.SetSource(network.InterfaceID{})
	check("none again", "127.0.0.1", "127.0.0.1")
	if !slices.Equal(p.refused, []netip.Addr{netip.MustParseAddr("192.0.2.1")}) {
		t.Errorf("told of %v", p.refused)
	}
}

// TestSecureTrapsTellNothingOfTheSource: what is told is for ordinary logs.
func TestSecureTrapsTellNothingOfTheSource(t *testing.T) {
	var p ports
	net := fakeNet{refuse: true}
	f := newFixture(t, net.options, p.options)
	p.set(port, "192.0.2.1")
	f.SetSource(port)
	f.openSecure()
	f.setHost(t, secureHost(far))
	raise(f, 1, 1)
	f.Drain(t.Context())
	if len(net.datagrams()) != 1 || p.refused != nil {
		t.Errorf("%d sent, told of %v", len(net.datagrams()), p.refused)
	}
}

// TestTrapProxy has two virtual routers.
func TestTrapProxy(t *testing.T) {
	var net fakeNet
	def := newFixture(t, net.options, frozen)
	other := newFixture(t, net.options, frozen, func(o *Options) {
		o.Local, o.Context = snmp.NewLocalEngine(snmp.NewEngineID(testMAC, snmp.DefaultRouter+1)), "router2"
		o.Proxy = func() *Originator { return def.Originator }
	})
	def.setHost(t, secureHost(far))
	h := v2cHost(netip.AddrPortFrom(addr(1), 162))
	h.Version, h.SecurityString, h.Categories = snmp.Version3, "priv", mib.NewCategorySet(mib.Link)
	def.setHost(t, h)
	other.setHost(t, v2cHost(netip.AddrPortFrom(addr(2), 162)))
	other.EnableAll()
	other.openSecure()

	raiseAll := func() []datagram {
		before := len(net.datagrams())
		flap(other, 1, 1)
		other.Raise(&ColdStart{})
		raise(other, 1, 1)
		for _, f := range []*fixture{def, other} {
			f.Drain(t.Context())
		}
		return net.datagrams()[before:]
	}
	if got := raiseAll(); len(got) != 2 {
		t.Fatalf("%d traps without the proxy", len(got))
	}
	if err := other.SetProxy(true); !errors.Is(err, errProxyRouter) {
		t.Errorf("%v", err)
	}
	if err := def.SetProxy(true); err != nil {
		t.Fatal(err)
	}
	proxied := map[string]string{}
	for _, d := range raiseAll() {
		user := map[netip.Addr]string{far.Addr(): "mirrorUser", addr(1): "priv"}[d.to.Addr()]
		p := decode(t, d.msg, user)
		if user == "" {
			continue
		}
		usm := p.SecurityParameters.(*gosnmp.UsmSecurityParameters)
		if id := string(def.opts.Local.Identity().ID); usm.AuthoritativeEngineID != id || p.ContextEngineID != id || p.ContextName != "router2" {
			t.Errorf("engine %x, context %x %s", usm.AuthoritativeEngineID, p.ContextEngineID, p.ContextName)
		}
		proxied[user] += trapOID(t, p)
	}
	if proxied["priv"] != mib.LinkUp.OID.String() || proxied["mirrorUser"] != secureOID("SessionStart") {
		t.Errorf("%v", proxied)
	}
	if c := def.As(side.Clear(true)).Counters(side.Ordinary); c != (Counters{Received: 2, Proxied: 2, Out: 1, ProxyOut: 1}) {
		t.Errorf("%+v", c)
	}
	if c := def.As(side.Clear(true)).Counters(side.Secure); c != (Counters{Received: 1, Proxied: 1, Out: 1, ProxyOut: 1}) {
		t.Errorf("%+v", c)
	}
	if c := other.As(side.Clear(true)).Counters(side.Ordinary); c != (Counters{Received: 4, Local: 4, Out: 4}) {
		t.Errorf("%+v", c)
	}
	def.SetOff(true)
	if got := raiseAll(); len(got) != 2 {
		t.Errorf("%d traps while the default router's agent is off", len(got))
	}
	if c := def.As(side.Clear(true)).Counters(side.Ordinary); c.NotAble != 2 {
		t.Errorf("%+v", c)
	}
}
