package command

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/state"
)

var (
	randomSeeds = flag.Int("random-seeds", 1, "how many routers TestRandomChanges makes")
	randomSteps = flag.Int("random-steps", 300, "how many changes each has")
	randomSeed  = flag.Int("random-seed", 1, "the first seed")
)

// randomBlocks are the changes that TestRandomChanges makes: lines of a block, of which
// %N is one of few numbers, %A an address, and {a|b} one of both.
var randomBlocks = []string{
	"{|no }ip route 40.%N.0.0 255.255.{0|255|255}.0 {30.0.%N.2|loopback %N|gigabitEthernet 1/0.%N}",
	"{|no }ip route 40.%N.%N.0 255.255.255.{0|128|252} 30.0.%N.{2|3}",
	"no ip route 40.%N.0.0 255.255.0.0",
	"interface gigabitEthernet 1/0.%N;{ip address 30.0.%N.1 255.255.255.0|no ip address|description d%N|no description|shutdown|no shutdown|ip analyzer|no ip analyzer|{|no }snmp trap ip link-status}",
	"interface gigabitEthernet 1/0.%N;ip policy {input|output|secondary-input|secure-input|secure-output} p%N{| statistics {enabled|disabled}}",
	"interface gigabitEthernet 1/0.%N;no ip policy {input|output|secondary-input|secure-input|secure-output}",
	"interface {fastEthernet 9/%N|loopback %N|tunnel gre:t%N|ip si%N|atm 2/1.%N};{ip address 30.1.%N.1 255.255.255.0|no ip address|description d%N|ipv6 policy {input|secure-input} p%N|no ipv6 policy secure-input}",
	"no interface {gigabitEthernet 1/0.%N|fastEthernet 9/%N|loopback %N|tunnel gre:t%N|ip si%N|atm 2/1.%N}",
	"{|secure }{ip|ipv6|l2tp} policy-list p%N;{|no }classifier-group {*|c%N}{| precedence %N}",
	"{ip|ipv6|l2tp} policy-list p%N;classifier-group {*|c%N};{|no }{filter|forward|log|color {red|green}}",
	"secure {ip|ipv6|l2tp} policy-list p%N;classifier-group {*|c%N}{| precedence %N};{|no }mirror {disable|analyzer-ip-address 30.0.%N.9{| analyzer-virtual-router v%N}{| analyzer-udp-port 500%N{| mirror-identifier 100%N session-identifier 7}}}",
	"no {|secure }{ip|ipv6|l2tp} policy-list p%N",
	"{|secure }ip classifier-list c%N {ip|tcp|udp} any {any|host 10.0.0.%N}",
	"{|secure }ipv6 classifier-list c%N {udp|tcp destination-port eq %N}",
	"l2tp classifier-list c%N color green",
	"no {|secure }{ip|ipv6} classifier-list c%N{| 1| 2}",
	"{|no }access-list a%N {permit|deny} {any|host 10.0.0.%N|10.%N.0.0 0.0.255.255}",
	"no access-list a%N",
	"{|no }snmp-server view v%N 1.3.6.1.{2|4}.%N {included|excluded}",
	"no snmp-server view v%N{| 1.3.6.1.2.%N}",
	"{snmp-server group g%N {auth|priv|noauth}{| read v%N}{| write v%N}{| notify v%N}|no snmp-server group g%N}",
	`{snmp-server user u%N group {g%N|admin|public|mirror}{| authentication {sha|md5|sha256} "pass phrase %N"{| privacy {aes|des|aes256} "priv phrase %N"}}|no snmp-server user u%N}`,
	"{snmp-server host 127.0.1.%N {version v2c comm%N|version v3 u%N}{| udp-port 90%N1}{| informs}{| packetMirror| link| bgp snmp}{|  trapFilters %N}|no snmp-server host 127.0.1.%N{| packetMirror}}",
	"{|no }snmp-server host 127.0.1.%N {pingTimeOut {%N|}|trapQueue {size {10%N|}|drainRate {%N|}}}{| packetMirror}",
	"{snmp-server community comm%N{| view v%N}{| ro| rw| admin}{| a%N}|no snmp-server community comm%N}",
	"{|no }snmp-server {contact|location|packetsize|trap-source|enable traps} {|w%N|1%N00|loopback %N|link|bgp snmp|packetMirror}",
	"{virtual-router {v%N|default}|no virtual-router v%N}",
	"virtual-router default", "virtual-router v%N",
	"{|no }arp 30.0.%N.{7|8} {gigabitEthernet 1/0.%N|fastEthernet 9/%N} 0090.1a00.000%N",
	"no arp 30.0.%N.7",
	"{|no }mirror {username|calling-station-id|nas-port-id|acct-session-id} w%N {ip|ipv6|l2tp} secure-policy-list p%N",
	"{|no }mirror {ip-address 10.0.0.%N|username w%N|agent-remote-id 0%N}{| ip secure-policy-list p%N}",
	"line {console|vty %N{| 9}};{password x%N|no password|exec-timeout %N{| 3}|no exec-timeout|{|no }login|access-class a%N in|no access-class in|login authentication m%N|{|no }{exec|motd}-banner|login-timeout %N}",
	"no line vty {5|6|%N}",
	"{banner {motd|login|exec} #text %N\\n more#|no banner {motd|login|exec}}",
	"{alias exec al%N show version|no alias exec al%N}",
	"{|no }privilege {exec|configure} {|all }level 1%N {show version|ping|ip route|hostname}",
	"no privilege {exec|configure} {show version|ping|ip route|hostname}",
	"{privilege-group membership %N {add|remove} {3|4|5|6}|no privilege-group membership %N}",
	"{|no }radius {accounting|authentication} server 10.9.0.%N", "radius {accounting|authentication} server 10.9.0.%N;{|no }{key k%N|udp-port 18%N2|timeout %N|retransmit %N|max-sessions %N|deadtime %N}",
	"radius dynamic-request server 10.9.0.%N;{|no }{key k%N|authorization change|subscriber disconnect|udp-port 37%N9}",
	"no radius dynamic-request server 10.9.0.%N",
	"{|no }tacacs-server {host 10.8.0.%N{| port %N}{| key k%N}|timeout %N|key k%N|secure host 10.8.0.%N}",
	"{|no }log severity {debug|%N|info} {cliCommand|radius|snmp|}",
	"{|no }log destination syslog 10.7.0.%N{| port 51%N}{| facility local%N}{| severity {debug|%N}}",
	"{|no }aaa authentication login m%N {none|line|tacacs+ line}", "{|no }aaa {timeout {idle|session} 60%N|new-model}",
	"{|no }{mirror trap-enable|snmp-server secure-log|service timestamps|snmp-server interfaces {rfc1213|compress ethernet}|hostname h%N}",
	"{|no }snmp-server notificationLog {log 127.0.1.%N{| adminStatus}{| includeVarbinds}|ageOut {|%N}|entryLimit {|10%N}}",
}

