//go:build interop

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// readmePort is where the receiver of README.md listens.
const readmePort = "9162"

// readmeSession returns the session of README.md, and the text behind it.
func readmeSession(t *testing.T) (session []string, after string) {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n## A session\n\n```\n")
	inside, after, _ := strings.Cut(rest, "\n```\n")
	session = strings.Split(inside, "\n")
	if len(session) < 20 || !strings.Contains(after, "show snmp receiver-configuration") || !strings.Contains(after, "udp:127.0.0.1:"+readmePort) {
		t.Fatalf("the session is %q", session)
	}
	return session, after
}

var readmePrompt = regexp.MustCompile(`^(host1(?:\(config\))?[>#])(.*)$`)

// TestReadmeSession types the session of README.md, line for line, on a fresh
// machine, then gives snmptrapd the lines that it printed; the trap is decoded.
func TestReadmeSession(t *testing.T) {
	session, _ := readmeSession(t)
	var typed []string
	for _, line := range session {
		if m := readmePrompt.FindStringSubmatch(line); m != nil {
			typed = append(typed, m[2]+"\n")
		}
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_STATE_HOME", "")
	state := filepath.Join(os.Getenv("HOME"), ".local/state/mirrorsh")
	// Of the console the order matters and the state that it keeps; a refusal is part of it.
	before, last := typed[:len(typed)-2], typed[len(typed)-2:]
	stdout, _ := mirrorsh(t, 1, strings.Join(before, "")+"show snmp receiver-configuration\n", "--keep-going", "--state", state)
	d := startTrapd(t, 1, receiverLines(stdout)...)
	port := fmt.Sprint(d.port)
	mirrorsh(t, 0, "enable 15\nmirror-enable\nconfigure terminal\nsnmp-server host 127.0.0.1 version v3 mirrorUser udp-port "+port+
		" packetMirror\nend\n"+strings.Join(last, ""), "--state", state)
	if r := d.wait(t, 1)[0]; r.name() != "juniPacketMirrorSessionStart" {
		t.Errorf("decoded %s", r.name())
	}
}

// transcript is a window with a console, and what it must have shown so far.
type transcript struct {
	*screen
	want []string
}

var (
	readmeTime = regexp.MustCompile(`\d\d/\d\d/\d{4} \d\d:\d\d:\d\d`)
	dots       = regexp.MustCompile(`\\\.\\\.\\\.`)
)

// shown waits until all that the window has ever shown is what is wanted: three
// dots stand for anything, and a time for any time.
func (s *transcript) shown() (lines []string) {
	s.t.Helper()
	var likes []*regexp.Regexp
	for _, w := range s.want {
		like := dots.ReplaceAllLiteralString(regexp.QuoteMeta(w), ".*")
		likes = append(likes, regexp.MustCompile("^"+readmeTime.ReplaceAllLiteralString(like, readmeTime.String())+"$"))
	}
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		lines = strings.Split(strings.TrimRight(s.tmux("capture-pane", "-p", "-J", "-S", "-"), "\n "), "\n")
		same := len(lines) == len(likes)
		for i := range lines {
			lines[i] = strings.TrimRight(lines[i], " ")
			same = same && likes[i].MatchString(lines[i])
		}
		if same {
			return lines
		}
	}
	s.t.Fatalf("the window does not show what it should (-want +got):\n%s", cmp.Diff(s.want, lines))
	return nil
}

// types types a line behind the prompt that is shown last.
func (s *transcript) types(line string) {
	s.t.Helper()
	s.shown()
	s.tmux("send-keys", "-l", "--", line)
	s.tmux("send-keys", "Enter")
	s.want[len(s.want)-1] += line
}

// TestReadmeSessionAtTheConsole types the session of README.md at the console of a
// fresh machine: the window shows what README.md shows, line for line. Then, as
// README.md has it, a receiver is started with the lines that were shown, and
// decodes the trap that is sent once more.
func TestReadmeSessionAtTheConsole(t *testing.T) {
	for name, receive := range map[string]func(t *testing.T, port int, conf []string) (decoded func() string){
		"snmptrapd": func(t *testing.T, port int, conf []string) func() string {
			d := startTrapdOn(t, port, []string{"127.0.0.1"}, conf...)
			return func() string { return d.wait(t, 1)[0].name() }
		},
		"mirrorsh receive": func(t *testing.T, port int, conf []string) func() string {
			users := filepath.Join(t.TempDir(), "users.conf")
			if err := os.WriteFile(users, []byte(strings.Join(conf, "\n")+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			p := startReceiveAt(t, fmt.Sprint("127.0.0.1:", port), "--users", users, "--count", "1")
			return func() string {
				p.waitFor(t, 1)
				return regexp.MustCompile(`\bjuniPacketMirror[A-Za-z]+\b`).FindString(p.stdout.String())
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			session, _ := readmeSession(t)
			port := freePort(t)
			// Below the line of a shell: what is cleared in the first row, tmux keeps.
			s := &transcript{&screen{t, filepath.Join(t.TempDir(), "tmux")}, []string{"$ mirrorsh"}}
			s.tmux("new-session", "-d", "-x", "200", "-y", "60", "echo '$ mirrorsh'; HOME="+t.TempDir()+" XDG_STATE_HOME= TZ=UTC exec mirrorsh --snmp off")
			t.Cleanup(func() { _ = exec.Command("tmux", "-S", s.socket, "kill-server").Run() })
			for _, line := range session {
				line = strings.ReplaceAll(line, readmePort, fmt.Sprint(port))
				m := readmePrompt.FindStringSubmatch(line)
				if m == nil {
					s.want = append(s.want, line)
					continue
				}
				s.want = append(s.want, m[1])
				s.types(m[2])
			}
			s.want = append(s.want, "host1#")
			decoded := receive(t, port, receiverLines(strings.Join(s.shown(), "\n")+"\n"))
			s.types("test mirror traps sessionStart")
			s.want = append(s.want, "1 trap raised, 1 to hosts", "host1#")
			s.shown()
			if got := decoded(); got != "juniPacketMirrorSessionStart" {
				t.Errorf("decoded %q", got)
			}
		})
	}
}
