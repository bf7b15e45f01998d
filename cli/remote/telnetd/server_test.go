package telnetd

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/cli"
	"mirrorsh/cli/remote"
)

// offered is what the server says first.
const offered = "251 1,251 3,253 3,253 24,253 31"

const loggedIn = "Logged in on vty 0 via telnet.\r\n" + cli.Copyright + "\r\n\r\n"

// TestGreeting: what is shown from connection to prompt, octet by octet
// (cli/REFERENCE.md, Banners and login).
func TestGreeting(t *testing.T) {
	const bad = "% Bad passwords\r\n"
	password := []string{"line vty 0 4", "password 0 sesame", "exit"}
	banners := append(password, "banner #Welcome#", "banner login #Hands off#", "banner exec #At work#")
	for name, c := range map[string]struct {
		lines []string
		typed string
		shown string
	}{
		"password":      {password, "sesame\r\nexit\r\n", "\r\nTelnet password: ******\r\n" + loggedIn + "host1>exit\r\n"},
		"CR NUL":        {password, "sesame\r\x00exit\r\x00", "\r\nTelnet password: ******\r\n" + loggedIn + "host1>exit\r\n"},
		"banners":       {banners, "sesame\rexit\r", "Welcome\r\nHands off\r\n\r\nTelnet password: ******\r\n" + loggedIn + "At work\r\nhost1>exit\r\n"},
		"no motd":       {append(banners, "line vty 0 4", "no motd-banner"), "sesame\rexit\r", "Hands off\r\n\r\nTelnet password: ******\r\n" + loggedIn + "At work\r\nhost1>exit\r\n"},
		"second try":    {password, "guess\rsesame\rexit\r", "\r\nTelnet password: *****\r\nTelnet password: ******\r\n" + loggedIn + "host1>exit\r\n"},
		"corrected":     {password, "sesamE\x7fe\rexit\r", "\r\nTelnet password: ******\b \b*\r\n" + loggedIn + "host1>exit\r\n"},
		"EL and EC":     {password, "x\xff\xf8sesamE\xff\xf7e\rexit\r", "\r\nTelnet password: *\b \b******\b \b*\r\n" + loggedIn + "host1>exit\r\n"},
		"always wrong":  {password, "a\rb\rc\r", "\r\nTelnet password: *\r\nTelnet password: *\r\nTelnet password: *\r\n" + bad},
		"interrupted":   {password, "se\x03sesame\rexit\r", "\r\nTelnet password: **\r\nTelnet password: ******\r\n" + loggedIn + "host1>exit\r\n"},
		"end of input":  {password, "\x04", "\r\nTelnet password: \r\n"},
		"no password":   {nil, "\ra\rb\r", "\r\nTelnet password: \r\nTelnet password: *\r\nTelnet password: *\r\n" + bad},
		"no login":      {append(banners, "line vty 0 4", "no login"), "exit\r", "Welcome\r\n\r\n" + loggedIn + "At work\r\nhost1>exit\r\n"},
		"access class":  {append(banners, "access-list far permit host 192.0.2.1", "line vty 0 4", "access-class far in"), "", ""},
		"level and out": {append(password, "line vty 0 4", "no login"), "enable 15\rexit\rexit\r", "\r\n" + loggedIn + "host1>enable 15\r\nhost1#exit\r\nhost1>exit\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			addr, shell := start(t, c.lines...)
			conn := dial(t, addr)
			if c.shown != "" { // else the connection may be closed already
				conn.send(c.typed)
			}
			if shown := conn.rest(); shown != c.shown {
				t.Errorf("it shows\n%q, not\n%q", shown, c.shown)
			}
			if said := strings.Join(conn.said, ","); said != offered && c.shown != "" {
				t.Errorf("it says %s", said)
			}
			if users := shell.Access().Users(); len(users) != 0 {
				t.Errorf("%d lines are still taken", len(users))
			}
		})
	}
}

