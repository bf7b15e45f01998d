package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"mirrorsh/mib"
)

// receiveProcess is a running mirrorsh receive.
type receiveProcess struct {
	cmd    *exec.Cmd
	addr   string // HOST:PORT
	port   string
	stdout syncBuffer
	errs   *bufio.Reader
}

const receiveUser = `mirrorUser SHA $AUTH AES $PRIV`

// startReceive starts one that knows receiveUser, on a port of its own at host.
func startReceive(t *testing.T, host string, args ...string) *receiveProcess {
	t.Helper()
	return startReceiveAt(t, host+":0", append([]string{"--user", receiveUser}, args...)...)
}

// startReceiveAt starts one at an address.
func startReceiveAt(t *testing.T, addr string, args ...string) *receiveProcess {
	t.Helper()
	p := &receiveProcess{cmd: exec.Command("mirrorsh", append([]string{"receive", addr}, args...)...)}
	p.cmd.Env = append(os.Environ(), "AUTH=auth passphrase", "PRIV=priv passphrase", "COMMUNITY=secret")
	p.cmd.Stdout = &p.stdout
	errs, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill(); _ = p.cmd.Wait() })
	p.errs = bufio.NewReader(errs)
	line, err := p.errs.ReadString('\n')
	_, rest, ok := strings.Cut(line, "receiving on ")
	if err != nil || !ok {
		t.Fatalf("%q %v", line, err)
	}
	p.addr, _, _ = strings.Cut(rest, ",")
	p.port = p.addr[strings.LastIndex(p.addr, ":")+1:]
	return p
}

// wait returns the exit status and what was said after the first line.
func (p *receiveProcess) wait(t *testing.T) (status int, stderr string) {
	t.Helper()
	late := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() })
	defer late.Stop()
	rest, _ := io.ReadAll(p.errs)
	_ = p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode(), string(rest)
}

// waitFor waits until as many notifications were printed.
func (p *receiveProcess) waitFor(t *testing.T, n int) {
	t.Helper()
	for deadline := time.Now().Add(patience); notifications(p.stdout.String()) < n; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d notifications in %v", notifications(p.stdout.String()), n, patience)
		}
	}
}

var aHead = regexp.MustCompile(`(?m)^[^ ].*: (trap|inform) v`)

func notifications(text string) int { return len(aHead.FindAllString(text, -1)) }

const mirrorSample = mirrorPreamble + `snmp-server user mirrorUser group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"
snmp-server host 127.0.0.1 version v3 mirrorUser udp-port PORT OPTIONS packetMirror
snmp-server enable traps packetMirror
mirror trap-enable
end
`

func mirrorTo(port, options string) string {
	return strings.NewReplacer("PORT", port, "OPTIONS ", options).Replace(mirrorSample)
}

// TestReceiveInforms: the router's informs are acknowledged, so that it ends with
// nothing left; over IPv4, with the discovery.
func TestReceiveInforms(t *testing.T) {
	p := startReceive(t, "127.0.0.1", "--count", "10", "--json")
	mirrorsh(t, 0, mirrorTo(p.port, "informs ")+"test mirror traps all\n")
	status, stderr := p.wait(t)
	if status != exitDone || !strings.Contains(stderr, "0 traps and 10 informs of ") || !strings.HasSuffix(stderr, "refused: 0\n") {
		t.Errorf("%d: %s", status, stderr)
	}
	var all []map[string]any
	for dec := json.NewDecoder(strings.NewReader(p.stdout.String())); ; {
		var doc map[string]any
		if err := dec.Decode(&doc); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, doc)
	}
	if len(all) != 11 || all[0]["type"] != "inform" || all[0]["name"] != mib.MirrorNotifications[0].Name || all[10]["type"] != "summary" || all[10]["informs"] != 10.0 {
		t.Errorf("%v", all)
	}
}

