package telnetd

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/trapcore/tacacs/tacacstest"
)

// protected are the lines of the documented protection of mirror-enable: whoever logs
// in on lines 0 to 2 is asked for at a TACACS+ server, which decides about commands of
// level 12; lines 3 and 4 have no such list, but an access list.
const protected = `aaa new-model
aaa authentication login my_auth_list tacacs+ line
aaa authentication enable default tacacs+ enable
aaa authorization commands 12 boston tacacs+
aaa accounting commands 12 boston stop-only tacacs+
aaa accounting commands 1 boston stop-only tacacs+
aaa accounting exec default start-stop tacacs+
enable secret level 15 0 fallback
access-list trusted permit host 10.9.9.9
line vty 0 2
password xyz
authorization commands 12 boston
accounting commands 12 boston
accounting commands 1 boston
login authentication my_auth_list
line vty 3 4
password xyz
access-class trusted in`

func tacacsLine(s *tacacstest.Server) string {
	return fmt.Sprintf("tacacs-server host %v port %d timeout 20 key sesame", s.Addr.Addr(), s.Addr.Port())
}

// asUser logs in by name and goes to level 15.
func asUser(t *testing.T, addr, name, password, enable string) *client {
	c := dial(t, addr)
	c.expect("User: ")
	c.send(name + "\r\n")
	c.expect(name + "\r\nPassword: ")
	c.send(password + "\r\n")
	c.expect(strings.Repeat("*", len(password)) + "\r\n")
	c.expect("Logged in on vty 0 via telnet.")
	c.expect("host1>")
	c.send("enable 15\r\n")
	c.expect("Password: ")
	c.send(enable + "\r\n")
	c.expect("host1#")
	return c
}

// run types a line and returns what is shown before the next prompt.
func (c *client) run(line string) string {
	c.send(line + "\r\n")
	c.expect(line)
	return strings.TrimSpace(strings.ReplaceAll(c.expect("host1#"), "\r\n", "\n"))
}

// leave logs out.
func (c *client) leave() {
	c.send("logout\r\n")
	c.rest()
}

// await waits until the server has been told as many records: the end waits for them for a
// while only.
func await(t *testing.T, s *tacacstest.Server, records int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if got := s.Await(ctx, records, "start", "stop"); len(got) < records {
		t.Fatalf("the server was told %v", got)
	}
}

const refusedCommand = "% command authorization failed"

// TestProtectMirrorEnable is the documented procedure: who may use mirror-enable is
// decided by a TACACS+ server; for everybody else what it shows does not exist.
func TestProtectMirrorEnable(t *testing.T) {
	policy := tacacstest.Policy{
		Key:    "sesame",
		Users:  map[string]string{"ann": "apples", "bob": "pears"},
		Enable: map[string]string{"ann": "up", "bob": "up"},
		Denies: func(r tacacstest.Request) bool { return r.User != "ann" },
	}
	s := tacacstest.Start(t, policy)
	addr, shell := start(t, append(strings.Split(protected, "\n"), tacacsLine(s))...)
	log := shell.Router.EventLog()
	log.Clear()

	ann := asUser(t, addr, "ann", "apples", "up")
	if got := ann.run("mirror-en"); got != "" { // the server is told the whole word
		t.Errorf("ann is told %q", got)
	}
	if got := ann.run("show mirror rules"); strings.Contains(got, "Invalid") {
		t.Errorf("ann does not see the secure side: %q", got)
	}
	ann.run("show version")
	ann.run("show version | include Copyright") // may look for something secure
	ann.leave()

	bob := asUser(t, addr, "bob", "pears", "up")
	for line, want := range map[string]string{
		"mirror-enable":     refusedCommand,
		"mirror":            refusedCommand,
		"no mirror-enable":  refusedCommand,
		"show mirror rules": "^\n% Invalid input detected at '^' marker.",
		"show mirrxr rules": "^\n% Invalid input detected at '^' marker.",
	} {
		if got := bob.run(line); got != want {
			t.Errorf("%q: bob is told %q, want %q", line, got, want)
		}
	}
	bob.leave()

	// Who has no name at the server does not get in, and the line's password does not help.
	eve := dial(t, addr)
	eve.expect("User: ")
	eve.send("eve\r\n")
	eve.expect("Password: ")
	eve.send("xyz\r\n")
	eve.expect("User: ")
	_ = eve.Close()

	await(t, s, 5) // of the sessions so far
	s.Stop()
	down := asUser(t, addr, "bob", "xyz", "fallback") // by the password of the line and of the level
	if got := down.run("mirror-enable"); got != refusedCommand {
		t.Errorf("without the server bob is told %q", got)
	}
	if got := down.run("show privilege"); !strings.Contains(got, "15") {
		t.Errorf("a command of another level: %q", got)
	}
	down.leave()
	shell.AAA().Close()

	var asked, told []string
	for _, r := range s.Requests() {
		line := fmt.Sprintf("%s %s %s %d %s", r.Kind, r.User, r.Port, r.Level, r.Command())
		if r.Kind == "start" || r.Kind == "stop" {
			told = append(told, strings.TrimSpace(line))
		} else {
			asked = append(asked, strings.TrimSpace(line))
		}
	}
	want := []string{
		"authentication ann vty 0 1", "authentication ann vty 0 15", "authorization ann vty 0 12 mirror-enable",
		"authentication bob vty 0 1", "authentication bob vty 0 15",
	}
	if d := cmp.Diff(want, asked[:min(len(want), len(asked))]); d != "" {
		t.Errorf("asked of the server (-want +got):\n%s", d)
	}
	for _, line := range asked[len(want):] {
		if !strings.HasSuffix(line, "mirror-enable") && line != "authentication eve vty 0 1" {
			t.Errorf("the server was asked %q", line)
		}
	}
	if d := cmp.Diff([]string{
		"start ann vty 0 1", "stop ann vty 0 1 show version", "stop ann vty 0 15", "start bob vty 0 1", "stop bob vty 0 15",
	}, told); d != "" {
		t.Errorf("told (-want +got):\n%s", d)
	}

	var logged []string
	entries, _ := log.Entries()
	for _, e := range entries {
		logged = append(logged, strings.ReplaceAll(e.Text, s.Addr.String(), "SERVER"))
	}
	if d := cmp.Diff([]string{
		"Login on vty 0 by ann from 127.0.0.1", "Logout from vty 0 by ann from 127.0.0.1",
		"Login on vty 0 by bob from 127.0.0.1", "Logout from vty 0 by bob from 127.0.0.1",
		"Failed login by eve from 127.0.0.1",
		"TACACS+ server SERVER: no answer",
		"Login on vty 0 by bob from 127.0.0.1", "Logout from vty 0 by bob from 127.0.0.1",
	}, logged); d != "" {
		t.Errorf("logged (-want +got):\n%s", d)
	}
}

