package agent

import (
	"net"
	"net/netip"
	"slices"
	"sync"
)

// Bounds of the datagrams that wait, and of those worked on at once.
const (
	// workers work on them: one that waits for the disk must not keep others
	// waiting.
	workers = 8
	// perSource is how many workers may have some of one address.
	perSource = 6
	// maxTaken is how many of one address a worker takes at once.
	maxTaken = 8
	// maxWaiting is what may wait, in octets, with datagramCost for each datagram.
	maxWaiting   = 2 << 20
	datagramCost = 1024
)

// datagram is one that waits.
type datagram struct {
	from net.Addr
	data []byte
}

func (d *datagram) cost() int { return len(d.data) + datagramCost }

// flow is what waits of one sender: an address and port.
type flow struct {
	port    uint16
	waiting []datagram
	cost    int
}

// sender is what waits of one address. It is known while anything of it waits
// or is worked on.
type sender struct {
	addr  netip.Addr
	flows []*flow // in turn; each has something that waits
	n     int     // that wait
	cost  int
	busy  int // workers that have some
}

// fairQueue holds datagrams until there is time for them. Addresses take turns,
// and so do the ports of an address, so that who asks much waits for himself.
// When there is no more room, it is the address with the most that loses. Its
// methods may be called from any goroutine; mu guards all.
type fairQueue struct {
	mu      sync.Mutex
	ready   *sync.Cond // something can be taken, or the end
	senders map[netip.Addr]*sender
	turns   []*sender // those of whom something waits
	cost    int
	closed  bool
}

func newFairQueue() *fairQueue {
	q := &fairQueue{senders: map[netip.Addr]*sender{}}
	q.ready = sync.NewCond(&q.mu)
	return q
}

// push puts datagrams, or drops some.
func (q *fairQueue) push(all ...datagram) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, d := range all {
		q.add(d)
	}
	for range min(len(all), workers) {
		q.ready.Signal()
	}
}

func (q *fairQueue) add(d datagram) {
	from := d.source()
	s := q.senders[from.Addr()]
	if s == nil {
		s = &sender{addr: from.Addr()}
		q.senders[s.addr] = s
	}
	if s.push(from.Port(), d); s.n == 1 {
		q.turns = append(q.turns, s)
	}
	for q.cost += d.cost(); q.cost > maxWaiting; {
		most := slices.MaxFunc(q.turns, func(a, b *sender) int { return a.cost - b.cost })
		q.cost -= most.drop()
		q.idle(most)
	}
}

func (s *sender) push(port uint16, d datagram) {
	i := slices.IndexFunc(s.flows, func(f *flow) bool { return f.port == port })
	if i < 0 {
		i = len(s.flows)
		s.flows = append(s.flows, &flow{port: port})
	}
	f := s.flows[i]
	f.waiting = append(f.waiting, d)
	f.cost += d.cost()
	s.cost += d.cost()
	s.n++
}

// drop drops the last datagram of the port with the most.
func (s *sender) drop() int {
	i, most := 0, s.flows[0]
	for j, f := range s.flows {
		if f.cost > most.cost {
			i, most = j, f
		}
	}
	last := len(most.waiting) - 1
	n := most.waiting[last].cost()
	most.waiting[last] = datagram{}
	most.waiting = most.waiting[:last]
	most.cost -= n
	s.cost -= n
	s.n--
	if last == 0 {
		s.flows = slices.Delete(s.flows, i, i+1)
	}
	return n
}

// idle takes a sender out of the turns if nothing of it waits any more, and
// forgets it if nothing of it is worked on either.
func (q *fairQueue) idle(s *sender) {
	if len(s.flows) > 0 {
		return
	}
	if i := slices.Index(q.turns, s); i >= 0 {
		q.turns = slices.Delete(q.turns, i, i+1)
	}
	if s.busy == 0 {
		delete(q.senders, s.addr)
	}
}

// take waits for datagrams of the address whose turn it is: of few one, of many its
// share of them, in turns of its ports. It returns how many, false at the end. The
// caller calls done once they are worked on.
func (q *fairQueue) take(into []datagram) (n int, done func(), ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.closed {
		i := slices.IndexFunc(q.turns, func(s *sender) bool { return s.busy < perSource })
		if i < 0 {
			q.ready.Wait()
			continue
		}
		s := q.turns[i]
		q.turns = append(slices.Delete(q.turns, i, i+1), s)
		n = min(max(s.n/perSource, 1), len(into))
		for i := range into[:n] {
			into[i] = s.take()
			q.cost -= into[i].cost()
		}
		s.busy++
		q.idle(s)
		return n, func() { q.done(s) }, true
	}
	return 0, nil, false
}

func (s *sender) take() datagram {
	f := s.flows[0]
	s.flows = slices.Delete(s.flows, 0, 1)
	d := f.waiting[0]
	f.waiting[0] = datagram{}
	f.waiting = f.waiting[1:]
	f.cost -= d.cost()
	s.cost -= d.cost()
	s.n--
	if len(f.waiting) > 0 {
		s.flows = append(s.flows, f)
	}
	return d
}

func (q *fairQueue) done(s *sender) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if s.busy--; len(s.flows) == 0 && s.busy == 0 {
		delete(q.senders, s.addr)
	}
	q.ready.Signal()
}

// close ends all that wait in take.
func (q *fairQueue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.ready.Broadcast()
}
