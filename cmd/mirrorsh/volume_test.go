package main

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"
)

// The volume that is promised: operators, and events a second to each of
// as many hosts as a virtual router has.
const (
	volumeHosts = 8
	volumeRate  = 10_000
	volumeTime  = time.Minute
)

// BenchmarkVolume has one of thirty operators raise 10 000 events a second for
// a minute, each for eight hosts, while the others look around. It reports what
// was lost on the way to the receivers and by how much the router's memory has
// grown. One iteration is enough: -benchtime 1x.
func BenchmarkVolume(b *testing.B) {
	for b.Loop() {
		v := volume(b, volumeRate, volumeTime)
		b.ReportMetric(float64(v.datagrams)/v.took.Seconds(), "datagrams/s")
		b.ReportMetric(float64(v.lost), "lost")
		b.ReportMetric(v.growth, "growth-MB")
		b.ReportMetric(float64(v.commands)/v.took.Seconds(), "commands/s")
	}
}

// TestVolume is the same in small.
func TestVolume(t *testing.T) {
	if v := volume(t, 500, 2*time.Second); v.lost != 0 || v.datagrams < 500*volumeHosts {
		t.Errorf("%+v", v)
	}
}

type volumeResult struct {
	datagrams, lost int
	commands        int // of the operators who look around
	growth          float64
	took            time.Duration
}

func volume(t testing.TB, rate int, d time.Duration) (v volumeResult) {
	t.Helper()
	var sinks []*sink
	script := labPreamble
	for i := range volumeHosts {
		s := startSink(t, fmt.Sprintf("127.0.0.%d", i+1))
		sinks = append(sinks, s)
		script += secureHostLine(s.addr, "")
	}
	l := startLab(t, script)
	ctx, cancel := context.WithTimeout(context.Background(), d+4*patience)
	defer cancel()
	raiser, err := l.login(ctx, "raiser")
	if err == nil {
		_, err = raiser.do(ctx, "enable 15", "mirror-enable")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer raiser.close()

	began := time.Now()
	until := began.Add(d)
	var others sync.WaitGroup
	var mu sync.Mutex
	for i := range vtys - 1 {
		o, err := l.login(ctx, fmt.Sprintf("operator%d", i))
		if err == nil {
			_, err = o.do(ctx, "enable 5")
		}
		if err != nil {
			t.Fatal(err)
		}
		defer o.close()
		others.Go(func() {
			n := 0
			for tick := time.NewTicker(time.Second); time.Now().Before(until); <-tick.C {
				if _, err := o.do(ctx, "show version", "show snmp", "show users"); err != nil {
					t.Error(err)
					return
				}
				n += 3
			}
			mu.Lock()
			defer mu.Unlock()
			v.commands += n
		})
	}
	sampling, stop := context.WithCancel(ctx)
	growth := make(chan float64, 1)
	go func() {
		g, _ := l.memory(sampling)
		growth <- g
	}()
	raised := rate * int(d/time.Second)
	err = raise(ctx, raiser, "sessionStart", raised, rate)
	v.took = time.Since(began)
	stop()
	if err != nil {
		t.Fatal(err)
	}
	v.growth = <-growth
	others.Wait()
	quiet(t, ctx, raiser)
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		v.datagrams = 0
		for _, s := range sinks {
			v.datagrams += int(s.received.Load())
			if n := s.breaks.Load() + s.strange.Load(); n > 0 {
				t.Errorf("%v: %d messages out of order, %d that are none", s.addr, s.breaks.Load(), s.strange.Load())
			}
		}
		if v.lost = raised*volumeHosts - v.datagrams; v.lost <= 0 || time.Now().After(deadline) {
			break
		}
	}
	raiser.close()
	if status := l.stop(); status != 0 || l.said() != "" {
		t.Errorf("exit status %d: %s", status, l.said())
	}
	return v
}
