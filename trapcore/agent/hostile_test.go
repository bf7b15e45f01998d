package agent

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"net"
	"runtime"
	"sync"
	"testing"
	"time"

	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// valid are messages that the agent takes, of every version and kind.
func valid(g *rig) [][]byte {
	bulk := request(snmp.PDUGetBulk, names("1.3.6.1.2.1.2", "1.3.6.1.6.3")...)
	bulk.ErrorStatus, bulk.ErrorIndex = 1, 5
	get := request(snmp.PDUGet, names(sysDescr0, trapEnable0)...)
	set := request(snmp.PDUSet, bind(sysContact0, snmp.OctetString("x")), bind(trapObjects+"7.0", snmp.Integer(5)))
	all := [][]byte{
		communityRequest(g.t, snmp.Version1, "reader", get), communityRequest(g.t, snmp.Version2c, "boss", set),
		communityRequest(g.t, snmp.Version2c, "reader", bulk),
	}
	for _, c := range []*client{
		g.client("ops", snmp.SHA, snmp.AES), g.client("auth", snmp.SHA256, snmp.NoPriv), g.client("plain", snmp.NoAuth, snmp.NoPriv),
		g.client("nobody", snmp.SHA512, snmp.DES),
	} {
		for _, p := range []snmp.PDU{get, bulk, set} {
			all = append(all, c.seal(p))
		}
	}
	return all
}

// mutate spoils a message in one of the ways that parsers fear.
func mutate(rnd *rand.Rand, msg []byte) []byte {
	m := append([]byte(nil), msg...)
	for range 1 + rnd.IntN(3) {
		if len(m) == 0 {
			return m
		}
		at := rnd.IntN(len(m))
		switch rnd.IntN(6) {
		case 0:
			m[at] = byte(rnd.Uint32())
		case 1:
			m = m[:at]
		case 2:
			m[at] = []byte{0, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x85, 0xff}[rnd.IntN(8)]
		case 3: // a length of four octets
			m = append(m[:at:at], append([]byte{0x84, 0xff, 0xff, 0xff, 0xff}, m[at:]...)...)
		case 4: // something twice
			m = append(m[:at:at], append(append([]byte(nil), m[at:]...), m[at:]...)...)
		case 5:
			m = append(m, byte(rnd.Uint32()))
		}
	}
	return m
}

// TestMalformed: 10 000 malformed datagrams neither stop the agent nor grow it.
func TestMalformed(t *testing.T) {
	g := newRig(t)
	g.busy()
	g.serve()
	conn := g.dial("127.0.0.1:0", g.addr)
	buf := make([]byte, snmp.MaxMessageSize)
	// answered asks over the socket, and waits until that is answered.
	answered := func(id int32) {
		q := request(snmp.PDUGet, names(sysDescr0)...)
		q.RequestID = id
		g.must(conn.SetDeadline(time.Now().Add(20 * time.Second)))
		_, err := conn.Write(communityRequest(t, snmp.Version2c, "reader", q))
		g.must(err)
		for {
			n, err := conn.Read(buf)
			g.must(err)
			d, err := snmp.ParseDatagram(buf[:n])
			g.must(err)
			m, err := d.Community()
			g.must(err)
			p, err := m.PDU()
			g.must(err)
			if p.RequestID == id {
				return
			}
		}
	}
	answered(1) // from here on, all goroutines that serve are there
	rnd := rand.New(rand.NewPCG(3, 4))
	good := valid(g)
	for range 1000 { // warm
		g.handle(mutate(rnd, good[rnd.IntN(len(good))]))
	}
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, routines := heap(), runtime.NumGoroutine()
	in := g.stat(side.Ordinary, snmp.StatInPkts) + g.stat(side.Secure, snmp.StatInPkts)
	for range 10_000 {
		g.handle(mutate(rnd, good[rnd.IntN(len(good))]))
	}
	if n := g.stat(side.Ordinary, snmp.StatInPkts) + g.stat(side.Secure, snmp.StatInPkts) - in; n != 10_000 {
		t.Errorf("%d messages counted", n)
	}
	if after := heap(); after > before+1<<20 {
		t.Errorf("heap grew from %d to %d octets", before, after)
	}
	if n := runtime.NumGoroutine(); n > routines {
		t.Errorf("%d goroutines became %d", routines, n)
	}
	// And by the socket, while a manager waits for its answers.
	for i := range 200 {
		for range 10 {
			_, _ = conn.Write(mutate(rnd, good[0]))
		}
		answered(int32(1000 + i))
	}
}

