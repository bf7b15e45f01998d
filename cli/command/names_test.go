package command

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
)

// TestNamesAreOffered: wherever a name is expected, what exists is offered by
// ?, Tab and suggestions, as far as the session sees it.
func TestNamesAreOffered(t *testing.T) {
	shell := newShell(t)
	o := operatorOf(t, shell, "mirror-enable", "configure terminal",
		"virtual-router isp1", "virtual-router default",
		"snmp-server view lab 1.3.6.1 included", "snmp-server group crew noauth read lab",
		"snmp-server user watch group mirror authentication sha watchword1 privacy aes watchword2",
		"secure ip classifier-list tapped ip any any", "secure ip policy-list tap", "exit",
		"do no mirror-enable",
		"snmp-server community begone", "snmp-server community view", "access-list gate permit any",
		"interface loopback 7", "exit", "radius dynamic-request server 10.9.9.9", "exit",
		"log destination syslog 10.8.8.8",
		"snmp-server user oper group crew", "snmp-server host 10.7.7.7 version v2c begone",
		"do copy running-configuration lab.scr", "do test subscriber login joe",
		"virtual-router isp1", "do test subscriber login away ip-address 10.6.6.5 calling-station-id 5550000", "virtual-router default",
		`do test subscriber login "jo ann" ip-address 10.6.6.6 calling-station-id 5551234 nas-port-id "fastEthernet 1/1" acct-session-id "erx 1" `+
			"dhcp-option-82 slot7 agent-circuit-id circuit9 agent-remote-id remote8",
		"do mirror-enable", "mirror username rule1 ip secure-policy-list tap", "mirror calling-station-id 5559999 ip secure-policy-list tap", "do no mirror-enable")
	for _, c := range []struct {
		line   string
		secret bool // only the secure side has it
		want   string
	}{
		{"virtual-router ", false, "isp1"},
		{"no virtual-router ", false, "isp1"},
		{"snmp-server user ", false, "oper"},
		{"snmp-server user ", true, "watch"},
		{"no snmp-server user ", true, "watch"},
		{"snmp-server user new group ", false, "crew"},
		{"snmp-server user new group ", false, "admin"},
		{"snmp-server user new group ", true, "mirror"},
		{"snmp-server group ", false, "crew"},
		{"snmp-server group x auth read ", false, "lab"},
		{"snmp-server view ", false, "lab"},
		{"snmp-server community ", false, "begone"},
		{"snmp-server community x view ", false, "lab"},
		{"snmp-server community x ro ", false, "gate"},
		{"snmp-server host ", false, "10.7.7.7"},
		{"no snmp-server host ", false, "10.7.7.7"},
		{"snmp-server host 10.1.1.1 version v2c ", false, "begone"},
		{"snmp-server host 10.1.1.1 version v3 ", false, "oper"},
		{"snmp-server host 10.1.1.1 version v3 ", true, "watch"},
		{"access-list ", false, "gate"},
		{"interface loopback ", false, "7"},
		{"radius dynamic-request server ", false, "10.9.9.9"},
		{"no log destination syslog ", false, "10.8.8.8"},
		{"do more ", false, "lab.scr"},
		{"do delete ", false, "lab.scr"},
		{"do show clock > ", false, "lab.scr"},
		{"do configure file ", false, "lab.scr"},
		{"do logout subscriber ", false, "joe"},
		{"mirror username ", true, "joe"},
		{"mirror username ", true, `"jo ann"`},
		{"mirror ip-address ", true, "10.6.6.6"},
		{"mirror calling-station-id ", true, "5551234"},
		{"mirror calling-station-id ", true, "5550000"}, // of any virtual router
		{"mirror nas-port-id ", true, `"fastEthernet 1/1"`},
		{"mirror acct-session-id ", true, `"erx 1"`},
		{"mirror dhcp-option-82 ", true, "slot7"},
		{"mirror agent-circuit-id ", true, "circuit9"},
		{"mirror agent-remote-id ", true, "remote8"},
		{"mirror disable username ", true, "joe"},
		{"mirror disable calling-station-id ", true, "5551234"},
		{"no mirror username ", true, "rule1"},
		{"no mirror calling-station-id ", true, "5559999"},
		{"secure ip policy-list ", true, "tap"},
		{"secure ip classifier-list ", true, "tapped"},
	} {
		for _, mirror := range []bool{false, true} {
			o.SetMirror(mirror)
			want := mirror || !c.secret
			if got := strings.Contains("\n"+o.Help(c.line), "\n  "+c.want+"\n"); got != want {
				t.Errorf("%q?, mirror-enable %v: %q is listed: %v\n%s", c.line, mirror, c.want, got, o.Help(c.line))
			}
			partial := c.want[:len(c.want)-1]
			insert, _ := o.Complete(c.line + partial)
			if got := strings.HasPrefix(insert, c.want[len(partial):]); got != want {
				t.Errorf("%q Tab, mirror-enable %v: %q", c.line+partial, mirror, insert)
			}
			suggested := false
			for _, s := range o.Suggest(c.line) {
				suggested = suggested || s.Text == c.want
			}
			if suggested != want {
				t.Errorf("%q, mirror-enable %v: suggested: %v", c.line, mirror, suggested)
			}
		}
	}
	o.SetMirror(true)
	for _, line := range []string{"mirror username ", "mirror ip-address "} {
		if got := o.Help(line); strings.Contains(got, "away") || strings.Contains(got, "10.6.6.5") {
			t.Errorf("%q? has the subscriber of another virtual router:\n%s", line, got)
		}
	}
	o.SetMirror(false)
	if got := o.Help("snmp-server community "); !strings.Contains(got, "  view\n") {
		t.Errorf("a name that is no keyword there:\n%s", got)
	}
	o.SetLevel(10)
	o.do(t, "configure terminal")
	for _, line := range []string{"snmp-server community ", "snmp-server host 10.1.1.1 version v2c "} {
		if got := o.Help(line); strings.Contains(got, "begone") {
			t.Errorf("a community at level 10:\n%s", got)
		}
	}
}

