package sshd

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// TestTwoOperators gives two operators of one router each their own view of it.
func TestTwoOperators(t *testing.T) {
	r := start(t, newShell(t))
	open := r.login(t, "eve")
	open.expect("host1>") // lines are given in the order of sessions, not of logins
	blind := r.login(t, "bob")
	blind.expect("host1>")
	for _, o := range []*terminal{open, blind} {
		o.do("enable 15", "host1#")
		o.do("terminal length 0", "host1#")
	}
	open.do("mirror-enable", "host1#")
	open.do("configure terminal", "host1(config)#")
	open.do("snmp-server secure-log", "host1(config)#")
	open.do("mirror trap-enable", "host1(config)#")
	open.do("end", "host1#")
	if got := blind.do("show mirror trap", "host1#"); !strings.Contains(got, "% Invalid input detected at '^' marker.") {
		t.Errorf("the operator without mirror-enable gets %q", got)
	}
	if got := open.do("show mirror trap", "host1#"); !strings.Contains(got, "Packet mirror traps are enabled") {
		t.Errorf("the operator with mirror-enable gets %q", got)
	}
	for o, want := range map[*terminal]bool{open: true, blind: false} {
		if got := o.do("show configuration", "host1#"); strings.Contains(got, "mirror trap-enable") != want {
			t.Errorf("configuration of the session with mirror-enable %v: %q", want, got)
		}
	}
	users := blind.do("show users", "host1#")
	for _, want := range []string{"  vty 0   eve              127.0.0.1", "* vty 1   bob              127.0.0.1"} {
		if !strings.Contains(users, want) {
			t.Errorf("%q is not in %q", want, users)
		}
	}
}

// TestAllLinesTaken refuses the login that finds no line, says why, and lets
// it in when one is free again.
func TestAllLinesTaken(t *testing.T) {
	r := start(t, newShell(t, "line vty 0 5", "password 0 sesame"))
	var all []*terminal
	for n := range 6 {
		o := r.login(t, "joe")
		o.expect(fmt.Sprintf("Logged in on vty %d via SSH.", n))
		o.expect("host1>")
		all = append(all, o)
	}
	for name, auth := range map[string]gossh.AuthMethod{"key": gossh.PublicKeys(r.client), "password": gossh.Password("sesame")} {
		o := r.login(t, "late", auth)
		o.expect("% all vty lines are in use, try again later\r\n")
		var exit *gossh.ExitError
		if err := o.end(); !errors.As(err, &exit) || exit.ExitStatus() != 1 {
			t.Errorf("refused login by %s ends with %v", name, err)
		}
	}
	all[3].send("exit\r")
	if err := all[3].end(); err != nil {
		t.Errorf("logout: %v", err)
	}
	eventually(t, "vty 3 free", func() bool { return r.lines() == "vty 0, vty 1, vty 2, vty 4, vty 5" })
	r.login(t, "late", gossh.Password("sesame")).expect("Logged in on vty 3 via SSH.")
}

