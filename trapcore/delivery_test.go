package trapcore

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
)

// TestTrapsOfAllRoutersLeaveTogether joins trap source, trap proxy and the
// shared room of the notification logs.
func TestTrapsOfAllRoutersLeaveTogether(t *testing.T) {
	sink, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	if err := sink.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	from := func() string {
		t.Helper()
		_, peer, err := sink.ReadFromUDPAddrPort(make([]byte, 2048))
		if err != nil {
			t.Fatal(err)
		}
		return peer.Addr().String()
	}

	r, err := New(Options{Hostname: "host1", Boots: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	other, err := r.Create("other")
	if err != nil {
		t.Fatal(err)
	}
	def := r.Default()
	if err := def.Traps().Log().Set(netip.MustParseAddr("127.0.0.1"), true, false); err != nil {
		t.Fatal(err)
	}
	to := sink.LocalAddr().(*net.UDPAddr).AddrPort()
	h := notify.NewHost(to.Addr(), "public")
	h.Port = to.Port()
	if err := def.Traps().As(side.Clear(true)).SetHost(h); err != nil {
		t.Fatal(err)
	}
	id := network.InterfaceID{Type: network.Loopback, Spec: "0"}
	if err := r.Default().Network().CreateInterface(id); err != nil {
		t.Fatal(err)
	}
	def.Traps().SetSource(id)
	if err := def.Traps().SetProxy(true); err != nil {
		t.Fatal(err)
	}
	if err := other.Traps().SetProxy(true); err == nil {
		t.Error("another virtual router is the proxy")
	}
	other.Traps().EnableAll()
	if err := r.Default().Network().SetAddress(id, netip.MustParsePrefix("192.0.2.1/32")); err != nil {
		t.Fatal(err)
	}
	if got, a := def.Traps().Source(); got != id || a.String() != "192.0.2.1" {
		t.Errorf("source %v %v", got, a)
	}
	for range 2 {
		other.Traps().Raise(&notify.ColdStart{})
		if got := from(); got != "127.0.0.1" {
			t.Errorf("a trap comes from %s", got)
		}
	}
	r.Drain(t.Context())
	told := 0
	entries, _ := r.events.Entries()
	for _, e := range entries {
		if strings.Contains(e.Text, "trap source Loopback 0: this machine does not have 192.0.2.1") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
	log := def.Traps().Log()
	if e := log.Entries("127.0.0.1"); len(e) != 2 || e[1].Index != 2 {
		t.Errorf("the log of the traps by proxy: %+v", e)
	}
	if err := other.Traps().Log().SetEntryLimit(100); err != nil || def.Traps().Log().EntryLimit() != 400 {
		t.Errorf("%d entries are left, %v", def.Traps().Log().EntryLimit(), err)
	}
}
