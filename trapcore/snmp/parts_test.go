package snmp

import (
	"testing"
	"time"
)

// BenchmarkParts says where the time of one SessionStart goes, SHA and AES-128:
// the cipher and the MAC over the octets of the message, and sealing as a whole.
func BenchmarkParts(b *testing.B) {
	p := pair{SHA, AES}
	s, seal := sealing(b, p)
	msg := append([]byte(nil), seal()...)
	scoped := msg[len(msg)-scopedLen(b, msg):]
	trap, own := sessionStart()
	var content, buf Buffer
	m := Message{Boots: 3, Time: 77, ID: minID, RequestID: minID, ContextEngine: testEngineID, Context: "router1", PDU: PDUTrap}
	m.Varbinds, _ = EncodeNotification(&content, 4711, trap, own)
	// In turns and the best of each, so that a busy machine does not spoil the proportions.
	parts := []struct {
		name string
		run  func()
		took time.Duration
	}{
		{name: "cipher", run: func() { s.encryptCFB(scoped, 3, 77, 1) }},
		{name: "mac", run: func() {
			s.mac.Reset()
			s.mac.Write(msg)
			s.mac.Sum(s.sum[:0])
		}},
		{name: "seal", run: func() { _, _ = s.Seal(&buf, &m) }},
	}
	const turn = 100
	for b.Loop() {
		for i := range parts {
			p := &parts[i]
			start := time.Now()
			for range turn {
				p.run()
			}
			if d := time.Since(start); p.took == 0 || d < p.took {
				p.took = d
			}
		}
	}
	for _, p := range parts {
		b.ReportMetric(float64(p.took.Nanoseconds())/turn, p.name+"-ns")
	}
	b.ReportMetric(0, "ns/op")
}
