package network

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/btree"
)

// TestOthersAlone: what asks for one thing, or how many there are, looks at no
// other, of which nothing is left to look at.
func TestOthersAlone(t *testing.T) {
	b := newBench(t)
	r := b.vr("default")
	for n := range 60 {
		b.iface("default", fmt.Sprint("gigabitEthernet 1/", n), "")
		b.iface("default", fmt.Sprintf("gigabitEthernet 1/%d.1", n), fmt.Sprintf("10.1.%d.1/24", n))
		b.iface("default", fmt.Sprint("loopback ", n), "")
		b.do(r.SetShutdown(port(fmt.Sprint("loopback ", n)), true))
		b.do(r.AddRoute(Route{Prefix: prefix(fmt.Sprintf("10.2.%d.0/24", n)), NextHop: addr(fmt.Sprintf("10.1.%d.2", n))}))
		b.login(Subscriber{Name: fmt.Sprint("u", n), L2TP: true})
		b.add(fmt.Sprint("vr", n), uint32(n+2))
	}
	b.iface("default", "gigabitEthernet 2/0", "192.0.2.1/24")
	last, _ := r.Interface(port("gigabitEthernet 2/0"))
	first, _ := r.Interface(port("gigabitEthernet 1/0"))
	second, _ := r.Interface(port("gigabitEthernet 1/1"))
	for _, index := range r.byIndex.Keys() {
		if index != last.Index {
			r.byIndex.Set(index, nil)
		}
	}
	for name := range b.routers {
		if name != "default" {
			b.routers[name] = nil
		}
	}
	for _, uid := range b.byUID.Keys() {
		if uid != 40 {
			b.byUID.Set(uid, nil)
		}
	}
	for _, number := range b.logins.Keys() {
		b.logins.Set(number, nil)
	}
	for _, number := range r.routes.static.Keys() {
		r.routes.static.Set(number, nil)
	}
	for k := range kinds { // what tables leave out
		if k != 0 {
			for _, index := range r.shown[k].Keys() {
				r.shown[k].Set(index, nil)
			}
			for _, index := range r.tops[k].Keys() {
				r.tops[k].Set(index, nil)
			}
		}
	}
	both := Leaving{true, true}
	for _, c := range []struct {
		name string
		got  func() any
		want any
	}{
		{"interfaces", func() any { return r.InterfacesWithout(both) }, 61},
		{"interfaces that are up", func() any { return r.InterfacesWithout(Leaving{Down: true}) }, 181},
		{"next interface", func() any { i, _ := r.NextWithout(both, first.Index); return i.Index }, second.Index},
		{"no interface", func() any { _, ok := r.NextWithout(both, last.Index); return ok }, false},
		{"next layer on top", func() any { l, _ := r.NextLayer(both, Layer{Below: first.Index + 1}); return l }, Layer{Below: second.Index}},
		{"next layer", func() any { l, _ := r.NextLayer(both, Layer{Above: first.Index, Below: 1}); return l }, Layer{Above: second.Index}},
		{"address", func() any { return b.HasAddress(addr("192.0.2.1")) }, true},
		{"sessions", func() any { return b.Sessions() }, Sessions{PPP: 60, Tunnels: 1}},
		{"virtual router", func() any { v, _ := b.NextRouter(40); return v.Name() }, "vr38"},
		{"routes", func() any { return r.RouteCounts() }, [...]int{61, 60, 60}},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer func() {
				if e := recover(); e != nil {
					t.Error("another was looked at:", e)
				}
			}()
			if got := c.got(); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// TestDeadRoutes: who looks where a route leads looks at none to the same prefix that
// does not work, or that works at another level.
func TestDeadRoutes(t *testing.T) {
	b := newBench(t)
	r := b.vr("default")
	b.iface("default", "loopback 0", "10.0.0.1/8")
	crowded := prefix("11.0.0.0/8")
	for n := range 60 {
		b.do(r.AddRoute(Route{Prefix: crowded, Out: InterfaceID{Loopback, fmt.Sprint(n + 1)}}))
		b.do(r.AddRoute(Route{Prefix: crowded, NextHop: addr(fmt.Sprintf("12.0.0.%d", n+1))}))
	}
	b.do(r.AddRoute(Route{Prefix: crowded, NextHop: addr("10.0.0.2")}))
	b.do(r.AddRoute(Route{Prefix: prefix("12.0.0.0/8"), NextHop: addr("10.0.0.2")})) // and so 60 lead there, at another level
	b.do(r.AddRoute(Route{Prefix: prefix("13.0.0.0/8"), NextHop: addr("11.0.0.1")}))
	e := r.routes.entries[routeKey(crowded)]
	for _, key := range e.static.more.Keys() {
		if s, _ := e.static.more.Get(key); s.level != 1 {
			e.static.more.Set(key, nil)
		}
	}
	lo := InterfaceID{Loopback, "0"}
	want := ActiveRoute{prefix("13.0.0.0/8"), Static, addr("11.0.0.1"), lo}
	if all := r.RoutingTable(); len(all) != 64 || all[63] != want {
		t.Errorf("%d routes, the last %v", len(all), all[len(all)-1])
	}
	if f, _ := r.NextPrefix(want.Prefix); f.ActiveRoute != want {
		t.Error("next", f)
	}
	way := []Way{{Prefix: want.Prefix}, {Prefix: crowded}, {Prefix: prefix("10.0.0.0/8"), Connected: true}}
	if got := slices.Collect(r.Egress(addr("13.0.0.1"))); !slices.Equal(got, way) {
		t.Error("way", got)
	}
}

// TestFlap: an interface or route of several that a prefix has comes and goes without a
// look at what leads there, and a prefix without one at what is found with a longer one.
func TestFlap(t *testing.T) {
	b := newBench(t)
	r := b.vr("default")
	for n := range 60 {
		b.iface("default", fmt.Sprint("loopback ", n), fmt.Sprintf("10.0.0.%d/8", n+1))
		b.iface("default", fmt.Sprint("tunnel ", n), "")
		b.do(r.AddRoute(Route{Prefix: prefix("14.0.0.0/8"), Out: port(fmt.Sprint("tunnel ", n))}))
		b.do(r.AddRoute(Route{Prefix: prefix(fmt.Sprintf("12.0.%d.0/24", n)), NextHop: addr(fmt.Sprintf("10.1.0.%d", n))}))
		b.do(r.AddRoute(Route{Prefix: prefix(fmt.Sprintf("13.0.%d.0/24", n)), NextHop: addr(fmt.Sprintf("14.1.0.%d", n))}))
	}
	for _, h := range r.routes.hops {
		r.routes.found[h.level].Set(h.address, h.bits(), nil)
	}
	b.take()
	b.iface("default", "loopback 100", "10.0.100.1/7")
	b.do(r.SetShutdown(port("loopback 100"), true))
	network := "RoutingChanged [10.0.0.0/7]"
	if d := cmp.Diff([]string{
		"InterfaceAdded Loopback 100", "LinkChanged up", "Completed", "AddressChanged 10.0.100.1/7", network, "Completed", "LinkChanged down", network, "Completed",
	}, b.take()); d != "" {
		t.Error(d)
	}
	for n := range 60 {
		lo, tunnel := port(fmt.Sprint("loopback ", n)), port(fmt.Sprint("tunnel ", n))
		b.do(r.SetShutdown(lo, true))
		b.do(r.SetShutdown(lo, false))
		if d := cmp.Diff([]string{"LinkChanged down", "Completed", "LinkChanged up", "Completed"}, b.take()); d != "" {
			t.Error(d)
		}
		b.do(r.SetShutdown(tunnel, true))
		b.do(r.RemoveRoute(Route{Prefix: prefix("14.0.0.0/8"), Out: tunnel}))
		b.do(r.SetShutdown(tunnel, false))
		b.do(r.AddRoute(Route{Prefix: prefix("14.0.0.0/8"), Out: tunnel}))
		if d := cmp.Diff([]string{
			"LinkChanged down", "RoutingChanged [14.0.0.0/8]", "Completed", "LinkChanged up", "Completed", "RoutingChanged [14.0.0.0/8]", "Completed",
		}, b.take()); d != "" {
			t.Error(d)
		}
	}
}

// TestFound: a login is found among 4000 by any attribute, and the look-up
// compares as many values as a tree is deep.
func TestFound(t *testing.T) {
	compared := 0
	was := attributes
	t.Cleanup(func() { attributes = was })
	for i, of := range was {
		attributes[i] = func(s *Subscriber) *string { compared++; return of(s) }
	}
	b := newBench(t)
	const crowd = 4000
	with := func(n int) Subscriber {
		v := func(kind string) string { return fmt.Sprint(kind, n) }
		return Subscriber{
			Name: v("u"), Address: netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)}), CallingStationID: v("c"), NASPortID: v("n"),
			AcctSessionID: v("a"), DHCPOption82: v("d"), AgentCircuitID: v("i"), AgentRemoteID: v("r"),
		}
	}
	for n := range crowd {
		b.login(with(n + 1))
	}
	for _, c := range []struct {
		name string
		id   Identification
	}{
		{"name", Identification{UserName: "u1717"}},
		{"address", Identification{Address: addr("10.0.6.181")}},
		{"Calling-Station-Id", Identification{CallingStationID: "c1717"}},
		{"NAS-Port-Id", Identification{NASPortID: "n1717"}},
		{"Acct-Session-Id", Identification{AcctSessionID: "a1717"}},
		{"DHCP option 82", Identification{DHCPOption82: "d1717"}},
		{"Agent-Circuit-Id", Identification{AgentCircuitID: "i1717"}},
		{"Agent-Remote-Id", Identification{AgentRemoteID: "r1717"}},
		{"router", Identification{AcctSessionID: "a1717", Router: "default"}},
	} {
		compared = 0
		if l, err := b.Find(c.id); err != nil || l.Name != "u1717" {
			t.Errorf("%s: %v, %v", c.name, l.Name, err)
		}
		if numbers := b.Matching(c.id); !slices.Equal(numbers, []uint64{1717}) {
			t.Errorf("%s: %v", c.name, numbers)
		}
		if compared > 100 {
			t.Errorf("%s: %d values were compared", c.name, compared)
		}
		compared = 0
		var names []string
		b.EachValue(UserName, "u171", func(name string) { names = append(names, name) })
		if want := []string{"u171", "u1710", "u1711", "u1712", "u1713", "u1714", "u1715", "u1716", "u1717", "u1718", "u1719"}; !slices.Equal(names, want) || compared > 100 {
			t.Errorf("%v begin with u171, and %d were compared", names, compared)
		}
		names = nil
		if b.EachValue(UserName, "", func(name string) { names = append(names, name) }); len(names) != crowd || !slices.IsSorted(names) {
			t.Errorf("%d names", len(names))
		}
		c.id.Router = "isp"
		if _, err := b.Find(c.id); err == nil {
			t.Errorf("%s: found in another virtual router", c.name)
		}
	}
}

