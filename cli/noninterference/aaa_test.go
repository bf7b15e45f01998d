package noninterference

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/trapcore/tacacs/tacacstest"
)

// typed are the lines of an operator on a vty. Those that begin with S: are about the
// secure side, and left out of the empty router.
const typed = `configure terminal
hostname lab
S:do mirror-enable
S:snmp-server group tapgroup priv read mirrorAdmin write mirrorAdmin notify mirrorAdmin
S:secure ip policy-list full
S:classifier-group * precedence 10
S:mirror analyzer-ip-address 192.168.99.2
S:exit
S:exit
S:mirror username joe ip secure-policy-list full
S:snmp-server community watchers view mirrorAdmin ro
S:snmp-server contact joe
S:snmp-server user fresh group tapgroup authentication sha key 0101010101010101010101010101010101010101 privacy aes key 0202020202020202020202020202020202020202
S:snmp-server enable traps packetMirror
S:do show mirror rules
S:do no mirror-enable
snmp-server contact ann
interface fastEthernet 1/0
ip address 10.0.1.1 255.255.255.0
S:do mirror-enable
S:ip policy secure-input full
end
show privilege
S:no mirror-enable
show version | include E`

// TestAAA: what an ordinary operator reads at the accounting server, in the log and of
// the router, is the same whether an operator beside them is busy on the secure side.
// That one's secure commands are authorized, and told to a server of their own.
func TestAAA(t *testing.T) {
	t.Parallel()
	seen := map[bool]string{}
	for _, busy := range []bool{false, true} {
		w := newTwin(t, wholeSet(), plant{})
		s := tacacstest.Start(t, tacacstest.Policy{Key: "a key"})
		secret := tacacstest.StartAt(t, "127.0.0.2:0", tacacstest.Policy{Key: "another key"})
		config := "configure terminal\naaa new-model\nlog severity debug cliCommand\n" +
			fmt.Sprintf("tacacs-server host %v port %d key \"a key\"\n", s.Addr.Addr(), s.Addr.Port()) +
			"aaa accounting exec default start-stop tacacs+\n"
		for level := range access.MaxLevel + 1 {
			config += fmt.Sprintf("aaa authorization commands %d default tacacs+\naaa accounting commands %d default stop-only tacacs+\n", level, level)
		}
		host := w.login(15)
		run(t, host.Session, config)
		if busy {
			run(t, host.Session, "do mirror-enable\naaa accounting commands secure default stop-only tacacs+\n"+
				fmt.Sprintf("tacacs-server secure host %v port %d key \"another key\"", secret.Addr.Addr(), secret.Addr.Port()))
		}
		host.Close()

		tap := vty(t, w, 0, "tap")
		told := 2 // sessions
		for line := range strings.Lines(typed) {
			line, about := strings.CutPrefix(strings.TrimSpace(line), "S:")
			if about && !busy {
				continue
			}
			if !about {
				told++
			}
			run(t, tap.Session, line)
		}
		ann := vty(t, w, 1, "ann")
		lines := []string{"show tacacs", "show aaa method-lists", "show log data", "show history", "show configuration", "show users"}
		for _, line := range lines {
			run(t, ann.Session, line)
			told++
		}
		records := s.Await(deadline(t), told, "start", "stop")
		for _, r := range records {
			seen[busy] += fmt.Sprintln(r.User, r.Port, r.Level, r.Kind, steadyPorts(strings.Join(r.Args, " "), s, secret))
		}
		w.shell.AAA().Close() // what was told has been counted then
		run(t, ann.Session, "show statistics tacacs")
		seen[busy] += steadyPorts(ann.out.String(), s, secret)

		told = strings.Count(typed, "S:")
		if !busy {
			told = 0
		}
		if got := secret.Await(deadline(t), told, "stop"); len(got) != told {
			t.Errorf("%d of %d secure commands were told: %v", len(got), told, got)
		} else if busy && (got[0].Command() != "mirror-enable" || got[5].Command() != "exit") {
			t.Errorf("the server was told %q and %q", got[0].Command(), got[5].Command())
		}
		authorized := map[string]bool{}
		for _, r := range s.Requests("authorization") {
			authorized[r.Command()] = true
		}
		if authorized["mirror username joe ip secure-policy-list full"] != busy || authorized["mirror-enable"] != busy {
			t.Errorf("busy %v, and authorized were %v", busy, authorized)
		}
		tap.Close()
		ann.Close()
	}
	if seen[false] != seen[true] {
		t.Errorf("they differ (-empty +busy):\n%s", cmp.Diff(strings.Split(seen[false], "\n"), strings.Split(seen[true], "\n")))
	}
	if !strings.Contains(seen[true], "hostname") || strings.Contains(seen[true], "full") {
		t.Errorf("seen is\n%s", seen[true])
	}
}

// steadyPorts replaces the ports of servers.
func steadyPorts(text string, servers ...*tacacstest.Server) string {
	for i, s := range servers {
		text = strings.ReplaceAll(text, fmt.Sprint(s.Addr.Port()), fmt.Sprintf("PORT%d", i))
	}
	return text
}

// deadline is how long a test waits for what must happen.
func deadline(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// onLine is an operator on a vty.
type onLine struct {
	*cli.Session
	out bytes.Buffer
}

func vty(t *testing.T, w *twin, line access.ID, name string) *onLine {
	o := &onLine{}
	u := &access.User{Line: line, Name: name, From: netip.MustParseAddr("10.1.2.3"), Via: "telnet", Since: w.now(), Authenticated: true, Close: func(error) {}}
	w.shell.Access().EnterLocal(u)
	o.Session = w.shell.NewSession(cli.SessionOptions{Level: 15, Out: io.Writer(&o.out), User: u})
	if err := o.Admit(t.Context()); err != nil {
		t.Fatal(err)
	}
	return o
}

// run runs lines, of which none is refused.
func run(t *testing.T, s *cli.Session, lines string) {
	t.Helper()
	for line := range strings.Lines(lines) {
		if err := s.Execute(t.Context(), strings.TrimSpace(line)); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
}
