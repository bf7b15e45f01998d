package mirror

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/trapcore/network"
)

// TestAnalyzerReachable walks an analyzer through changes of the routes, its
// interface and its mode. unreachable says how many traps a step raises.
func TestAnalyzerReachable(t *testing.T) {
	fe, atm := port("fastEthernet 9/0"), port("atm 2/0.1")
	type step struct {
		name        string
		do          func(b *bench)
		unreachable int
		reachable   bool // afterwards
	}
	for _, tt := range []struct {
		name  string
		steps []step
	}{
		{"interface and mode", []step{
			{"interface with an address", func(b *bench) { b.iface("default", "fastEthernet 9/0", "192.168.99.1/24") }, 0, false},
			{"mode", func(b *bench) { b.do(b.SetAnalyzer("default", fe, true, false)) }, 0, true},
			{"shutdown", func(b *bench) { b.do(b.SetShutdown("default", fe, true)) }, 1, false},
			{"no shutdown", func(b *bench) { b.do(b.SetShutdown("default", fe, false)) }, 0, true},
			{"no ip analyzer", func(b *bench) { b.do(b.SetAnalyzer("default", fe, false, false)) }, 1, false},
			{"mode again", func(b *bench) { b.do(b.SetAnalyzer("default", fe, true, false)) }, 0, true},
			{"another address", func(b *bench) { b.do(b.SetAddress("default", fe, prefix("172.16.0.1/24"))) }, 1, false},
			{"the old address", func(b *bench) { b.do(b.SetAddress("default", fe, prefix("192.168.99.1/25"))) }, 0, true},
			{"no interface", func(b *bench) { b.do(b.RemoveInterface("default", fe)) }, 1, false},
			{"no news is no trap", func(b *bench) { b.iface("default", "fastEthernet 9/0", "") }, 0, false},
		}},
		{"static routes", []step{
			{"analyzer elsewhere", func(b *bench) {
				b.iface("default", "atm 2/0.1", "10.9.9.1/30")
				b.do(b.SetAnalyzer("default", atm, true, false))
			}, 0, false},
			{"default route", func(b *bench) {
				b.do(b.AddRoute("default", Route{Prefix: prefix("0.0.0.0/0"), NextHop: addr("10.9.9.2")}))
			}, 0, true},
			{"a longer match out of an ordinary interface", func(b *bench) {
				b.iface("default", "fastEthernet 9/0", "172.16.0.1/24")
				b.do(b.AddRoute("default", Route{Prefix: prefix("192.168.99.0/24"), NextHop: addr("172.16.0.9")}))
			}, 1, false},
			{"that interface goes down", func(b *bench) { b.do(b.SetShutdown("default", fe, true)) }, 0, true},
			{"and comes up", func(b *bench) { b.do(b.SetShutdown("default", fe, false)) }, 1, false},
			{"a second hop of the same length", func(b *bench) {
				b.do(b.AddRoute("default", Route{Prefix: prefix("192.168.99.0/24"), Out: atm}))
			}, 0, true},
			{"all routes of the prefix go", func(b *bench) {
				b.do(b.RemoveRoute("default", Route{Prefix: prefix("192.168.99.0/24")}))
			}, 0, true},
			{"a host route through a route", func(b *bench) {
				b.do(b.AddRoute("default", Route{Prefix: prefix("192.168.99.2/32"), NextHop: addr("198.51.100.1")}))
			}, 0, true},
			{"no default route", func(b *bench) {
				b.do(b.RemoveRoute("default", Route{Prefix: prefix("0.0.0.0/0"), NextHop: addr("10.9.9.2")}))
			}, 1, false},
			{"a route to itself", func(b *bench) {
				b.do(b.AddRoute("default", Route{Prefix: prefix("198.51.100.0/24"), NextHop: addr("198.51.100.7")}))
			}, 0, false},
		}},
		{"default analyzer", []step{
			{"default analyzer", func(b *bench) {
				b.iface("default", "atm 2/0.1", "10.9.9.1/30")
				b.do(b.SetAnalyzer("default", atm, true, true))
			}, 0, true},
			{"a route leads elsewhere", func(b *bench) {
				b.iface("default", "fastEthernet 9/0", "192.168.99.1/24")
			}, 1, false},
			{"the route goes", func(b *bench) { b.do(b.SetAddress("default", fe, prefix("10.8.8.1/24"))) }, 0, true},
			{"down", func(b *bench) { b.do(b.SetShutdown("default", atm, true)) }, 1, false},
			{"up", func(b *bench) { b.do(b.SetShutdown("default", atm, false)) }, 0, true},
			{"an analyzer still, but not the default one", func(b *bench) { b.do(b.SetAnalyzer("default", atm, true, false)) }, 1, false},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			b.policy(IP, "p", action(1, 2))
			b.rule(Username, "joe", "p")
			b.login(joe())
			b.take()
			for _, s := range tt.steps {
				s.do(b)
				var want []string
				for range s.unreachable {
					want = append(want, "AnalyzerUnreachable 192.168.99.2")
				}
				if d := cmp.Diff(want, b.take()); d != "" {
					t.Errorf("%s: %s", s.name, d)
				}
				ss := b.Sessions()
				if len(ss) != 1 || ss[0].Reachable != s.reachable || !ss[0].Mirroring {
					t.Errorf("%s: %+v", s.name, ss)
				}
				if l := b.PolicyLists()[0]; (len(l.Unreachable) == 0) != s.reachable {
					t.Errorf("%s: unreachable %v", s.name, l.Unreachable)
				}
			}
		})
	}
}

