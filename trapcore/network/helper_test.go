package network

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
)

// bench is a network that fails the test on errors and names things briefly. It
// listens, and writes down what it is given.
type bench struct {
	*Network
	t              testing.TB
	links, changes []string
}

func newBench(t testing.TB) *bench {
	b := &bench{Network: New(Options{Default: "default"}), t: t}
	b.add("default", 1)
	if _, ok := t.(*testing.B); !ok {
		b.Listen(b)
	}
	return b
}

func (b *bench) Changed(ch Change) {
	var what any
	switch ch := ch.(type) {
	case LinkChanged:
		state := "down"
		if ch.Up {
			state = "up"
		}
		b.links = append(b.links, fmt.Sprint(ch.Router.Name(), " ", ch.Index, " ", state))
		what = state
	case InterfaceAdded:
		what = ch.ID
	case InterfaceRemoved:
		what = ch.ID
	case AddressChanged:
		what = ch.Address
	case RoutingChanged:
		what = ch.Prefixes
	case LoggedIn:
		what = fmt.Sprint(ch.Name, " ", ch.Authorization)
	case SubscriberUp:
		what = ch.Name
	case LoggedOut:
		what = fmt.Sprint(ch.Name, " ", ch.Cause, " ", ch.Reason)
	case LoginRefused:
		what = ch.Name
	case LoginFailed:
		what = fmt.Sprint(ch.Name, " ", ch.Authorization, " ", ch.Reason)
	case RouterAdded:
		what = ch.Router.Name()
	case RouterRemoved:
		what = ch.Router.Name()
	default:
		what = ""
	}
	b.changes = append(b.changes, strings.TrimSpace(fmt.Sprint(strings.TrimPrefix(fmt.Sprintf("%T ", ch), "network."), what)))
}

func (b *bench) take() []string {
	got := b.changes
	b.changes = nil
	return got
}

func (b *bench) add(name string, uid uint32) *Router {
	b.t.Helper()
	r, err := b.Add(name, uid)
	b.do(err)
	return r
}

// vr finds a virtual router; one that does not exist is one that was removed.
func (b *bench) vr(name string) *Router {
	if r, ok := b.Router(name); ok {
		return r
	}
	n := New(Options{})
	r, err := n.Add(name, 0)
	b.do(err)
	b.do(n.Remove(r))
	return r
}

func (b *bench) do(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) refuses(want, err error) {
	b.t.Helper()
	if !errors.Is(err, want) {
		b.t.Errorf("got error %v, want %v", err, want)
	}
}

func port(name string) InterfaceID {
	keyword, spec, _ := strings.Cut(name, " ")
	id, ok := ParseInterface(keyword, spec)
	if !ok {
		panic(name)
	}
	return id
}

func addr(s string) netip.Addr     { return netip.MustParseAddr(s) }
func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

// iface makes an interface with an address.
func (b *bench) iface(vr, name, address string) {
	b.t.Helper()
	b.do(b.vr(vr).CreateInterface(port(name)))
	if address != "" {
		b.do(b.vr(vr).SetAddress(port(name), prefix(address)))
	}
}

func (b *bench) login(s Subscriber) {
	b.t.Helper()
	b.do(b.vr("default").Login(s, nil))
}
