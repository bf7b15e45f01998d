package main

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// lab is a mirrorsh serve at work, with the addresses at which its operators
// and managers find it.
type lab struct {
	t         testing.TB
	cmd       *exec.Cmd
	stderr    syncBuffer
	done      chan struct{}
	ssh, snmp netip.AddrPort
	signer    gossh.Signer
}

var snmpOn = regexp.MustCompile(`mirrorsh: snmp agent on (127\.0\.0\.1:\d+)\r?\n`)

// listening is what the program says of where it can be reached.
var listening = regexp.MustCompile(`mirrorsh: (ready|(snmp agent|radius|ssh) on [\d.:]+)\r?\n`)

// startLab starts a router that a script has set up, at level 15. It ends with
// the test, or with stop.
func startLab(t testing.TB, script string, args ...string) *lab {
	t.Helper()
	dir := t.TempDir()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	l := &lab{t: t, done: make(chan struct{})}
	if l.signer, err = gossh.NewSignerFromKey(private); err != nil {
		t.Fatal(err)
	}
	key, err := gossh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	file := func(name string, text []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	l.cmd = exec.Command("mirrorsh", append([]string{"serve", "--state", filepath.Join(dir, "state"), "--level", "15", "--quiet",
		"--snmp", "127.0.0.1:0", "--ssh", "127.0.0.1:0", "--ssh-authorized-keys", file("keys", gossh.MarshalAuthorizedKey(key)),
		file("lab.scr", []byte(script))}, args...)...)
	l.cmd.Stderr = &l.stderr
	if err := l.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = l.cmd.Wait(); close(l.done) }()
	t.Cleanup(func() { _ = l.cmd.Process.Kill(); <-l.done })
	for deadline := time.Now().Add(patience); !strings.Contains(l.stderr.String(), "mirrorsh: ready\n"); time.Sleep(10 * time.Millisecond) {
		select {
		case <-l.done:
			t.Fatalf("the router ended: %s", l.stderr.String())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("the router does not listen: %s", l.stderr.String())
		}
	}
	said := l.stderr.String()
	l.ssh = netip.MustParseAddrPort("127.0.0.1:" + sshOn.FindStringSubmatch(said)[1])
	if m := snmpOn.FindStringSubmatch(said); m != nil {
		l.snmp = netip.MustParseAddrPort(m[1])
	}
	return l
}

// said is what the program has written, but for where it listens.
func (l *lab) said() string {
	return listening.ReplaceAllString(l.stderr.String(), "")
}

// stop asks the router to stop and returns its exit status.
func (l *lab) stop() int {
	l.t.Helper()
	if err := l.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		l.t.Fatal(err)
	}
	select {
	case <-l.done:
	case <-time.After(patience):
		l.t.Fatal("the router did not end")
	}
	return l.cmd.ProcessState.ExitCode()
}

// resident is the memory of the router in MB (VmRSS of proc(5)).
func (l *lab) resident() float64 {
	l.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", l.cmd.Process.Pid))
	if err != nil {
		l.t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	if err != nil {
		l.t.Fatal(err)
	}
	return kb / 1024
}

// memory samples the memory of the router until ctx ends, and returns by how
// much its mean has grown from the second to the last third of the time, in
// MB. The first third is for the router to warm up.
func (l *lab) memory(ctx context.Context) (growth float64, samples []float64) {
	for tick := time.NewTicker(250 * time.Millisecond); ; {
		select {
		case <-tick.C:
			samples = append(samples, l.resident())
			continue
		case <-ctx.Done():
			tick.Stop()
		}
		break
	}
	third := len(samples) / 3
	if third == 0 {
		return 0, samples
	}
	return mean(samples[2*third:]) - mean(samples[third:2*third]), samples
}

func mean(of []float64) (sum float64) {
	for _, v := range of {
		sum += v
	}
	return sum / float64(len(of))
}
