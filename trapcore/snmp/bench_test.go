package snmp

import (
	"net/netip"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"

	"mirrorsh/mib"
)

// sessionStart is of the size and shape of juniPacketMirrorSessionStart.
func sessionStart() (mib.OID, []Varbind) {
	at := mirrorMIB.Sub(1)
	name := func(n uint32) mib.OID { return at.Sub(n, 0) }
	return mirrorMIB.Sub(3, 0, 5), []Varbind{
		{name(13), OctetString("mirror-0001")},
		{name(5), OctetString("session-000042")},
		{name(4), OctetString("default")},
		{name(3), Unsigned(0x01000001)},
		{name(14), OctetString("user@isp.example")},
		{name(1), Integer(3)},
		{name(2), OctetString("user@isp.example")},
		{name(11), Integer(1)},
		{name(12), Address(netip.MustParseAddr("192.0.2.77"))},
		{name(15), Address(netip.MustParseAddr("198.51.100.9"))},
		{name(16), OctetString("FastEthernet 6/0.1")},
		{name(9), DateAndTime(time.Date(2026, 11, 22, 6, 12, 11, 0, time.UTC))},
	}
}

// filling returns a function that puts the varbinds of a SessionStart with all but
// values encoded before, as notify does.
func filling() func(*Buffer) {
	trap, own := sessionStart()
	head := TrapHead(trap)
	names := make([]string, len(own))
	for i := range own {
		names[i] = EncodeName(own[i].Name)
	}
	return func(content *Buffer) {
		content.Reset()
		for i := len(own) - 1; i >= 0; i-- {
			content.PutNamed(names[i], own[i].Value)
		}
		content.PutNotification(4711, head)
	}
}

// several returns functions that put as many varbind lists as there are lanes, and
// that seal them.
func several(s *Sealer) (fill, seal func()) {
	put, ids := filling(), NewIDs(1)
	var contents, bufs [lanes]Buffer
	var messages [lanes]Message
	var wire [lanes][]byte
	for i := range messages {
		messages[i] = Message{Boots: 3, Time: 77, ContextEngine: testEngineID, Context: ContextName(DefaultRouter), PDU: PDUTrap}
	}
	fill = func() {
		for i := range messages {
			put(&contents[i])
			messages[i].Varbinds = contents[i].Bytes()
		}
	}
	fill()
	return fill, func() {
		for i := range messages {
			messages[i].ID, messages[i].RequestID = ids.Message(), ids.Request()
		}
		if n, err := s.SealAll(bufs[:], messages[:], wire[:]); n != lanes {
			panic(err)
		}
	}
}

// sealing returns a function that seals one SessionStart.
func sealing(tb testing.TB, p pair) (s *Sealer, seal func() []byte) {
	s = testSealer(tb, testUser(tb, "mirrorUser", p), NewEngine(3, nil))
	put, ids := filling(), NewIDs(1)
	var buf, content Buffer
	m := &Message{Boots: 3, Time: 77, ContextEngine: testEngineID, Context: ContextName(DefaultRouter), PDU: PDUTrap}
	return s, func() []byte {
		put(&content)
		m.ID, m.RequestID, m.Varbinds = ids.Message(), ids.Request(), content.Bytes()
		msg, err := s.Seal(&buf, m)
		if err != nil {
			tb.Fatal(err)
		}
		return msg
	}
}

func TestSealDoesNotAllocate(t *testing.T) {
	for _, p := range pairs() {
		s, seal := sealing(t, p)
		_, all := several(s)
		for _, work := range []func(){func() { seal() }, all} {
			work()
			if n := testing.AllocsPerRun(100, work); n != 0 {
				t.Errorf("%v: %v allocations", p, n)
			}
		}
	}
}

// sealPairs are the combinations that benchmarks compare.
var sealPairs = []pair{{SHA, AES}, {SHA, DES}, {SHA256, AES}, {SHA512, AES256}, {MD5, DES}}

// floor returns functions that run cipher and MAC alone over the octets of a
// message that s sealed, one message after the other.
func floor(tb testing.TB, s *Sealer, msg []byte) (cipher, mac func()) {
	var buf Buffer
	buf.resetPadded(8)
	buf.PutRaw(msg[len(msg)-scopedLen(tb, msg):])
	l := []lane{{buf: &buf}}
	return func() { s.encrypt(l) }, func() {
		s.mac.Reset()
		s.mac.Write(msg)
		s.mac.Sum(s.sum[:0])
	}
}

// BenchmarkSealOverFloor compares with the floor a message made from its values
// (x-floor) and one from the varbind list that hosts share (list-x-floor). It
// times them in turns and takes the best of each, so that a busy machine does
// not spoil the ratio.
func BenchmarkSealOverFloor(b *testing.B) {
	for _, p := range sealPairs {
		b.Run(p.String(), func(b *testing.B) {
			s, seal := sealing(b, p)
			msg := append([]byte(nil), seal()...)
			fill, all := several(s)
			cipher, mac := floor(b, s, msg)
			work := [...]func(){
				func() { fill(); all() },
				all,
				func() {
					for range lanes {
						cipher()
						mac()
					}
				},
			}
			var took [len(work)]time.Duration
			for b.Loop() {
				for i, f := range work {
					start := time.Now()
					for range 100 {
						f()
					}
					if d := time.Since(start); took[i] == 0 || d < took[i] {
						took[i] = d
					}
				}
			}
			least := float64(took[2])
			b.ReportMetric(float64(took[0])/least, "x-floor")
			b.ReportMetric(float64(took[1])/least, "list-x-floor")
			b.ReportMetric(float64(took[0])/100/lanes, "ns/seal")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkSeal compares a message from its values with gosnmp, for each pair.
func BenchmarkSeal(b *testing.B) {
	for _, p := range sealPairs {
		b.Run(p.String()+"/ours", func(b *testing.B) {
			_, seal := sealing(b, p)
			b.ReportAllocs()
			for b.Loop() {
				seal()
			}
		})
		b.Run(p.String()+"/gosnmp", func(b *testing.B) {
			b.ReportAllocs()
			usm := gosnmpUSM(testUser(b, "mirrorUser", p), 3, 77)
			if err := usm.InitSecurityKeys(); err != nil {
				b.Fatal(err)
			}
			trap, own := sessionStart()
			pdus := gosnmpPDUs(notification(4711, trap, own))
			for b.Loop() {
				packet := gosnmp.SnmpPacket{
					Version: gosnmp.Version3, MsgFlags: gosnmp.AuthPriv, SecurityModel: gosnmp.UserSecurityModel,
					SecurityParameters: usm, ContextEngineID: string(testEngineID), ContextName: "router1",
					MsgID: 1 << 24, RequestID: 1 << 24, PDUType: gosnmp.SNMPv2Trap, Variables: pdus,
				}
				if err := usm.InitPacket(&packet); err != nil {
					b.Fatal(err)
				}
				if _, err := packet.MarshalMsg(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func scopedLen(tb testing.TB, msg []byte) int {
	r := NewReader(msg)
	body, err := r.expect(TagSequence)
	var last Reader
	for err == nil && !body.Empty() {
		_, last, err = body.Next()
	}
	if err != nil {
		tb.Fatal(err)
	}
	return len(last.in)
}
