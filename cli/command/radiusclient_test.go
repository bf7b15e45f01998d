package command

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/cli"
)

// TestRADIUSServersConfiguration: what is configured comes back in the order in which
// it is asked, for each kind and virtual router, and again from what was saved.
func TestRADIUSServersConfiguration(t *testing.T) {
	const want = `configure terminal
radius authentication server 127.0.0.9
 key "a secret"
 udp-port 1645
 timeout 5
 retransmit 0
 max-sessions 10
 deadtime 3
 message-authenticator required
 exit
radius authentication server 127.0.0.2
 exit
radius accounting server 127.0.0.9
 key "other"
 exit
radius algorithm round-robin
virtual-router isp
radius accounting server 127.0.0.1
 udp-port 1812
 exit
virtual-router default
`
	setup := append(strings.Split(strings.TrimSpace(strings.ReplaceAll(want, "\n ", "\n")), "\n"), "end")
	o := operatorOf(t, newShell(t), setup...)
	if d := cmp.Diff(want, radiusConfiguration(t, o)); d != "" {
		t.Error(d)
	}
	hidden := operatorOf(t, o.Shell(), "disable", "enable 10")
	if d := cmp.Diff(strings.NewReplacer(`"a secret"`, cli.Hidden, `"other"`, cli.Hidden).Replace(want), radiusConfiguration(t, hidden)); d != "" {
		t.Error(d)
	}
	// A default that is typed is a default; what is taken back is one again.
	for _, line := range []string{
		"configure terminal", "radius authentication server 127.0.0.9", "no key", "no udp-port 1645", "default timeout", "retransmit 3",
		"no max-sessions", "no deadtime", "no message-authenticator required", "exit", "radius algorithm direct", "no radius authentication server 127.0.0.2", "no radius accounting server 127.0.0.9",
		"no virtual-router isp", "end",
	} {
		o.do(t, line)
	}
	if d := cmp.Diff("configure terminal\nradius authentication server 127.0.0.9\n exit\n", radiusConfiguration(t, o)); d != "" {
		t.Error(d)
	}
}

// TestPPPConfiguration: what is configured of sessions comes back; a default that is
// typed is a default.
func TestPPPConfiguration(t *testing.T) {
	const want = `configure terminal
aaa accounting acct-stop on-aaa-failure disable
aaa accounting acct-stop on-access-deny enable
aaa timeout idle 1200
aaa timeout idle ingress-only
aaa timeout session 3600
`
	o := operatorOf(t, newShell(t), strings.Split(strings.TrimSpace(want), "\n")...)
	o.do(t, "end")
	if d := cmp.Diff(want, radiusConfiguration(t, o)); d != "" {
		t.Error(d)
	}
	for _, line := range []string{
		"configure terminal", "no aaa accounting acct-stop on-aaa-failure", "aaa accounting acct-stop on-access-deny disable",
		"no aaa timeout idle 1200", "default aaa timeout session", "end",
	} {
		o.do(t, line)
	}
	if got := radiusConfiguration(t, o); strings.Contains(got, "aaa") {
		t.Errorf("what was taken back is still there: %s", got)
	}
	o.do(t, "configure terminal")
	o.do(t, "radius accounting server 127.0.0.3")
	for _, line := range []string{
		"aaa timeout idle ingress-only", "aaa timeout idle 299", "aaa timeout idle 86401", "aaa timeout session 59", "aaa timeout session 31622401",
		"message-authenticator required", // of an accounting server
	} {
		if err := o.Execute(t.Context(), line); err == nil {
			t.Errorf("%s: accepted", line)
		}
	}
}