// TestAccessClass: a host gets the first line whose access list admits it, and one that
// no line admits is shown nothing, which the log and an alert say.
func TestAccessClass(t *testing.T) {
	addr, shell := start(t, "access-list far permit 10.0.0.0 0.255.255.255", "access-list near permit host 127.0.0.1",
		"line vty 0 4", "no login", "line vty 0 2", "access-class far in", "line vty 3", "access-class near in")
	c := dial(t, addr)
	c.expect("Logged in on vty 3 via telnet.")
	s := shell.NewSession(cli.SessionOptions{Level: 15, Out: io.Discard})
	defer s.Close()
	for _, line := range []string{"configure terminal", "snmp-server enable traps cliSecurityAlert", "line vty 0 4", "access-class far in"} {
		if err := s.Execute(t.Context(), line); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
	}
	shell.Router.EventLog().Clear()
	for range 3 {
		denied := dial(t, addr)
		if b, err := io.ReadAll(denied); len(b) > 0 || err != nil && !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("who is denied is shown %q: %v", b, err)
		}
	}
	var logged []string
	entries, _ := shell.Router.EventLog().Entries()
	for _, e := range entries {
		text, _, _ := strings.Cut(e.Text, ", juniCliSecurityAlertTime")
		if !slices.Contains(logged, text) { // a second of a slow machine is another alert
			logged = append(logged, text)
		}
	}
	if d := cmp.Diff([]string{
		"Access denied by access class from 127.0.0.1",
		"juniCliSecurityAlert, juniCliSecurityAlertPriority.0 = warning(4), juniCliSecurityAlertMessage.0 = Access denied by access class from 127.0.0.1",
	}, logged); d != "" {
		t.Errorf("logged (-want +got):\n%s", d)
	}
	c.send("show privilege\r") // who is in stays
	c.expect("Privilege level is 1")
}

// TestLines: who needs no password gets a line without login, and no other.
func TestLines(t *testing.T) {
	addr, shell := start(t, "line vty 0 4", "password 0 sesame", "line vty 1", "no login")
	one := dial(t, addr)
	one.expect("Telnet password: ")
	one.send("sesame\r")
	one.expect("host1>")
	two := dial(t, addr)
	two.expect("Logged in on vty 1 via telnet.")
	two.expect("host1>")
	three := dial(t, addr)
	three.expect("Telnet password: ")
	three.send("sesame\r")
	three.expect("Logged in on vty 2 via telnet.")
	three.expect("host1>")
	three.send("show users\r")
	if shown := three.expect("host1>"); !strings.Contains(shown, "vty 1") {
		t.Errorf("show users: %q", shown)
	}
	if err := shell.Access().Clear(2); err != nil {
		t.Fatal(err)
	}
	if shown := three.rest(); !strings.Contains(shown, "% line cleared\r\n") {
		t.Errorf("a line that is cleared says %q", shown)
	}
}

// TestOptionsOnTheWire: agreed once, refused each time, and a program that refuses
// all is shown what it types.
func TestOptionsOnTheWire(t *testing.T) {
	addr, _ := start(t, "line vty 0 4", "no login")
	c := dial(t, addr)
	c.expect("host1>")
	c.said = nil
	c.send("\xff\xfd\x01\xff\xfd\x03\xff\xfb\x03\xff\xfd\x00\xff\xfb\x18\xff\xfd\x00\xff\xfb\x27")
	c.hear(`252 0,24 "\x01",252 0,254 39`)
	c.said = nil
	c.send("\xff\xfa\x18\x00xterm-256color\xff\xf0\xff\xfe\x01\xff\xfe\x03\xff\xf6")
	c.expect("\r\n[yes]\r\n")
	c.hear("252 1,252 3")
	c.send("show privilege\r")
	c.expect("show privilege\r\nPrivilege level is 1\r\nhost1>")
}

