package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// batch is a mirrorsh that reads commands from a pipe that stays open.
type batch struct {
	t      *testing.T
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    syncBuffer
	stderr syncBuffer
	done   chan struct{}
}

func startBatch(t *testing.T, args ...string) *batch {
	t.Helper()
	b := &batch{t: t, cmd: exec.Command("mirrorsh", args...), done: make(chan struct{})}
	var err error
	if b.in, err = b.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	b.cmd.Stdout, b.cmd.Stderr = &b.out, &b.stderr
	if err := b.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = b.cmd.Wait(); close(b.done) }()
	t.Cleanup(func() { _ = b.cmd.Process.Kill(); <-b.done })
	return b
}

func (b *batch) send(lines string) {
	b.t.Helper()
	if _, err := io.WriteString(b.in, lines); err != nil {
		b.t.Fatal(err)
	}
}

func (b *batch) expect(text string) {
	b.t.Helper()
	eventually(b.t, text, func() bool { return strings.Contains(b.out.String(), text) })
}

func (b *batch) wait() int {
	b.t.Helper()
	select {
	case <-b.done:
	case <-time.After(patience):
		b.t.Fatal("mirrorsh did not end")
	}
	return b.cmd.ProcessState.ExitCode()
}

// eventually waits until ok.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no %s in %v", what, patience)
		}
	}
}

func TestScriptIsSavedWhileItWaits(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	b := startBatch(t, "--state", dir)
	b.send("enable 15\nconfigure terminal\nhostname one\nsnmp-server contact two\n")
	eventually(t, "saved contact", func() bool {
		data, _ := os.ReadFile(filepath.Join(dir, "startup.cnf"))
		return strings.Contains(string(data), "contact")
	})
	b.in.Close()
	if got := b.wait(); got != 0 {
		t.Errorf("exit status %d", got)
	}
}

func TestFailedSaveFailsTheBatch(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	b := startBatch(t, "--state", dir)
	b.send("enable 15\nshow privilege\n")
	b.expect("Privilege level is 15")
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	b.send("configure terminal\nhostname lost\n")
	b.in.Close()
	if got := b.wait(); got != 1 {
		t.Errorf("exit status %d, want 1", got)
	}
	if !strings.Contains(b.stderr.String(), "% configuration not saved: ") {
		t.Errorf("standard error is %q", &b.stderr)
	}
}

func TestLongLineIsRefusedAndTheRestIsWhole(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	script := "enable 15\nconfigure terminal\nhostname early\nsnmp-server contact joe\nsnmp-server location " +
		strings.Repeat("x", 200_000) + "\nhostname late\n"
	_, stderr := mirrorsh(t, 1, script, "--state", dir)
	if want := "stdin:5: % line is longer than 65536 bytes\n"; stderr != want {
		t.Errorf("standard error is %q, want %q", stderr, want)
	}
	out, _ := mirrorsh(t, 0, "show configuration\n", "--state", dir, "--level", "15", "--quiet")
	if !strings.Contains(out, "hostname early\n") || !strings.Contains(out, `contact "joe"`) {
		t.Errorf("the configuration before the line is not whole:\n%s", out)
	}
	out, _ = mirrorsh(t, 1, script+"do show privilege\n", "--keep-going")
	if !strings.Contains(out, "late(config)#do show privilege\nPrivilege level is 15\n") {
		t.Error("--keep-going did not go on after the line")
	}
}

// TestRedactedLineIsNotRun recalls a line from the history in which secrets
// stand as <hidden>: running it must not make that text the key.
func TestRedactedLineIsNotRun(t *testing.T) {
	con := startConsole(t, "TERM=dumb", "--ephemeral", "--level", "15")
	con.expect("host1#", 1)
	con.send("configure terminal\r")
	con.send(`snmp-server user bob group admin authentication sha "auth passphrase" privacy aes "priv passphrase"` + "\r")
	con.expect("(config)#", 2)
	con.send("\x1b[A\r")
	con.expect("% Invalid input detected", 1)
	con.send("do show configuration snmp | include bob\r")
	con.expect("f7198be676565b95589617c21b22b65bc9fb3fb0", 1)
}

