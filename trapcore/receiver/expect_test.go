package receiver

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

func alert(text string, at time.Time) *Notification {
	n := &Notification{
		At: at, From: netip.MustParseAddrPort("127.0.0.1:4711"), Version: snmp.Version3, User: "u", Level: snmp.AuthPriv,
		ContextEngine: sender, Context: "router1", Trap: mib.CliSecurityAlert.OID, UpTime: uint32(at.Unix()),
	}
	for i, v := range []snmp.Value{snmp.Integer(5), snmp.OctetString(text), snmp.DateAndTime(at)} {
		n.Varbinds = append(n.Varbinds, snmp.Varbind{Name: mib.CliSecurityAlert.Objects[i].Instance0(), Value: v})
	}
	return n
}

const goldenAlert = `juniCliSecurityAlert: trap v3 u authPriv context router1 *
    sysUpTime.0 = *
    juniCliSecurityAlertPriority.0 = notice(5)
    juniCliSecurityAlertMessage.0 = a \*\\\* text
    juniCliSecurityAlertTime.0 = *
`

// TestGolden: what a notification is written as fits itself at another time, and
// nothing else.
func TestGolden(t *testing.T) {
	n := alert(`a *\* text`, time.Unix(1000, 0))
	if d := cmp.Diff(goldenAlert, n.Golden()); d != "" {
		t.Fatal(d)
	}
	for _, c := range []struct {
		golden string
		got    []*Notification
		want   []string
	}{
		{goldenAlert, []*Notification{alert(`a *\* text`, time.Unix(5000, 0))}, nil},
		{"# head only\njuniCliSecurityAlert\n\njuniCliSecurityAlert: trap v3 *\n", []*Notification{n, n}, nil},
		{"juniCliSecurityAlert\n    sysUpTime.0 = 1000\n    ...\n", []*Notification{n}, nil},
		{goldenAlert, []*Notification{alert("a + text", time.Unix(1000, 0))},
			[]string{`golden:4: want juniCliSecurityAlertMessage.0 = a \*\\\* text, got juniCliSecurityAlertMessage.0 = a + text`}},
		{"coldStart\njuniCliSecurityAlert: inform*\n", []*Notification{n, n}, []string{
			"golden:1: want coldStart, got juniCliSecurityAlert",
			"golden:2: want juniCliSecurityAlert: inform*, got juniCliSecurityAlert: trap v3 u authPriv context router1 engine 0x8000130a0573656e646572 from 127.0.0.1:4711 at 1970-01-01 00:16:40.000"}},
		{"juniCliSecurityAlert\n  sysUpTime.0 = *\n", []*Notification{n}, []string{"golden:2: want nothing more, got juniCliSecurityAlertPriority.0 = notice(5)"}},
		{goldenAlert + "    more = 1\n", []*Notification{n}, []string{"golden:6: want more = 1, got nothing more"}},
		{goldenAlert + "\ncoldStart\nwarmStart\n", []*Notification{n}, []string{"golden:7: 2 of 3 notifications did not arrive, the first coldStart"}},
		{"juniCliSecurityAlert\n", []*Notification{n, n, n}, []string{"golden: 2 notifications more than the 1 expected"}},
	} {
		e, err := ReadExpectation("golden", strings.NewReader(c.golden))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range c.got {
			n.At = n.At.UTC()
			e.Take(n)
		}
		if d := cmp.Diff(c.want, e.Differences()); d != "" {
			t.Errorf("%s%s", c.golden, d)
		}
	}
	for _, bad := range []string{"", "\n# nothing\n", "    sysUpTime.0 = 1\n", strings.Repeat("x", maxGoldenLine+1)} {
		if _, err := ReadExpectation("golden", strings.NewReader(bad)); err == nil {
			t.Errorf("%.20q is taken", bad)
		}
	}
}

// TestDifferencesAreBounded: a golden file of something else says so in few lines.
func TestDifferencesAreBounded(t *testing.T) {
	e, err := ReadExpectation("golden", strings.NewReader(strings.Repeat("coldStart\n", 100)))
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		e.Take(alert("x", time.Unix(0, 0)))
	}
	if d := e.Differences(); len(d) != maxDifferences+1 || d[maxDifferences] != "golden: 80 more differences" {
		t.Errorf("%d: %q", len(d), d[len(d)-1])
	}
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"*", "abc", true}, {"a*c", "abbc", true}, {"a*c", "abb", false},
		{"a*b*c", "a-b-b-c", true}, {"*b", "abab", true}, {"**", "x", true}, {`\*`, "*", true}, {`\*`, "x", false},
		{`\\`, `\`, true}, {`\`, `\`, true}, {`*\**`, "a*b", true}, {`*\**`, "ab", false}, {"abc", "ab", false}, {"ab", "abc", false},
		{strings.Repeat("*a", 30) + "b", strings.Repeat("a", 2000), false},
	} {
		if got := glob(c.pattern, c.s); got != c.want {
			t.Errorf("%q, %.20q: %v", c.pattern, c.s, got)
		}
	}
}
