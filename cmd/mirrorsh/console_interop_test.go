//go:build interop

package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// screen is a tmux window.
type screen struct {
	t      *testing.T
	socket string
}

func (s *screen) tmux(args ...string) string {
	s.t.Helper()
	out, err := exec.Command("tmux", append([]string{"-S", s.socket, "-f", "/dev/null"}, args...)...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("tmux %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// pane waits until the last lines of the window are want, trailing blanks aside.
func (s *screen) pane(want ...string) {
	s.t.Helper()
	var lines []string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		lines = strings.Split(strings.TrimRight(s.tmux("capture-pane", "-p"), "\n "), "\n")
		for i := range lines {
			lines[i] = strings.TrimRight(lines[i], " ")
		}
		if len(lines) >= len(want) && cmp.Equal(lines[len(lines)-len(want):], want) {
			return
		}
	}
	s.t.Fatalf("the window never ended in\n%s\nbut in\n%s", strings.Join(want, "\n"), strings.Join(lines, "\n"))
}

// TestConsoleAsSeen types into the rich editor and looks at the screen.
func TestConsoleAsSeen(t *testing.T) {
	s := &screen{t, filepath.Join(t.TempDir(), "tmux")}
	s.tmux("new-session", "-d", "-x", "100", "-y", "50", "mirrorsh --ephemeral --snmp off")
	t.Cleanup(func() { _ = exec.Command("tmux", "-S", s.socket, "kill-server").Run() })
	keys := func(k ...string) { t.Helper(); s.tmux(append([]string{"send-keys"}, k...)...) }

	s.pane("host1>")
	keys("en 15", "Enter")
	s.pane("host1>en 15", "host1#")
	// ? prints at once, and the line is there again.
	keys("sh?")
	s.pane("host1#sh?", "  show  Display information about the router", "host1#sh")
	// Tab completes; what the session may not see is no choice.
	keys("Tab")
	keys("snmp en")
	s.pane("host1#show snmp en", "                   engineID  The SNMP engine of each virtual router")
	keys("C-u")
	keys("show snmp trap", "Enter")
	s.pane("Address         TrapSeverityFilter Ping    Maximum   Queue     Queue Full",
		"                                   TimeOut QueueSize DrainRate discrd methd",
		"--------------- ------------------ ------- --------- --------- -------------", "host1#")
	keys("mirror-enable", "Enter")
	s.pane("host1#mirror-enable", "host1#")
	keys("show snmp sec")
	s.pane("host1#show snmp sec", fmt.Sprintf("%20s%s", "", "secure-log  The secure audit log"))
	keys("Tab", "Enter")
	s.pane("SNMP secure log is off", "Entries: 0 held, capacity 100, 0 overwritten", "", "host1#")
}

// TestConsoleStaysInPlace types on the last row of windows of several sizes: what
// is suggested, up to rows as wide as the window, scrolls nothing.
func TestConsoleStaysInPlace(t *testing.T) {
	for _, size := range [][2]string{{"80", "24"}, {"100", "30"}, {"132", "50"}, {"40", "10"}} {
		t.Run(size[0]+"x"+size[1], func(t *testing.T) {
			s := &screen{t, filepath.Join(t.TempDir(), "tmux")}
			s.tmux("new-session", "-d", "-x", size[0], "-y", size[1], "mirrorsh --ephemeral --level 15 --snmp off")
			t.Cleanup(func() { _ = exec.Command("tmux", "-S", s.socket, "kill-server").Run() })
			s.pane("host1#")
			s.tmux("send-keys", "configure terminal", "Enter")
			s.pane("host1(config)#")
			for range 60 {
				s.tmux("send-keys", "Enter")
			}
			prompt := len("host1(config)#")
			for _, line := range []string{"do show ", "snmp-server ", "snmp-server enable traps "} {
				s.tmux("send-keys", "-l", "!") // once it is shown, all Enters have been read
				before := s.place(prompt + 1)
				s.tmux("send-keys", "BSpace")
				s.place(prompt)
				for i, key := range line {
					s.tmux("send-keys", "-l", string(key))
					if now := s.place(prompt + i + 1); now != before {
						t.Errorf("%q: rows above and row of the cursor are %s, want %s", line[:i+1], now, before)
					}
				}
				for _, key := range []string{"Down", "Down", "Up", "Up"} {
					s.tmux("send-keys", key)
				}
				s.tmux("send-keys", "C-u", "!")
				if now := s.place(prompt + 1); now != before {
					t.Errorf("%q, a suggestion selected: rows above and row of the cursor are %s, want %s", line, now, before)
				}
				s.tmux("send-keys", "BSpace")
				s.place(prompt)
			}
		})
	}
}

// place waits until the cursor is in a column, and returns how many rows have left
// the window and in which one the cursor is.
func (s *screen) place(column int) string {
	s.t.Helper()
	var at string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		at = s.tmux("display-message", "-p", "#{cursor_x} #{history_size} #{cursor_y}")
		if rest, ok := strings.CutPrefix(at, fmt.Sprint(column, " ")); ok {
			return strings.TrimSpace(rest)
		}
	}
	s.t.Fatalf("the cursor never came to column %d: %s", column, at)
	return ""
}
