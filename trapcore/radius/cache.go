package radius

import (
	"net/netip"
	"time"
)

// A retransmission gets the answer of the first transmission for lifetime
// (RFC 5176 section 2.3). A cache holds at most maxAnswers of maxOctets in
// all; the oldest one makes room for another.
const (
	lifetime   = 30 * time.Second
	maxAnswers = 1 << 15
	maxOctets  = 4 << 20
)

// transmission is what a request has in common with its retransmissions.
type transmission struct {
	from          netip.AddrPort
	id            byte
	authenticator [16]byte
}

// cache has the answers given last. It belongs to the goroutine of its port.
type cache struct {
	answers map[transmission][]byte
	order   []sent // oldest first
	octets  int
}

type sent struct {
	transmission
	at time.Time
}

// get returns the answer that was given; nil if there is none.
func (c *cache) get(t transmission, now time.Time) []byte {
	c.expire(now)
	return c.answers[t]
}

// put keeps an answer to a request that has none yet.
func (c *cache) put(t transmission, answer []byte, now time.Time) {
	if c.answers == nil {
		c.answers = map[transmission][]byte{}
	}
	c.answers[t] = answer
	c.order = append(c.order, sent{t, now})
	c.octets += len(answer)
	for len(c.order) > maxAnswers || c.octets > maxOctets {
		c.drop()
	}
}

func (c *cache) expire(now time.Time) {
	for len(c.order) > 0 && now.Sub(c.order[0].at) >= lifetime {
		c.drop()
	}
	if len(c.order) == 0 {
		*c = cache{} // gives back what a burst has taken
	}
}

func (c *cache) drop() {
	oldest := c.order[0].transmission
	c.octets -= len(c.answers[oldest])
	delete(c.answers, oldest)
	c.order = c.order[1:]
}