func TestUserOfASecureHostStays(t *testing.T) {
	const setup = mirrorPreamble + `snmp-server user bob group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"
snmp-server host 127.0.0.9 version v3 bob packetMirror
`
	for _, line := range []string{"no snmp-server user bob", "snmp-server user bob group mirror",
		`snmp-server user bob group mirror authentication sha "auth passphrase"`} {
		_, stderr := mirrorsh(t, 1, setup+line+"\n")
		if want := "stdin:6: % user bob is named by a packetMirror host\n"; stderr != want {
			t.Errorf("%s: standard error is %q, want %q", line, stderr, want)
		}
	}
	mirrorsh(t, 0, setup+"snmp-server user bob group mirror authentication md5 passphrase privacy des passphrase\n"+
		"no snmp-server host 127.0.0.9\nno snmp-server user bob\n")
}

// TestSkippedLinesAreKept damages the saved configuration: what cannot be run is
// said on its own side, and not lost with the next change.
func TestSkippedLinesAreKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	mirrorsh(t, 0, mirrorPreamble+`hostname edge
snmp-server user bob group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"
`, "--state", dir)
	secure := filepath.Join(dir, "secure.cnf")
	data, err := os.ReadFile(secure)
	if err != nil {
		t.Fatal(err)
	}
	broken := bytes.Replace(data, []byte("group mirror"), []byte("group mirrer"), 1)
	if err := os.WriteFile(secure, broken, 0o600); err != nil {
		t.Fatal(err)
	}
	out, stderr := mirrorsh(t, 0, "enable 15\nconfigure terminal\nhostname other\ndo show log data\n", "--state", dir)
	if stderr != "" || strings.Contains(out, "mirrer") || strings.Contains(out, "secure") {
		t.Errorf("an ordinary session learns of it: %s%s", out, stderr)
	}
	kept, err := os.ReadFile(secure + ".bak")
	if err != nil || !bytes.Equal(kept, broken) {
		t.Errorf("what was skipped is kept as %q, %v", kept, err)
	}
	if err := os.WriteFile(secure, []byte{0xff, 0x00, 0x17}, 0o600); err != nil {
		t.Fatal(err)
	}
	_, stderr = mirrorsh(t, 4, "show privilege\n", "--state", dir)
	if !strings.Contains(stderr, "secure.cnf is damaged") || !strings.Contains(stderr, "restore it, or remove it") {
		t.Errorf("standard error is %q", stderr)
	}
}

func TestBootsAreMissed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	mirrorsh(t, 0, "show privilege\n", "--state", dir)
	if err := os.Remove(filepath.Join(dir, "engine-boots")); err != nil {
		t.Fatal(err)
	}
	_, stderr := mirrorsh(t, 4, "show privilege\n", "--state", dir)
	if !strings.Contains(stderr, "engine-boots") {
		t.Errorf("standard error is %q", stderr)
	}
}

// TestSecureLinesLeaveNoOrdinaryFile holds that the files of the ordinary side
// say nothing about changes to the secure one.
func TestSecureLinesLeaveNoOrdinaryFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	mirrorsh(t, 0, mirrorPreamble+"mirror trap-enable\n", "--state", dir)
	if _, err := os.Stat(filepath.Join(dir, "startup.cnf")); err == nil {
		t.Error("a secure change wrote startup.cnf")
	}
	if out, _ := mirrorsh(t, 0, mirrorPreamble+"do show configuration\n", "--state", dir, "--quiet"); !strings.Contains(out, "mirror trap-enable") {
		t.Errorf("the secure change is lost: %s", out)
	}
}