// TestNamesAreBounded: of many things some are listed, and how many are not.
func TestNamesAreBounded(t *testing.T) {
	o := operatorOf(t, newShell(t), "configure terminal")
	for i := range grammar.MaxNames + 3 {
		o.do(t, fmt.Sprintf("interface loopback %d", 100+i))
		o.do(t, "exit")
	}
	help := o.Help("interface loopback ")
	if n := strings.Count(help, "\n"); n != 1+grammar.MaxNames+1 || !strings.Contains(help, "\n  ... and 3 more\n") {
		t.Errorf("%d lines:\n%s", n, help)
	}
	if insert, _ := o.Complete("interface loopback 1"); insert != "" {
		t.Errorf("Tab inserts %q", insert)
	}
	if insert, list := o.Complete("interface loopback 10"); insert != "" || strings.Contains(list, "more") {
		t.Errorf("Tab inserts %q and lists %s", insert, list)
	}
}

// TestNamesAreCountedOnce: a name that several things have is one, also where several
// commands take it.
func TestNamesAreCountedOnce(t *testing.T) {
	o := operatorOf(t, newShell(t), "mirror-enable", "configure terminal", "virtual-router isp", "virtual-router default")
	for i := range grammar.MaxNames + 3 {
		for _, line := range []string{
			"secure ip policy-list n%02d", "exit", "secure l2tp policy-list n%02d", "exit", "secure ipv6 policy-list n%02d", "exit",
			"secure ip classifier-list n%02d ip any any", "secure ipv6 classifier-list n%02d tcp",
			"ip policy-list n%02d", "exit", "ipv6 policy-list n%02d", "exit",
			"do test subscriber login n%02d calling-station-id c%02d", "virtual-router isp", "do test subscriber login n%02d calling-station-id c%02d", "virtual-router default",
		} {
			o.do(t, strings.ReplaceAll(line, "%02d", fmt.Sprintf("%02d", i)))
		}
	}
	for _, line := range []string{"do show secure policy-list ", "do show secure classifier-list ", "do show policy-list ", "do logout subscriber ", "do test subscriber traffic ", "mirror calling-station-id "} {
		list, more, _ := strings.Cut(o.Help(line), "\n  ... and ")
		if n := len(regexp.MustCompile(`\n  [nc]\d\d\b`).FindAllString(list, -1)); n != grammar.MaxNames || !strings.HasPrefix(more, "3 more\n") {
			t.Errorf("%q: %d and %.8q", line, n, more)
		}
	}
}