// TestReplay: a message of before a restart of the agent is refused, and
// repeating one inside the window does only what it did.
func TestReplay(t *testing.T) {
	g := newRig(t)
	msg := g.client("ops", snmp.SHA, snmp.AES).seal(request(snmp.PDUSet, bind(sysContact0, snmp.OctetString("first"))))
	g.handle(msg)
	g.systems[0].SetContact("second")
	g.advance(151 * time.Second)
	g.handle(msg)
	g.engine.Restart(boots + 1)
	g.handle(msg)
	if g.systems[0].Contact() != "second" || g.stat(side.Ordinary, snmp.StatNotInTimeWindows) != 2 {
		t.Errorf("contact %q, %d refused", g.systems[0].Contact(), g.stat(side.Ordinary, snmp.StatNotInTimeWindows))
	}
}

// TestReportsDoNotLoop: a Report, a Response or a notification is never
// answered, whatever its flags say.
func TestReportsDoNotLoop(t *testing.T) {
	g := newRig(t)
	for _, pdu := range []snmp.Tag{snmp.PDUReport, snmp.PDUResponse, snmp.PDUTrap} {
		c := g.client("nobody", snmp.NoAuth, snmp.NoPriv)
		msg := c.seal(request(snmp.PDUGet, names(sysDescr0)...))
		// The tag of the PDU: the header before it is the same for all.
		for i := range msg {
			if msg[i] == byte(snmp.PDUGet) && binary.BigEndian.Uint16(msg[i+2:]) == 0x0202 {
				msg[i] = byte(pdu)
			}
		}
		if out := g.handle(msg); out != nil {
			t.Errorf("%#x was answered with %x", pdu, out)
		}
	}
	if n := g.stat(side.Ordinary, snmp.StatUnknownUserNames); n != 3 {
		t.Errorf("%d counted", n)
	}
}

// TestServeEnds: Serve ends with its context and when its socket is closed.
func TestServeEnds(t *testing.T) {
	g := newRig(t)
	for _, end := range []func(net.PacketConn, context.CancelFunc) bool{
		func(_ net.PacketConn, cancel context.CancelFunc) bool { cancel(); return true },
		func(conn net.PacketConn, _ context.CancelFunc) bool { _ = conn.Close(); return false },
	} {
		conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
		g.must(err)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- g.r.Serve(ctx, conn) }()
		clean := end(conn, cancel)
		select {
		case err := <-done:
			if (err == nil) != clean {
				t.Errorf("Serve returned %v", err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("Serve does not end")
		}
		cancel()
		_ = conn.Close()
	}
}

// TestSlowSaveKeepsNobodyWaiting: while a SET waits for its change to be saved,
// others are answered.
func TestSlowSaveKeepsNobodyWaiting(t *testing.T) {
	g := newRig(t)
	saving, saved := make(chan struct{}), make(chan struct{})
	g.r.OnChange(func(Change) { close(saving); <-saved })
	g.serve()
	conn, err := net.Dial("udp4", g.addr)
	g.must(err)
	defer conn.Close()
	g.must(conn.SetDeadline(time.Now().Add(10 * time.Second)))
	send := func(msg []byte) {
		_, err := conn.Write(msg)
		g.must(err)
	}
	c := g.client("ops", snmp.SHA, snmp.AES)
	send(c.seal(request(snmp.PDUSet, bind(sysContact0, snmp.OctetString("slowly")))))
	<-saving
	send(c.seal(request(snmp.PDUGet, names(sysDescr0)...)))
	receive := func(want string) {
		t.Helper()
		answer := make([]byte, 4096)
		n, err := conn.Read(answer)
		g.must(err)
		s, _, err := c.open(answer[:n])
		g.must(err)
		if got := s.PDU.Varbinds[0].Name.String(); got != want {
			t.Errorf("an answer about %s, want %s", got, want)
		}
	}
	release := sync.OnceFunc(func() { close(saved) })
	defer release()
	receive(sysDescr0)
	release()
	receive(sysContact0)
}

// FuzzDatagram: no datagram stops the agent, makes it answer out of bounds, or
// lets a stranger change anything.
func FuzzDatagram(f *testing.F) {
	g := newRig(f)
	for _, msg := range valid(g) {
		f.Add(msg)
	}
	for range 50 {
		f.Add(mutate(rand.New(rand.NewPCG(5, 6)), valid(g)[0]))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		out := g.handle(in)
		if len(out) > DefaultPacketSize && g.agents[0].PacketSize() == DefaultPacketSize {
			t.Errorf("answer of %d octets", len(out))
		}
		if out != nil {
			if _, err := snmp.ParseDatagram(out); err != nil {
				t.Error(err)
			}
		}
		if g.mirror.Load() {
			t.Error("juniPacketMirrorTrapEnable was set")
		}
	})
}
