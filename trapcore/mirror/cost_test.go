package mirror

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/packet"
)

// newCrowdBench is a router with much going on: subscribers u0 to u59, every third of which
// is mirrored by a rule; lists p0 to p19 with analyzers behind fastEthernet 8/0 and
// q0 to q19 with analyzers nowhere.
func newCrowdBench(t testing.TB) *bench {
	b := newBench(t)
	b.analyzer("default")
	b.iface("default", "fastEthernet 8/0", "10.8.0.1/16")
	b.iface("default", "fastEthernet 1/0", "10.1.0.1/16")
	b.iface("default", "atm 2/0.1", "10.2.0.1/16")
	b.do(b.SetAnalyzer("default", port("fastEthernet 8/0"), true, false))
	b.policy(IP, "p", action(1, 2))
	for n := range 20 {
		a := action(1, uint32(n))
		a.Analyzer = addr(fmt.Sprintf("10.8.1.%d", n+1))
		b.policy(IP, fmt.Sprint("p", n), a)
		a.Analyzer = addr(fmt.Sprintf("172.16.1.%d", n+1))
		b.policy(IP, fmt.Sprint("q", n), a)
		b.rule(Username, fmt.Sprint("u", 3*n), fmt.Sprint("p", n))
	}
	for n := range 60 {
		b.login(one(n))
	}
	b.take()
	return b
}

// one is a subscriber with every attribute.
func one(n int) Subscriber {
	s := joe()
	s.Name, s.Address = fmt.Sprint("u", n), addr(fmt.Sprintf("10.0.0.%d", n+1))
	s.CallingStationID, s.NASPortID, s.AcctSessionID = fmt.Sprint("c", n), fmt.Sprint("n", n), fmt.Sprint("a", n)
	s.DHCPOption82, s.AgentCircuitID, s.AgentRemoteID = fmt.Sprint("d", n), fmt.Sprint("i", n), fmt.Sprint("r", n)
	s.Interface = port("fastEthernet 1/0")
	return s
}

// spared is what is left to look at, by name.
type spared struct {
	subs, lists, analyzers []string
	elsewhere              bool // lists are attached in a virtual router that is not there
}

// spare takes away all else.
func (b *bench) spare(s spared) {
	for _, number := range b.subs.Keys() {
		if sub, _ := b.subs.Get(number); !slices.Contains(s.subs, sub.Name) {
			b.subs.Set(number, nil)
			delete(b.dynamic, sub.Index)
		}
	}
	for k, l := range b.lists {
		if !slices.Contains(s.lists, k.Name) {
			l.groups.All, l.sessions = []*group{nil}, map[*session]struct{}{nil: {}}
		}
		if s.elsewhere {
			l.attached[nil] = 1
		}
	}
	for _, a := range b.def.analyzers {
		if !slices.Contains(s.analyzers, a.address.String()) {
			a.router = nil
		}
	}
}

func astray() (all []string) {
	for n := range 20 {
		all = append(all, fmt.Sprintf("172.16.1.%d", n+1))
	}
	return all
}

