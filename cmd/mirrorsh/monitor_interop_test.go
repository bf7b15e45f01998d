//go:build interop

package main

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestMonitorAsSeen: terminal monitor and log here show messages on the terminal of a
// telnet client, above the line that is typed, until they are turned off.
func TestMonitorAsSeen(t *testing.T) {
	router := serveClients(t)
	guest := func() {
		o := callAt(t, "127.0.0.1:"+router.telnet)
		o.await("Telnet password: ")
		o.types("lab>", "sesame")
		o.types("", "logout")
		for o.more() == nil {
		}
	}
	s := &screen{t, filepath.Join(t.TempDir(), "tmux")}
	s.tmux("new-session", "-d", "-x", "100", "-y", "50", "telnet 127.0.0.1 "+router.telnet)
	t.Cleanup(func() { _ = exec.Command("tmux", "-S", s.socket, "kill-server").Run() })
	keys := func(line string) { t.Helper(); s.tmux("send-keys", "-l", line) }
	s.await(`Telnet password:\s*$`)
	keys("sesame\r")
	s.await(`lab>\n*$`)
	keys("enable 15\r")
	s.await(`Password:\s*$`)
	keys("raise\r")
	s.pane("lab#")
	for _, words := range [][2]string{{"terminal monitor", "no terminal monitor"}, {"log here", "no log here"}} {
		guest() // before: nothing is shown
		keys(words[0] + "\r")
		s.pane("lab#"+words[0], "lab#")
		keys("show privi")
		s.pane("lab#"+words[0], "lab#show privi")
		guest()
		shown := s.await(`lab#` + words[0] + `\nNOTICE .* security \(default\): Login on vty 1 from 127\.0\.0\.1\n` +
			`NOTICE .* security \(default\): Logout from vty 1 from 127\.0\.0\.1\nlab#show privi\n*$`)
		_, after, _ := strings.Cut(shown, "lab#"+words[0])
		if strings.Count(after, "Login on vty 1") != 1 {
			t.Errorf("what was before is shown, too:\n%s", shown)
		}
		keys("\r") // the line is whole
		s.pane("Privilege level is 15", "lab#")
		keys(words[1] + "\r")
		s.pane("lab#"+words[1], "lab#")
		guest()
		keys("show log data | include never\r")
		s.pane("lab#"+words[1], "lab#show log data | include never", "lab#")
	}
}

// await waits until the window is as an expression says.
func (s *screen) await(shown string) string {
	s.t.Helper()
	wanted := regexp.MustCompile(shown)
	var text string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		lines := strings.Split(s.tmux("capture-pane", "-p"), "\n")
		for i := range lines {
			lines[i] = strings.TrimRight(lines[i], " ")
		}
		if text = strings.Join(lines, "\n"); wanted.MatchString(text) {
			return text
		}
	}
	s.t.Fatalf("the window is never %s but\n%s", shown, text)
	return ""
}
