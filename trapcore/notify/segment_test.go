package notify

import (
	"net/netip"
	"slices"
	"testing"
)

// TestBatchesArriveWhole sends traps of many lengths in few calls.
func TestBatchesArriveWhole(t *testing.T) {
	s := newSink(t)
	forceReadBuffer(t, s.conn, 4<<20)
	c, err := DialUDP(netip.Addr{}, s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var want [][]byte
	for i := range 300 {
		m := make([]byte, 100+i/20*7)
		m[0], m[1] = byte(i), byte(i>>8)
		want = append(want, m)
	}
	for _, size := range []int{480, 1200, 2000} { // long runs, of which not all fit one message
		for i := range 2 * maxBatch {
			m := make([]byte, size)
			m[0], m[1] = byte(i), byte(size>>4)
			want = append(want, m)
		}
	}
	want = append(want, make([]byte, 9000), make([]byte, 9000), make([]byte, 70), make([]byte, 60))
	for _, plain := range []bool{false, true} {
		c.(*udpConn).plain = plain
		for at := 0; at < len(want); at += maxBatch {
			batch := want[at:min(at+maxBatch, len(want))]
			if n, err := c.Send(batch); n != len(batch) || err != nil {
				t.Fatalf("%d of %d, %v", n, len(batch), err)
			}
		}
		for i := range want {
			if got := s.raw(t); !slices.Equal(got, want[i]) {
				t.Fatalf("datagram %d has %d octets, want %d", i, len(got), len(want[i]))
			}
		}
	}
	if n, err := c.Send([][]byte{make([]byte, 66000)}); n != 0 || err == nil {
		t.Errorf("a datagram of 66000 octets: %d, %v", n, err)
	}
}

// TestOnlyLongRunsAreOffloaded counts the datagrams of each message that goes to
// the system.
func TestOnlyLongRunsAreOffloaded(t *testing.T) {
	run := func(lengths ...int) (all [][]byte) {
		for i := 0; i < len(lengths); i += 2 {
			for range lengths[i] {
				all = append(all, make([]byte, lengths[i+1]))
			}
		}
		return all
	}
	ones := func(n int) []int { return slices.Repeat([]int{1}, n) }
	for _, tt := range []struct {
		name  string
		batch [][]byte
		plain bool
		want  []int
	}{
		{"ten of one length", run(10, 480), false, ones(10)},
		{"one less than a batch", run(maxBatch-1, 480), false, ones(maxBatch - 1)},
		{"a batch", run(maxBatch, 480), false, []int{maxBatch}},
		{"a batch, not wanted", run(maxBatch, 480), true, ones(maxBatch)},
		{"a batch of two lengths", run(maxBatch/2, 480, maxBatch/2, 481), false, ones(maxBatch)},
		{"a batch with a shorter last one", run(maxBatch-1, 480, 1, 400), false, ones(maxBatch)},
		{"as many as fit", run(maxBatch, 2000), false, append([]int{32, 32}, ones(0)...)},
		{"as many as fit, and the rest", run(maxBatch, 1500), false, append([]int{43}, ones(21)...)},
	} {
		c := &udpConn{plain: tt.plain}
		var got []int
		for _, m := range c.group(tt.batch) {
			got = append(got, len(m.Buffers))
			if (m.OOB != nil) != (len(m.Buffers) > 1) {
				t.Errorf("%s: %d datagrams, control message %v", tt.name, len(m.Buffers), m.OOB)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
