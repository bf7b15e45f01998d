//go:build interop

package sshd

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// options of the OpenSSH client, with nothing of whoever runs the test.
func (r *running) options() []string {
	host, port, _ := net.SplitHostPort(r.addr)
	return []string{"-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
		"-o", "IdentitiesOnly=yes", "-p", port, "joe@" + host}
}

// run runs a program and returns what it printed and its exit status.
func run(t *testing.T, name string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", name, err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// dialogue is what an automation tool does: it waits for the prompt and types.
const dialogue = `
set timeout 20
proc want {text} {
	expect {
		-exact $text {}
		timeout { puts "\nNOT SHOWN: $text"; exit 2 }
		eof { puts "\nENDED BEFORE: $text"; exit 3 }
	}
}
set env(TERM) [lindex $argv 0]
spawn -noecho ssh -o PubkeyAuthentication=no {*}[lrange $argv 1 end]
want "password: "
send "of the line\r"
want "host1>"
send "enable 15\r"
want "Password: "
send "of level ten\r"
want "host1#"
send "terminal length 0\r"
want "host1#"
send "configure terminal\r"
want "host1(config)#"
send "hostname probe\r"
want "probe(config)#"
send "banner motd #first\r"
want "End with the character '#'."
send "second#\r"
want "probe(config)#"
send "exit\r"
want "probe#"
send "show configuration\r"
want "End of configuration script"
want "probe#"
send "logout\r"
expect eof
lassign [wait] pid id os status
exit $status
`

// TestExpectOverOpenSSH logs in, enables, configures and logs out as expect
// does, with every kind of terminal that automation tools claim to be.
func TestExpectOverOpenSSH(t *testing.T) {
	for _, term := range []string{"vt100", "dumb", "network"} {
		t.Run(term, func(t *testing.T) {
			r := start(t, newShell(t, `banner login #Authorized only#`, `banner exec #Welcome#`,
				`enable password level 10 0 "of level ten"`, `line vty 0 4`, `password 0 "of the line"`))
			script := filepath.Join(t.TempDir(), "dialogue.exp")
			if err := os.WriteFile(script, []byte(dialogue), 0o600); err != nil {
				t.Fatal(err)
			}
			out, errs, status := run(t, "expect", append([]string{script, term}, r.options()...)...)
			if status != 0 {
				t.Fatalf("status %d: %s%s", status, out, errs)
			}
			if strings.ContainsRune(out, 0x1b) {
				t.Errorf("an escape sequence is shown: %q", out)
			}
			for _, want := range []string{
				"\r\nLogged in on vty 0 via SSH.\r\nCopyright (c) ",
				"\r\n\r\nWelcome\r\nhost1>enable 15\r\nPassword: ************\r\nhost1#terminal length 0\r\nhost1#",
				"\r\nhostname probe\r\n", "\r\nbanner motd #first\\nsecond#\r\n", "\r\nline vty 0 4\r\n password 7 1",
			} {
				if !strings.Contains(out, want) {
					t.Errorf("%q is not in %q", want, out)
				}
			}
			if strings.Contains(out, "of the line") || strings.Contains(out, "of level ten") {
				t.Error("a password is shown")
			}
		})
	}
}

func TestExec(t *testing.T) {
	r := start(t, newShell(t, `enable password level 10 0 letmein`))
	for _, c := range []struct {
		command        string
		out, errOutput string
		status         int
	}{
		{"show privilege", "Privilege level is 1\n", "", 0},
		{"show privilege; disable 0; exit", "Privilege level is 1\n", "", 0},
		{"show bogus; show privilege", "host1>show bogus\n           ^\n% Invalid input detected at '^' marker.\n", "-c:1: % Invalid input detected at '^' marker.\n", 1},
		{"enable; letmein; show privilege", "Password: \nPrivilege level is 10\n", "", 0},
		{"enable; wrong; show privilege", "Password: \nhost1>enable\n% Bad passwords\n", "-c:1: % Bad passwords\n", 1},
		{"enable", "host1>enable\n% no answer\n", "-c:1: % no answer\n", 1},
	} {
		t.Run(c.command, func(t *testing.T) {
			out, errs, status := run(t, "ssh", append([]string{"-i", r.identity}, append(r.options(), c.command)...)...)
			if out != c.out || errs != c.errOutput || status != c.status {
				t.Errorf("got %q, %q, %d", out, errs, status)
			}
		})
	}
}

// TestWithoutTerminal reads commands from a client that has no terminal.
func TestWithoutTerminal(t *testing.T) {
	r := start(t, newShell(t))
	cmd := exec.CommandContext(t.Context(), "ssh", append([]string{"-T", "-i", r.identity}, r.options()...)...)
	cmd.Stdin = strings.NewReader("show privilege\nlogout\n")
	out, err := cmd.Output()
	if want := "host1>show privilege\nPrivilege level is 1\nhost1>logout\n"; err != nil || string(out) != want {
		t.Errorf("got %q, %v", out, err)
	}
}

func TestLoginBannerIsShownFirst(t *testing.T) {
	r := start(t, newShell(t, `banner login #Authorized only\nGo away#`))
	args := append([]string{"-i", r.identity, "-o", "LogLevel=INFO"}, r.options()...)
	if _, errs, _ := run(t, "ssh", append(args, "show privilege")...); !strings.Contains(strings.ReplaceAll(errs, "\r", ""), "Authorized only\nGo away\n") {
		t.Errorf("got %q", errs)
	}
}
