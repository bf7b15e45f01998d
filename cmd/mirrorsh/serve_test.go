package main

import (
	"crypto/ed25519"
	"encoding/pem"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// sshKey makes a client's key, and returns its file and that of its public half.
func sshKey(t *testing.T) (identity, public string) {
	t.Helper()
	half, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	block, err := gossh.MarshalPrivateKey(key, "")
	if err != nil {
		t.Fatal(err)
	}
	line, err := gossh.NewPublicKey(half)
	if err != nil {
		t.Fatal(err)
	}
	identity = filepath.Join(t.TempDir(), "id")
	public = identity + ".pub"
	for path, text := range map[string][]byte{identity: pem.EncodeToMemory(block), public: gossh.MarshalAuthorizedKey(line)} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return identity, public
}

var sshOn = regexp.MustCompile(`mirrorsh: ssh on 127\.0\.0\.1:(\d+)\r?\n`)

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
	open := file("open.scr", "enable 15\nconfigure terminal\nline vty 0 4\nno login\n")
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
		"nobody over Telnet":  {[]string{"--ssh-authorized-keys", public, "--telnet", "127.0.0.1:0"}, 4, "nobody could log in over Telnet: set a password"},
		"Telnet address":      {[]string{"--ssh-authorized-keys", public, "--telnet", "127.0.0.1:99999", open}, 4, "give --telnet another address"},
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
