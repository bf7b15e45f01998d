//go:build interop

package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// freeRADIUS is a running FreeRADIUS of its own, with the dictionaries it comes with.
type freeRADIUS struct {
	auth, acct int // ports
	detail     string
	stop       func()
}

// freeRADIUSConfig is all there is of its configuration: who is let in says a file,
// what is accounted for is written to another.
const freeRADIUSConfig = `
prefix = /usr
libdir = /usr/lib/freeradius
raddbdir = DIR
logdir = DIR
run_dir = DIR
pidfile = DIR/pid
log {
	destination = stdout
	auth = yes
}
security {
	reject_delay = 0
	status_server = no
	allow_core_dumps = no
}
client router {
	ipaddr = 127.0.0.1
	secret = "KEY"
	require_message_authenticator = yes
}
thread pool {
	start_servers = 1
	max_servers = 1
	min_spare_servers = 1
	max_spare_servers = 1
}
modules {
	pap {
	}
	chap {
	}
	files {
		usersfile = DIR/users
	}
	detail {
		filename = DIR/detail
		permissions = 0600
	}
}
server router {
	listen {
		type = auth
		ipaddr = 127.0.0.1
		port = AUTH
	}
	listen {
		type = acct
		ipaddr = 127.0.0.1
		port = ACCT
	}
	authorize {
		chap
		files
		pap
	}
	authenticate {
		Auth-Type PAP {
			pap
		}
		Auth-Type CHAP {
			chap
		}
	}
	accounting {
		detail
	}
}
`

// startFreeRADIUS starts one that knows users. It ends with the test.
func startFreeRADIUS(t *testing.T, users string) *freeRADIUS {
	t.Helper()
	dir := t.TempDir()
	f := &freeRADIUS{auth: freePort(t), acct: freePort(t), detail: filepath.Join(dir, "detail")}
	config := strings.NewReplacer("DIR", dir, "KEY", radiusKey, "AUTH", fmt.Sprint(f.auth), "ACCT", fmt.Sprint(f.acct)).Replace(freeRADIUSConfig)
	for name, text := range map[string]string{"radiusd.conf": config, "users": users} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("/usr/sbin/freeradius", "-f", "-d", dir, "-n", "radiusd", "-D", "/usr/share/freeradius", "-l", "stdout")
	var out syncBuffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { _ = cmd.Wait(); close(done) }()
	f.stop = func() { _ = cmd.Process.Kill(); <-done }
	t.Cleanup(f.stop)
	for deadline := time.Now().Add(patience); !strings.Contains(out.String(), "Ready to process requests"); time.Sleep(10 * time.Millisecond) {
		select {
		case <-done:
			t.Fatalf("FreeRADIUS ended: %s", out.String())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("FreeRADIUS does not start: %s", out.String())
		}
	}
	return f
}

// accounts returns what FreeRADIUS was told, a line for each record with the values
// of some attributes, once there are n.
func (f *freeRADIUS) accounts(t *testing.T, n int) string {
	t.Helper()
	const last = "Timestamp ="
	var text string
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		detail, err := os.ReadFile(f.detail)
		if text = string(detail); err == nil && strings.Count(text, "\t"+last) == n {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("FreeRADIUS was not told of %d records:\n%s", n, text)
		}
	}
	var b strings.Builder
	for _, record := range strings.Split(strings.TrimSpace(text), "\n\n") {
		values := map[string]string{}
		for line := range strings.Lines(record) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), " = ")
			values[name] = value
		}
		for _, name := range []string{
			"Acct-Status-Type", "User-Name", "Framed-IP-Address", "Acct-Session-Id", "Class", "Acct-Authentic", "NAS-Port-Id",
			"Acct-Input-Packets", "Acct-Output-Packets", "Acct-Input-Octets", "Acct-Output-Octets", "Acct-Terminate-Cause",
		} {
			if v, ok := values[name]; ok {
				fmt.Fprintf(&b, "%s = %s\n", name, v)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// radclient sends a dynamic request with the stock dictionaries, and returns the kind
// of the answer.
func radclient(t *testing.T, port int, kind string, attributes ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "radclient", "-D", "/usr/share/freeradius", "-x", fmt.Sprint("127.0.0.1:", port), kind, radiusKey)
	cmd.Stdin = strings.NewReader(strings.Join(attributes, "\n") + "\n")
	out, _ := cmd.CombinedOutput() // a NAK is a failure to it
	_, answer, found := strings.Cut(string(out), "Received ")
	if !found {
		t.Fatalf("no answer: %s", out)
	}
	answer, _, _ = strings.Cut(answer, " ")
	return answer
}

// analyzer is where mirrored packets arrive.
type analyzer struct {
	port int
	conn *net.UDPConn
}

func startAnalyzer(t *testing.T) *analyzer {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &analyzer{conn.LocalAddr().(*net.UDPAddr).Port, conn}
}

// packets returns a line for each packet, once there are n: identifiers of the mirror
// header, then addresses and length of the IP packet.
func (a *analyzer) packets(t *testing.T, n int) string {
	t.Helper()
	var lines []string
	buffer := make([]byte, 65536)
	for range n {
		if err := a.conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		size, err := a.conn.Read(buffer)
		if err != nil {
			t.Fatalf("%d packets and not %d: %v", len(lines), n, err)
		}
		p := buffer[:size]
		ip := p[8:]
		if len(p) < 28 || p[0]>>6 != 0 || ip[0]>>4 != 4 || int(binary.BigEndian.Uint16(ip[2:])) != len(ip) {
			t.Fatalf("no mirror header and IPv4 packet: %x", p)
		}
		lines = append(lines, fmt.Sprintf("mid %d sid %d: %v > %v, %d octets\n", binary.BigEndian.Uint32(p), binary.BigEndian.Uint32(p[4:]),
			netip.AddrFrom4([4]byte(ip[12:16])), netip.AddrFrom4([4]byte(ip[16:20])), len(ip)))
	}
	return strings.Join(lines, "")
}

// rest says whether more packets have come.
func (a *analyzer) rest(t *testing.T) {
	t.Helper()
	if err := a.conn.SetReadDeadline(time.Now().Add(time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := a.conn.Read(make([]byte, 65536)); err == nil {
		t.Errorf("one packet too many, of %d octets", n)
	}
}

// play gives a script to a router as it reads it, and returns what that prints. A
// line "! WORD REST" with the word of a hook calls that once all before it has been
// carried out.
func play(t *testing.T, script string, hooks map[string]func(rest string), args ...string) string {
	t.Helper()
	cmd := exec.Command("mirrorsh", args...)
	var out, errs syncBuffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	for line := range strings.Lines(script) {
		if _, err := in.Write([]byte(line)); err != nil {
			t.Fatalf("%v: %s%s", err, out.String(), errs.String())
		}
		word, rest, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "! "), " ")
		hook := hooks[word]
		if hook == nil || !strings.HasPrefix(line, "! ") {
			continue
		}
		for deadline := time.Now().Add(patience); !strings.Contains(out.String(), line); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("the router does not get to %q: %s%s", line, out.String(), errs.String())
			}
		}
		hook(rest)
	}
	_ = in.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %s%s", err, out.String(), errs.String())
	}
	return out.String()
}