// ofThisRun is what a restart changes: numbers are given in the order of the
// configuration, and what was sent is counted anew.
var ofThisRun = []*regexp.Regexp{
	regexp.MustCompile(`(Policy ID: +)0x[0-9a-f]{8}`),
	regexp.MustCompile(`(?m)^(syslog \S+).*$`),
	regexp.MustCompile(`(?m)^((?:IP|IPv6|L2TP|Secure IP|Secure IPv6) c\d\.)\d+`),
}

// randomLine makes one of what a template can be.
func randomLine(r *rand.Rand, template string) string {
	inner := regexp.MustCompile(`\{[^{}]*\}`)
	for {
		at := inner.FindStringIndex(template)
		if at == nil {
			break
		}
		of := strings.Split(template[at[0]+1:at[1]-1], "|")
		template = template[:at[0]] + of[r.IntN(len(of))] + template[at[1]:]
	}
	for strings.Contains(template, "%N") {
		template = strings.Replace(template, "%N", fmt.Sprint(r.IntN(7)+1), 1)
	}
	return template
}

// copied is what a store has at this moment.
func copied(t *testing.T, of state.Store) state.Store {
	t.Helper()
	files := make(map[string][]byte)
	list, err := of.List("")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		if data, err := of.ReadFile(f.Name); err == nil {
			files[f.Name] = data
		}
	}
	other := state.NewMemory(stopped)
	if err := other.Commit(files); err != nil {
		t.Fatal(err)
	}
	return other
}

