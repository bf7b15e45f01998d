package notify

import (
	"net/netip"
	"sync/atomic"
	"testing"

	"mirrorsh/trapcore/side"
)

// countingSink counts datagrams.
func countingSink(b *testing.B) (netip.AddrPort, *atomic.Int64) {
	s := newSink(b)
	forceReadBuffer(b, s.conn, 8<<20)
	received := new(atomic.Int64)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for in := make([]byte, 2048); ; received.Add(1) {
			if _, err := s.conn.Read(in); err != nil {
				return
			}
		}
	}()
	b.Cleanup(func() { s.conn.Close(); <-done })
	return s.addr, received
}

// BenchmarkSend is what the socket costs for each of the traps of a batch.
func BenchmarkSend(b *testing.B) {
	to, _ := countingSink(b)
	c, err := DialUDP(netip.Addr{}, to)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	batch := make([][]byte, maxBatch)
	for i := range batch {
		batch[i] = make([]byte, 480) // a SessionStart
	}
	for b.Loop() {
		if _, err := c.Send(batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/maxBatch, "ns/trap")
}

// BenchmarkList is what a SessionStart's varbind list costs, which all hosts share.
func BenchmarkList(b *testing.B) {
	ev := start(1)
	t := newTrap(nil, notificationOf(ev), 4711)
	b.ReportAllocs()
	for b.Loop() {
		t.n = notificationOf(ev)
		t.fill(ev)
	}
}

// BenchmarkNote is what a watch costs a SessionStart that has left, and none.
func BenchmarkNote(b *testing.B) {
	for name, watches := range map[string]int{"none": 0, "one": 1} {
		b.Run(name, func(b *testing.B) {
			var w Watches
			for range watches {
				defer w.Open(side.Clear(true)).Close()
			}
			ev := start(1)
			t := newTrap(nil, notificationOf(ev), 4711)
			t.fill(ev)
			h := &host{side: side.Secure}
			b.ReportAllocs()
			for b.Loop() {
				w.note(h, t, Sent)
			}
		})
	}
}
