package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"mirrorsh/mib"
)

// TestKilledWhileConfiguring kills the console at any moment of a series of
// changes, alternately to the ordinary and to the secure part. What is there at
// the next start is one moment of the series, whole, and not before the last
// change that was acknowledged by a prompt.
func TestKilledWhileConfiguring(t *testing.T) {
	const rounds, changes = 8, 1000
	var contact = regexp.MustCompile(`(?m)^snmp-server contact "(\d+)"$`)
	var filter = regexp.MustCompile(`(?m)^snmp-server enable traps per-category-trapFilters packetMirror (\w+)$`)
	for round := range rounds {
		dir := filepath.Join(t.TempDir(), "state")
		con := startConsole(t, "TERM=dumb", "--state", dir, "--level", "15")
		con.expect("host1#", 1)
		con.send("mirror-enable\rconfigure terminal\r")
		con.expect("(config)#", 1)
		kill := time.AfterFunc(time.Duration(20+37*round)*time.Millisecond, func() { _ = con.cmd.Process.Kill() })
		defer kill.Stop()
		// The whole series is typed ahead; every prompt acknowledges a change.
		// Severity debug is the default and leaves no line, so the filter runs through 0 to 6.
		go func() {
			for i := 1; i <= changes; i++ {
				line := fmt.Sprintf("snmp-server contact %d\rsnmp-server enable traps per-category-trapFilters packetMirror %d\r", i, i%7)
				if _, err := con.ptmx.WriteString(line); err != nil {
					return
				}
			}
		}()
		con.wait()
		con.mu.Lock()
		prompts := strings.Count(con.out.String(), "(config)#")
		con.mu.Unlock()
		acknowledged := max(0, prompts-1) // the first prompt acknowledges configure terminal

		out, _ := mirrorsh(t, 0, "mirror-enable\nshow configuration\nshow snmp engineID\n", "--state", dir, "--level", "15", "--quiet")
		c, f := 0, -1
		if m := contact.FindStringSubmatch(out); m != nil {
			c, _ = strconv.Atoi(m[1])
		}
		if m := filter.FindStringSubmatch(out); m != nil {
			if f = slices.IndexFunc(mib.Severities, func(s mib.Severity) bool { return s.String() == m[1] }); f < 0 {
				t.Fatal(m[1])
			}
		}
		moment := 2 * c // contact c and filter c
		switch {
		case c == 0 && f < 0:
		case f == c%7:
		case f == (c-1)%7 && c > 1, f < 0 && c == 1:
			moment--
		default:
			t.Errorf("round %d: contact %d with filter %d is no moment of the series", round, c, f)
		}
		if moment < acknowledged {
			t.Errorf("round %d: %d changes were acknowledged, %d are there", round, acknowledged, moment)
		}
		t.Logf("round %d: %d acknowledged, %d saved", round, acknowledged, moment)
		left, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil || len(left) == 0 {
			t.Fatal(err)
		}
		for _, name := range left {
			if info, err := os.Stat(name); err != nil || info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s: %v %v", name, info.Mode(), err)
			}
		}
	}
}

// TestLockedState starts a second process on a state directory in use.
func TestLockedState(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	con := startConsole(t, "TERM=dumb", "--state", dir)
	con.expect("host1>", 1)
	_, stderr := mirrorsh(t, 4, "show privilege\n", "--state", dir)
	if want := fmt.Sprintf("in use by process %d", con.cmd.Process.Pid); !strings.Contains(stderr, want) {
		t.Errorf("standard error is %q, want it to say %q", stderr, want)
	}
	con.send("exit\r")
	con.wait()
	mirrorsh(t, 0, "show privilege\n", "--state", dir)
}

// TestKilledWhileReloading kills a router at any moment of starting, of saving
// and of a series of reloads. No boots that it has ever said it has comes again.
func TestKilledWhileReloading(t *testing.T) {
	boots := regexp.MustCompile(`(?m)^default .* (\d+) +\d+$`)
	dir := filepath.Join(t.TempDir(), "state")
	series := strings.Repeat("enable 15\nshow snmp engineID\nconfigure terminal\nhostname a\nhostname b\nend\nreload\n", 500)
	last, said := 0, 0
	const rounds = 24
	began := time.Now()
	mirrorsh(t, 0, "show privilege\n", "--state", dir)
	start := time.Since(began)
	for round := range rounds {
		cmd, out := exec.Command("mirrorsh", "--state", dir, "--quiet"), new(syncBuffer)
		cmd.Stdin, cmd.Stdout = strings.NewReader(series), out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// In a part of the start; later in a part of the next reload, of those that
		// it has come to, however long they take.
		reloads, part := round/6, time.Duration(round%6)*start/6
		eventually(t, "reload", func() bool { return len(boots.FindAllString(out.String(), -1)) >= 2*reloads })
		time.Sleep(part)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		for _, m := range boots.FindAllStringSubmatch(out.String(), -1) {
			n, err := strconv.Atoi(m[1])
			if err != nil || n <= last {
				t.Fatalf("round %d: boots %s after %d", round, m[1], last)
			}
			last = n
			said++
		}
	}
	if said < rounds {
		t.Errorf("only %d starts in %d rounds said their boots", said, rounds)
	}
	out, _ := mirrorsh(t, 0, "show snmp engineID\n", "--state", dir, "--level", "15", "--quiet")
	if m := boots.FindStringSubmatch(out); m == nil || len(m[1]) < len(strconv.Itoa(last)) {
		t.Errorf("after boots %d:\n%s", last, out)
	}
}