// TestFreeRADIUS has logins that FreeRADIUS decides on, by PAP and CHAP, with its
// Message-Authenticator required; a wrong key, a wrong password and nobody there.
func TestFreeRADIUS(t *testing.T) {
	f := startFreeRADIUS(t, `joe	Cleartext-Password := "open sesame, a password longer than 16"
	Class := "gold"
`)
	closed := freePort(t)
	script := func(port int, key, password, how string, timeout int) string {
		return fmt.Sprintf("enable 15\nconfigure terminal\nradius authentication server 127.0.0.1\nudp-port %d\nkey %q\ntimeout %d\nretransmit 0\nend\n"+
			"test subscriber login joe password %q %s\nshow subscribers\nshow radius authentication statistics | include [1-9]$\n", port, key, timeout, password, how)
	}
	const right = "open sesame, a password longer than 16"
	for _, tt := range []struct {
		name                string
		port                int
		key, password, how  string
		status              int
		said                string
		counted, notCounted []string
	}{
		{"PAP", f.auth, radiusKey, right, "", 0, "", []string{"Access Requests      1", "Access Accepts       1"}, nil},
		{"CHAP", f.auth, radiusKey, right, "chap", 0, "", []string{"Access Accepts       1"}, nil},
		{"wrong password", f.auth, radiusKey, "wrong", "", 1, "% RADIUS server 127.0.0.1 refuses the login", []string{"Access Rejects       1"}, nil},
		{"wrong password by CHAP", f.auth, radiusKey, "wrong", "chap", 1, "refuses the login", []string{"Access Rejects       1"}, nil},
		{"wrong key", f.auth, "another key", right, "", 1, "% no RADIUS server answers: 127.0.0.1: timed out", []string{"Request Timeouts     1"}, []string{"Accepts"}},
		{"nobody there", closed, radiusKey, right, "", 1, "% no RADIUS server answers: 127.0.0.1: timed out", []string{"Request Timeouts     1"}, []string{"Accepts"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			timeout := 100 // however busy the machine is
			if strings.Contains(tt.said, "timed out") {
				timeout = 1
			}
			cmd := exec.Command("mirrorsh", "--keep-going")
			cmd.Stdin = strings.NewReader(script(tt.port, tt.key, tt.password, tt.how, timeout))
			var out, errs bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &errs
			_ = cmd.Run()
			if got := cmd.ProcessState.ExitCode(); got != tt.status || !strings.Contains(errs.String(), tt.said) {
				t.Errorf("exit status %d, want %d: %s%s", got, tt.status, &out, &errs)
			}
			if in := strings.Contains(out.String(), "\njoe "); in != (tt.status == 0) {
				t.Errorf("logged in: %v: %s", in, &out)
			}
			if strings.Contains(out.String(), tt.password) {
				t.Errorf("the password is shown: %s", &out)
			}
			for _, want := range tt.counted {
				if !strings.Contains(out.String(), want+"\n") {
					t.Errorf("no %q in %s", want, &out)
				}
			}
			if slices.ContainsFunc(tt.notCounted, func(s string) bool { return strings.Contains(out.String(), s) }) {
				t.Errorf("one of %q in %s", tt.notCounted, &out)
			}
		})
	}
}
