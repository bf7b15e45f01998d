package snmp

import (
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"mirrorsh/trapcore/side"
)

func TestEngineID(t *testing.T) {
	id := NewEngineID([6]byte{0x00, 0x90, 0x1a, 0x00, 0x04, 0x6c}, DefaultRouter)
	if got := id.String(); got != "0x8000130a0500901a00046c80000001" {
		t.Errorf("engine ID %s", got)
	}
	for uid, want := range map[uint32]string{DefaultRouter: "router1", 0x80ffffff: "router16777215", 0x80000010: "router16"} {
		if got := ContextName(uid); got != want {
			t.Errorf("%#x: context %s, want %s", uid, got, want)
		}
	}
	for _, tt := range []struct {
		id EngineID
		ok bool
	}{
		{id, true}, {"1234", false}, {"12345", true}, {EngineID(strings.Repeat("x", 32)), true},
		{EngineID(strings.Repeat("x", 33)), false}, {"\x00\x00\x00\x00\x00", false}, {"\xff\xff\xff\xff\xff", false},
		{"\x00\x00\x00\x00\xff", true}, {"", false},
	} {
		if err := tt.id.Valid(); tt.ok != (err == nil) || err != nil && !errors.Is(err, ErrEngineID) {
			t.Errorf("%v: %v", tt.id, err)
		}
	}
}

func TestEngineTime(t *testing.T) {
	now := time.Unix(1e9, 0)
	e := NewEngine(7, func() time.Time { return now })
	for _, tt := range []struct {
		after time.Duration
		want  Stamp
	}{
		{-time.Second, Stamp{7, 0, 0}},
		{0, Stamp{7, 0, 0}},
		{1999 * time.Millisecond, Stamp{7, 1, 199}},
		{time.Duration(math.MaxUint32) * 10 * time.Millisecond, Stamp{7, 42949672, math.MaxUint32}},
		{(1 << 32) * 10 * time.Millisecond, Stamp{7, 42949672, 0}},
		{MaxEngineTime * time.Second, Stamp{7, MaxEngineTime, uint32(MaxEngineTime * 100 % (1 << 32))}},
		{(MaxEngineTime + 5) * time.Second, Stamp{7, MaxEngineTime, uint32((MaxEngineTime + 5) * 100 % (1 << 32))}},
	} {
		if got := e.At(now.Add(tt.after)); got != tt.want {
			t.Errorf("after %v: %+v, want %+v", tt.after, got, tt.want)
		}
	}
	now = now.Add((MaxEngineTime - 1) * time.Second)
	if e.Now().Time == MaxEngineTime {
		t.Error("engine time ends a second early")
	}
	now = now.Add(time.Second)
	if e.Now().Time != MaxEngineTime {
		t.Error("engine time has not ended")
	}
	e.Restart(8)
	if got := e.Now(); got != (Stamp{8, 0, 0}) || e.Boots() != 8 {
		t.Errorf("restarted: %+v", got)
	}
}

func TestDESSalts(t *testing.T) {
	e := NewEngine(5, nil)
	next := func(of side.Side) uint64 {
		t.Helper()
		v, err := e.desSalt(of)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	want := func(got, want uint64) {
		t.Helper()
		if got != want {
			t.Errorf("salt %#x, want %#x", got, want)
		}
	}
	want(next(side.Ordinary), 5<<32)
	want(next(side.Ordinary), 5<<32|1)
	want(next(side.Secure), 5<<32|1<<31) // and the ordinary ones go on as if nothing was
	want(next(side.Ordinary), 5<<32|2)
	e.Restart(6)
	want(next(side.Ordinary), 6<<32)
	e.Restart(5) // a sender that read boots before the restart
	want(next(side.Ordinary), 6<<32|1)
	e.Restart(6)

	e.des[side.Secure].Store(6<<32 | 1<<31 - 2)
	want(next(side.Secure), 6<<32|1<<32-1)
	if _, err := e.desSalt(side.Secure); !errors.Is(err, errSalts) {
		t.Errorf("after the last: %v", err)
	}
	want(next(side.Ordinary), 6<<32|2)
	e.Restart(7)
	want(next(side.Secure), 7<<32|1<<31)
}

func TestDESSaltsConcurrently(t *testing.T) {
	const workers, each = 8, 2000
	e := NewEngine(1, nil)
	got := make([][]uint64, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for n := range each {
				if w == 0 && n%500 == 499 {
					e.Restart(e.Boots() + 1)
				}
				v, err := e.desSalt(side.Ordinary)
				if err != nil {
					t.Error(err)
					return
				}
				got[w] = append(got[w], v)
			}
		})
	}
	wg.Wait()
	seen := map[uint64]bool{}
	for _, salts := range got {
		for _, v := range salts {
			if seen[v] {
				t.Fatalf("salt %#x twice", v)
			}
			seen[v] = true
		}
	}
}

func TestIDs(t *testing.T) {
	for _, seed := range []uint32{0, 1, math.MaxInt32 - minID - 2, math.MaxInt32, math.MaxUint32 - 2} {
		ids := NewIDs(seed)
		prev := ids.Message()
		if ids.Request() != prev {
			t.Error("message and request IDs do not start alike")
		}
		for range 5 {
			n := ids.Message()
			if n < minID || n == prev {
				t.Errorf("seed %d: %#x after %#x", seed, n, prev)
			}
			prev = n
		}
	}
}