// TestValuesOnce: however many have a value, and wherever a part ends, it is given out
// once.
func TestValuesOnce(t *testing.T) {
	b := newBench(t)
	var want []string
	for n := range 3 * part {
		b.login(Subscriber{Name: fmt.Sprint("u", n), CallingStationID: fmt.Sprintf("c%04d", n/5)})
		if n%5 == 0 {
			want = append(want, fmt.Sprintf("c%04d", n/5))
		}
	}
	for _, prefix := range []string{"", "c", "c00", "c0007", "d"} {
		var got []string
		b.EachValue(CallingStationID, prefix, func(value string) { got = append(got, value) })
		with := slices.DeleteFunc(slices.Clone(want), func(value string) bool { return !strings.HasPrefix(value, prefix) })
		if !slices.Equal(got, with) {
			t.Errorf("%q: %q", prefix, got)
		}
	}
}

// TestFoundAsAll: whatever comes and goes, a look-up finds what a look at all logins
// does.
func TestFoundAsAll(t *testing.T) {
	b, rng := newBench(t), rand.New(rand.NewPCG(*modelSeed, 0))
	b.add("isp", 2)
	some := func(of string) string {
		if n := rng.IntN(4); n > 0 {
			return fmt.Sprint(of, n)
		}
		return ""
	}
	host := func() netip.Addr { return netip.AddrFrom4([4]byte{10, 0, 0, byte(1 + rng.IntN(8))}) }
	for n := range 3_000 {
		r := b.vr([]string{"default", "isp"}[rng.IntN(2)])
		s := Subscriber{
			Name: fmt.Sprint("u", rng.IntN(8)), Address: host(), CallingStationID: some("c"), NASPortID: some("n"),
			AcctSessionID: some("a"), DHCPOption82: some("d"), AgentCircuitID: some("i"), AgentRemoteID: some("r"),
		}
		if rng.IntN(2) == 0 {
			_ = r.Login(s, nil) // it may be logged in
		} else {
			_ = r.Logout(s.Name, UserRequest) // or not
		}
		id := Identification{
			CallingStationID: some("c"), NASPortID: some("n"), AcctSessionID: some("a"), DHCPOption82: some("d"),
			AgentCircuitID: some("i"), AgentRemoteID: some("r"), Router: []string{"", "default", "isp", "none"}[rng.IntN(4)],
		}
		if rng.IntN(4) == 0 {
			id.UserName = s.Name
		}
		if rng.IntN(4) == 0 {
			id.Address = s.Address
		}
		as := id
		if as.Router == "" && (as.UserName != "" || as.Address.IsValid()) {
			as.Router = "default"
		}
		var want []uint64
		b.logins.Scan(func(number uint64, l *login) bool {
			if !as.empty() && as.matches(l) {
				want = append(want, number)
			}
			return true
		})
		if got := b.Matching(id); !slices.Equal(got, want) {
			t.Fatalf("step %d: %+v: %v, want %v", n, id, got, want)
		}
		l, err := b.Find(id)
		if found := err == nil; found != (len(want) == 1) || found && l.Number != want[0] {
			t.Fatalf("step %d: %+v: %v, %v, want %v", n, id, l, err, want)
		}
	}
	b.do(b.Remove(b.vr("isp")))
	b.LogoutAll(AdminReset)
	for i, left := range b.byValue {
		if left.Len() > 0 {
			t.Errorf("attribute %d: %d left over", i, left.Len())
		}
	}
}

