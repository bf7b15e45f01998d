package notify

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"mirrorsh/trapcore/side"
)

// TestFullQueue fills a queue of 32 while the worker holds one trap.
func TestFullQueue(t *testing.T) {
	for _, tt := range []struct {
		full Full
		want []int
	}{
		{DropLastIn, numbers(1, 33)},
		{DropFirstIn, numbers(1, 1, 9, 40)},
	} {
		t.Run(tt.full.String(), func(t *testing.T) {
			var net fakeNet
			f := newFixture(t, net.options)
			f.openSecure()
			f.setHost(t, secureHost(far))
			if err := f.As(side.Clear(true)).SetQueue(far.Addr(), QueueChange{Full: &tt.full}); err != nil {
				t.Fatal(err)
			}
			release := net.stall()
			raise(f, 1, 1)
			<-net.held
			raise(f, 2, 40)
			if h := f.host(t, side.Secure); h.Pending != 33 || h.Counters.QueueFull != 7 {
				t.Errorf("pending %d, %+v", h.Pending, h.Counters)
			}
			release()
			if p := f.Drain(t.Context()); p != pendingOn(0, 0) {
				t.Errorf("pending after drain: %v", p)
			}
			if got := sessions(t, net.datagrams()); !slices.Equal(got, tt.want) {
				t.Errorf("sent %v", got)
			}
			if c := f.As(side.Clear(true)).Counters(side.Secure); c.NoQueue != 7 || c.Discarded != 7 || c.Out != 33 || c.Received != 40 {
				t.Errorf("%+v", c)
			}
			if h := f.host(t, side.Secure); h.Counters.Sent != 33 {
				t.Errorf("%+v", h.Counters)
			}
		})
	}
}

// TestQueueIsBounded: however large a queue may be, what it holds is not.
func TestQueueIsBounded(t *testing.T) {
	var q queue
	q.init(MaxQueueSize, DropLastIn)
	q.setLimits(func() (int, Full) { return MaxQueueSize, DropLastIn })
	tr := newTrap(nil, nil, 0)
	defer tr.release()
	for i := range maxQueued {
		if _, out := q.push(tr); out != queued {
			t.Fatalf("%d: %v", i, out)
		}
	}
	if _, out := q.push(tr); out != droppedThis || q.pending() != maxQueued {
		t.Errorf("one more: %v, %d pending", out, q.pending())
	}
	for _, tr := range q.takeAll() {
		tr.release()
	}
}

func TestRaiseWaitLosesNothing(t *testing.T) {
	var net fakeNet
	f := newFixture(t, net.options)
	f.openSecure()
	f.setHost(t, secureHost(far))
	for n := range 500 {
		ev := start(1)
		ev.SessionID = uint32(n)
		if err := f.secure.RaiseWait(t.Context(), ev, nil); err != nil {
			t.Fatal(err)
		}
	}
	f.Drain(t.Context())
	if got := sessions(t, net.datagrams()); !slices.Equal(got, numbers(0, 499)) {
		t.Errorf("sent %v", got)
	}
	if c := f.As(side.Clear(true)).Counters(side.Secure); c.Discarded != 0 {
		t.Errorf("%+v", c)
	}
}

func TestRaiseWaitEndsWithItsContext(t *testing.T) {
	var net fakeNet
	f := newFixture(t, net.options)
	f.openSecure()
	f.setHost(t, secureHost(far))
	release := net.stall()
	defer release()
	raise(f, 1, 1)
	<-net.held
	raise(f, 2, 33)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- f.secure.RaiseWait(ctx, start(1), nil) }()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if c := f.As(side.Clear(true)).Counters(side.Secure); c.NoQueue != 1 {
		t.Errorf("%+v", c)
	}
}