func TestPasswords(t *testing.T) {
	// Lines 0 and 4 cannot be opened by password, and line 1 has one of its own.
	r := start(t, newShell(t, "line vty 1", "password 0 one", "line vty 2 3", "password 0 two", "line vty 4", "password 0 two", "no login"))
	try := func(password string) error {
		conn, err := net.Dial("tcp", r.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_, _, _, err = gossh.NewClientConn(conn, "router", clientConfig("joe", gossh.Password(password)))
		return err
	}
	for _, wrong := range []string{"", "two", "three", "One"} {
		if try(wrong) == nil {
			t.Errorf("password %q opens a line", wrong)
		}
	}
	for n, password := range []string{"one", "two", "two"} {
		r.login(t, "joe", gossh.Password(password)).expect(fmt.Sprintf("Logged in on vty %d via SSH.", n+1))
	}
	if try("wrong") == nil {
		t.Error("a wrong password is accepted when all lines are taken")
	}
	r.login(t, "joe").expect("Logged in on vty 0 via SSH.")
	r.login(t, "joe").expect("Logged in on vty 4 via SSH.")
	log := r.login(t, "joe") // refused, but its words are not needed
	log.expect("% all vty lines are in use")
}

func TestNoneIsRefused(t *testing.T) {
	r := start(t, newShell(t, "line vty 0 4", "no login"))
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, _, _, err := gossh.NewClientConn(conn, "router", clientConfig("joe")); err == nil {
		t.Error("a login without any proof is accepted")
	}
}

func TestAccessClass(t *testing.T) {
	r := start(t, newShell(t, "access-list far permit 10.0.0.0 0.255.255.255", "access-list near permit host 127.0.0.1", "line vty 0 3", "access-class far in"))
	r.login(t, "joe").expect("Logged in on vty 4 via SSH.")
	configure(t, r.shell, "line vty 4", "access-class missing in")
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, _, _, err := gossh.NewClientConn(conn, "router", clientConfig("joe", gossh.PublicKeys(r.client))); err == nil {
		t.Error("a peer that no line admits is let in")
	}
	configure(t, r.shell, "line vty 1", "access-class near in")
	r.login(t, "joe").expect("Logged in on vty 1 via SSH.")
}

// TestKilledConnection frees the line of a client that is gone in the middle of
// a command, and disturbs nobody else.
func TestKilledConnection(t *testing.T) {
	r := start(t, newShell(t))
	gone := r.login(t, "gone")
	gone.expect("host1>") // lines are given in the order of sessions, not of logins
	other := r.login(t, "other")
	other.expect("host1>")
	gone.send("sleep 3600\r")
	gone.expect("sleep 3600")
	if err := gone.conn.(*net.TCPConn).SetLinger(0); err != nil { // a reset
		t.Fatal(err)
	}
	_ = gone.conn.Close()
	eventually(t, "line free", func() bool { return r.lines() == "vty 1" })
	if got := other.do("show privilege", "host1>"); !strings.Contains(got, "Privilege level is 1") {
		t.Errorf("the other session shows %q", got)
	}
}

// TestSlowReader leaves a session with an operator who reads nothing to itself,
// and can still end it.
func TestSlowReader(t *testing.T) {
	r := start(t, newShell(t))
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c, chans, reqs, err := gossh.NewClientConn(conn, "router", clientConfig("slow", gossh.PublicKeys(r.client)))
	if err != nil {
		t.Fatal(err)
	}
	client := gossh.NewClient(c, chans, reqs)
	defer client.Close()
	ch, requests, err := client.OpenChannel("session", nil)
	if err != nil {
		t.Fatal(err)
	}
	go gossh.DiscardRequests(requests)
	if ok, err := ch.SendRequest("exec", true, gossh.Marshal(struct{ Command string }{strings.Repeat("help;", 8000)})); err != nil || !ok {
		t.Fatal("exec:", ok, err)
	}
	eventually(t, "a line", func() bool { return r.lines() == "vty 0" })
	other := r.login(t, "other")
	other.expect("Logged in on vty 1 via SSH.")
	other.expect("host1>")
	other.do("enable", "host1#")
	for range 20 {
		other.do("show privilege", "host1#")
	}
	if got := r.lines(); got != "vty 0, vty 1" {
		t.Fatalf("taken are %s", got)
	}
	other.do("clear line vty 0", "host1#")
	eventually(t, "line cleared", func() bool { return r.lines() == "vty 1" })
}

func TestClearLine(t *testing.T) {
	r := start(t, newShell(t))
	victim := r.login(t, "victim")
	victim.expect("Logged in on vty 0 via SSH.") // before anyone else can take the line
	victim.expect("host1>")
	other := r.login(t, "other")
	other.expect("host1>")
	other.do("enable", "host1#")
	other.do("clear line vty 0", "host1#")
	victim.expect("% line cleared\r\n")
	if err := victim.end(); err == nil {
		t.Error("a session that was cleared ends with status 0")
	}
	if got := other.do("clear line vty 0", "host1#"); !strings.Contains(got, "% nobody is on the line") {
		t.Errorf("got %q", got)
	}
}

func TestShutdownEndsSessions(t *testing.T) {
	r := start(t, newShell(t))
	idle, busy := r.login(t, "idle"), r.login(t, "busy")
	idle.expect("host1>")
	busy.expect("host1>")
	busy.send("sleep 3600\r")
	busy.expect("sleep 3600")
	halfOpen, err := net.Dial("tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer halfOpen.Close()
	r.stop()
	for _, o := range []*terminal{idle, busy} {
		o.expect("% the router is shutting down")
		_ = o.end()
	}
	if got := r.lines(); got != "" {
		t.Errorf("still taken: %s", got)
	}
}

// TestWindow uses the size of the client's window, and follows it.
func TestWindow(t *testing.T) {
	r := start(t, newShell(t))
	o := r.login(t, "joe")
	o.expect("host1>")
	if got := o.do("show terminal", "host1>"); !strings.Contains(got, "Length: 24 lines\r\nWidth: 80 columns") {
		t.Errorf("got %q", got)
	}
	if err := o.sess.WindowChange(50, 132); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the new size", func() bool {
		return strings.Contains(o.do("show terminal", "host1>"), "Length: 50 lines\r\nWidth: 132 columns")
	})
}

// TestAlerts reports logins and what is like them in the log, as in traps.
func TestAlerts(t *testing.T) {
	r := start(t, newShell(t, "enable password level 10 0 ten", "access-list none deny any", "line vty 1 4", "access-class none in", "line vty 0", "password 0 right"))
	stranger, _, _ := newKey(t)
	for _, auth := range []gossh.AuthMethod{gossh.Password("wrong"), gossh.PublicKeys(stranger)} {
		conn, err := net.Dial("tcp", r.addr)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := gossh.NewClientConn(conn, "router", clientConfig("eve", auth)); err == nil {
			t.Fatal("a stranger is let in")
		}
		_ = conn.Close()
	}
	o := r.login(t, "joe", gossh.Password("right"))
	o.expect("host1>")
	o.send("enable\r1\r2\r3\r")
	o.expect("% Bad passwords\r\nhost1>")
	r.login(t, "late").expect("% all vty lines are in use")
	o.send("exit\r")
	_ = o.end()
	eventually(t, "logout", func() bool { return r.lines() == "" })
	configure(t, r.shell, "line vty 0", "access-class none in")
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, want := range []string{
		"Failed login by eve from 127.0.0.1", "Failed login by eve from 127.0.0.1", "Login on vty 0 by joe from 127.0.0.1",
		"Failed enable to level 10 on vty 0 by joe from 127.0.0.1",
		"Login refused: all vty lines are in use, try again later: late from 127.0.0.1",
		"Logout from vty 0 by joe from 127.0.0.1", "Access denied by access class from 127.0.0.1",
	} {
		n := 1
		if strings.Contains(want, "by eve") {
			n = 2
		}
		eventually(t, want, func() bool {
			entries, _ := r.shell.Router.EventLog().Entries()
			found := 0
			for _, e := range entries {
				if e.Text == want {
					found++
				}
			}
			return found == n
		})
	}
}
