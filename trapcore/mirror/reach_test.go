package mirror

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
)

// TestReach makes random changes of interfaces that share networks, of their modes and
// of routes over routes: after each, every analyzer leaves by the interface that a look
// at all of them finds.
func TestReach(t *testing.T) {
	b, rng := newBench(t), rand.New(rand.NewPCG(*modelSeed, 0))
	id := func() InterfaceID {
		return port(fmt.Sprint([]string{"fastEthernet 8/", "atm 2/"}[rng.IntN(2)], rng.IntN(4)))
	}
	host := func() netip.Addr { return netip.AddrFrom4([4]byte{10, 0, 0, byte(1 + rng.IntN(14))}) }
	for n := range 5 {
		a := action(1, uint32(n))
		a.Analyzer = netip.AddrFrom4([4]byte{10, 0, 0, byte(2 + 3*n)})
		b.policy(IP, fmt.Sprint("p", n), a)
	}
	found, lost := 0, 0
	for n := range 20_000 {
		was := map[*analyzer]bool{}
		for _, a := range b.def.analyzers {
			was[a] = a.reachable()
		}
		what := ""
		switch id := id(); rng.IntN(9) {
		case 0:
			what = fmt.Sprint("interface ", id, b.def.CreateInterface(id))
		case 1:
			if rng.IntN(3) == 0 {
				what = fmt.Sprint("no interface ", id, b.def.RemoveInterface(id))
			}
		case 2:
			what = fmt.Sprint("shutdown ", id, b.def.SetShutdown(id, rng.IntN(2) == 0))
		case 3, 4:
			p := netip.PrefixFrom(host(), []int{24, 28, 29}[rng.IntN(3)])
			what = fmt.Sprint("ip address ", id, p, b.def.SetAddress(id, p))
		case 5, 6:
			what = fmt.Sprint("ip analyzer ", id, b.SetAnalyzer("default", id, rng.IntN(2) == 0, rng.IntN(3) == 0))
		default:
			p, _ := host().Prefix([]int{0, 28, 30, 32}[rng.IntN(4)])
			rt := Route{Prefix: p, NextHop: host()}
			if rng.IntN(2) == 0 {
				rt = Route{Prefix: p, Out: id}
			}
			switch rng.IntN(8) {
			case 0:
				what = fmt.Sprint("no ip route ", p, b.def.RemoveRoute(Route{Prefix: p}))
			case 1, 2:
				what = fmt.Sprint("no ip route ", rt, b.def.RemoveRoute(rt))
			default:
				what = fmt.Sprint("ip route ", rt, b.def.AddRoute(rt))
			}
		}
		fell := 0
		for _, a := range b.def.analyzers {
			want := b.leaves(a.address)
			if a.out != want {
				t.Fatalf("step %d %s: %s leaves by %v, want %v", n, what, a.address, a.out, want)
			}
			if want != nil {
				found++
			} else if was[a] {
				fell++
			}
		}
		if got := len(b.take()); got != fell {
			t.Fatalf("step %d %s: %d events, %d are lost", n, what, got, fell)
		}
		lost += fell
	}
	if found < 10_000 || lost < 500 {
		t.Errorf("%d found, %d lost", found, lost)
	}
}

// leaves is the interface in analyzer mode that packets for an address leave by, nil if
// there is none.
func (b *bench) leaves(to netip.Addr) *iface {
	routed := false
	for w := range b.def.Egress(to) {
		routed = true
		for _, i := range b.ordered() {
			if i.analyzer && (i.Index == w.Out || w.Connected && i.Up && i.Address.IsValid() && i.Address.Masked() == w.Prefix) {
				return i
			}
		}
	}
	if d := b.def.defaultAnalyzer; !routed && d != nil && d.Up {
		return d
	}
	return nil
}

// ordered returns the interfaces by ifIndex.
func (b *bench) ordered() (all []*iface) {
	for _, index := range slices.Sorted(maps.Keys(b.ifaces)) {
		all = append(all, b.ifaces[index])
	}
	return all
}