// TestWindow: a page is as long as the window, whenever it changes.
func TestWindow(t *testing.T) {
	var lines []string
	for n := range 40 {
		lines = append(lines, fmt.Sprintf("access-list long permit host 192.0.2.%d", n))
	}
	addr, _ := start(t, append(lines, "line vty 0 4", "no login")...)
	c := dial(t, addr)
	c.send("enable 15\r")
	c.expect("host1#")
	for _, w := range []struct {
		says  string
		lines int
	}{
		{"\xff\xfa\x1f\x00\x50\x00\x05\xff\xf0", 24}, // was not agreed
		{"\xff\xfb\x1f\xff\xfa\x1f\x00\x50\x00\x0a\xff\xf0", 10},
		{"\xff\xfa\x1f\x01\x2c\x00\x1e\xff\xf0", 30},
		{"\xff\xfa\x1f\x00\xff\xff\x00\x0c\xff\xf0", 12}, // 255 columns
		{"\xff\xfa\x1f\x00\x50\x00\x05\x00\xff\xf0", 12}, // malformed
		{"\xff\xfa\x1f\x00\x50\x00\xff\xf0", 12},
		{"\xff\xfa\x1f\x00\x00\x00\x00\xff\xf0", 24}, // not known
	} {
		c.send(w.says + "show configuration\r")
		c.expect("show configuration\r\n")
		if got := strings.Count(c.expect(" --More-- "), "\r\n") + 1; got != w.lines {
			t.Errorf("after %q, a page has %d lines, not %d", w.says, got, w.lines)
		}
		c.send("q")
		c.expect("host1#")
	}
}

// TestInterrupt: IP and BRK end a command as Ctrl-C does.
func TestInterrupt(t *testing.T) {
	addr, _ := start(t, "line vty 0 4", "no login")
	c := dial(t, addr)
	c.expect("host1>")
	for _, says := range []string{"\xff\xf4", "\xff\xf3", "\x03"} {
		c.send("sleep 1000\r")
		c.expect("sleep 1000\r\n")
		c.send(says)
		c.expect("host1>")
	}
	c.send("sho\xff\xf8show privx\xff\xf7\r")
	c.expect("Privilege level is 1")
}

// TestSharedLimits: room and penalties count over all transports.
func TestSharedLimits(t *testing.T) {
	const penalty = 150 * time.Millisecond
	shell := newShell(t, "line vty 0 4", "password 0 sesame")
	server := remote.New(remote.Options{Shell: shell, Penalty: penalty})
	one, _ := serve(t, server, Transport{})
	other, _ := serve(t, server, Transport{})
	first := dial(t, one)
	first.expect("Telnet password: ")
	first.send("wrong\rwrong\r")
	first.expect("Telnet password: ")
	first.expect("Telnet password: ")
	second := dial(t, other)
	second.expect("Telnet password: ")
	begun := time.Now()
	second.send("sesame\r")
	second.expect("host1>")
	if took := time.Since(begun); took < 2*penalty {
		t.Errorf("after two wrong passwords over one transport, the other takes one in %v", took)
	}
	silent := dial(t, one)
	silent.expect("Telnet password: ")
	for range 32 { // what a source may have
		dial(t, other).expect("Telnet password: ")
	}
	if shown := silent.rest(); shown != "" {
		t.Errorf("the oldest silent one is shown %q", shown)
	}
}

// TestShutdown: a session is told that the router goes.
func TestShutdown(t *testing.T) {
	shell := newShell(t, "line vty 0 4", "no login")
	addr, stop := serve(t, remote.New(remote.Options{Shell: shell}), Transport{})
	c := dial(t, addr)
	c.expect("host1>")
	go stop()
	if shown := c.rest(); !strings.Contains(shown, "% the router is shutting down\r\n") {
		t.Errorf("it says %q", shown)
	}
}

// TestProgress: a command that takes long says so.
func TestProgress(t *testing.T) {
	addr, _ := start(t, "line vty 0 4", "no login")
	c := dial(t, addr)
	c.expect("host1>")
	c.send("sleep 3600\r")
	c.expect("running for ")
	c.send("\x03")
	c.expect("host1>")
}
