package network

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
)

// compareRoutes holds a walk of destinations to the routing table.
func (w *world) compareRoutes() {
	w.t.Helper()
	want := map[netip.Addr]ActiveRoute{} // the first of the longest prefix
	for _, rt := range w.r.RoutingTable() {
		if best, ok := want[rt.Prefix.Addr()]; !ok || rt.Prefix.Bits() > best.Prefix.Bits() {
			want[rt.Prefix.Addr()] = rt
		}
	}
	n := 0
	for at := netip.IPv4Unspecified(); at.IsValid(); n++ {
		got, ok := w.r.NextRoute(at)
		if !ok {
			break
		}
		is := want[got.Prefix.Addr()]
		i, _ := w.r.Interface(got.Out)
		if got.ActiveRoute != is || i.Index != got.Index {
			w.t.Errorf("at %v %+v, in the table %+v", at, got, is)
		}
		at = got.Prefix.Addr().Next()
	}
	if n != len(want) {
		w.t.Errorf("%d destinations, in the table %d", n, len(want))
	}
	w.comparePrefixes()
}

// comparePrefixes holds a walk of prefixes to the routing table.
func (w *world) comparePrefixes() {
	w.t.Helper()
	want := map[netip.Prefix]ActiveRoute{} // the first of each
	for _, rt := range w.r.RoutingTable() {
		if _, ok := want[rt.Prefix]; !ok {
			want[rt.Prefix] = rt
		}
	}
	count := map[RouteType]int{}
	for _, rt := range w.r.RoutingTable() {
		count[rt.Type]++
	}
	if got, is := w.r.RouteCounts(), [...]int{count[Connected], count[Static], count[Access]}; got != is {
		w.t.Errorf("counts %v, in the table %v", got, is)
	}
	n, last := 0, uint64(0)
	for at := netip.PrefixFrom(netip.IPv4Unspecified(), 0); at.IsValid(); n++ {
		got, ok := w.r.NextPrefix(at)
		if !ok {
			break
		}
		is, key := want[got.Prefix], routeKey(got.Prefix)
		if got.ActiveRoute != is || n > 0 && key <= last {
			w.t.Errorf("at %v %+v, in the table %+v", at, got, is)
		}
		last = key
		if at = netip.PrefixFrom(got.Prefix.Addr(), got.Prefix.Bits()+1); got.Prefix.Bits() == 32 {
			at = netip.PrefixFrom(got.Prefix.Addr().Next(), 0)
		}
	}
	if n != len(want) {
		w.t.Errorf("%d prefixes, in the table %d", n, len(want))
	}
}

// TestOrder makes random changes to interfaces, subscribers and ARP entries:
// after each, walks of layers, neighbors and routes find what a look at all of
// them finds, and in order.
func TestOrder(t *testing.T) {
	b := newBench(t)
	r, rng := b.vr("default"), rand.New(rand.NewPCG(*modelSeed, 0))
	id := func() InterfaceID {
		spec := fmt.Sprint("1/", rng.IntN(3))
		if rng.IntN(2) == 0 {
			spec += fmt.Sprint(".", 1+rng.IntN(2))
		}
		return InterfaceID{GigabitEthernet, spec}
	}
	host := func() netip.Addr { return netip.AddrFrom4([4]byte{10, 0, 0, byte(1 + rng.IntN(6))}) }
	for n := range 3_000 {
		name := fmt.Sprint("sub", rng.IntN(5))
		switch rng.IntN(8) {
		case 0, 1:
			_ = r.CreateInterface(id())
		case 2:
			_ = r.RemoveInterface(id())
		case 3:
			_ = r.SetShutdown(id(), rng.IntN(2) == 0)
		case 4:
			_ = r.Login(Subscriber{Name: name, Interface: id(), L2TP: rng.IntN(4) == 0}, nil)
		case 5:
			_ = r.Logout(name, UserRequest)
		case 6:
			_ = r.SetARP(ARP{host(), id(), MAC{2, 1, 1, 1, 1, byte(n)}})
		case 7:
			_ = r.RemoveARP(host())
		}
		compareLayers(t, r)
		compareNeighbors(t, r)
		(&world{bench: b, r: r}).compareRoutes()
		up, pppoe, l2tp := 0, 0, 0
		for _, l := range b.Subscribers() {
			switch {
			case l.Up && l.L2TP:
				l2tp++
			case l.Up:
				pppoe++
			}
			if l.Up {
				up++
			}
		}
		want := Sessions{PPP: up, PPPoE: pppoe, Tunnels: min(1, l2tp)}
		if got := b.Sessions(); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		if t.Failed() {
			t.Fatal("step", n)
		}
	}
	b.do(b.Remove(r))
	if o := &r.ordered; o.tops[0].Len()+o.tops[down].Len()+o.tops[sublayer].Len()+o.tops[sublayer|down].Len()+len(o.subs)+o.neighbors.Len()+len(o.arpOn)+o.accesses.Len() != 0 {
		t.Errorf("left over: %+v", o)
	}
}

