//go:build interop

package agent

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/net/ipv4"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// Of a manager that asks as fast as it is answered.
const (
	askedAtOnce = 32  // GETs that it sends with one call
	unanswered  = 128 // GETs on their way: no socket holds fewer
)

// BenchmarkGet measures GETs of sysUpTime.0 a second, authPriv with SHA and AES-128,
// that this agent and the snmpd of net-snmp answer to one manager on loopback.
func BenchmarkGet(b *testing.B) {
	b.Run("mirrorsh", func(b *testing.B) {
		g := newRig(b)
		g.serve()
		benchmarkGets(b, g.addr)
	})
	b.Run("snmpd", func(b *testing.B) { benchmarkGets(b, startSnmpd(b)) })
}

// startSnmpd runs snmpd until the test ends, and returns its address.
func startSnmpd(b *testing.B) string {
	free, err := net.ListenPacket("udp4", "127.0.0.1:0") // it cannot say which port it was given
	if err != nil {
		b.Fatal(err)
	}
	addr, dir := free.LocalAddr().String(), b.TempDir()
	free.Close()
	conf := filepath.Join(dir, "agent.conf")
	text := fmt.Sprintf("createUser ops SHA %q AES %q\nrouser ops priv\n", authPass, privPass)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command("snmpd", "-f", "-Ln", "-C", "-c", conf, "udp:"+addr)
	cmd.Env = append(os.Environ(), "SNMP_PERSISTENT_DIR="+dir, "MIBS=")
	if err := cmd.Start(); err != nil {
		b.Fatalf("snmpd, of net-snmp, must be installed: %v", err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return addr
}

// asker is the manager. It sends one message again and again, so that it takes
// next to no time.
type asker struct {
	conn  *net.UDPConn
	batch *ipv4.PacketConn
	get   []byte
}

func benchmarkGets(b *testing.B, addr string) {
	m := newAsker(b, addr)
	defer m.conn.Close()
	out, in := messages(askedAtOnce, 0), messages(askedAtOnce, 2048)
	for i := range out {
		out[i].Buffers[0] = m.get
	}
	b.ResetTimer()
	sent, answered := 0, 0
	for answered < b.N {
		if n := min(b.N-sent, askedAtOnce); n > 0 && sent-answered <= unanswered-n {
			n, err := m.batch.WriteBatch(out[:n], 0)
			if err != nil {
				b.Fatal(err)
			}
			sent += n
			continue
		}
		n, err := m.batch.ReadBatch(in, 0)
		if err != nil {
			b.Fatalf("%d of %d answered: %v", answered, sent, err)
		}
		if a := in[0].Buffers[0][:in[0].N]; level(b, a) != snmp.AuthPriv { // a Report is not
			b.Fatalf("answered with %x", a)
		}
		answered += n
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "gets/s")
}

func messages(n, size int) []ipv4.Message {
	all := make([]ipv4.Message, n)
	for i := range all {
		all[i].Buffers = [][]byte{make([]byte, size)}
	}
	return all
}

// newAsker finds out about the engine that answers at an address.
func newAsker(b *testing.B, addr string) *asker {
	c, err := net.Dial("udp4", addr)
	if err != nil {
		b.Fatal(err)
	}
	m := &asker{conn: c.(*net.UDPConn)}
	m.batch = ipv4.NewPacketConn(m.conn)
	var buf snmp.Buffer
	ask, err := snmp.EncodeDiscovery(&buf, 1, 1)
	if err != nil {
		b.Fatal(err)
	}
	report := m.exchange(b, ask, 1)
	usm, err := report.USM()
	if err != nil {
		b.Fatal(err)
	}
	who := user("ops", "admin", snmp.SHA, snmp.AES)
	keys, err := who.Localize(snmp.EngineID(usm.Engine), snmp.NewEngine(1, nil))
	if err != nil {
		b.Fatal(err)
	}
	sealer, err := snmp.NewSealer(keys)
	if err != nil {
		b.Fatal(err)
	}
	var list, sealed snmp.Buffer
	list.PutVarbind(mib.SysUpTime.Instance0(), snmp.Value{})
	m.get, err = sealer.Seal(&sealed, &snmp.Message{
		Boots: usm.Boots, Time: usm.Time, ID: 2, RequestID: 2, ContextEngine: snmp.EngineID(usm.Engine), PDU: snmp.PDUGet, Varbinds: list.Bytes(),
	})
	if err != nil {
		b.Fatal(err)
	}
	m.exchange(b, m.get, 2) // it derives keys for the first one
	_ = m.conn.SetReadDeadline(time.Now().Add(time.Minute))
	return m
}

// exchange sends a message until it is answered. Answers to earlier ones are not meant.
func (m *asker) exchange(b *testing.B, ask []byte, id int32) *snmp.MessageV3 {
	in := make([]byte, 2048)
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		_, _ = m.conn.Write(ask)
		_ = m.conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		n, err := m.conn.Read(in)
		if err != nil {
			continue // nobody is there yet
		}
		if v3 := message(b, in[:n]); v3.ID == id {
			return v3
		}
	}
	b.Fatal("no answer")
	return nil
}

func message(b *testing.B, in []byte) *snmp.MessageV3 {
	d, err := snmp.ParseDatagram(in)
	if err != nil {
		b.Fatal(err)
	}
	m, err := d.V3()
	if err != nil {
		b.Fatal(err)
	}
	return m
}

func level(b *testing.B, in []byte) snmp.SecurityLevel {
	l, _ := message(b, in).Level()
	return l
}