// TestOthersAlone: what is about one subscriber, list, analyzer, interface or
// virtual router looks at no other, of which nothing is left to look at.
func TestOthersAlone(t *testing.T) {
	u7 := spared{subs: []string{"u7"}, lists: []string{"p"}, analyzers: []string{"192.168.99.2"}}
	u6 := spared{subs: []string{"u6"}, lists: []string{"p2"}, analyzers: []string{"10.8.1.3"}}
	elsewhere := u6
	elsewhere.elsewhere = true
	six := packet.Address6(one(7).Address).String()
	rule := func(tt TriggerType, value string) func(b *bench) {
		return func(b *bench) {
			b.rule(tt, value, "p")
			if st := b.Rules(); !slices.ContainsFunc(st, func(r RuleStatus) bool { return r.TriggerType == tt && r.Sessions == 1 }) {
				b.t.Errorf("nobody is mirrored: %+v", st)
			}
			b.do(b.RemoveRule("default", tt, value))
		}
	}
	both := func(b *bench) { b.policy(IPv6, "p", action(1, 2)) }
	late := func(b *bench) { b.rule(NASPortID, "n7", "late") }
	for _, c := range []struct {
		name   string
		before func(b *bench)
		spared spared
		do     func(b *bench)
	}{
		{"Acct-Session-Id", nil, u7, rule(AcctSessionID, "a7")},
		{"Calling-Station-Id", nil, u7, rule(CallingStationID, "c7")},
		{"address", nil, u7, rule(IPAddress, "10.0.0.8")},
		{"name", nil, u7, rule(Username, "u7")},
		{"NAS-Port-Id", nil, u7, rule(NASPortID, "n7")},
		{"DHCP option 82", nil, u7, rule(DHCPOption82, "d7")},
		{"Agent-Circuit-Id", nil, u7, rule(AgentCircuitID, "i7")},
		{"Agent-Remote-Id", nil, u7, rule(AgentRemoteID, "r7")},
		{"address of IPv6", both, u7, func(b *bench) {
			b.do(b.SetRule("default", IPAddress, six, IPv6, "p"))
			b.do(b.Disable("default", IPAddress, six))
		}},
		{"rule of nobody", nil, spared{lists: []string{"p"}}, func(b *bench) { b.rule(Username, "nobody", "p") }},
		{"rule removed", nil, u6, func(b *bench) { b.do(b.RemoveRule("default", Username, "u6")) }},
		{"disable", nil, u6, func(b *bench) { b.do(b.Disable("default", Username, "u6")) }},
		{"list that a rule names", late, u7, func(b *bench) {
			b.do(b.CreatePolicyList(IP, "late"))
			if l, _ := b.PolicyList(IP, "late"); l.References != 1 {
				b.t.Error("the rule has found nobody")
			}
		}},
		{"list that none names", nil, spared{}, func(b *bench) { b.do(b.CreatePolicyList(IP, "other")) }},
		{"list edited", nil, u6, func(b *bench) {
			a := action(1, 2)
			a.Analyzer = addr("10.8.1.3")
			b.do(b.SetAction(IP, "p2", AllTraffic, a))
		}},
		{"login", nil, u6, func(b *bench) {
			b.login(one(60))
			b.do(b.Logout("default", "u60", UserRequest))
		}},
		{"logout", nil, elsewhere, func(b *bench) { b.do(b.Logout("default", "u6", UserRequest)) }},
		{"login after logout", func(b *bench) { b.do(b.Logout("default", "u6", UserRequest)) }, elsewhere, func(b *bench) { b.login(one(6)) }},
		{"CoA", nil, u7, func(b *bench) {
			b.do(b.ChangeMirroring(Identification{AcctSessionID: "a7"}, *li("")))
		}},
		{"disconnect", nil, u7, func(b *bench) {
			b.do(b.Disconnect(Identification{CallingStationID: "c7"}))
		}},
		{"analyzer interface", nil, spared{analyzers: []string{"192.168.99.2"}}, func(b *bench) {
			b.do(b.SetAnalyzer("default", port("fastEthernet 9/0"), false, false))
			b.do(b.SetAnalyzer("default", port("fastEthernet 9/0"), true, false))
		}},
		{"analyzer interface of none", nil, spared{}, func(b *bench) {
			b.do(b.SetAnalyzer("default", port("atm 2/0.1"), true, false))
			b.do(b.SetAnalyzer("default", port("atm 2/0.1"), false, false))
		}},
		{"default analyzer", nil, spared{analyzers: astray()}, func(b *bench) {
			b.do(b.SetAnalyzer("default", port("atm 2/0.1"), true, true))
			b.do(b.SetShutdown("default", port("atm 2/0.1"), true))
			b.do(b.RemoveInterface("default", port("atm 2/0.1")))
		}},
		{"link of an analyzer interface", nil, spared{analyzers: []string{"192.168.99.2"}}, func(b *bench) {
			b.do(b.SetShutdown("default", port("fastEthernet 9/0"), true))
			if got := len(b.take()); got != 1 {
				b.t.Errorf("%d events", got)
			}
		}},
		{"route", nil, spared{analyzers: []string{"10.8.1.3"}}, func(b *bench) {
			b.do(b.AddRoute("default", Route{Prefix: prefix("10.8.1.3/32"), Out: port("fastEthernet 9/0")}))
		}},
		{"route shorter than those to analyzers", nil, spared{}, func(b *bench) {
			b.do(b.AddRoute("default", Route{Prefix: prefix("10.0.0.0/8"), Out: port("atm 2/0.1")}))
			b.do(b.SetShutdown("default", port("atm 2/0.1"), true))
		}},
		{"virtual router that a list names", func(b *bench) {
			a := action(1, 2)
			a.Router = "isp"
			b.policy(IP, "isp", a)
		}, spared{lists: []string{"isp"}}, func(b *bench) {
			b.AddRouter(Router{"isp", 2})
			b.RemoveRouter("isp")
		}},
		{"virtual router that none names", nil, spared{}, func(b *bench) {
			b.AddRouter(Router{"isp", 2})
			b.RemoveRouter("isp")
		}},
		{"list to show", func(b *bench) {
			b.do(b.AddClassifier(IP, "c", "ip any any", nil))
			b.do(b.SetGroup(IP, "p2", "c", 0))
			b.do(b.AddClassifier(IPv6, "c", "ipv6 any any", nil))
			b.do(b.AddClassifier(IPv6, "p2", "ipv6 any any", nil))
			b.do(b.CreatePolicyList(IPv6, "p2"))
		}, u6, func(b *bench) {
			if lists := b.PolicyListsNamed("p2"); len(lists) != 2 || len(lists[0].Groups) != 2 || lists[0].Protocol != IP || lists[1].Protocol != IPv6 {
				b.t.Errorf("%+v", lists)
			}
			if lists := b.ClassifierListsNamed("c"); len(lists) != 2 || lists[0].References != 1 || lists[1].References != 0 {
				b.t.Errorf("%+v", lists)
			}
			b.refuses(errClassifierInUse, b.RemoveClassifier(IP, "c", 0))
			b.do(b.RemoveClassifier(IPv6, "c", 0))
			if lists := slices.Concat(b.PolicyListsNamed("nil"), b.PolicyListsNamed("")); len(lists) != 0 {
				b.t.Errorf("%+v", lists)
			}
		}},
		{"policy of an interface", nil, u7, func(b *bench) {
			b.do(b.AttachPolicy("default", IP, port("atm 2/0.1"), Ingress, "p", Statistics{}))
			b.do(b.DetachPolicy("default", IP, port("atm 2/0.1"), Ingress))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newCrowdBench(t)
			if c.before != nil {
				c.before(b)
				b.take()
			}
			b.spare(c.spared)
			defer func() {
				if e := recover(); e != nil {
					t.Error("another was looked at:", e)
				}
			}()
			c.do(b)
		})
	}
}

