//go:build interop

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

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
