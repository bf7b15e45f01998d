//go:build interop

package notify

import (
	"bufio"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	traprx "mirrorsh/trapcore/receiver"
	"mirrorsh/trapcore/snmp"
)

// bench is a receiver under test, with one user: mirrorUser, SHA and AES-256.
type bench struct {
	name  string
	addr  netip.AddrPort
	lines chan string // what it prints; a notification begins with taken
}

const taken = "TAKEN "

// markerOf is the notification that stands around what is under test.
const marker = "juniPacketMirrorSessionReject"

// until returns what is printed before the marker.
func (b *bench) until(t *testing.T) []string {
	t.Helper()
	limit := time.After(20 * time.Second)
	var all []string
	for {
		select {
		case line, ok := <-b.lines:
			switch {
			case !ok:
				t.Fatalf("%s has ended: %q", b.name, all)
			case strings.HasPrefix(line, taken) && (strings.Contains(line, marker) || strings.Contains(line, secureOID("SessionReject"))):
				return all
			}
			all = append(all, line)
		case <-limit:
			t.Fatalf("%s takes no right message: %q", b.name, all)
		}
	}
}

// benches are those that judge the fault list.
func benches(t *testing.T) []*bench {
	return []*bench{snmptrapdBench(t), receiveBench(t), gosnmpBench(t), pysnmpBench(t)}
}

func senderID() snmp.EngineID { return snmp.NewEngineID(testMAC, snmp.DefaultRouter) }

func snmptrapdBench(t *testing.T) *bench {
	d := startSnmptrapdWith(t, fmt.Sprintf(`
createUser -e %[1]v mirrorUser SHA "%[2]s" AES-256 "%[3]s"
createUser mirrorUser SHA "%[2]s" AES-256 "%[3]s"
authUser log mirrorUser priv
`, senderID(), authPass, privPass))
	b := &bench{name: "snmptrapd", addr: d.addr, lines: make(chan string, 1000)}
	go func() {
		defer close(b.lines)
		for line := range d.lines {
			if i := strings.LastIndex(line, "|"); strings.HasPrefix(line, "TRAP|") {
				line = taken + line[i+1:]
			}
			b.lines <- line
		}
	}()
	return b
}

const receiveID = snmp.EngineID("\x80\x00\x13\x0a\x05receive")

func receiveBench(t *testing.T) *bench {
	b := &bench{name: "mirrorsh receive", lines: make(chan string, 1000)}
	auth, key := testKeys()
	r, err := traprx.Listen("127.0.0.1:0", traprx.Options{
		EngineID: receiveID,
		Users: []snmp.Credential{
			{Name: "mirrorUser", Engine: senderID(), Auth: snmp.SHA, AuthKey: auth, Priv: snmp.AES256, PrivKey: key},
			{Name: "mirrorUser", Engine: receiveID, Auth: snmp.SHA, AuthKey: auth, Priv: snmp.AES256, PrivKey: key},
		},
		Refused: func(no traprx.Refusal) { b.lines <- string(no.Reason) },
	})
	if err != nil {
		t.Fatal(err)
	}
	b.addr = r.Addr()
	var ended sync.WaitGroup
	ended.Go(func() {
		for {
			n, err := r.Next(t.Context())
			if err != nil {
				return
			}
			b.lines <- taken + n.Name()
		}
	})
	t.Cleanup(func() { r.Close(); ended.Wait() })
	return b
}

func gosnmpBench(t *testing.T) *bench {
	s := newSink(t)
	s.conn.Close() // the listener does not tell its port
	b := &bench{name: "gosnmp", addr: s.addr, lines: make(chan string, 1000)}
	l := gosnmp.NewTrapListener().WithBufferSize(65536)
	l.Params = &gosnmp.GoSNMP{
		Version: gosnmp.Version3, SecurityModel: gosnmp.UserSecurityModel, MsgFlags: gosnmp.AuthPriv,
		SecurityParameters: &gosnmp.UsmSecurityParameters{
			UserName: "mirrorUser", AuthenticationProtocol: gosnmp.SHA, AuthenticationPassphrase: authPass,
			PrivacyProtocol: gosnmp.AES256, PrivacyPassphrase: privPass,
			AuthoritativeEngineID: "\x80\x00\x13\x0a\x05gosnmp", AuthoritativeEngineBoots: 1,
		},
	}
	l.OnNewTrap = func(p *gosnmp.SnmpPacket, _ *net.UDPAddr) {
		trap := ""
		for _, v := range p.Variables {
			if o, ok := v.Value.(string); ok && v.Name == ".1.3.6.1.6.3.1.1.4.1.0" {
				trap = strings.TrimPrefix(o, ".")
			}
		}
		b.lines <- taken + trap
	}
	failed := make(chan error, 1)
	go func() { failed <- l.Listen(b.addr.String()) }()
	select {
	case <-l.Listening():
	case err := <-failed:
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return b
}

func pysnmpBench(t *testing.T) *bench {
	s := newSink(t)
	s.conn.Close()
	b := &bench{name: "pysnmp", addr: s.addr, lines: make(chan string, 1000)}
	cmd := exec.Command("/usr/bin/python3", "-W", "ignore", "testdata/pysnmp_receiver.py", fmt.Sprint(s.addr.Port()),
		strings.TrimPrefix(senderID().String(), "0x"), "mirrorUser", authPass, privPass)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		for range b.lines {
		}
		_ = cmd.Wait()
	})
	go func() {
		defer close(b.lines)
		for in := bufio.NewScanner(out); in.Scan(); {
			b.lines <- in.Text()
		}
	}()
	if line := <-b.lines; line != "READY" {
		t.Fatalf("pysnmp: %s", line)
	}
	return b
}
