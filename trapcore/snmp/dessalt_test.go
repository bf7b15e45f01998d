package snmp

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mirrorsh/trapcore/side"
)

// durable counts boots up as a state directory does.
type durable struct {
	last  atomic.Int32
	fails atomic.Bool
}

func (d *durable) next() (int32, error) {
	if d.fails.Load() {
		return 0, errors.New("disk full")
	}
	return d.last.Add(1), nil
}

func newWorn(t *testing.T, left uint64) (*Engine, *durable, *time.Time) {
	t.Helper()
	now := time.Now()
	e := NewEngine(5, func() time.Time { return now })
	d := &durable{}
	d.last.Store(5)
	e.SetNextBoots(d.next)
	for of := range e.des {
		e.des[of].Store(5<<32 | 1<<desSaltBits - 1 - left)
	}
	return e, d, &now
}

// TestSaltsGoOn: before the salts of a boots value are used up the next one is
// durable, nothing is refused, and no salt comes twice. Only the ordinary side
// changes snmpEngineBoots, and nobody sysUpTime.
func TestSaltsGoOn(t *testing.T) {
	for _, of := range side.Both {
		for _, left := range []uint64{0, 1, 7, desRetry + 2} {
			e, d, now := newWorn(t, left)
			*now = now.Add(time.Hour)
			before := e.Now()
			seen := map[uint64]bool{}
			for range 2*desRetry + 100 {
				salt, err := e.desSalt(of)
				if err != nil || seen[salt] || side.Side(salt>>desSaltBits&1) != of {
					t.Fatalf("side %d, %d left: salt %#x, %v", of, left, salt, err)
				}
				seen[salt] = true
			}
			want := before
			if of == side.Ordinary {
				want.Boots, want.Time = 6, 0
			}
			if got := e.Now(); got != want || d.last.Load() != 6 {
				t.Errorf("side %d, %d left: %+v, want %+v; boots %d are durable", of, left, got, want, d.last.Load())
			}
		}
	}
}

// TestSaltsOfTheOtherSide: what the secure side uses up changes no salt of the
// ordinary one, and both together use no value twice.
func TestSaltsOfTheOtherSide(t *testing.T) {
	e, _, _ := newWorn(t, 3)
	e.des[side.Ordinary].Store(5<<32 | 41)
	seen := map[uint64]bool{}
	for i := range uint64(10) {
		secret, err := e.desSalt(side.Secure)
		if err != nil || seen[secret] {
			t.Fatalf("%#x, %v", secret, err)
		}
		seen[secret] = true
		if salt, err := e.desSalt(side.Ordinary); err != nil || salt != 5<<32|(42+i) {
			t.Errorf("%#x, %v", salt, err)
		}
	}
	e.des[side.Ordinary].Store(5<<32 | 1<<desSaltBits - 1)
	if salt, err := e.desSalt(side.Ordinary); err != nil || salt != 7<<32 {
		t.Errorf("the ordinary side goes on with %#x, %v", salt, err)
	}
	if salt, err := e.desSalt(side.Secure); err != nil || salt != 7<<32|1<<desSaltBits || seen[salt] {
		t.Errorf("the secure side goes on with %#x, %v", salt, err)
	}
}

// TestSaltsWhileTheDiskIsFull: it is tried again as long as there are salts, and
// after that with each message.
func TestSaltsWhileTheDiskIsFull(t *testing.T) {
	for _, of := range side.Both {
		e, d, _ := newWorn(t, 2*desRetry)
		d.fails.Store(true)
		for range 2 * desRetry {
			if _, err := e.desSalt(of); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := e.desSalt(of); !errors.Is(err, errSalts) {
			t.Errorf("after the last: %v", err)
		}
		d.fails.Store(false)
		if salt, err := e.desSalt(of); err != nil || salt>>32 != 6 {
			t.Errorf("again: %#x, %v", salt, err)
		}
	}
	e, d, _ := newWorn(t, 0)
	d.last.Store(MaxEngineTime - 1)
	e.Restart(MaxEngineTime)
	e.des[side.Ordinary].Store(MaxEngineTime<<32 | 1<<desSaltBits - 1)
	if _, err := e.desSalt(side.Ordinary); !errors.Is(err, errSalts) {
		t.Errorf("at the end of boots: %v", err)
	}
}

// TestSaltsGoOnConcurrently: many senders at the end of the counter.
func TestSaltsGoOnConcurrently(t *testing.T) {
	for _, of := range side.Both {
		e, _, _ := newWorn(t, 500)
		var seen sync.Map
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 300 {
					salt, err := e.desSalt(of)
					if _, twice := seen.LoadOrStore(salt, true); err != nil || twice {
						t.Errorf("%#x, %v", salt, err)
					}
				}
			})
		}
		wg.Wait()
	}
}
