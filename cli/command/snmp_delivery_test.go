package command

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
)

// delivering is what a session with both sides in it configures.
var delivering = []string{
	"mirror-enable",
	"configure terminal",
	"snmp-server user watcher group mirror authentication sha \"auth passphrase\" privacy aes \"priv passphrase\"",
	"snmp-server user ops group admin authentication sha \"auth passphrase\" privacy aes \"priv passphrase\"",
	"snmp-server host 127.0.0.9 version v3 ops udp-port 1162 informs retries 10 timeout 60 link trapFilters notice",
	"snmp-server host 127.0.0.8 version 2c public informs timeout 5 retries 0",
	"snmp-server host 127.0.0.9 version v3 watcher informs packetMirror link",
	"snmp-server trap-source fastEthernet 06/0",
	"snmp-server trap-proxy",
	"snmp-server notificationLog log 127.0.0.9 adminStatus includeVarbinds",
	"snmp-server notificationLog log 127.0.0.8 includeVarbinds",
	"snmp-server notificationLog ageOut 0",
	"snmp-server notificationLog entryLimit 100",
	"end",
}

func TestDeliveryLines(t *testing.T) {
	o := operatorOf(t, newShell(t), delivering...)
	var got []string
	for line := range strings.Lines(o.do(t, "show configuration")) {
		line = strings.TrimSuffix(line, "\n")
		for _, word := range []string{" host ", " trap-", " notificationLog "} {
			if strings.HasPrefix(line, "snmp-server"+word) {
				got = append(got, line)
				break
			}
		}
	}
	want := []string{
		"snmp-server host 127.0.0.9 version v3 ops udp-port 1162 informs retries 10 timeout 60 link trapFilters notice",
		"snmp-server host 127.0.0.8 version v2c public informs retries 0",
		"snmp-server host 127.0.0.9 version v3 watcher informs link packetMirror",
		"snmp-server trap-source fastEthernet 6/0",
		"snmp-server trap-proxy",
		"snmp-server notificationLog log 127.0.0.9 adminStatus includeVarbinds",
		"snmp-server notificationLog log 127.0.0.8 includeVarbinds",
		"snmp-server notificationLog ageOut 0",
		"snmp-server notificationLog entryLimit 100",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestDeliveryReplays runs what show configuration says on an empty router.
func TestDeliveryReplays(t *testing.T) {
	first := operatorOf(t, newShell(t), delivering...)
	text := first.do(t, "show configuration")
	second := operatorOf(t, newShell(t), "mirror-enable", "configure terminal")
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "!") {
			second.do(t, line)
		}
	}
	second.do(t, "end")
	if d := cmp.Diff(text, second.do(t, "show configuration")); d != "" {
		t.Error(d)
	}
}

func TestDeliveryNoForms(t *testing.T) {
	o := operatorOf(t, newShell(t), "mirror-enable")
	empty := o.do(t, "show configuration")
	for _, line := range delivering[1:] {
		o.do(t, line)
	}
	for _, line := range []string{
		"configure terminal",
		"no snmp-server notificationLog log 127.0.0.9 includeVarbinds",
		"no snmp-server notificationLog log 127.0.0.9 adminStatus",
	} {
		o.do(t, line)
	}
	if got := o.do(t, "do show snmp notificationLog"); !strings.Contains(got, "127.0.0.9       disabled excluded") {
		t.Error(got)
	}
	for _, line := range []string{
		"no snmp-server trap-source", "no snmp-server trap-proxy",
		"no snmp-server notificationLog log 127.0.0.9", "no snmp-server notificationLog log 127.0.0.8",
		"no snmp-server notificationLog ageOut", "no snmp-server notificationLog entryLimit",
		"no snmp-server host 127.0.0.9", "no snmp-server host 127.0.0.8",
		"no snmp-server user ops", "no snmp-server user watcher", "end",
	} {
		o.do(t, line)
	}
	if d := cmp.Diff(empty, o.do(t, "show configuration")); d != "" {
		t.Error(d)
	}
}

func TestDeliveryRefusals(t *testing.T) {
	o := operatorOf(t, newShell(t), "mirror-enable", "configure terminal")
	for line, want := range map[string]string{
		"snmp-server host 127.0.0.1 public informs":           "informs require SNMPv2c or SNMPv3",
		"no snmp-server notificationLog log 127.0.0.1":        "no such notification log",
		"snmp-server notificationLog log 224.0.0.1":           "trap host address must be a unicast address of IPv4 or IPv6",
		"do test mirror fault bad-digest":                     "secure traps do not leave the router now: enable category packetMirror and mirror trap-enable",
		"no snmp-server notificationLog log 127.0.0.1 adminS": "no such notification log",
	} {
		if err := o.Execute(t.Context(), line); err == nil || err.Error() != "% "+want {
			t.Errorf("%q: %v, want %s", line, err, want)
		}
	}
	o.do(t, "snmp-server enable traps packetMirror")
	o.do(t, "mirror trap-enable")
	if err := o.Execute(t.Context(), "do test mirror fault time-skew -200 count 2"); err == nil || err.Error() != "% no host of the category packetMirror" {
		t.Error(err)
	}
	for _, line := range []string{
		"snmp-server host 127.0.0.1 version 2c public informs retries 11",
		"snmp-server host 127.0.0.1 version 2c public informs timeout 0",
		"snmp-server host 127.0.0.1 version 2c public retries 1",
		"snmp-server trap-source fastEthernet x",
		"snmp-server notificationLog entryLimit 501",
		"do test mirror fault time-skew",
		"do test mirror fault nonsense",
	} {
		if err := o.Execute(t.Context(), line); err == nil {
			t.Errorf("%q is taken", line)
		}
	}
}

