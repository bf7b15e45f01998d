//go:build interop

package sshd

import (
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// python is the distribution's: the tests need its packages.
const python = "/usr/bin/python3"

// paramikoLogin logs in as scripts do: with whatever key there is first, then with
// the password. paramiko asks for the service again before each.
const paramikoLogin = `
import paramiko, socket, sys
how, host, port, password, identity = sys.argv[1:]

def shell(channel):
    channel.settimeout(20)
    channel.get_pty()
    channel.invoke_shell()
    shown = b""
    while b"host1>" not in shown:
        data = channel.recv(4096)
        if not data:
            sys.exit("the session ends: %r" % shown)
        shown += data
    print(shown.decode().replace("\r", ""))

if how == "client":  # as Ansible's and most scripts
    c = paramiko.SSHClient()
    c.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    c.connect(host, int(port), "joe", password, key_filename=identity, look_for_keys=True, allow_agent=True, timeout=20)
    shell(c.get_transport().open_session())
    c.close()
    sys.exit(0)

t = paramiko.Transport(socket.create_connection((host, int(port)), 20))
t.start_client(timeout=20)
key = paramiko.Ed25519Key.from_private_key_file(identity)

def attempt(f, *args):
    try:
        f(*args)
    except paramiko.AuthenticationException:
        pass

if how == "exscript":  # none, the keys of the agent, the password
    attempt(t.auth_none, "joe")
    attempt(t.auth_publickey, "joe", key)
    attempt(t.auth_publickey, "joe", key)
    t.auth_password("joe", password)
elif how == "interactive":
    attempt(t.auth_publickey, "joe", key)
    t.auth_interactive("joe", lambda title, text, prompts: [password for p in prompts])
elif how == "fallback":  # password is tried, wrongly, and then again
    attempt(t.auth_password, "joe", "wrong", None, False)
    attempt(t.auth_interactive, "joe", lambda title, text, prompts: ["wrong" for p in prompts])
    t.auth_password("joe", password)
shell(t.open_session())
t.close()
`

// script writes a program into a file.
func script(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestParamikoAsksAgain lets in who asks for the service again with the next
// method.
func TestParamikoAsksAgain(t *testing.T) {
	_, _, other := newKey(t)
	for _, how := range []string{"client", "exscript", "interactive", "fallback"} {
		t.Run(how, func(t *testing.T) {
			r := start(t, newShell(t, "banner login #Authorized only#", "line vty 0 4", "password 0 right"))
			host, port, _ := net.SplitHostPort(r.addr)
			out, errs, status := run(t, python, script(t, paramikoLogin), how, host, port, "right", other)
			if status != 0 || !strings.Contains(out, "Logged in on vty 0 via SSH.") {
				t.Errorf("status %d: %s%s", status, out, errs)
			}
		})
	}
}

// paramikoSessions opens sessions on one connection, one after the other, at once,
// and more than there are lines.
const paramikoSessions = `
import paramiko, sys
host, port, lines = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
c = paramiko.SSHClient()
c.set_missing_host_key_policy(paramiko.AutoAddPolicy())
c.connect(host, port, "joe", "right", look_for_keys=False, allow_agent=False, timeout=20)

def command(text):
    _, out, err = c.exec_command(text, timeout=20)
    return out.read().decode() + err.read().decode(), out.channel.recv_exit_status()

def prompt(channel):
    channel.settimeout(20)
    shown = b""
    while b"host1>" not in shown:
        data = channel.recv(4096)
        if not data:
            return shown.decode()
        shown += data
    return "prompt"

for n in range(35):  # more than may be open at once
    assert command("show privilege") == ("Privilege level is 1\n", 0), n
shells = [c.invoke_shell() for _ in range(lines)]
assert [prompt(s) for s in shells] == ["prompt"] * lines
text, status = command("show privilege")
assert "% all vty lines are in use" in text and status == 1, (text, status)
shells[0].send("exit\r")
assert shells[0].recv_exit_status() == 0
assert command("show privilege") == ("Privilege level is 1\n", 0)
for s in shells[1:]:  # the others were not disturbed
    s.send("show privilege\r")
    assert prompt(s) == "prompt"
    s.close()
c.close()
`

// asyncsshSessions runs commands at once on one connection.
const asyncsshSessions = `
import asyncio, sys, warnings
warnings.simplefilter("ignore")
import asyncssh

async def main():
    async with asyncssh.connect(sys.argv[1], int(sys.argv[2]), username="joe", password="right", known_hosts=None, client_keys=None, agent_path=None, config=None) as c:
        for _ in range(3):
            results = await asyncio.gather(*[c.run("show privilege") for _ in range(int(sys.argv[3]))])
            for r in results:
                assert r.stdout == "Privilege level is 1\n" and r.exit_status == 0, r

asyncio.run(asyncio.wait_for(main(), 60))
`

// TestSeveralSessions serves as many on one connection as there are lines.
func TestSeveralSessions(t *testing.T) {
	for name, text := range map[string]string{"paramiko": paramikoSessions, "asyncssh": asyncsshSessions} {
		t.Run(name, func(t *testing.T) {
			r := start(t, newShell(t, "line vty 0 7", "password 0 right"))
			host, port, _ := net.SplitHostPort(r.addr)
			if out, errs, status := run(t, python, script(t, text), host, port, "8"); status != 0 {
				t.Errorf("status %d: %s%s", status, out, errs)
			}
			eventually(t, "lines free", func() bool { return r.lines() == "" })
		})
	}
}

// TestControlMaster shares a connection among OpenSSH clients.
func TestControlMaster(t *testing.T) {
	r := start(t, newShell(t))
	dir, err := os.MkdirTemp("", "ssh") // its name fits into that of a socket
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	options := append([]string{"-i", r.identity, "-o", "ControlPath=" + filepath.Join(dir, "s")}, r.options()...)
	master := exec.CommandContext(t.Context(), "ssh", append([]string{"-M", "-N"}, options...)...)
	if err := master.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = master.Process.Kill(); _ = master.Wait() }()
	eventually(t, "master", func() bool { _, err := os.Stat(filepath.Join(dir, "s")); return err == nil })
	for range 7 { // never by a connection of its own
		out, errs, status := run(t, "ssh", append([]string{"-o", "ProxyCommand=false"}, append(slices.Clone(options), "show users")...)...)
		if status != 0 || strings.Count(out, "vty 0") != 1 {
			t.Errorf("status %d: %s%s", status, out, errs)
		}
	}
}

// TestSSHAudit has the algorithms that are offered judged by a tool for it.
func TestSSHAudit(t *testing.T) {
	r := start(t, newShell(t, "line vty 0 4", "password 0 right"))
	host, port, _ := net.SplitHostPort(r.addr)
	out, errs, status := run(t, "ssh-audit", "-j", "-p", port, host)
	var report map[string]json.RawMessage
	if err := json.Unmarshal([]byte(out), &report); err != nil || len(report["kex"]) == 0 || len(report["mac"]) == 0 {
		t.Fatalf("status %d: %v: %s%s", status, err, out, errs)
	}
	text, errs, status := run(t, "ssh-audit", "--no-colors", "-l", "fail", "-p", port, host)
	if status == 1 || status == 3 || strings.Contains(text, "[fail]") {
		t.Errorf("status %d: %s%s", status, text, errs)
	}
}

// TestOldClients connects with any one kind of host key and key exchange, and
// not with what has been broken.
func TestOldClients(t *testing.T) {
	r := start(t, newShell(t))
	for _, c := range []struct {
		option string
		want   bool
	}{
		{"HostKeyAlgorithms=ssh-ed25519", true}, {"HostKeyAlgorithms=ecdsa-sha2-nistp256", true},
		{"HostKeyAlgorithms=rsa-sha2-256", true}, {"HostKeyAlgorithms=rsa-sha2-512", true}, {"HostKeyAlgorithms=ssh-rsa", false},
		{"KexAlgorithms=curve25519-sha256", true}, {"KexAlgorithms=curve25519-sha256@libssh.org", true},
		{"KexAlgorithms=ecdh-sha2-nistp256", true}, {"KexAlgorithms=ecdh-sha2-nistp521", true},
		{"KexAlgorithms=diffie-hellman-group14-sha256", true}, {"KexAlgorithms=diffie-hellman-group16-sha512", true},
		{"KexAlgorithms=diffie-hellman-group-exchange-sha256", true},
		{"KexAlgorithms=diffie-hellman-group14-sha1", false}, {"KexAlgorithms=diffie-hellman-group-exchange-sha1", false},
		{"Ciphers=aes128-ctr", true}, {"Ciphers=chacha20-poly1305@openssh.com", true}, {"Ciphers=aes128-cbc", false},
	} {
		args := append([]string{"-i", r.identity, "-o", c.option}, r.options()...)
		if _, errs, status := run(t, "ssh", append(args, "show privilege")...); (status == 0) != c.want {
			t.Errorf("%s: status %d: %s", c.option, status, errs)
		}
	}
	for mac, want := range map[string]bool{
		"hmac-sha2-256": true, "hmac-sha2-512-etm@openssh.com": true, "hmac-sha1": false, "hmac-sha1-96": false, "hmac-sha1-etm@openssh.com": false,
	} {
		args := append([]string{"-i", r.identity, "-o", "Ciphers=aes256-ctr", "-o", "MACs=" + mac}, r.options()...)
		if _, errs, status := run(t, "ssh", append(args, "show privilege")...); (status == 0) != want {
			t.Errorf("%s: status %d: %s", mac, status, errs)
		}
	}
}
