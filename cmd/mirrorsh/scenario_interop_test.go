//go:build interop

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/mib"
)

const scenarios = "../../testdata/scenarios"

// moving is what differs from run to run, and what stands for it.
var moving = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`\d\d/\d\d/\d{4} \d\d:\d\d:\d\d \S+ snmpTrap`), "TIME snmpTrap"},
	{regexp.MustCompile(`\d\d/\d\d/\d{4} \d\d:\d\d:\d\d \S+ (cliCommand|security|system) `), "TIME $1 "},
	{regexp.MustCompile(`DateAndTime\.0 = \S+`), "DateAndTime.0 = TIME"},
	{regexp.MustCompile(`(?m)^Time:.*$`), "Time:         TIME"},
}

// steady replaces what moves.
func steady(text string) string {
	for _, m := range moving {
		text = m.what.ReplaceAllString(text, m.with)
	}
	return text
}

// decoded writes traps as snmptrapd has decoded them, without types and times.
func decoded(all []received) string {
	var b strings.Builder
	for _, r := range all {
		fmt.Fprintf(&b, "%s\n", r.name())
		for _, v := range r.varbinds[2:] {
			name, value, _ := strings.Cut(strings.TrimPrefix(v, "Juniper-PACKET-MIRROR-MIB::juniPacketMirror"), " = ")
			_, value, _ = strings.Cut(value, ": ")
			b.WriteString(steady(fmt.Sprintf("    %s = %s\n", name, value)))
		}
	}
	return b.String()
}

// TestScenarios replays the scripts of the scenarios against an snmptrapd: what
// they print and the traps that arrive, every varbind, are compared whole with
// NAME.golden. UPDATE=1 writes it. The secure log has what has arrived.
func TestScenarios(t *testing.T) {
	scripts, err := filepath.Glob(scenarios + "/*.scr")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts", err)
	}
	seen := map[string]bool{}
	for _, path := range scripts {
		name := strings.TrimSuffix(filepath.Base(path), ".scr")
		t.Run(name, func(t *testing.T) {
			script, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join(scenarios, name+".golden")
			d := startTrapd(t, 1, createUser("mirrorUser", "sha", "auth passphrase", "aes", "priv passphrase"))
			port := fmt.Sprint(d.port)
			t.Setenv("TZ", "UTC")
			var stdout string
			others := func([]received) string { return "" }
			switch name {
			case "intercept":
				stdout, others = wholeIntercept(t, string(script), port)
			case "calea":
				stdout, others = mediation(t, string(script), port)
			case "protectMirrorEnable":
				var told string
				stdout, told = wholeProtection(t, string(script), port)
				others = func([]received) string { return told }
			default:
				stdout, _ = mirrorsh(t, 0, strings.ReplaceAll(string(script), "9162", port))
			}
			logged := strings.Count(stdout, " snmpTrap (")
			all := d.wait(t, logged)
			got := steady(strings.ReplaceAll(stdout, port, "9162")) + "\n=== What snmptrapd decoded ===\n" + decoded(all) + others(all)
			if os.Getenv("UPDATE") != "" {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
			if logged == 0 || len(all) != logged {
				t.Errorf("%d traps decoded, %d in the secure log", len(all), logged)
			}
			for _, r := range all {
				seen[r.name()] = true
			}
		})
	}
	for _, n := range mib.MirrorNotifications {
		if !seen[n.Name] {
			t.Errorf("no scenario has %s", n.Name)
		}
		if file := strings.ToLower(n.Short()[:1]) + n.Short()[1:]; !seen[n.Name] || !exists(filepath.Join(scenarios, file+".scr")) {
			t.Errorf("no script %s.scr", file)
		}
	}
}

