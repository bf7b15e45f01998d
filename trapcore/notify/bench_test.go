package notify

import (
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"mirrorsh/trapcore/side"
)

// countingSink counts datagrams.
func countingSink(b *testing.B) (netip.AddrPort, *atomic.Int64) {
	return counting(b, newSink(b))
}

func counting(b *testing.B, s *sink) (netip.AddrPort, *atomic.Int64) {
	forceReadBuffer(b, s.conn, 8<<20)
	received := new(atomic.Int64)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for read := readMany(b, s.conn); ; {
			n, err := read()
			if err != nil {
				return
			}
			received.Add(int64(n))
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

// BenchmarkLoopback is what is left of a trap's way without its making: datagrams
// that are ready, as long and as many at once, from the socket to a receiver.
func BenchmarkLoopback(b *testing.B) {
	to, received := countingSink(b)
	c, err := DialUDP(netip.Addr{}, to)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	batch := make([][]byte, maxBatch)
	for i := range batch {
		batch[i] = make([]byte, 480) // a SessionStart
	}
	raised, n := 0, 0
	benchmarkTraps(b, 1, received, func() error {
		raised++
		if n++; n < maxBatch && raised < b.N {
			return nil
		}
		_, err := c.Send(batch[:n])
		n = 0
		return err
	})
}

// inFlight is how many traps may be on their way. The receiver's socket holds
// that many, so that none is lost and all senders are measured to the end.
const inFlight = 1500

// benchmarkTraps counts what arrives of b.N events for a number of hosts.
func benchmarkTraps(b *testing.B, hosts int, received *atomic.Int64, send func() error) {
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		for int64(i*hosts)-received.Load() > inFlight {
			time.Sleep(20 * time.Microsecond) // leave the processor to the receiver
		}
		if err := send(); err != nil {
			b.Fatal(err)
		}
	}
	for deadline := time.Now().Add(10 * time.Second); received.Load() < int64(b.N*hosts); time.Sleep(20 * time.Microsecond) {
		if time.Now().After(deadline) {
			b.Fatalf("%d of %d traps received", received.Load(), b.N*hosts)
		}
	}
	b.ReportMetric(float64(b.N*hosts)/b.Elapsed().Seconds(), "traps/s")
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
