package radius

import (
	"time"

	"layeh.com/radius"

	"mirrorsh/trapcore/side"
)

// A request that comes again is not carried out again: it gets the answer of
// the first transmission, for lifetime (RFC 5176 section 2.3); with an
// Event-Timestamp for as long as that can be accepted (section 6.3), which is
// window after it, and it may be window ahead. A cache holds at most maxAnswers
// of maxOctets in all; the oldest one makes room for another.
const (
	lifetime   = 30 * time.Second
	stampedFor = 2*window + time.Second
	maxAnswers = 1 << 15
	maxOctets  = 4 << 20
)

// transmission is what a request has in common with its retransmissions, and
// with what somebody who has seen it can send: no address or port is authentic.
type transmission struct {
	key           string // that verified it
	code          radius.Code
	id            byte
	authenticator [16]byte
}

// memory has the caches of one side.
type memory struct{ plain, stamped cache }

func newMemories() (all [side.Count]memory) {
	for of := range all {
		all[of] = memory{cache{lifetime: lifetime}, cache{lifetime: stampedFor}}
	}
	return all
}

// of returns the cache for a request.
func (m *memory) of(req *request) *cache {
	if req.stamped {
		return &m.stamped
	}
	return &m.plain
}

// cache has the answers given last.
type cache struct {
	lifetime time.Duration
	answers  map[transmission][]byte // nil: not answered yet
	order    []sent                  // oldest first
	octets   int
}

type sent struct {
	transmission
	at time.Time
}

// claim reports whether a transmission is the first one, and returns the answer
// to it otherwise; nil if there is none yet.
func (c *cache) claim(t transmission, now time.Time) (answer []byte, first bool) {
	c.expire(now)
	if answer, ok := c.answers[t]; ok {
		return answer, false
	}
	if c.answers == nil {
		c.answers = map[transmission][]byte{}
	}
	c.answers[t] = nil
	c.order = append(c.order, sent{t, now})
	c.bound()
	return nil, true
}

// put keeps the answer to a transmission that was claimed.
func (c *cache) put(t transmission, answer []byte) {
	if _, ok := c.answers[t]; ok {
		c.answers[t] = answer
		c.octets += len(answer)
		c.bound()
	}
}

func (c *cache) bound() {
	for len(c.order) > maxAnswers || c.octets > maxOctets {
		c.drop()
	}
}

func (c *cache) expire(now time.Time) {
	for len(c.order) > 0 && now.Sub(c.order[0].at) >= c.lifetime {
		c.drop()
	}
	if len(c.order) == 0 {
		*c = cache{lifetime: c.lifetime} // gives back what a burst has taken
	}
}

func (c *cache) drop() {
	oldest := c.order[0].transmission
	c.octets -= len(c.answers[oldest])
	delete(c.answers, oldest)
	c.order = c.order[1:]
}
