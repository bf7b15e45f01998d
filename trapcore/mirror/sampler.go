package mirror

import (
	"reflect"
	"sync/atomic"
	"time"
)

// samplesOfSubscriber is how many samples in a row are of one subscriber.
const samplesOfSubscriber = 4

// Sampler makes samples, each the next one of its type. Those of one number have the
// same session, whatever their types.
type Sampler struct {
	next map[reflect.Type]*atomic.Uint32
}

// NewSampler returns a sampler that begins with a subscriber.
func NewSampler(subscriber uint32) *Sampler {
	s := &Sampler{next: map[reflect.Type]*atomic.Uint32{}}
	for _, ev := range Events() {
		n := new(atomic.Uint32)
		n.Store(subscriber * samplesOfSubscriber)
		s.next[reflect.TypeOf(ev)] = n
	}
	return s
}

// Next fills an event with the values that are next, see [Sample].
func (s *Sampler) Next(ev Event, router uint32, at time.Time) Event {
	return Sample(ev, s.next[reflect.TypeOf(ev)].Add(1)-1, router, at)
}
