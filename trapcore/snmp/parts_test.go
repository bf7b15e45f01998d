package snmp

import (
	"testing"
	"time"
)

// BenchmarkParts says where the time of one SessionStart goes, SHA and AES-128:
// the cipher and the MAC over the octets of the message, and
// sealing as a whole. All but the MAC is done to several at a time.
func BenchmarkParts(b *testing.B) {
	p := pair{SHA, AES}
	s, seal := sealing(b, p)
	msg := append([]byte(nil), seal()...)
	_, mac := floor(b, s, msg)
	_, all := several(s)
	texts := make([]lane, lanes)
	for i := range texts {
		texts[i].buf = new(Buffer)
		texts[i].buf.PutRaw(msg[len(msg)-scopedLen(b, msg):])
	}
	// In turns and the best of each, so that a busy machine does not spoil the proportions.
	parts := []struct {
		name string
		run  func()
		of   int // messages
		took time.Duration
	}{
		{name: "cipher", run: func() { s.encrypt(texts) }, of: lanes},
		{name: "mac", run: mac},
		{name: "seal", run: all, of: lanes},
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
		b.ReportMetric(float64(p.took.Nanoseconds())/turn/float64(max(p.of, 1)), p.name+"-ns")
	}
	b.ReportMetric(0, "ns/op")
}