// TestOddNamesRoundTrip feeds a configuration with difficult words back.
func TestOddNamesRoundTrip(t *testing.T) {
	script := mirrorPreamble + `no snmp-server
hostname "huh?"
snmp-server contact "who \"?\" \\ ! | > here"
snmp-server location "trailing ?"
snmp-server host 127.0.0.1 version v1 "what?"
snmp-server host 127.0.0.2 version v2c !bang link
snmp-server host 127.0.0.2 trapQueue drainRate 7 full dropFirstIn size 99 pingTimeOut 9
snmp-server user "version" group public
snmp-server user "!u" group mirror authentication sha512 "  blanks and \"quotes\" " privacy aes256 "another passphrase"
snmp-server host 127.0.0.2 version v3 "!u" udp-port 99 link packetMirror trapFilters error
snmp-server host 127.0.0.2 trapQueue size 77 packetMirror
snmp-server enable traps link snmp trapFilters 3
snmp-server enable traps per-category-trapFilters link 2
snmp-server enable traps snmp authentication
snmp-server enable traps packetMirror trapFilters 4
mirror trap-enable
do show configuration
`
	script = strings.Replace(script, "v2c !bang", `v2c "!bang"`, 1)
	out, _ := mirrorsh(t, 0, script, "--quiet")
	config := out[strings.Index(out, "! Configuration script"):]
	again, _ := mirrorsh(t, 0, "mirror-enable\n"+config+"end\nshow configuration\n", "--quiet", "--level", "15")
	body := func(s string) string { return s[strings.Index(s, "\nconfigure terminal"):] }
	if got := again[strings.Index(again, "! Configuration script"):]; body(got) != body(config) {
		t.Errorf("the configuration\n%s\nis after a round trip\n%s", config, got)
	}
	if n := strings.Count(config, "\n"); n < 20 {
		t.Errorf("only %d lines:\n%s", n, config)
	}
}

func TestLittleThingsInBatches(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"\ufeffshow privilege\n", "Privilege level is 1\n"},
		{"enable 15\nconfigure terminal\n! why?\nhostname foo\ndo show privilege\n", "foo(config)#do show privilege\n"},
		{"show privilege\r\n", "Privilege level is 1\n"},
		{"show privilege", "Privilege level is 1\n"},
	} {
		if out, _ := mirrorsh(t, 0, c.script); !strings.Contains(out, c.want) {
			t.Errorf("%q prints %q", c.script, out)
		}
	}
	_, stderr := mirrorsh(t, 1, "show bogus ?\n")
	if want := "stdin:1: % Invalid input detected at '^' marker.\n"; stderr != want {
		t.Errorf("standard error is %q, want %q", stderr, want)
	}
	out, err := exec.Command("mirrorsh", "--level", "10", "-c", `configure terminal; snmp-server location 5" disk; hostname zz; do show privilege`).Output()
	if err != nil || !strings.Contains(string(out), "zz(config)#do show privilege") {
		t.Errorf("a quote inside a word: %v\n%s", err, out)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"one.scr": "exit\n", "two.scr": "show privilege\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err = exec.Command("mirrorsh", filepath.Join(dir, "one.scr"), filepath.Join(dir, "two.scr")).Output()
	if err != nil || !strings.Contains(string(out), "Privilege level is 1") {
		t.Errorf("a script after one that logged out: %v\n%s", err, out)
	}
}

// TestHistoryHidesWhatWasTypedAboutTheSecureSide holds that a session that does
// not see the secure side any more is not shown what it did there.
func TestHistoryHidesWhatWasTypedAboutTheSecureSide(t *testing.T) {
	const setup = mirrorPreamble + `snmp-server user spy group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"
snmp-server host 127.0.0.1 trapQueue drainRate 1
end
`
	for i, blind := range []string{"no mirror-enable\n", "disable 12\n"} {
		out, _ := mirrorsh(t, 1, setup+blind+"show history\n", "--keep-going", "--quiet")
		_, history, _ := strings.Cut(out, "  enable 15\n") // after what was refused
		if strings.Contains(history, "spy") || strings.Contains(history, "trapQueue") {
			t.Errorf("case %d: show history prints %s", i, out)
		}
		if !strings.Contains(history, "  mirror-enable\n") {
			t.Errorf("case %d: the ordinary history is not there: %s", i, out)
		}
	}
}
