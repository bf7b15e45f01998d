//go:build interop

package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"mirrorsh/trapcore/tacacs/tacacstest"
)

// caller is somebody at the far end of a Telnet connection.
type caller struct {
	t     *testing.T
	conn  net.Conn
	heard []byte // as it came
	taken int    // how much of what was shown has been looked at
}

func callAt(t *testing.T, addr string) *caller {
	t.Helper()
	var conn net.Conn
	var err error
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if conn, err = net.Dial("tcp", addr); err == nil || time.Now().After(deadline) {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	return &caller{t: t, conn: conn}
}

// shown is the text of what has come, without Telnet commands (RFC 854).
func (o *caller) shown() string {
	var text []byte
	for b := o.heard; len(b) > 0; {
		switch {
		case b[0] != 0xff:
			text, b = append(text, b[0]), b[1:]
		case len(b) > 1 && b[1] == 0xfa:
			end := bytes.Index(b, []byte{0xff, 0xf0})
			if end < 0 {
				return string(text)
			}
			b = b[end+2:]
		case len(b) > 2 && b[1] > 0xfa:
			b = b[3:]
		default:
			b = b[min(2, len(b)):]
		}
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

func (o *caller) more() error {
	b := make([]byte, 4096)
	n, err := o.conn.Read(b)
	o.heard = append(o.heard, b[:n]...)
	return err
}

// await waits until what is shown and was not looked at yet ends as an expression
// says, and returns it.
func (o *caller) await(end string) string {
	o.t.Helper()
	for ends := regexp.MustCompile(`(?:` + end + `)$`); ; {
		if text := o.shown(); ends.MatchString(text[min(o.taken, len(text)):]) {
			fresh := text[o.taken:]
			o.taken = len(text)
			return fresh
		}
		if err := o.more(); err != nil {
			o.t.Fatalf("what is shown never ends in %s: %v\n%s", end, err, o.shown())
		}
	}
}

// types types lines, each where an expression says that one can be typed.
func (o *caller) types(where string, lines ...string) string {
	o.t.Helper()
	shown := ""
	for _, line := range lines {
		if _, err := io.WriteString(o.conn, line+"\r\n"); err != nil {
			o.t.Fatal(err)
		}
		shown += o.await(where)
	}
	return shown
}

// prompts are those of the shell.
const prompts = `host1(?:\([a-z-]+\))?[>#]`

// session logs in, raises the level unless enable is "", types lines and logs out. It
// returns all that is shown. Who does not get in leaves.
func (o *caller) session(name, password, enable string, lines ...string) string {
	o.t.Helper()
	o.await("User: ")
	o.types("Password: ", name)
	if got := o.types(prompts+"|User: ", password); strings.HasSuffix(got, "User: ") {
		_ = o.conn.Close()
		return o.shown()
	}
	if enable != "" {
		o.types("Password: ", "enable 15")
		o.types(prompts, enable)
	}
	o.types(prompts, lines...)
	if _, err := io.WriteString(o.conn, "logout\r\n"); err != nil {
		o.t.Fatal(err)
	}
	for o.more() == nil {
	}
	return o.shown()
}

// wholeProtection plays the script with a TACACS+ server at hand, and returns what
// the router has printed, what operators saw, and what the server was asked and told.
func wholeProtection(t *testing.T, script, trapPort string) (stdout, others string) {
	t.Helper()
	s := tacacstest.Start(t, tacacstest.Policy{
		Key:    "sesame",
		Users:  map[string]string{"ann": "apples", "bob": "pears"},
		Enable: map[string]string{"ann": "up", "bob": "up"},
		Denies: func(r tacacstest.Request) bool { return r.Level >= 12 && r.User != "ann" },
	})
	telnet := fmt.Sprint("127.0.0.1:", freePort(t))
	left := 0 // sessions that the server was told of, once it was
	hooks := map[string]func(string){
		"operator": func(rest string) {
			who, lines, _ := strings.Cut(rest, ":")
			words := append(strings.Fields(who), "")
			var typed []string
			if lines = strings.TrimSpace(lines); lines != "" {
				typed = strings.Split(lines, "; ")
			}
			shown := callAt(t, telnet).session(words[0], words[1], words[2], typed...)
			others += fmt.Sprintf("\n=== What %s saw ===\n%s\n", words[0], strings.TrimSpace(shown))
			if words[2] != "" {
				left++
			}
		},
		"server": func(string) {
			for deadline := time.Now().Add(patience); sessionStops(s) < left; time.Sleep(10 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("the server was told of %d sessions, not of %d", sessionStops(s), left)
				}
			}
			s.Stop()
		},
	}
	port := fmt.Sprint(s.Addr.Port())
	stdout = play(t, strings.NewReplacer("9162", trapPort, "54949", port).Replace(script), hooks, "--telnet", telnet)
	others += "\n=== What the TACACS+ server was asked ===\n" + requests(s, "authentication", "authorization") +
		"\n=== What the TACACS+ server was told ===\n" + requests(s, "start", "stop")
	return strings.ReplaceAll(stdout, port, "54949"), others
}

// sessionStops is of how many sessions a server was told that they have ended.
func sessionStops(s *tacacstest.Server) (n int) {
	for _, r := range s.Requests("stop") {
		if r.Command() == "" {
			n++
		}
	}
	return n
}

// requests has a line for each of some kinds.
func requests(s *tacacstest.Server, kinds ...string) string {
	var b strings.Builder
	for _, r := range s.Requests(kinds...) {
		b.WriteString(strings.TrimSpace(fmt.Sprintf("%s %s on %s, level %d: %s", r.Kind, r.User, r.Port, r.Level, r.Command())) + "\n")
	}
	return b.String()
}

// TestFreeRADIUSOperators: FreeRADIUS decides who logs in and who gets to level 15, and
// so to mirror-enable; for who does not what it shows does not exist. Where the server
// is silent, the passwords of line and level count.
func TestFreeRADIUSOperators(t *testing.T) {
	f := startFreeRADIUS(t, `ann	Service-Type == Login-User, Cleartext-Password := "apples"
ann	Service-Type == Administrative-User, Cleartext-Password := "up"
bob	Service-Type == Login-User, Cleartext-Password := "pears"
`)
	telnet := fmt.Sprint("127.0.0.1:", freePort(t))
	script := fmt.Sprintf(`enable 15
configure terminal
enable secret level 15 0 fallback
radius authentication server 127.0.0.1
udp-port %d
key %q
timeout 100
retransmit 0
exit
aaa new-model
aaa authentication login my_auth_list radius line
aaa authentication enable default radius enable
line vty 0 4
password xyz
login authentication my_auth_list
end
! operators
! down
configure terminal
radius authentication server 127.0.0.1
timeout 1
end
! operators
show log data
show radius authentication statistics | include Access|Timeouts
`, f.auth, radiusKey)
	const (
		hidden = "^\n% Invalid input detected at '^' marker."
		wrong  = "% Bad passwords"
	)
	operators := [][]struct{ name, password, enable, line, shown string }{
		{
			{"ann", "apples", "up", "mirror-enable", "host1#mirror-enable\nhost1#"},
			{"ann", "apples", "fallback", "mirror-enable", hidden},
			{"bob", "pears", "up", "mirror-enable", hidden},
			{"eve", "apples", "", "", "Password: ******\nUser: "},
			{"ann", "xyz", "", "", "Password: ***\nUser: "},
		},
		{
			{"ann", "xyz", "fallback", "show privilege", "Privilege level is 15"},
			{"bob", "xyz", "up", "mirror-enable", hidden},
		},
	}
	round := 0
	out := play(t, script, map[string]func(string){
		"operators": func(string) {
			for _, tt := range operators[round] {
				o := callAt(t, telnet)
				shown := o.freeSession(tt.name, tt.password, tt.enable, tt.line)
				if !strings.Contains(shown, tt.shown) {
					t.Errorf("round %d: %s with %q and %q is shown\n%s\nwithout %q", round, tt.name, tt.password, tt.enable, shown, tt.shown)
				}
				if tt.shown == hidden && !strings.Contains(shown, wrong) {
					t.Errorf("a wrong password for enable: %s", shown)
				}
			}
			round++
		},
		"down": func(string) { f.stop() },
	}, "--telnet", telnet)
	for _, want := range []string{
		"Login on vty 0 by ann from 127.0.0.1", "Failed login by eve from 127.0.0.1", "Failed enable to level 15 on vty 0",
		"Access Accepts", "Access Rejects", "Request Timeouts",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	for _, secret := range []string{"apples", "pears", "fallback", radiusKey} {
		if _, after, _ := strings.Cut(out, "! operators"); strings.Contains(after, secret) {
			t.Errorf("%q is shown:\n%s", secret, out)
		}
	}
}

// freeSession is a session in which enable may ask again.
func (o *caller) freeSession(name, password, enable, line string) string {
	o.t.Helper()
	o.await("User: ")
	o.types("Password: ", name)
	if got := o.types(prompts+"|User: ", password); strings.HasSuffix(got, "User: ") || enable == "" {
		_ = o.conn.Close()
		return o.shown()
	}
	for got := o.types("Password: ", "enable 15"); strings.HasSuffix(got, "Password: "); {
		got = o.types(prompts+"|Password: ", enable)
	}
	o.types(prompts, line)
	_ = o.conn.Close()
	return o.shown()
}