// TestDrainRate reads the times of a simulated clock.
func TestDrainRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var net fakeNet
		f := newFixture(t, net.options)
		f.openSecure()
		f.setHost(t, secureHost(far))
		rate := 10
		if err := f.As(side.Clear(true)).SetQueue(far.Addr(), QueueChange{DrainRate: &rate}); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		raise(f, 1, 30)
		if p := f.Drain(t.Context()); p != pendingOn(0, 0) {
			t.Fatalf("pending %v", p)
		}
		for i, d := range net.datagrams() {
			if at := d.at.Sub(began); at != time.Duration(i)*100*time.Millisecond {
				t.Errorf("trap %d left after %v", i+1, at)
			}
		}
		// What is saved while idle is not spent later.
		time.Sleep(time.Hour)
		began = time.Now()
		raise(f, 31, 33)
		f.Drain(t.Context())
		if got := net.datagrams(); len(got) != 33 || got[32].at.Sub(began) != 200*time.Millisecond {
			t.Errorf("%d traps, the last after %v", len(got), got[len(got)-1].at.Sub(began))
		}
		rate = 1_000_000
		if err := f.As(side.Clear(true)).SetQueue(far.Addr(), QueueChange{DrainRate: &rate}); err != nil {
			t.Fatal(err)
		}
		raise(f, 34, 60)
		f.Drain(t.Context())
		if got := sessions(t, net.datagrams()); !slices.Equal(got, numbers(1, 60)) {
			t.Errorf("sent %v", got)
		}
	})
}

func TestDrainEndsWithItsContext(t *testing.T) {
	var net fakeNet
	f := newFixture(t, net.options)
	f.openSecure()
	f.setHost(t, secureHost(far))
	release := net.stall()
	defer release()
	raise(f, 1, 5)
	<-net.held
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if p := f.Drain(ctx); p != pendingOn(0, 5) {
		t.Errorf("pending %v", p)
	}
}

func TestOffEmptiesTheQueues(t *testing.T) {
	var net fakeNet
	f := newFixture(t, net.options)
	f.openSecure()
	f.setHost(t, secureHost(far))
	release := net.stall()
	raise(f, 1, 1)
	<-net.held
	raise(f, 2, 20)
	f.SetOff(true)
	raise(f, 21, 25)
	release()
	f.Drain(t.Context())
	if c := f.As(side.Clear(true)).Counters(side.Secure); c.NotAble != 5 {
		t.Errorf("%+v", c)
	}
	f.SetOff(false)
	raise(f, 26, 27)
	f.Drain(t.Context())
	if got := sessions(t, net.datagrams()); !slices.Equal(got, numbers(1, 1, 26, 27)) {
		t.Errorf("sent %v", got)
	}
}

// TestQueueModel runs random operations on a queue and on a slice.
func TestQueueModel(t *testing.T) {
	n := notifications[0]
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		var q queue
		size, full := 1+r.IntN(40), Full(r.IntN(2))
		q.init(size, full)
		var model, hand []uint32
		var held []*trap
		for id := range uint32(400) {
			switch r.IntN(5) {
			case 0, 1, 2:
				tr := newTrap(nil, n, id)
				oldest, out := q.push(tr)
				oldest.release()
				want := queued
				if len(model) >= size && full == DropLastIn {
					want = droppedThis
				} else {
					if len(model) >= size {
						want, model = droppedOldest, model[1:]
					}
					model = append(model, id)
				}
				if out != want {
					t.Fatalf("seed %d: push gave %v, want %v", seed, out, want)
				}
				tr.release()
			case 3:
				if held != nil {
					continue
				}
				into := make([]*trap, 1+r.IntN(10))
				k := q.pop(into)
				if k != min(len(into), len(model)) {
					t.Fatalf("seed %d: popped %d of %d", seed, k, len(model))
				}
				held, hand, model = into[:k], model[:k:k], model[k:]
				for i, tr := range held {
					if tr.uptime != hand[i] || tr.refs.Load() != 1 {
						t.Fatalf("seed %d: popped %d with %d references, want %d", seed, tr.uptime, tr.refs.Load(), hand[i])
					}
				}
			case 4:
				if held == nil {
					continue
				}
				if r.IntN(2) == 0 {
					q.done(len(held))
					for _, tr := range held {
						tr.release()
					}
				} else {
					all := append(hand, model...)
					lost := max(0, len(all)-size)
					got := q.putBack(held)
					if len(got) != lost {
						t.Fatalf("seed %d: putBack lost %d, want %d", seed, len(got), lost)
					}
					for _, tr := range got {
						tr.release()
					}
					q.done(lost)
					if full == DropFirstIn {
						model = all[lost:]
					} else {
						model = all[:len(all)-lost]
					}
				}
				held, hand = nil, nil
			}
			if got, want := q.pending(), len(model)+len(hand); got != want {
				t.Fatalf("seed %d: pending %d, want %d", seed, got, want)
			}
		}
	}
}