// TestReceiveReceiverConfiguration: what a router shows for snmptrapd is a file
// of users here.
func TestReceiveReceiverConfiguration(t *testing.T) {
	stdout, _ := mirrorsh(t, 0, mirrorTo("9", "")+"show snmp receiver-configuration\n", "--quiet")
	file := filepath.Join(t.TempDir(), "users.conf")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(strings.Join(receiverLines(stdout), "\n"), "mirrorUser", "other")), 0o600); err != nil {
		t.Fatal(err)
	}
	p := startReceive(t, "127.0.0.1", "--users", file, "--count", "1")
	mirrorsh(t, 0, strings.ReplaceAll(mirrorTo(p.port, ""), "mirrorUser", "other")+"test mirror traps sessionStart\n")
	if status, stderr := p.wait(t); status != exitDone || !strings.Contains(p.stdout.String(), "SessionStart: trap v3 other authPriv") {
		t.Errorf("%d: %s%s", status, stderr, p.stdout.String())
	}
}

// TestReceiveExpect: the golden that --record writes holds for the same script,
// not for another one, and not for less.
func TestReceiveExpect(t *testing.T) {
	golden := filepath.Join(t.TempDir(), "golden")
	const two = "test mirror traps sessionStart\ntest mirror traps sessionEnd\n"
	for _, c := range []struct {
		script string
		args   []string
		status int
		says   string
	}{
		{two, []string{"--record", golden, "--count", "2"}, exitDone, ""},
		{two, []string{"--expect", golden}, exitDone, ""},
		{"test mirror traps sessionEnd\ntest mirror traps sessionStart\n", []string{"--expect", golden}, exitRefused,
			golden + ":1: want juniPacketMirrorSessionStart: trap v3 mirrorUser authPriv context router1 *, got juniPacketMirrorSessionEnd: "},
		{"test mirror traps sessionStart\n", []string{"--expect", golden, "--timeout", "2s"}, exitRefused, ": 1 of 2 notifications did not arrive, the first juniPacketMirrorSessionEnd"},
		{"test mirror traps sessionStart\n", []string{"--count", "2", "--timeout", "2s"}, exitPending, "mirrorsh: 1 of 2 notifications in 2s\n"},
		{"test mirror traps sessionStart\n", []string{"--timeout", "2s"}, exitDone, ""},
	} {
		p := startReceive(t, "127.0.0.1", c.args...)
		mirrorsh(t, 0, mirrorTo(p.port, "")+c.script)
		status, stderr := p.wait(t)
		if status != c.status || !strings.Contains(stderr, c.says) || !strings.Contains(stderr, "mirrorsh: ") {
			t.Errorf("%v: %d, want %d: %s", c.args, status, c.status, stderr)
		}
	}
}

// TestReceiveFaults sends every fault of the router to receive, and a right trap
// before and after it. What a receiver has to refuse it refuses, and says why.
func TestReceiveFaults(t *testing.T) {
	for _, c := range []struct{ fault, refused string }{
		{"bad-digest", "usmStatsWrongDigests 1"},
		{"short-digest", "usmStatsWrongDigests 1"},
		{"wrong-key", "usmStatsWrongDigests 1"},
		{"unknown-user", "usmStatsUnknownUserNames 1"},
		{"boots-rollback", "usmStatsNotInTimeWindows 1"},
		{"replay", "replayed 1"},
		{"truncated", "snmpInASNParseErrs 1"},
		{"bad-length", "snmpInASNParseErrs 1"},
		{"unencrypted", "securityLevelTooLow 1"},
	} {
		t.Run(c.fault, func(t *testing.T) {
			p := startReceive(t, "127.0.0.1")
			mirrorsh(t, 0, mirrorTo(p.port, "")+"test mirror traps sessionStart\ntest mirror fault "+c.fault+"\ntest mirror traps sessionEnd\n")
			p.waitFor(t, 2)
			_ = p.cmd.Process.Signal(syscall.SIGTERM)
			status, stderr := p.wait(t)
			if status != exitSignal+int(syscall.SIGTERM) || !strings.HasSuffix(stderr, " ("+c.refused+")\n") {
				t.Errorf("%d: %s", status, stderr)
			}
			if why, _, _ := strings.Cut(c.refused, " "); !strings.Contains(stderr, "mirrorsh: refused from 127.0.0.1:") || !strings.Contains(stderr, ": "+why) {
				t.Errorf("it does not say what was refused first: %s", stderr)
			}
		})
	}
}