// TestOnInterface: an interface knows those who are mirrored, of however many came
// in over it.
func TestOnInterface(t *testing.T) {
	b := newCrowdBench(t)
	i, _ := b.def.Interface(port("fastEthernet 1/0"))
	on := b.ifaces[i.Index].on
	if len(on) != 20 {
		t.Errorf("%d subscribers are known, 20 are mirrored", len(on))
	}
	b.do(b.Disconnect(Identification{Address: addr("10.0.0.1"), Router: "default"}))
	b.do(b.Fail("default", one(0), nil, NASError))
	if len(on) != 19 {
		t.Errorf("%d subscribers are known, 19 are mirrored", len(on))
	}
}

// TestWays: interfaces of one network are one step of the way to an analyzer, which is
// looked for again when the first of them in analyzer mode is another, and not before.
func TestWays(t *testing.T) {
	b := newBench(t)
	names := []string{"fastEthernet 8/0", "fastEthernet 8/1", "fastEthernet 8/2", "fastEthernet 8/3"}
	a := action(1, 2)
	a.Analyzer = addr("172.16.1.1")
	b.policy(IP, "p", a)
	an := b.def.analyzers[a.Analyzer]
	set := func(n int, on bool) { b.do(b.SetAnalyzer("default", port(names[n]), on, false)) }
	down := func(n int, down bool) { b.do(b.SetShutdown("default", port(names[n]), down)) }
	for _, step := range []struct {
		name   string
		do     func()
		looked bool
		ways   int
		out    int // -1: nowhere
	}{
		{"first interface", func() { b.iface("default", names[0], "10.8.0.1/16") }, false, 1, -1},
		{"route", func() {
			b.do(b.AddRoute("default", Route{Prefix: prefix("172.16.0.0/16"), NextHop: addr("10.8.1.1")}))
		}, true, 2, -1},
		{"three more", func() {
			for n, name := range names[1:] {
				b.iface("default", name, fmt.Sprintf("10.8.0.%d/16", n+2))
			}
		}, false, 2, -1},
		{"third", func() { set(2, true) }, true, 2, 2},
		{"first", func() { set(0, true) }, true, 2, 0},
		{"last", func() { set(3, true) }, false, 2, 0},
		{"second flaps", func() { down(1, true); down(1, false) }, false, 2, 0},
		{"first no more", func() { set(0, false) }, true, 2, 2},
		{"first flaps", func() { down(0, true); down(0, false) }, false, 2, 2},
		{"third goes down", func() { down(2, true) }, true, 2, 3},
		{"third no more", func() { set(2, false) }, false, 2, 3},
		{"fourth goes elsewhere", func() { b.do(b.SetAddress("default", port(names[3]), prefix("10.9.0.1/16"))) }, true, 2, -1},
		{"second", func() { set(1, true) }, true, 2, 1},
		{"first two go", func() {
			b.do(b.RemoveInterface("default", port(names[0])))
			b.do(b.RemoveInterface("default", port(names[1])))
		}, true, 1, -1},
	} {
		mark := network.Way{Out: -1} // lost when the way is looked for
		an.ways = append(an.ways, mark)
		step.do()
		if looked := !slices.Contains(an.ways, mark); looked != step.looked {
			t.Errorf("%s: looked is %v", step.name, looked)
		}
		if an.ways = slices.DeleteFunc(an.ways, func(w network.Way) bool { return w == mark }); len(an.ways) != step.ways {
			t.Errorf("%s: %v", step.name, an.ways)
		}
		if out := slices.IndexFunc(names, func(name string) bool { return an.out != nil && an.out.InterfaceID == port(name) }); out != step.out {
			t.Errorf("%s: out of %d, want %d", step.name, out, step.out)
		}
	}
}

// TestInParts: who waits for the machine gets it before a look at all there is ends.
func TestInParts(t *testing.T) {
	b := newBench(t)
	var all sync.WaitGroup
	n := 0
	b.inParts(2*partSize+7, func(i int) {
		switch i {
		case 0:
			all.Go(func() { _ = b.CreatePolicyList(IP, "p") })
			for b.mu.TryRLock() { // until somebody waits to write
				b.mu.RUnlock()
				runtime.Gosched()
			}
		case partSize:
			if len(b.lists) != 1 {
				t.Error("who has waited still does")
			}
		}
		n++
	})
	all.Wait()
	if n != 2*partSize+7 {
		t.Errorf("%d things", n)
	}
}