func compareLayers(t *testing.T, r *Router) {
	t.Helper()
	for _, leaving := range []Leaving{{}, {Sublayers: true}, {Down: true}, {true, true}} {
		out := func(i Interface) bool {
			return leaving.Sublayers && (i.Subscriber != "" || i.ID.Sublayer()) || leaving.Down && (!i.AdminUp || i.Subscriber != "" && !i.Up)
		}
		compareInterfaces(t, r, leaving, out)
		var want []Layer
		on := map[int32]bool{}
		for _, i := range r.Interfaces() {
			l, below := Layer{Above: i.Index}, i.ID.parent()
			if i.Subscriber != "" {
				sub, _ := r.Subscriber(i.Subscriber)
				below = sub.Interface
			}
			if lower, ok := r.Interface(below); ok && below != i.ID {
				if on[lower.Index] = true; !out(lower) {
					l.Below = lower.Index
				}
			}
			if out(i) {
				continue
			}
			want = append(want, l)
		}
		for _, i := range r.Interfaces() {
			if (!on[i.Index] || leaving.Sublayers) && !out(i) {
				want = append(want, Layer{Below: i.Index})
			}
		}
		slices.SortFunc(want, func(a, b Layer) int { return int(a.Above)<<16 + int(a.Below) - int(b.Above)<<16 - int(b.Below) })
		var got []Layer
		for l, ok := r.NextLayer(leaving, Layer{}); ok; l, ok = r.NextLayer(leaving, Layer{l.Above, l.Below + 1}) {
			got = append(got, l)
		}
		if !slices.Equal(got, want) {
			t.Errorf("leaving %+v: layers %v, want %v", leaving, got, want)
		}
	}
}

func compareInterfaces(t *testing.T, r *Router, leaving Leaving, out func(Interface) bool) {
	t.Helper()
	want := slices.DeleteFunc(r.Interfaces(), out)
	var got []Interface
	for i, ok := r.NextWithout(leaving, -1); ok; i, ok = r.NextWithout(leaving, i.Index) {
		got = append(got, i)
	}
	if n := r.InterfacesWithout(leaving); !slices.Equal(got, want) || n != len(want) {
		t.Errorf("leaving %+v: %d interfaces %v, want %v", leaving, n, got, want)
	}
}

func compareNeighbors(t *testing.T, r *Router) {
	t.Helper()
	want := map[Neighbor]bool{}
	for _, a := range r.ARPs() {
		if i, ok := r.Interface(a.Interface); ok {
			want[Neighbor{a, i.Index}] = true
		}
	}
	got, last := map[Neighbor]bool{}, uint64(0)
	at := netip.IPv4Unspecified()
	for n, ok := r.NextNeighbor(0, at); ok; n, ok = r.NextNeighbor(n.Index, n.Address.Next()) {
		if key := neighborKey(n.Index, n.Address); key <= last {
			t.Error("out of order", n)
		} else {
			last = key
		}
		got[n] = true
	}
	if !maps.Equal(got, want) {
		t.Errorf("neighbors %v, want %v", got, want)
	}
}
