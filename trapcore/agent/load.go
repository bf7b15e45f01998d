package agent

import "sync"

// loadSlice is what a load is measured over, in seconds.
const loadSlice = 5

// fullLoad is the work of a second without a pause: what [maxWork] takes is some
// tens of milliseconds.
const fullLoad = 20 * maxWork

// load is how busy the agents are with requests of the ordinary side: what the
// secure side asks is no part of it, nor is anything of the process that would
// tell of it. The zero value is ready; mu guards all.
type load struct {
	mu     sync.Mutex
	slice  int64                  // the one that work is added to, counted from the start
	slices [1 + 300/loadSlice]int // work, by slice
}

// turn goes on to the slice of a time in seconds. The caller holds mu.
func (l *load) turn(seconds int32) {
	now := int64(seconds) / loadSlice
	for i := max(l.slice+1, now-int64(len(l.slices))+1); i <= now; i++ {
		l.slices[i%int64(len(l.slices))] = 0
	}
	l.slice = max(l.slice, now)
}

func (l *load) add(seconds int32, work int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn(seconds)
	l.slices[l.slice%int64(len(l.slices))] += work
}

// percent is the load of so many whole slices before this one.
func (l *load) percent(seconds int32, slices int) int32 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn(seconds)
	sum := 0
	for i := l.slice - int64(slices); i < l.slice; i++ {
		if i >= 0 {
			sum += l.slices[i%int64(len(l.slices))]
		}
	}
	return int32(min(100, sum*100/(slices*loadSlice*fullLoad)))
}