// calls counts how often help asks for names.
type calls int

func (n *calls) Each(any, string, func(string) bool) (left int) {
	*n++
	return 0
}

// TestNamesAreAskedForOnce: wherever names may stand one kind is asked for, once, which
// is why the first of them are enough.
func TestNamesAreAskedForOnce(t *testing.T) {
	tree := newShell(t).Tree()
	const mark = "\x00"
	places := 0
	for _, mode := range cli.AllModes {
		for line := range tree.Lines(mode, func(p *grammar.Parameter) string {
			if p.Named() {
				return mark + sampleValue(p)
			}
			return sampleValue(p)
		}) {
			before := ""
			for part := range strings.SplitSeq(line, mark) {
				var asked calls
				before += part
				tree.Offers(mode, grammar.View{Level: grammar.LevelMax, Mirror: true, Names: &asked}, before)
				if asked > 1 {
					t.Errorf("%s: %q: asked for %d times", mode, before, asked)
				}
				places += int(asked)
			}
		}
	}
	if places < 100 {
		t.Errorf("%d places", places)
	}
}

// TestEveryNameHasItsThings: a parameter that is called a name says what may
// stand there, but for that of the router, which is one.
func TestEveryNameHasItsThings(t *testing.T) {
	tree := newShell(t).Tree()
	for _, mode := range cli.AllModes {
		var bare []string
		for line := range tree.Lines(mode, func(p *grammar.Parameter) string {
			if strings.HasPrefix(p.Help, "The name of") && !p.Named() {
				bare = append(bare, p.Help)
			}
			return sampleValue(p)
		}) {
			if len(bare) > 0 {
				t.Errorf("%s: %q: %q", mode, line, slices.Compact(bare))
			}
			bare = nil
		}
	}
}

// TestSuggestionsAreSwitched by terminal suggestions, which show terminal tells.
func TestSuggestionsAreSwitched(t *testing.T) {
	o := operatorOf(t, newShell(t))
	for _, c := range []struct {
		line string
		on   bool
	}{{"show terminal", true}, {"terminal suggestions off", false}, {"terminal suggestions on", true}, {"no terminal suggestions", false}} {
		o.do(t, c.line)
		want := "Suggestions: off\n"
		if c.on {
			want = "Suggestions: on\n"
		}
		if got := o.do(t, "show terminal"); o.Suggests() != c.on || !strings.HasSuffix(got, want) {
			t.Errorf("%q: %v, %s", c.line, o.Suggests(), got)
		}
	}
}

// TestListsOfAProtocol: where a list of one protocol is named, those of the other
// are not offered.
func TestListsOfAProtocol(t *testing.T) {
	o := operatorOf(t, newShell(t), "mirror-enable", "configure terminal", "secure ip policy-list overIP", "exit", "secure l2tp policy-list overL2TP", "exit",
		"interface loopback 1")
	for line, want := range map[string]string{
		"secure ip policy-list ": "overIP", "secure l2tp policy-list ": "overL2TP", "no secure l2tp policy-list ": "overL2TP",
		"ip policy secure-input ": "overIP", "mirror username joe l2tp secure-policy-list ": "overL2TP",
		"mirror username joe ip secure-policy-list ": "overIP",
	} {
		got := o.Help(line)
		if strings.Contains(got, "overIP") != (want == "overIP") || strings.Contains(got, "overL2TP") != (want == "overL2TP") {
			t.Errorf("%q: %s", line, got)
		}
	}
}
