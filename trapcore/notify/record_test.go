package notify

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

func addr(n byte) netip.Addr { return netip.AddrFrom4([4]byte{127, 0, 1, n}) }

func TestHostLinesRefused(t *testing.T) {
	f := newFixture(t)
	f.addUser(t, side.Ordinary, "ops", "priv", snmp.AuthPriv)
	secret := secureHost(netip.AddrPortFrom(addr(1), 162))
	for _, tt := range []struct {
		name string
		line func(h *Host)
		base Host
		want error
	}{
		{"no address", func(h *Host) { h.Address = netip.Addr{} }, v2cHost(netip.AddrPortFrom(addr(1), 162)), errHostAddress},
		{"IPv6 of a link", func(h *Host) { h.Address = netip.MustParseAddr("fe80::1") }, v2cHost(netip.AddrPortFrom(addr(1), 162)), errHostAddress},
		{"any", func(h *Host) { h.Address = netip.IPv4Unspecified() }, v2cHost(netip.AddrPortFrom(addr(1), 162)), errHostAddress},
		{"multicast", func(h *Host) { h.Address = netip.MustParseAddr("224.0.0.1") }, v2cHost(netip.AddrPortFrom(addr(1), 162)), errHostAddress},
		{"version", func(h *Host) { h.Version = 2 }, v2cHost(netip.AddrPortFrom(addr(1), 162)), errVersion},
		{"no string", func(h *Host) { h.SecurityString = "" }, v2cHost(netip.AddrPortFrom(addr(1), 162)), errSecurityString},
		{"long string", func(h *Host) { h.SecurityString = strings.Repeat("s", 32) }, v2cHost(netip.AddrPortFrom(addr(1), 162)), errSecurityString},
		{"blank in string", func(h *Host) { h.SecurityString = "a b" }, v2cHost(netip.AddrPortFrom(addr(1), 162)), errSecurityString},
		{"port", func(h *Host) { h.Port = 0 }, v2cHost(netip.AddrPortFrom(addr(1), 162)), &rangeError{"udp-port", 1, 65535}},
		{"filter", func(h *Host) { h.Filter = 8 }, v2cHost(netip.AddrPortFrom(addr(1), 162)), &rangeError{"trapFilters", 0, 7}},
		{"packetMirror v1", func(h *Host) { h.Version = snmp.Version1 }, secret, ErrPacketMirrorUser},
		{"packetMirror v2c", func(h *Host) { h.Version = snmp.Version2c }, secret, ErrPacketMirrorUser},
		{"packetMirror, no user", func(h *Host) { h.SecurityString = "nobody" }, secret, ErrPacketMirrorUser},
		{"packetMirror, ordinary user", func(h *Host) { h.SecurityString = "ops" }, secret, ErrPacketMirrorUser},
	} {
		tt.line(&tt.base)
		err := f.As(side.Clear(true)).SetHost(tt.base)
		var r *rangeError
		if !errors.Is(err, tt.want) && !(errors.As(tt.want, &r) && err != nil && err.Error() == r.Error()) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	if got := f.As(side.Clear(true)).Hosts(); got != nil {
		t.Errorf("refused lines left %v", got)
	}
	if ErrPacketMirrorUser.Error() != "packetMirror requires an SNMPv3 user authorized for packet mirroring (group mirror)" {
		t.Errorf("%q", ErrPacketMirrorUser)
	}
}

var viewCmp = []cmp.Option{cmpopts.EquateComparable(netip.Addr{}), cmpopts.IgnoreFields(HostStatus{}, "Pending", "Counters")}

func TestRecordsOfBothSides(t *testing.T) {
	f := newFixture(t)
	a := netip.AddrPortFrom(addr(1), 1162)
	ordinary, secret := v2cHost(a), secureHost(a)
	secret.Categories = secret.Categories.With(mib.Link)
	f.setHost(t, ordinary)
	f.setHost(t, secret)
	other := v2cHost(netip.AddrPortFrom(addr(2), 1162))
	f.setHost(t, other)

	view := func(h Host) HostStatus { return HostStatus{Host: h, Queue: DefaultQueue(), Side: h.Side()} }
	check := func(what string, viewer side.Side, want ...HostStatus) {
		t.Helper()
		if d := cmp.Diff(want, f.As(side.Clear(viewer == side.Secure)).Hosts(), viewCmp...); d != "" {
			t.Errorf("%s: -want +got\n%s", what, d)
		}
	}
	check("ordinary viewer", side.Ordinary, view(ordinary), view(other))
	check("secure viewer", side.Secure, view(ordinary), view(secret), view(other))

	size, rate, first, ping := 64, 600, DropFirstIn, 90
	if err := f.As(side.Clearance{}).SetQueue(addr(1), QueueChange{Size: &size, Full: &first}); err != nil {
		t.Fatal(err)
	}
	if err := f.As(side.Clear(true)).SetQueue(addr(1), QueueChange{DrainRate: &rate, PingTimeout: &ping}); err != nil {
		t.Fatal(err)
	}
	o, s := view(ordinary), view(secret)
	o.Queue = Queue{Size: 64, DrainRate: 600, Full: DropFirstIn, PingTimeout: 90}
	s.Queue = Queue{Size: 32, DrainRate: 600, Full: DropLastIn, PingTimeout: 90}
	check("queue lines", side.Secure, o, s, view(other))

	ordinary.SecurityString, ordinary.Categories = "private", mib.NewCategorySet(mib.OSPF)
	f.setHost(t, ordinary)
	o.Host = ordinary
	check("a repeated line replaces its record and keeps the queue", side.Secure, o, s, view(other))

	if err := f.As(side.Clearance{}).SetQueue(addr(9), QueueChange{Size: &size}); !errors.Is(err, errNoHost) {
		t.Errorf("queue line of no host: %v", err)
	}
	small := 31
	if err := f.As(side.Clearance{}).SetQueue(addr(1), QueueChange{Size: &small}); err == nil || err.Error() != "trapQueue size must be 32 to 2147483647" {
		t.Errorf("size 31: %v", err)
	}

	if err := f.As(side.Clearance{}).RemoveHost(addr(1)); err != nil {
		t.Fatal(err)
	}
	check("ordinary remove", side.Secure, s, view(other))
	if err := f.As(side.Clearance{}).RemoveHost(addr(1)); !errors.Is(err, errNoHost) {
		t.Errorf("an ordinary session removes a secure record: %v", err)
	}
	if err := f.As(side.Clearance{}).SetQueue(addr(1), QueueChange{Size: &size}); !errors.Is(err, errNoHost) {
		t.Errorf("an ordinary session changes a secure queue: %v", err)
	}
	f.setHost(t, ordinary)
	if err := f.As(side.Clear(true)).RemoveSecureHost(addr(1)); err != nil {
		t.Fatal(err)
	}
	check("secure remove", side.Secure, view(other), view(ordinary))
	f.setHost(t, secret)
	if err := f.As(side.Clear(true)).RemoveHost(addr(1)); err != nil {
		t.Fatal(err)
	}
	check("remove of both", side.Secure, view(other))
}

func TestEachSideHasItsQuota(t *testing.T) {
	f := newFixture(t)
	for n := range byte(MaxHosts) {
		f.setHost(t, secureHost(netip.AddrPortFrom(addr(n+1), 162)))
	}
	for n := range byte(MaxHosts) {
		f.setHost(t, v2cHost(netip.AddrPortFrom(addr(n+1), 162)))
	}
	ninth := netip.AddrPortFrom(addr(MaxHosts+1), 162)
	for _, h := range []Host{v2cHost(ninth), secureHost(ninth)} {
		if err := f.As(side.Clear(true)).SetHost(h); !errors.Is(err, ErrTooManyHosts) {
			t.Errorf("ninth host, %v side: %v", h.Side(), err)
		}
	}
	f.setHost(t, v2cHost(netip.AddrPortFrom(addr(1), 163))) // no ninth
}

func TestClosedOriginatorTakesNoHost(t *testing.T) {
	f := newFixture(t)
	f.Close()
	if err := f.As(side.Clear(true)).SetHost(v2cHost(netip.AddrPortFrom(addr(1), 162))); !errors.Is(err, errClosed) {
		t.Errorf("%v", err)
	}
	f.Raise(&ColdStart{})
}

func TestKeywords(t *testing.T) {
	got := fmt.Sprint(snmp.Version1, snmp.Version2c, snmp.Version3, snmp.Version(2), DropLastIn, DropFirstIn)
	if got != "v1 v2c v3 version-2 dropLastIn dropFirstIn" {
		t.Error(got)
	}
}

// TestHostAddress: a receiver is a host of a network, or this machine.
func TestHostAddress(t *testing.T) {
	for address, want := range map[string]bool{
		"0.0.0.1": false, "10.0.0.1": true, "127.0.0.1": true, "127.9.9.9": true, "223.255.255.254": true, "224.0.0.1": false,
		"240.0.0.1": false, "255.255.255.255": false, "::1": true, "::ffff:127.0.0.1": false,
		"2001:db8::1": true, "fd00::1": true, "::": false, "ff02::1": false, "fe80::1": false, "2001:db8::1%eth0": false,
	} {
		if got := HostAddress(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}
