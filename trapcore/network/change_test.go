package network

import (
	"fmt"
	"go/parser"
	"go/token"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestChanges has every operation, and what listeners are given of it in order.
func TestChanges(t *testing.T) {
	fe, sub := port("fastEthernet 1/0"), Subscriber{Name: "joe", Address: addr("10.0.0.1"), Interface: port("fastEthernet 1/0")}
	free := Subscriber{Name: "ann", Address: addr("10.0.0.2")}
	given := func(b *bench) *Router {
		r := b.vr("default")
		b.iface("default", "fastEthernet 1/0", "10.1.1.1/24")
		b.do(r.Login(sub, "accepted"))
		return r
	}
	for _, tt := range []struct {
		name string
		do   func(b *bench, r *Router) error
		want []string
	}{
		{"Add", func(b *bench, r *Router) error { _, err := b.Add("isp", 2); return err }, []string{"RouterAdded isp", "Completed"}},
		{"Add again", func(b *bench, r *Router) error { _, _ = b.Add("default", 2); return nil }, nil},
		{"CreateInterface", func(b *bench, r *Router) error { return r.CreateInterface(port("loopback 0")) },
			[]string{"InterfaceAdded Loopback 0", "LinkChanged up", "Completed"}},
		{"CreateInterface again", func(b *bench, r *Router) error { return r.CreateInterface(fe) }, nil},
		{"SetAddress", func(b *bench, r *Router) error { return r.SetAddress(fe, prefix("10.1.2.1/24")) },
			[]string{"AddressChanged 10.1.2.1/24", "RoutingChanged [10.1.1.0/24 10.1.2.0/24]", "Completed"}},
		{"SetAddress away", func(b *bench, r *Router) error { return r.SetAddress(fe, netip.Prefix{}) },
			[]string{"AddressChanged invalid Prefix", "RoutingChanged [10.1.1.0/24]", "Completed"}},
		{"SetAddress again", func(b *bench, r *Router) error { return r.SetAddress(fe, prefix("10.1.1.1/24")) }, nil},
		{"SetShutdown", func(b *bench, r *Router) error { return r.SetShutdown(fe, true) },
			[]string{"LoggedOut joe 0 lostCarrier", "LinkChanged down", "RoutingChanged [10.1.1.0/24]", "Completed"}},
		{"SetShutdown of what is up", func(b *bench, r *Router) error { return r.SetShutdown(fe, false) }, nil},
		{"RemoveInterface", func(b *bench, r *Router) error { return r.RemoveInterface(fe) }, []string{
			"LoggedOut joe 1 lostCarrier", "InterfaceRemoved FastEthernet 1/0", "LinkChanged down", "RoutingChanged [10.1.1.0/24]", "Completed",
		}},
		{"AddRoute", func(b *bench, r *Router) error {
			return r.AddRoute(Route{Prefix: prefix("10.2.0.0/16"), NextHop: addr("10.1.1.9")})
		}, []string{"RoutingChanged [10.2.0.0/16]", "Completed"}},
		{"AddRoute that does not work", func(b *bench, r *Router) error {
			return r.AddRoute(Route{Prefix: prefix("10.2.0.0/16"), NextHop: addr("10.9.9.9")})
		}, nil},
		{"a route that others depend on", func(b *bench, r *Router) error {
			b.do(r.AddRoute(Route{Prefix: prefix("10.2.0.0/16"), NextHop: addr("10.3.3.3")}))
			b.do(r.AddRoute(Route{Prefix: prefix("10.4.0.0/16"), NextHop: addr("10.1.1.9")}))
			b.take()
			return r.AddRoute(Route{Prefix: prefix("10.3.0.0/16"), NextHop: addr("10.1.1.9")})
		}, []string{"RoutingChanged [10.3.0.0/16 10.2.0.0/16]", "Completed"}},
		{"Login", func(b *bench, r *Router) error { return r.Login(free, "accepted") },
			[]string{"LoggedIn ann accepted", "SubscriberUp ann", "Completed"}},
		{"Login on an interface that is down, which comes up", func(b *bench, r *Router) error {
			b.do(r.SetShutdown(fe, true))
			b.take()
			b.do(r.Login(sub, nil))
			return r.SetShutdown(fe, false)
		}, []string{"LoggedIn joe <nil>", "Completed", "SubscriberUp joe", "LinkChanged up", "RoutingChanged [10.1.1.0/24]", "Completed"}},
		{"Reject", func(b *bench, r *Router) error { return r.Reject(free) }, []string{"LoginRefused ann", "Completed"}},
		{"Fail of a login", func(b *bench, r *Router) error { return r.Fail(free, "accepted", NASError) },
			[]string{"LoginFailed ann accepted nasError", "Completed"}},
		{"Fail of a session", func(b *bench, r *Router) error { return r.Fail(sub, nil, PortError) },
			[]string{"LoggedOut joe 2 portError", "Completed"}},
		{"Logout", func(b *bench, r *Router) error { return r.Logout("joe", IdleTimeout) },
			[]string{"LoggedOut joe 0 idleTimeout", "Completed"}},
		{"LogoutAll", func(b *bench, r *Router) error { b.LogoutAll(UserRequest); return nil },
			[]string{"LoggedOut joe 0 userRequest", "Completed"}},
		{"Disconnect", func(b *bench, r *Router) error { return b.Disconnect(Identification{UserName: "joe"}) },
			[]string{"LoggedOut joe 0 adminReset", "Completed"}},
		{"Remove", func(b *bench, r *Router) error { return b.Remove(r) }, []string{
			"LoggedOut joe 0 adminReset", "InterfaceRemoved FastEthernet 1/0", "LinkChanged down",
			"RoutingChanged [10.1.1.0/24]", "RouterRemoved default", "Completed",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			r := given(b)
			b.take()
			b.do(tt.do(b, r))
			if d := cmp.Diff(tt.want, b.take()); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestRemovedHandle: a virtual router that was removed refuses every change, and
// nothing can be read of it, also where another has its name.
func TestRemovedHandle(t *testing.T) {
	b := newBench(t)
	r := b.vr("default")
	fe := port("fastEthernet 1/0")
	b.iface("default", "fastEthernet 1/0", "10.1.1.1/24")
	b.do(r.AddRoute(Route{Prefix: prefix("10.2.0.0/16"), NextHop: addr("10.1.1.9")}))
	b.login(Subscriber{Name: "joe"})
	b.do(b.Remove(r))
	b.add("default", 3)
	b.iface("default", "fastEthernet 1/0", "10.1.1.1/24")
	b.login(Subscriber{Name: "joe"})
	b.take()
	for what, err := range map[string]error{
		"CreateInterface": r.CreateInterface(fe),
		"RemoveInterface": r.RemoveInterface(fe),
		"SetAddress":      r.SetAddress(fe, prefix("10.1.1.2/24")),
		"SetShutdown":     r.SetShutdown(fe, true),
		"AddRoute":        r.AddRoute(Route{Prefix: prefix("10.3.0.0/16"), NextHop: addr("10.1.1.9")}),
		"RemoveRoute":     r.RemoveRoute(Route{Prefix: prefix("10.2.0.0/16")}),
		"Login":           r.Login(Subscriber{Name: "ann"}, nil),
		"Reject":          r.Reject(Subscriber{Name: "ann"}),
		"Fail":            r.Fail(Subscriber{Name: "joe"}, nil, NASError),
		"Logout":          r.Logout("joe", AdminReset),
		"Remove":          b.Remove(r),
	} {
		if err != ErrNoRouter {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, byID := r.Interface(fe)
	_, next := r.NextWithout(Leaving{}, -1)
	if n := len(r.Interfaces()) + r.InterfaceCount() + len(r.Routes()) + len(r.RoutingTable()) + len(slices.Collect(r.Egress(addr("10.1.1.9")))); n != 0 || byID || next {
		t.Error("something can be read of it")
	}
	if got := b.take(); got != nil {
		t.Errorf("changes %q", got)
	}
}

// reader reads the network while it is given a change.
type reader struct {
	n     *Network
	names []string
}

func (l *reader) Changed(ch Change) {
	for _, s := range l.n.Subscribers() {
		l.names = append(l.names, s.Name)
	}
}

// TestListenersMayRead: a listener sees the state after the operation.
func TestListenersMayRead(t *testing.T) {
	b := newBench(t)
	l := &reader{n: b.Network}
	b.Listen(l)
	b.login(Subscriber{Name: "joe"})
	b.do(b.vr("default").Logout("joe", UserRequest))
	if d := cmp.Diff([]string{"joe", "joe", "joe"}, l.names); d != "" {
		t.Error(d)
	}
}

// TestKnowsNothingOfMirroring: the package imports nothing of ours that does, and
// says no word of mirroring.
func TestKnowsNothingOfMirroring(t *testing.T) {
	ours := []string{`"mirrorsh/ascii"`}
	for _, internal := range []string{"edits", "listed", "matched"} {
		ours = append(ours, fmt.Sprintf("%q", "mirrorsh/trapcore/internal/"+internal))
	}
	var gone []string
	for _, path := range ours {
		gone = append(gone, path, "")
	}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), "_test.go") || !strings.HasSuffix(f.Name(), ".go") {
			continue
		}
		text, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), text, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range parsed.Imports {
			if strings.HasPrefix(i.Path.Value, `"mirrorsh/`) && !slices.Contains(ours, i.Path.Value) {
				t.Errorf("%s imports %s", f.Name(), i.Path.Value)
			}
		}
		for _, word := range []string{"mirror", "analyzer", "secure", "intercept"} {
			if strings.Contains(strings.ToLower(strings.NewReplacer(gone...).Replace(string(text))), word) {
				t.Errorf("%s says %q", f.Name(), word)
			}
		}
	}
}