// TestSilentServer: Ctrl-C calls away who waits for a server, and lets nothing through.
func TestSilentServer(t *testing.T) {
	silent := silentServer(t)
	addr, _ := start(t, "aaa new-model", "aaa authentication enable default tacacs+ none", "aaa authorization commands 1 default tacacs+ none",
		fmt.Sprintf("tacacs-server host %v port %d timeout 200 key sesame", silent.Addr(), silent.Port()), "line vty 0 4", "password pw")
	c := dial(t, addr)
	c.expect("Telnet password: ")
	c.send("pw\r\n")
	c.expect("host1>")
	c.send("enable 15\r\n")
	c.expect("Password: ")
	c.send("x\r\n")
	c.expect("*\r\n")
	c.send("\x03")
	c.expect("host1>")
	c.send("show privilege\r\n\x03")
	if got := c.expect("host1>"); strings.Contains(got, "15") || strings.Contains(got, "level") {
		t.Errorf("a command ran: %q", got)
	}
}

// silentServer takes connections and says nothing.
func silentServer(t *testing.T) netip.AddrPort {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return netip.MustParseAddrPort(l.Addr().String())
}

// TestListOfLine: what a line asks for, by its list.
func TestListOfLine(t *testing.T) {
	s := tacacstest.Start(t, tacacstest.Policy{Key: "sesame", Users: map[string]string{"ann": "apples"}, Level: 7,
		Denies: func(r tacacstest.Request) bool { return r.User == "joe" }})
	for _, tt := range []struct {
		name  string
		lines []string
		talk  []string // expected and typed in turns
	}{
		{"no new-model", []string{"aaa authentication login default tacacs+", "line vty 0 4", "password pw"},
			[]string{"Telnet password: ", "pw", "host1>"}},
		{"no list", []string{"aaa new-model", "line vty 0 4", "password pw"}, []string{"Telnet password: ", "pw", "host1>"}},
		{"default", []string{"aaa new-model", "aaa authentication login default tacacs+"},
			[]string{"User: ", "ann", "Password: ", "apples", "host1>"}},
		{"wrong", []string{"aaa new-model", "aaa authentication login default tacacs+ none"},
			[]string{"User: ", "ann", "Password: ", "x", "User: ", "ann", "Password: ", "y", "User: ", "ann", "Password: ", "z", "% Bad passwords"}},
		{"line", []string{"aaa new-model", "aaa authentication login default line", "line vty 0 4", "password pw"},
			[]string{"Telnet password: ", "pw", "host1>"}},
		{"enable", []string{"aaa new-model", "aaa authentication login default enable", "enable password 0 up"},
			[]string{"Telnet password: ", "up", "host1>"}},
		{"line without a password", []string{"aaa new-model", "aaa authentication login default line"},
			[]string{"Telnet password: ", "", "Telnet password: ", "", "Telnet password: ", "", "% Bad passwords"}},
		{"none", []string{"aaa new-model", "aaa authentication login default none"}, []string{"host1>"}},
		{"no login", []string{"aaa new-model", "aaa authentication login default tacacs+", "line vty 0 4", "no login"}, []string{"host1>"}},
		{"a list that does not exist", []string{"aaa new-model", "line vty 0 4", "password pw", "login authentication nowhere"},
			[]string{"User: ", "ann", "Password: ", "pw", "User: ", "ann", "Password: ", "pw", "User: ", "ann", "Password: ", "pw", "% Bad passwords"}},
		{"a level from the server", []string{"aaa new-model", "aaa authentication login default tacacs+", "aaa authorization exec default tacacs+"},
			[]string{"User: ", "ann", "Password: ", "apples", "host1#", "show privilege", "7"}},
		{"no session", []string{"aaa new-model", "aaa authentication login default none", "aaa authorization exec default if-authenticated"},
			[]string{"% exec authorization failed"}},
		{"a session for who has logged in", []string{"aaa new-model", "aaa authentication login default tacacs+", "aaa authorization exec default if-authenticated"},
			[]string{"User: ", "ann", "Password: ", "apples", "host1>"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			addr, _ := start(t, append([]string{tacacsLine(s)}, tt.lines...)...)
			c := dial(t, addr)
			for i, text := range tt.talk {
				if i%2 == 0 {
					c.expect(text)
				} else {
					c.send(text + "\r\n")
				}
			}
		})
	}
}

