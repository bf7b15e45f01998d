//go:build interop

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

var telnetOn = regexp.MustCompile(`telnet on 127\.0\.0\.1:(\d+)`)

// served is a router with a password on its lines, and where it listens.
type served struct{ dir, ssh, telnet string }

// serveClients starts a router for programs that log in by password.
func serveClients(t *testing.T) served {
	t.Helper()
	s := served{dir: t.TempDir()}
	script := filepath.Join(s.dir, "lab.scr")
	lines := "configure terminal\nhostname lab\nenable password level 15 0 raise\nbanner #Welcome#\nbanner login #Hands off#\nline vty 0 4\npassword 0 sesame\n"
	if err := os.WriteFile(script, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	con := startConsole(t, "HOME="+s.dir, "serve", "--ephemeral", "--level", "15", "--quiet", "--snmp", "off", "--ssh", "127.0.0.1:0", "--telnet", "127.0.0.1:0", script)
	t.Cleanup(func() {
		if err := con.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		con.wait()
	})
	said := con.expect("mirrorsh: ready", 1)
	s.ssh, s.telnet = sshOn.FindStringSubmatch(said)[1], telnetOn.FindStringSubmatch(said)[1]
	return s
}

// client runs a program with a file, and returns what it prints.
func (s served) client(t *testing.T, file, text, name string, args ...string) string {
	t.Helper()
	path := filepath.Join(s.dir, file)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "HOME="+s.dir, "TERM=xterm", "CLOGINRC="+filepath.Join(s.dir, "cloginrc"), "PATH=/usr/lib/rancid/bin:"+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if err != nil {
		t.Errorf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// TestTelnet logs in with the client of the system, whose window it takes.
func TestTelnet(t *testing.T) {
	s := serveClients(t)
	out := s.client(t, "telnet.exp", `
set timeout 20
set stty_init "rows 12 columns 100"
spawn telnet 127.0.0.1 [lindex $argv 0]
proc want {what} { match "***=$what" } ;# as it is, not as an expression
proc match {what} {
	expect {
		-re $what {}
		timeout { puts "\nno $what"; exit 1 }
		eof { puts "\nend before $what"; exit 1 }
	}
}
want "Hands off\r\n\r\nTelnet password: "
send "guess\r"
want "*****\r\nTelnet password: "
send "sesame\r"
want "******\r\nLogged in on vty 0 via telnet.\r\nCopyright (c) "
want "\r\n\r\nlab>"
send "enable 15\r"
want "Password: "
send "raise\r"
want "lab#"
send "show configuration\r"
match {^show configuration\r\n([^\n]*\n){11} --More-- $}
send "q"
want "lab#"
send "sleep 100\r"
want "sleep 100\r\n"
send "\003"
want "lab#"
send "\035"
want "telnet> "
send "send ip\r"
send "\r"
want "lab#"
send "\035"
want "telnet> "
send "send synch\r"
send "show privilege\r"
want "Privilege level is 15\r\nlab#"
send "\035"
want "telnet> "
send "send ayt\r"
want "\[yes\]"
send "\r"
want "lab#"
send "exit\r"
want "lab>"
send "exit\r"
want "Connection closed by foreign host."
`, "expect", filepath.Join(s.dir, "telnet.exp"), s.telnet)
	if strings.Contains(out, "sesame") || strings.Contains(out, "raise") {
		t.Errorf("a password is shown: %s", out)
	}
}

// TestRANCID backs up the router as jerancid does, by either way in.
func TestRANCID(t *testing.T) {
	s := serveClients(t)
	for _, method := range []string{"telnet:" + s.telnet, "ssh:" + s.ssh} {
		t.Run(method, func(t *testing.T) {
			rc := fmt.Sprintf("add method * %s\nadd user * joe\nadd password * {sesame} {raise}\nadd enablecmd * {enable 15}\n"+
				"set sshcmd {ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=%s/known -o PubkeyAuthentication=no}\n", method, s.dir)
			out := s.client(t, "cloginrc", rc, "/usr/lib/rancid/bin/jerancid", "-d", "127.0.0.1")
			saved, err := os.ReadFile(filepath.Join(s.dir, "127.0.0.1.new"))
			if err != nil {
				t.Fatal(err, out)
			}
			raw, _ := os.ReadFile(filepath.Join(s.dir, "127.0.0.1.raw"))
			for _, want := range []string{"!RANCID-CONTENT-TYPE: erx\n", "hostname lab\n", "line vty 0 4\n", "! End of configuration"} {
				if !strings.Contains(string(saved), want) {
					t.Errorf("no %q in the backup:\n%s\n%s\n%s", want, saved, out, raw)
				}
			}
			if strings.Contains(out, "missed cmd") || strings.Contains(out, "End of run not found") {
				t.Errorf("%s\n%s", out, raw)
			}
		})
	}
	out := s.client(t, "cloginrc", fmt.Sprintf("add method * telnet:%s\nadd password * {wrong} {raise}\n", s.telnet), "sh", "-c",
		"! /usr/lib/rancid/bin/clogin -c 'show version' 127.0.0.1")
	// clogin says which it saw first, if both come at once.
	if !strings.Contains(out, "% Bad passwords") || !strings.Contains(out, "Error: Check your passwd for 127.0.0.1") && !strings.Contains(out, "Error: Connection closed") {
		t.Errorf("a wrong password: %s", out)
	}
}

// TestNetmiko logs in as Netmiko does: over SSH, and over Telnet, where it refuses
// every option.
func TestNetmiko(t *testing.T) {
	s := serveClients(t)
	const lab = `
import sys
from netmiko import ConnectHandler
name = {"username": "joe"} if sys.argv[1] == "cisco_ios" else {}
c = ConnectHandler(device_type=sys.argv[1], host="127.0.0.1", port=int(sys.argv[2]), password="sesame", secret="raise", **name)
assert c.find_prompt() == "lab>", c.find_prompt()
c.enable(cmd="enable 15")
assert c.check_enable_mode()
assert c.send_command("show privilege") == "Privilege level is 15", c.send_command("show privilege")
text = c.send_command("show configuration")
assert "hostname lab" in text and "--More--" not in text and "End of configuration" in text, text
c.send_config_set(["hostname lab2", "hostname lab"])
assert c.find_prompt() == "lab#", c.find_prompt()
c.disconnect()
`
	for driver, port := range map[string]string{"cisco_ios": s.ssh, "cisco_ios_telnet": s.telnet} {
		t.Run(driver, func(t *testing.T) {
			if out := s.client(t, "lab.py", lab, "/usr/bin/python3", "-W", "ignore", filepath.Join(s.dir, "lab.py"), driver, port); out != "" {
				t.Error(out)
			}
		})
	}
}
