package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// sshKey makes a client's key with ssh-keygen, and returns its file and that of
// its public half.
func sshKey(t *testing.T) (identity, public string) {
	t.Helper()
	identity = filepath.Join(t.TempDir(), "id")
	if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", identity).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %v: %s", err, out)
	}
	return identity, identity + ".pub"
}

// sshRun runs commands over SSH and returns what they print, and the status.
func sshRun(t *testing.T, port, identity, knownHosts, commands string) (string, int) {
	t.Helper()
	cmd := exec.Command("ssh", "-F", "none", "-o", "UserKnownHostsFile="+knownHosts, "-o", "StrictHostKeyChecking=accept-new", "-o", "LogLevel=ERROR",
		"-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-i", identity, "-p", port, "joe@127.0.0.1", commands)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

var sshOn = regexp.MustCompile(`mirrorsh: ssh on 127\.0\.0\.1:(\d+)\r?\n`)

// TestServe serves operators with what a script has set up, keeps its host key,
// and stops when it is asked to.
func TestServe(t *testing.T) {
	dir := t.TempDir()
	script, known := filepath.Join(dir, "lab.scr"), filepath.Join(dir, "known")
	if err := os.WriteFile(script, []byte("configure terminal\nhostname lab\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	identity, public := sshKey(t)
	args := []string{"serve", "--state", filepath.Join(dir, "state"), "--level", "15", "--quiet", "--ssh", "127.0.0.1:0", "--ssh-authorized-keys", public}
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		con := startConsole(t, "HOME="+dir, append(args, script)...)
		port := sshOn.FindStringSubmatch(con.expect("ssh on 127.0.0.1:", 1) + con.expect("\n", 1))[1]
		// The port differs from run to run, the name in known_hosts with it.
		if data, err := os.ReadFile(known); err == nil {
			_, key, _ := strings.Cut(string(data), " ")
			if err := os.WriteFile(known, []byte("[127.0.0.1]:"+port+" "+key), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out, status := sshRun(t, port, identity, known, "show privilege; enable; configure terminal; show bogus")
		if want := "Privilege level is 1\nEnter configuration commands, one per line.  End with ^Z.\n"; status != 1 || !strings.HasPrefix(out, want) {
			t.Errorf("got %q, %d", out, status)
		}
		if _, status := sshRun(t, port, identity, known, "show users"); status != 0 {
			t.Errorf("show users: %d", status)
		}
		if err := con.cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if status := con.wait(); status != 0 {
			t.Errorf("%v: status %d", signal, status)
		}
	}
	if out, _ := mirrorsh(t, 0, "show privilege\n", "--state", filepath.Join(dir, "state")); !strings.Contains(out, "lab>") {
		t.Errorf("the configuration is not kept: %q", out)
	}
}

func TestServeRefusesToStart(t *testing.T) {
	dir := t.TempDir()
	_, public := sshKey(t)
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	refused, empty := file("refused.scr", "show bogus\n"), file("keys", "# none\n")
	for name, c := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"nobody could log in": {nil, 4, "nobody could log in over SSH: put a key into"},
		"no key in the file":  {[]string{"--ssh-authorized-keys", empty}, 4, "nobody could log in"},
		"no file of keys":     {[]string{"--ssh-authorized-keys", filepath.Join(dir, "missing")}, 4, "authorized keys: open"},
		"address":             {[]string{"--ssh-authorized-keys", public, "--ssh", "127.0.0.1:99999"}, 4, "give --ssh another address"},
		"refused line":        {[]string{"--ssh-authorized-keys", public, refused}, 1, "refused.scr:1: % Invalid input"},
		"commands":            {[]string{"-c", "show version"}, 2, "serve takes script files, not -c"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("HOME", dir)
			args := append([]string{"serve", "--ephemeral", "--ssh", "127.0.0.1:0"}, c.args...)
			if _, stderr := mirrorsh(t, c.status, "", args...); !strings.Contains(stderr, c.says) {
				t.Errorf("standard error is %q, want it to say %q", stderr, c.says)
			}
		})
	}
}

// TestConsoleBesideSSH lets operators in while a console is open, and the
// console give a line its password.
func TestConsoleBesideSSH(t *testing.T) {
	identity, public := sshKey(t)
	dir := t.TempDir()
	con := startConsole(t, "TERM=dumb", "--ephemeral", "--level", "15", "--ssh", "127.0.0.1:0", "--ssh-authorized-keys", public)
	con.expect("host1#", 1)
	port := sshOn.FindStringSubmatch(con.expect("ssh on", 1))[1]
	if out, status := sshRun(t, port, identity, filepath.Join(dir, "known"), "show privilege"); status != 0 || out != "Privilege level is 1\n" {
		t.Errorf("got %q, %d", out, status)
	}
	con.send("exit\r")
	con.expect("host1>", 1)
	con.send("exit\r")
	if status := con.wait(); status != 0 {
		t.Errorf("status %d", status)
	}
}

// TestConsolePassword asks for the password of the console.
func TestConsolePassword(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	mirrorsh(t, 0, "configure terminal\nbanner #Hello#\nline console\npassword sesame\nlogin\n", "--state", dir, "--level", "15")
	con := startConsole(t, "TERM=dumb", "--state", dir)
	con.expect("Hello\r\nPassword: ", 1)
	con.send("wrong\r")
	con.expect("Password: ", 2)
	con.send("sesame\r")
	con.expect("host1>", 1)
	con.send("exit\r")
	if status := con.wait(); status != 0 {
		t.Errorf("status %d", status)
	}
	con = startConsole(t, "TERM=dumb", "--state", dir)
	for n := range 3 {
		con.expect("Password: ", n+1)
		con.send("wrong\r")
	}
	if status := con.wait(); status != 1 || strings.Contains(con.expect("% Bad passwords", 1), "host1>") {
		t.Errorf("three wrong passwords: status %d", status)
	}
}