// TestFreeIndex: with ifIndexes in a row, the smallest that is free is given.
func TestFreeIndex(t *testing.T) {
	b, rng := newBench(t), rand.New(rand.NewPCG(*modelSeed, 0))
	r := b.vr("default")
	b.iface("default", "loopback 100", "")
	b.do(r.RemoveInterface(port("loopback 100")))
	b.iface("default", "loopback 101", "")
	b.SetContiguous(true)
	for range 2_000 {
		id := InterfaceID{Loopback, fmt.Sprint(rng.IntN(40))}
		if r.RemoveInterface(id) == nil {
			continue
		}
		want := int32(1)
		for b.indexes.Contains(want) {
			want++
		}
		b.do(r.CreateInterface(id))
		if i, _ := r.Interface(id); i.Index != want {
			t.Fatalf("%d was given, %d was free", i.Index, want)
		}
	}
}

// TestInParts: everything is given out in order, and who waits for the lock gets it
// before all is.
func TestInParts(t *testing.T) {
	for _, size := range []int{0, 1, part - 1, part, part + 1, 3*part + 7} {
		var (
			mu   sync.RWMutex
			tree btree.Map[int, int]
			got  []int
			in   atomic.Bool
			all  sync.WaitGroup
		)
		for n := range size {
			tree.Set(n+1, n)
		}
		inParts(&mu, &tree, func(n int) {
			switch n {
			case 0:
				all.Go(func() {
					mu.Lock()
					defer mu.Unlock()
					in.Store(true)
				})
				for mu.TryRLock() { // until somebody waits to write
					mu.RUnlock()
					runtime.Gosched()
				}
			case part:
				if !in.Load() {
					t.Errorf("%d things: who has waited still does", size)
				}
			}
			got = append(got, n)
		})
		all.Wait()
		if want := tree.Values(); !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
}