// TestAskedIsCounted: so is what was asked about a command that may run, of which what
// it schedules may not.
func TestAskedIsCounted(t *testing.T) {
	var asked atomic.Uint64
	s := tacacstest.Start(t, tacacstest.Policy{Key: "sesame", Users: map[string]string{"ann": "apples"}, Denies: func(tacacstest.Request) bool {
		return asked.Add(1) == 2
	}})
	addr, shell := start(t, tacacsLine(s), "aaa new-model", "aaa authentication login default tacacs+", "aaa authorization commands 1 default tacacs+")
	c := dial(t, addr)
	c.expect("User: ")
	c.send("ann\r\n")
	c.expect("Password: ")
	c.send("apples\r\n")
	c.expect("host1>")
	c.send("at +1ms show clock\r\n")
	c.expect("authorization")
	c.expect("host1>")
	if got := shell.Router.TACACS().Counters(s.Addr.Addr()).Authorization.Requests; asked.Load() != 2 || got != 2 {
		t.Errorf("%d requests were sent, %d are counted", asked.Load(), got)
	}
}

// TestNoSecretIsTold: what servers are asked and told has no keys.
func TestNoSecretIsTold(t *testing.T) {
	s := tacacstest.Start(t, tacacstest.Policy{Key: "sesame", Users: map[string]string{"ann": "apples"}})
	lines := []string{tacacsLine(s), "aaa new-model", "aaa authentication login default tacacs+"}
	for level := range 16 {
		lines = append(lines, fmt.Sprintf("aaa authorization commands %d default tacacs+", level), fmt.Sprintf("aaa accounting commands %d default stop-only tacacs+", level))
	}
	addr, shell := start(t, lines...)
	c := dial(t, addr)
	c.expect("User: ")
	c.send("ann\r\n")
	c.expect("Password: ")
	c.send("apples\r\n")
	c.expect("host1>")
	for _, line := range []string{
		"enable 15", "conf t", "enable secret level 15 0 hiddensecret", "tacacs-server host 10.1.1.1 ke hiddensecret", "tacacs-server key hiddensecret",
		"tacacs-server key \"sesame\"", "line vty 0 4", "passw hiddensecret", "snmp-server community hiddensecret view everything ro", "end",
	} {
		c.send(line + "\r\n")
		c.expect("host1")
		c.expect("#")
	}
	c.leave()
	await(t, s, 10) // commands, logout among them
	shell.AAA().Close()
	var all bytes.Buffer
	for _, r := range s.Requests() {
		fmt.Fprintln(&all, r.Kind, r.Command())
	}
	text := all.String()
	if strings.Contains(text, "hidden"+"secret") || !strings.Contains(text, "stop tacacs-server key <hidden>") || !strings.Contains(text, "authorization password <hidden>") {
		t.Errorf("the server knows\n%s", text)
	}
}