func shellBeside(t *testing.T, store state.Store, like *cli.Shell) *cli.Shell {
	t.Helper()
	router, err := trapcore.New(trapcore.Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 1, Clock: stopped})
	if err != nil {
		t.Fatal(err)
	}
	shell, err := cli.New(cli.Options{Router: router, Commands: All(), Sections: Sections(), Habits: Habits(), Store: store, Like: like})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = shell.Close(); _ = router.Close() })
	return shell
}

// TestRandomChanges: after random changes the router shows what one shows that is
// started from its files, or that is given its configuration.
func TestRandomChanges(t *testing.T) {
	like := shellBeside(t, state.NewMemory(stopped), nil)
	for seed := *randomSeed; seed < *randomSeed+*randomSeeds; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(seed), 0))
			shell := shellBeside(t, state.NewMemory(stopped), like)
			o := operatorOf(t, shell, "mirror-enable", "configure terminal")
			var done []string
			for step := range *randomSteps {
				done = append(done, o.randomChange(t, r)...)
				last := strings.Join(done[max(0, len(done)-40):], "\n")
				if step%20 == 19 {
					o.savedAsAnew(t, last)
				}
				if step%150 != 149 && step != *randomSteps-1 {
					continue
				}
				if err := o.Save(t.Context()); err != nil {
					t.Fatal(err)
				}
				sameAgain(t, shell, like)
				if t.Failed() {
					t.Fatalf("step %d, after\n%s", step, last)
				}
			}
		})
	}
}

// randomChange runs the lines of a block until one is refused, and returns those that
// were not.
func (o *operator) randomChange(t *testing.T, r *rand.Rand) (done []string) {
	t.Helper()
	for line := range strings.SplitSeq(randomLine(r, randomBlocks[r.IntN(len(randomBlocks))]), ";") {
		if o.Execute(t.Context(), line) != nil {
			break
		}
		done = append(done, line)
	}
	o.take()
	for o.Mode() != cli.GlobalConfig {
		o.do(t, "exit")
	}
	return done
}

// sameAgain compares a router with one that is started from what it has saved, and
// with one that is given its configuration as a script.
func sameAgain(t *testing.T, shell, like *cli.Shell) {
	t.Helper()
	restored := shellBeside(t, copied(t, shell.Store), like)
	if err := restored.Restore(t.Context(), func(_ string, _ int, reason string, _ side.Side) { t.Error(reason) }); err != nil {
		t.Fatal(err)
	}
	replayed := shellBeside(t, state.NewMemory(stopped), like)
	if out, err := batch(t, replayed, "mirror-enable\n"+shown(t, shell, true)); err != nil {
		t.Errorf("replayed: %v: %s", err, out)
	}
	want, shows := configuration(t, shell, true), randomShows(t, shell)
	for what, other := range map[string]*cli.Shell{"restored": restored, "replayed": replayed} {
		same(t, what, want, configuration(t, other, true))
		same(t, "shows, "+what, shows, randomShows(t, other))
	}
}

const showsOfAll = "show ip route;show ip interface;show policy-list;show classifier-list;show access-list;show snmp view;show snmp group;" +
	"show snmp user;show snmp community;show snmp access;show mirror rules;show secure policy-list;show secure classifier-list;" +
	"show virtual-router;show aliases;show line vty 0;show radius dynamic-request servers;show tacacs;show log configuration"

// randomShows is what those commands print.
func randomShows(t *testing.T, shell *cli.Shell) string {
	t.Helper()
	o := operatorOf(t, shell)
	defer o.Close()
	_ = o.Execute(t.Context(), "mirror-enable")
	for line := range strings.SplitSeq(showsOfAll, ";") {
		fmt.Fprintf(&o.out, "# %s\n", line)
		_ = o.Execute(t.Context(), line) // a router with other levels of privilege refuses some
	}
	text := o.take()
	for _, of := range ofThisRun {
		text = of.ReplaceAllString(text, "$1")
	}
	return text
}
