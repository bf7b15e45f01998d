package trapcore

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// secureNamesOf looks at all there is.
func secureNamesOf(r *Router) map[string]bool {
	all := map[string]bool{}
	note := func(of side.Side, name string) {
		if of == side.Secure {
			all[name] = true
		}
	}
	for _, v := range r.VirtualRouters() {
		users := v.Users(side.Clear(true))
		for _, u := range users.Users() {
			note(u.Side(), u.Name)
		}
		for _, g := range users.Groups() {
			note(g.Side(), g.Name)
		}
		for _, w := range users.Views() {
			note(w.Side, w.Name)
		}
		for _, c := range users.Communities() {
			note(c.Side(), c.Name)
		}
		for _, h := range v.Traps().As(side.Clear(true)).Hosts() {
			note(h.Side, h.Address.String())
		}
	}
	return all
}

// TestSecureNames: whatever comes and goes in whatever virtual router, those that are
// removed included, the secure names that are known are those that there are.
func TestSecureNames(t *testing.T) {
	r, err := New(Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 1})
	must(t, err)
	t.Cleanup(func() { must(t, r.Close()) })
	rng := rand.New(rand.NewPCG(1, 0))
	key, err := snmp.MasterKey(snmp.SHA, authPass)
	must(t, err)
	user := func(name, group string) snmp.User {
		return snmp.User{Name: name, Group: group, Auth: snmp.SHA, AuthKey: key, Priv: snmp.AES, PrivKey: key}
	}
	must(t, r.Default().Users(side.Clear(true)).SetUser(user("everywhere", snmp.GroupMirror)))
	routers := []*VirtualRouter{r.Default()}
	seen := map[string]bool{}
	for step := range 1500 {
		v := routers[rng.IntN(len(routers))]
		users, traps := v.Users(side.Clear(true)), v.Traps().As(side.Clear(true))
		n := rng.IntN(4)
		name, secure := fmt.Sprint("name", n), rng.IntN(2) == 0
		view, group := "user", "admin"
		if secure {
			view, group = snmp.ViewMirrorAdmin, snmp.GroupMirror
		}
		address := netip.AddrFrom4([4]byte{127, 0, 1, byte(n)})
		switch rng.IntN(12) { // what is refused changes nothing
		case 0:
			if v, err := r.Create(fmt.Sprint("vr", n)); err == nil {
				must(t, v.Users(side.Clear(true)).SetUser(user("everywhere", snmp.GroupMirror)))
				routers = append(routers, v)
			}
		case 1:
			_ = r.Remove(fmt.Sprint("vr", n))
		case 2, 3:
			_ = users.SetUser(user(name, group))
		case 4:
			_ = users.RemoveUser(name)
		case 5:
			_ = users.SetGroup(snmp.NewGroup("group"+name, snmp.AuthPriv, view, view, view))
		case 6:
			_ = users.RemoveGroup("group" + name)
		case 7:
			_ = users.SetCommunity(snmp.Community{Name: "string" + name, View: view})
		case 8:
			_ = users.RemoveCommunity("string" + name)
		case 9, 10:
			h := notify.NewHost(address, "everywhere")
			h.Version = snmp.Version3
			if secure {
				h.Categories = mib.NewCategorySet(mib.PacketMirror)
			}
			_ = traps.SetHost(h)
		default:
			_ = traps.RemoveHost(address)
		}
		want := secureNamesOf(r)
		for name := range want {
			seen[name] = true
		}
		for name := range seen {
			if got := secureOf(r).Named(slices.Values([]string{"nobody", name})); got != want[name] {
				t.Fatalf("step %d: %s is a name of the secure side: %v", step, name, got)
			}
		}
		if n := len(r.secure.names.counts); n != len(want) {
			t.Fatalf("step %d: %v are known, not %v", step, r.secure.names.counts, want)
		}
	}
	if len(seen) < 15 || len(routers) < 10 {
		t.Errorf("%d names, %d virtual routers", len(seen), len(routers))
	}
}