// TestAnalyzerRouter says in which virtual router an analyzer is looked up.
func TestAnalyzerRouter(t *testing.T) {
	down := func(b *bench, vr string) []string {
		b.take()
		b.do(b.SetShutdown(vr, port("fastEthernet 9/0"), true))
		return b.take()
	}
	for _, tt := range []struct {
		name  string
		given func(b *bench)
		want  []string
	}{
		{"a list that is attached nowhere: the default one", func(b *bench) {
			b.analyzer("default")
			b.policy(IP, "p", action(1, 2))
		}, []string{"AnalyzerUnreachable 192.168.99.2"}},
		{"no list", func(b *bench) { b.analyzer("default") }, nil},
		{"once for two lists and many sessions", func(b *bench) {
			b.analyzer("default")
			b.policy(IP, "p", action(1, 2))
			b.policy(IP, "q", action(3, 4))
			b.rule(Username, "joe", "p")
			b.login(joe())
		}, []string{"AnalyzerUnreachable 192.168.99.2"}},
		{"IP: that of the subscriber, not the default one", func(b *bench) {
			b.AddRouter(Router{"isp", 2})
			b.analyzer("default")
			b.policy(IP, "p", action(1, 2))
			b.do(b.SetRule("isp", Username, "joe", IP, "p"))
			b.do(b.Login("isp", joe(), nil))
		}, nil},
		{"L2TP: the default one", func(b *bench) {
			b.AddRouter(Router{"isp", 2})
			b.analyzer("default")
			b.policy(L2TP, "p", action(1, 2))
			b.do(b.SetRule("isp", Username, "joe", L2TP, "p"))
			s := joe()
			s.L2TP = true
			b.do(b.Login("isp", s, nil))
		}, []string{"AnalyzerUnreachable 192.168.99.2"}},
		{"the one the rule names", func(b *bench) {
			a := action(1, 2)
			a.Router = "isp"
			b.analyzer("default")
			b.policy(IP, "p", a)
			b.AddRouter(Router{"isp", 2})
		}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			tt.given(b)
			if d := cmp.Diff(tt.want, down(b, "default")); d != "" {
				t.Error(d)
			}
		})
	}
	t.Run("in another virtual router", func(t *testing.T) {
		b := newBench(t)
		a := action(1, 2)
		a.Router = "isp"
		b.policy(IP, "p", a)
		b.AddRouter(Router{"isp", 2})
		b.analyzer("isp")
		if d := cmp.Diff([]string{"isp AnalyzerUnreachable 192.168.99.2"}, down(b, "isp")); d != "" {
			t.Error(d)
		}
	})
}

func TestAnalyzerRefusals(t *testing.T) {
	b := newBench(t)
	b.iface("default", "loopback 0", "10.0.0.9/32")
	b.iface("default", "fastEthernet 1/0", "10.1.1.1/24")
	b.iface("default", "gigabitEthernet 1/1", "10.1.2.1/24")
	b.iface("default", "atm 2/0.1", "10.1.3.1/24")
	b.iface("default", "tunnel gre:lab", "10.1.4.1/24")
	b.policy(IP, "p", action(1, 2))
	for _, tt := range []struct {
		name    string
		on, def bool
		want    error
	}{
		{"loopback 0", true, false, errAnalyzerLoopback},
		{"loopback 0", true, true, errAnalyzerLoopback},
		{"fastEthernet 1/0", true, true, errAnalyzerEthernet},
		{"gigabitEthernet 1/1", true, true, errAnalyzerEthernet},
		{"fastEthernet 1/0", false, false, errNotAnalyzer},
		{"fastEthernet 1/0", true, false, nil},
		{"fastEthernet 1/0", true, false, nil},
		{"fastEthernet 1/0", false, true, errNotDefaultAnalyze},
		{"fastEthernet 1/0", false, false, nil},
		{"atm 2/0.1", true, true, nil},
		{"tunnel gre:lab", true, true, errAnalyzerDefault},
		{"tunnel gre:lab", true, false, nil},
		{"atm 2/0.1", false, true, nil},
		{"tunnel gre:lab", true, true, nil},
		{"atm 9/0", true, true, network.ErrNoInterface},
	} {
		if err := b.SetAnalyzer("default", port(tt.name), tt.on, tt.def); err != tt.want {
			t.Errorf("%s %v %v: %v, want %v", tt.name, tt.on, tt.def, err, tt.want)
		}
	}
	b.refuses(errPolicyOnAnalyzer, b.AttachPolicy("default", IP, port("tunnel gre:lab"), Ingress, "p", Statistics{}))
	b.do(b.AttachPolicy("default", IP, port("atm 2/0.1"), Ingress, "p", Statistics{}))
	b.refuses(errAnalyzerPolicy, b.SetAnalyzer("default", port("atm 2/0.1"), true, false))
	s := joe()
	s.Interface = port("fastEthernet 1/0")
	b.rule(Username, "joe", "p")
	b.login(s)
	b.refuses(errAnalyzerPolicy, b.SetAnalyzer("default", port("fastEthernet 1/0"), true, false))
}
