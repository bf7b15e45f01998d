package command

import (
	"testing"
	"testing/synctest"
	"time"

	"mirrorsh/trapcore/packet"
)

// TestPacketsPassAtTheirTime, in batches where many are due at once.
func TestPacketsPassAtTheirTime(t *testing.T) {
	sh := newShell(t)
	operatorOf(t, sh, "test subscriber login joe ip-address 10.0.0.5")
	stream, err := sh.Router.Stream(sh.Router.Default().Network(), "joe")
	if err != nil {
		t.Fatal(err)
	}
	in := func() int { return int(sh.Router.Default().Network().Interfaces()[0].In.Unicast) }
	for _, tt := range []struct{ rate, n int }{{4, 4}, {1000, 1001}, {100_000, 100_000}} {
		synctest.Test(t, func(t *testing.T) {
			p := passing{stream: stream, pace: pace{rate: tt.rate, start: time.Now()}}
			before := in()
			for i := range tt.n {
				if err := p.add(t.Context(), packet.Upstream, make([]byte, 64)); err != nil {
					t.Fatal(err)
				}
				if tt.rate < 1000 && p.packets != i {
					t.Errorf("%d a second: %d packets have passed when packet %d is due", tt.rate, p.packets, i)
				}
			}
			if err := p.flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			last := time.Duration(float64(tt.n-1) / float64(tt.rate) * float64(time.Second))
			if got := time.Since(p.pace.start); got > last || last-got > time.Millisecond {
				t.Errorf("%d a second: the last of %d at %v", tt.rate, tt.n, got)
			}
			if in()-before != tt.n {
				t.Errorf("%d a second: %d of %d passed", tt.rate, in()-before, tt.n)
			}
		})
	}
}
