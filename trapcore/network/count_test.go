package network

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"
)

// TestCounts: what is counted as subscribers and interfaces come and go.
func TestCounts(t *testing.T) {
	up, now := uint32(0), time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	n := New(Options{Default: "default", UpTime: func() uint32 { return up }, Now: func() time.Time { return now }})
	r, err := n.Add("default", 1)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(err)
	atm := func(spec string) InterfaceID { return InterfaceID{ATM, spec} }
	for i, spec := range []string{"2/1", "2/1.2", "3/0", "10/0"} {
		up = uint32(100 * i)
		must(r.CreateInterface(atm(spec)))
	}
	must(r.CreateInterface(InterfaceID{Loopback, "0"}))
	for i, on := range []InterfaceID{atm("2/1"), atm("2/1.2"), atm("10/0"), {}, {Loopback, "0"}} {
		now = now.Add(time.Second)
		must(r.Login(Subscriber{Name: fmt.Sprint("u", i), Interface: on}, nil))
	}
	ports := func(want ...PortCount) {
		t.Helper()
		if got := n.SubscribersByPort(); !slices.Equal(got, want) {
			t.Errorf("by port %v, want %v", got, want)
		}
	}
	ports(PortCount{Port{Slot: 2, Port: 1}, 2}, PortCount{Port{Slot: 10}, 1})
	first, _ := n.NextSubscriber(0)
	if first.Name != "u0" || !first.Since.Equal(now.Add(-4*time.Second)) || !first.Pooled {
		t.Errorf("first %+v", first)
	}
	up = 700
	must(n.LogoutNumber(first.Number, AdminReset))
	if n.LogoutNumber(first.Number, AdminReset) == nil {
		t.Error("logged out twice")
	}
	ports(PortCount{Port{Slot: 2, Port: 1}, 1}, PortCount{Port{Slot: 10}, 1})
	must(r.RemoveInterface(atm("2/1.2")))
	ports(PortCount{Port{Slot: 10}, 1})
	if now, peak := n.SubscriberCount(); now != 3 || peak != 5 || r.SubscriberCount() != 3 {
		t.Errorf("%d subscribers, peak %d", now, peak)
	}
	if next, ok := n.NextSubscriber(first.Number); !ok || next.Name != "u2" {
		t.Errorf("next is %v", next.Name)
	}
	if n.Adapters() || r.CreateInterface(atm("2/0/1")) == nil {
		t.Error("an adapter where there are none")
	}
	if at := r.LastChange(); at != 700 {
		t.Errorf("interfaces last changed at %d", at)
	}
	i, _ := r.Interface(atm("3/0"))
	up = 900
	must(r.SetShutdown(atm("3/0"), true))
	if j, _ := r.Interface(atm("3/0")); i.Since != 200 || j.Since != 900 {
		t.Errorf("3/0 came up at %d, went down at %d", i.Since, j.Since)
	}
}

// TestNextAddress goes through addresses in their order.
func TestNextAddress(t *testing.T) {
	b := newBench(t)
	r, _ := b.Router("default")
	for i, a := range []string{"192.0.2.1/24", "10.0.0.1/8", "100.1.2.2/30"} {
		id := InterfaceID{ATM, fmt.Sprint("2/", i)}
		if r.CreateInterface(id) != nil || r.SetAddress(id, netip.MustParsePrefix(a)) != nil {
			t.Fatal(a)
		}
	}
	if err := r.SetAddress(InterfaceID{ATM, "2/1"}, netip.Prefix{}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for at := netip.AddrFrom4([4]byte{}); ; {
		i, ok := r.NextAddress(at)
		if !ok {
			break
		}
		got, at = append(got, i.Address.String()), i.Address.Addr().Next()
	}
	if want := []string{"100.1.2.2/30", "192.0.2.1/24"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
