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