// wholeIntercept plays the script with a FreeRADIUS and an analyzer at hand, and returns
// what the router has printed and, given the traps, what the two have got and what
// tshark decodes. They agree.
func wholeIntercept(t *testing.T, script, trapPort string) (stdout string, others func([]received) string) {
	t.Helper()
	a := startAnalyzer(t)
	f := startFreeRADIUS(t, fmt.Sprintf(`jwbooth@isptheatre.com	Cleartext-Password := "open sesame"
	Framed-IP-Address = 192.168.105.25,
	Session-Timeout = 86400,
	Class = "gold",
	ERX-LI-Action = on,
	ERX-Med-Dev-Handle = 0x0000030000000090,
	ERX-Med-Ip-Address = 192.168.99.2,
	ERX-Med-Port-Number = %d
`, a.port))
	dynamic := freePort(t)
	ports := []string{"9162", trapPort, "1812", fmt.Sprint(f.auth), "1813", fmt.Sprint(f.acct), "3799", fmt.Sprint(dynamic), "2500", fmt.Sprint(a.port)}
	path := filepath.Join(t.TempDir(), "left.pcap")
	stdout = play(t, strings.NewReplacer(ports...).Replace(script), map[string]func(string){
		"radclient": func(request string) {
			kind, attributes, _ := strings.Cut(request, " ")
			if answer := radclient(t, dynamic, kind, strings.Split(attributes, ", ")...); !strings.HasSuffix(answer, "-ACK") {
				t.Errorf("%s: %s", request, answer)
			}
		},
	}, "--pcap", path)
	return back(stdout, ports), func(traps []received) string {
		all := whatLeft(t, path, trapPort, a.port, traps)
		accounts := f.accounts(t, 4)
		accounted(t, all, accounts)
		return a.agrees(t, all) + "\n=== What FreeRADIUS was told ===\n" + accounts
	}
}

// back puts ports that were put in the place of others back.
func back(text string, ports []string) string {
	pairs := slices.Clone(ports)
	for i := 0; i < len(pairs); i += 2 {
		pairs[i], pairs[i+1] = pairs[i+1], pairs[i]
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// mediation plays the script with an analyzer at hand, as wholeIntercept does.
func mediation(t *testing.T, script, trapPort string) (stdout string, others func([]received) string) {
	t.Helper()
	a := startAnalyzer(t)
	ports := []string{"9162", trapPort, "2500", fmt.Sprint(a.port)}
	path := filepath.Join(t.TempDir(), "left.pcap")
	stdout, _ = mirrorsh(t, 0, strings.NewReplacer(ports...).Replace(script), "--pcap", path)
	return back(stdout, ports), func(traps []received) string { return a.agrees(t, whatLeft(t, path, trapPort, a.port, traps)) }
}

// agrees returns the timeline of what has left, whose packets are those the analyzer
// got.
func (a *analyzer) agrees(t *testing.T, all []left) string {
	t.Helper()
	text, packets := timeline(t, all)
	if got := a.packets(t, strings.Count(packets, "\n")); got != packets || packets == "" {
		t.Errorf("the analyzer got\n%swhat has left is\n%s", got, packets)
	}
	a.rest(t)
	return "\n=== What tshark decoded of what left: traps with their LAES messages, packets ===\n" + text
}

// accounted checks that all packets are accounted for: those that were mirrored, and
// one each way for which the analyzer was out of reach.
func accounted(t *testing.T, all []left, accounts string) {
	t.Helper()
	const lost, size = 1, 200
	address := regexp.MustCompile(`Framed-IP-Address = (.*)`).FindStringSubmatch(accounts)
	if address == nil {
		t.Fatal(accounts)
	}
	in, out := lost, lost
	for _, l := range all {
		switch address[1] {
		case l.from:
			in++
		case l.to:
			out++
		}
	}
	want := fmt.Sprintf("Acct-Input-Packets = %d\nAcct-Output-Packets = %d\nAcct-Input-Octets = %d\nAcct-Output-Octets = %d\n", in, out, in*size, out*size)
	if !strings.Contains(accounts, want) {
		t.Errorf("no\n%sin\n%s", want, accounts)
	}
}