// counting is a receiver on loopback, and what it got.
func counting(t *testing.T) (port string, wait func(n int)) {
	t.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_, port, _ = net.SplitHostPort(c.LocalAddr().String())
	return port, func(n int) {
		t.Helper()
		if err := c.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		for range n {
			if _, err := c.Read(make([]byte, 65536)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestShowsOfDelivery(t *testing.T) {
	port, wait := counting(t)
	shell := newShell(t)
	o := operatorOf(t, shell, "mirror-enable", "configure terminal",
		`snmp-server user watcher group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"`,
		"snmp-server host 127.0.0.1 version 2c public udp-port "+port,
		"snmp-server host 127.0.0.1 version v3 watcher packetMirror udp-port "+port,
		"snmp-server enable traps snmp", "snmp-server enable traps packetMirror", "mirror trap-enable",
		"snmp-server enable traps snmp authentication",
		"snmp-server notificationLog log 127.0.0.1 adminStatus", "snmp-server notificationLog ageOut 5",
		"snmp-server trap-source fastEthernet 6/0", "end")
	traps := o.VirtualRouter().Traps()
	base := traps.As(side.Clear(true)).Counters(side.Ordinary) // the session's own alerts
	traps.Raise(&notify.ColdStart{})
	traps.Raise(&notify.AuthenticationFailure{Community: "hunter2", Reason: notify.BadCommunityName})
	wait(2)
	if got := o.do(t, "test mirror fault reorder count 2"); got != "6 messages sent\n" {
		t.Error(got)
	}
	wait(6)
	traps.Drain(context.Background())

	seen := o.do(t, "show snmp trapstat")
	line := func(text string, n uint32) string { return fmt.Sprintf("%-34s %-10d 0\n", text, n) }
	want := "" +
		"Counter                            Ordinary   Secure\n" +
		"---------------------------------- ---------- ----------\n" +
		line("Traps received", base.Received+2) +
		line("  raised in this virtual router", base.Local+2) +
		"  raised in others, by trap proxy  0          0\n" +
		line("Traps discarded", base.Discarded) +
		line("  by category, filter or switch", base.GlobalDiscards) +
		"  no memory                        0          0\n" +
		"  no room in a queue               0          0\n" +
		"  agent not able to send           0          0\n" +
		line("Traps out", base.Out+2) +
		"  raised in others, by trap proxy  0          0\n" +
		"\n" +
		"Address   Type Pending Sent Acknow- Discards Bad      Queue No       Reports Side\n" +
		"                            ledged           Encoding Full  Response\n" +
		"--------- ---- ------- ---- ------- -------- -------- ----- -------- ------- --------\n" +
		"127.0.0.1 trap 0       2    0       0        0        0     0        0       ordinary\n" +
		"127.0.0.1 trap 0       0    0       2        0        0     0        0       secure\n"
	if d := cmp.Diff(want, seen); d != "" {
		t.Error(d)
	}
	log := "" +
		"Age out: 5 minutes\nEntry limit: 500\nNotifications: 2 logged, 0 bumped\n\n" +
		"Log             Status   Varbinds Logged     Bumped\n" +
		"--------------- -------- -------- ---------- ----------\n" +
		"127.0.0.1       enabled  excluded 2          0\n\n"
	if got := o.do(t, "show snmp notificationLog"); !strings.HasPrefix(got, log) || !strings.Contains(got, "127.0.0.1       2     SUN NOV 22 2026 06:12:11 UTC authenticationFailure ") ||
		!strings.Contains(got, "= hunter2") {
		t.Error(got)
	}
	if got := o.do(t, "show snmp trap"); !strings.Contains(got, "\nTrap Source: FastEthernet 6/0, Trap Source Address:none\nTrap Proxy: disabled\n") {
		t.Error(got)
	}
	faults := o.do(t, "show mirror faults")
	if want := "reorder 127.0.0.1:" + port + " watcher trap 6        takes it         RFC 3414 section 3.2 step 7 nothing   undecided SUN NOV 22 2026 06:12:11 UTC\n"; !strings.HasSuffix(faults, want) {
		t.Errorf("%s, want at its end %s", faults, want)
	}

	// Who sees the ordinary side alone sees it as if there were no other.
	plain := operatorOf(t, shell, "disable", "enable 10")
	got := plain.do(t, "show snmp trapstat")
	for _, word := range []string{"Secure", "secure", "Side"} {
		if strings.Contains(got, word) {
			t.Error(got)
		}
	}
	if n := strings.Count(got, "127.0.0.1"); n != 1 {
		t.Errorf("%d hosts: %s", n, got)
	}
	if got := plain.do(t, "show snmp notificationLog"); strings.Contains(got, "hunter2") || !strings.Contains(got, "= <hidden>") {
		t.Error(got)
	}
}