// TestReceiveUsage: mistakes are one line, without what was secret in them.
func TestReceiveUsage(t *testing.T) {
	t.Setenv("AUTH", "auth passphrase")
	shared := filepath.Join(t.TempDir(), "users.conf")
	if err := os.WriteFile(shared, []byte("createUser u\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{}, exitUsage, "nobody would be received: give --user, --users or --community: see receive --help"},
		{[]string{"--bogus"}, exitUsage, "no flag --bogus: see receive --help"},
		{[]string{"--count", "0"}, exitUsage, `--count must be a number from 1 on, not "0": see receive --help`},
		{[]string{"--timeout", "5"}, exitUsage, `--timeout must be a time such as 5s or 2m, not "5": see receive --help`},
		{[]string{"--engine-id", "80"}, exitUsage, `--engine-id must be 5 to 32 octets in hexadecimal, not "80": see receive --help`},
		{[]string{"--user", ""}, exitUsage, `--user must be a user, not "": see receive --help`},
		{[]string{"--user", "u SHA hush"}, exitUsage, "--user: user u: authentication: passphrase must have 8 to 255 characters"},
		{[]string{"--user", "u SHA $NONE"}, exitUsage, `--user: user u: authentication: invalid user: the environment has no "NONE"`},
		{[]string{"--users", shared}, exitUsage, shared + ": others may read it: chmod 600"},
		{[]string{"--users", "/none"}, exitUsage, "open /none: no such file or directory"},
		{[]string{"a:1", "b:2", "--user", "u"}, exitUsage, "receive takes one address: see receive --help"},
		{[]string{"--user", "u", "--expect", "/none"}, exitUsage, "open /none: no such file or directory"},
		{[]string{"--user", "u", "nowhere"}, exitStart, "receive on nowhere: missing port in address: give another address"},
		{[]string{"--user", "u", "192.0.2.1:9162"}, exitStart, "receive on 192.0.2.1:9162: cannot assign requested address: give another address"},
	} {
		stdout, stderr := mirrorsh(t, c.status, "", append([]string{"receive"}, c.args...)...)
		if stderr != "mirrorsh: "+c.says+"\n" || stdout != "" {
			t.Errorf("%q: %q%q, want %q", c.args, stdout, stderr, c.says)
		}
	}
	p := startReceive(t, "127.0.0.1")
	_, stderr := mirrorsh(t, exitStart, "", "receive", p.addr, "--user", "u SHA hushhushhush")
	if !strings.Contains(stderr, "mirrorsh: receive on "+p.addr+": address already in use: give another address\n") ||
		!strings.Contains(stderr, "secrets of the command line are in the process list") || strings.Contains(stderr, "hush") {
		t.Errorf("%s", stderr)
	}
	for _, name := range []string{"receive", "mibs"} {
		stdout, _ := mirrorsh(t, 0, "", name, "--help")
		if !strings.HasPrefix(stdout, "mirrorsh "+name+" ") {
			t.Errorf("%s", stdout)
		}
	}
}

// TestMibs: the modules are those of the repository; what is there and different stays.
func TestMibs(t *testing.T) {
	shipped, err := filepath.Glob("../../mib/*.mib")
	if err != nil || len(shipped) == 0 {
		t.Fatal(err, len(shipped))
	}
	dir := filepath.Join(t.TempDir(), "a", "b")
	for range 2 {
		if stdout, _ := mirrorsh(t, 0, "", "mibs", dir); stdout != fmt.Sprintf("%d modules in %s\n", len(shipped), dir) {
			t.Errorf("%q", stdout)
		}
	}
	for _, path := range shipped {
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(dir, filepath.Base(path)))
		if err != nil || !bytes.Equal(want, got) {
			t.Errorf("%s: %v", path, err)
		}
	}
	file := filepath.Join(dir, "IF-MIB.mib")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, stderr := mirrorsh(t, exitStart, "", "mibs", dir)
	if got, _ := os.ReadFile(file); string(got) != "mine" || !strings.Contains(stderr, "IF-MIB.mib is there and says something else") {
		t.Errorf("%s: %s", got, stderr)
	}
	for _, args := range [][]string{{"mibs"}, {"mibs", ""}, {"mibs", "a", "b"}} {
		mirrorsh(t, exitUsage, "", args...)
	}
	mirrorsh(t, exitStart, "", "mibs", "/dev/null/x")
}

// receiverLines are the lines that show snmp receiver-configuration prints.
func receiverLines(stdout string) (lines []string) {
	for line := range strings.Lines(stdout) {
		if strings.HasPrefix(line, "createUser ") || strings.HasPrefix(line, "authUser ") {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	return lines
}
