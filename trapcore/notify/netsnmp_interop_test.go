//go:build interop

package notify

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/snmp"
)

// netsnmpSender is a program that sends traps with the net-snmp library, built
// here.
type netsnmpSender struct {
	in  io.WriteCloser
	out *bufio.Scanner
	cmd *exec.Cmd
	// complaint is read when it has failed only: the library also chats.
	complaint bytes.Buffer
}

func startNetsnmpSender(t testing.TB, to netip.AddrPort, ev mirror.Event) *netsnmpSender {
	t.Helper()
	dir := t.TempDir()
	program := filepath.Join(dir, "netsnmp_trap")
	libs, err := exec.Command("net-snmp-config", "--libs").Output()
	if err != nil {
		t.Fatalf("net-snmp-config: %v", err)
	}
	args := append([]string{"-O2", "-o", program, "testdata/netsnmp_trap.c"}, strings.Fields(string(libs))...)
	if out, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	id := snmp.NewEngineID(testMAC, snmp.DefaultRouter)
	s := &netsnmpSender{cmd: exec.Command(program, "udp:"+to.String(), hex.EncodeToString([]byte(id)), "mirrorUser", authPass, privPass, "router1")}
	s.cmd.Env = append(os.Environ(), "SNMP_PERSISTENT_DIR="+dir, "SNMPCONFPATH="+dir)
	s.cmd.Stderr = &s.complaint
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.out = bufio.NewScanner(out)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.in.Close()
		_ = s.cmd.Wait()
	})
	lines := ""
	for _, vb := range parse(t, encodeSecure(ev)) {
		kind, value := "", vb.Value.String()
		switch vb.Value.Tag() {
		case snmp.TagInteger:
			kind = "i"
		case snmp.TagUnsigned32:
			kind = "u"
		case snmp.TagTimeTicks:
			kind = "t"
		case snmp.TagIPAddress:
			kind = "a"
		case snmp.TagObjectIdentifier:
			kind = "o"
		case snmp.TagOctetString:
			kind, value = "x", hex.EncodeToString([]byte(vb.Value.Str()))
		default:
			t.Fatalf("a value with tag %#x", vb.Value.Tag())
		}
		lines += fmt.Sprintf(".%v %s %s\n", vb.Name, kind, value)
	}
	s.say(t, lines+"go", "ready")
	return s
}

func (s *netsnmpSender) say(t testing.TB, line, want string) {
	t.Helper()
	if _, err := io.WriteString(s.in, line+"\n"); err != nil {
		t.Fatal(err)
	}
	if !s.out.Scan() || s.out.Text() != want {
		_ = s.in.Close()
		_ = s.cmd.Wait()
		t.Fatalf("the net-snmp sender said %q, want %q; %s", s.out.Text(), want, s.complaint.String())
	}
}

// send sends n traps.
func (s *netsnmpSender) send(t testing.TB, n int) { s.say(t, fmt.Sprint(n), fmt.Sprint(n)) }

// TestNetsnmpSender: what the benchmark compares with sends the same trap.
func TestNetsnmpSender(t *testing.T) {
	d := newSink(t)
	s := startNetsnmpSender(t, d.addr, start(1))
	s.send(t, 2)
	want := parse(t, encodeSecure(start(1)))
	for range 2 {
		p := d.next(t, "mirrorUser")
		if trapOID(t, p) != secureOID("SessionStart") || len(p.Variables) != len(want) || p.ContextName != "router1" {
			t.Errorf("%+v", p)
		}
	}
}
