package securelog

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
)

// TestConcurrent runs writers, readers, the switch and Clear together: every
// entry read must be one that was written, whole, and each writer's entries
// must come in order.
func TestConcurrent(t *testing.T) {
	const writers, readers, perWriter = 4, 3, 2000
	l := newLog(t, Capacity, asText)
	l.SetOn(true)
	var writing, reading sync.WaitGroup
	done := make(chan struct{})
	for w := range writers {
		writing.Go(func() {
			e := sampleTrap()
			for n := range perWriter {
				e.User = fmt.Sprintf("writer%d", w)
				e.Name = fmt.Sprintf("%d", n)
				e.Varbinds = bytes.Repeat([]byte{byte('a' + w)}, n%1500)
				l.AppendTrap(e)
			}
		})
	}
	for range readers {
		reading.Go(func() {
			for more := true; more; {
				select {
				case <-done:
					more = false
				default:
				}
				last := [writers]int{-1, -1, -1, -1}
				_, entries := l.Read()
				for e := range entries {
					var w, n int
					head, varbinds, _ := strings.Cut(e.Text, ", ")
					if _, err := fmt.Sscanf(head, "sent to 10.16.2.12:162 v3 writer%d %d", &w, &n); err != nil {
						t.Errorf("torn entry %.60q: %v", e.Text, err)
						return
					}
					if varbinds != strings.Repeat(string(rune('a'+w)), n%1500) {
						t.Errorf("torn varbinds of writer %d, entry %d", w, n)
						return
					}
					if n <= last[w] {
						t.Errorf("writer %d: entry %d after %d", w, n, last[w])
						return
					}
					last[w] = n
				}
			}
		})
	}
	reading.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-done:
				l.SetOn(true)
				return
			default:
				l.SetOn(n%3 != 0)
				if n%50 == 0 {
					l.Clear()
				}
			}
		}
	})
	writing.Wait()
	close(done)
	reading.Wait()
	l.AppendTrap(sampleTrap())
	if status, _ := l.Read(); status.Held == 0 || status.Held > Capacity {
		t.Errorf("got %+v", status)
	}
}

func TestAppendDoesNotAllocate(t *testing.T) {
	l := newLog(t, Capacity, asText)
	m := newMirrorLog(t, Capacity)
	trap, get, failure := sampleTrap(), sampleAccess(Get), sampleFailure()
	for _, on := range []bool{false, true} {
		l.SetOn(on)
		if n := testing.AllocsPerRun(1000, func() {
			l.AppendTrap(trap)
			l.AppendAccess(get)
			m.Append(failure)
		}); n != 0 {
			t.Errorf("on %v: %v allocations", on, n)
		}
	}
	if status, _ := l.Read(); status.Held != Capacity {
		t.Errorf("nothing was appended: %+v", status)
	}
}

// BenchmarkAppend is the row "secure log append, with a reader running".
func BenchmarkAppend(b *testing.B) {
	for _, readers := range []int{0, 1} {
		b.Run(fmt.Sprintf("readers=%d", readers), func(b *testing.B) {
			l := newLog(b, Capacity, asText)
			l.SetOn(true)
			trap := sampleTrap()
			trap.Varbinds = bytes.Repeat([]byte("v"), 400) // a SessionStart
			var reading sync.WaitGroup
			done := make(chan struct{})
			started := make(chan struct{}, readers)
			for range readers {
				reading.Go(func() {
					started <- struct{}{}
					for {
						select {
						case <-done:
							return
						default:
						}
						_, entries := l.Read()
						for range entries {
						}
					}
				})
				<-started
			}
			b.ReportAllocs()
			for b.Loop() {
				l.AppendTrap(trap)
			}
			close(done)
			reading.Wait()
		})
	}
}
