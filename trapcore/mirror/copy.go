package mirror

import (
	"net/netip"

	"mirrorsh/trapcore/internal/lists"
	"mirrorsh/trapcore/packet"
)

// Count is packets and their octets, without what is put before them.
type Count struct{ Packets, Octets uint64 }

func (c *Count) add(p []byte) {
	c.Packets++
	c.Octets += uint64(len(p))
}

// Fate is what has become of a packet that a rule mirrors.
type Fate uint8

const (
	Sent        Fate = iota
	Unreachable      // the analyzer cannot be reached
	Headerless       // without a prepended header it is no UDP datagram, which is all that can be sent
	Unsent           // the system has refused it
	fates       = iota
)

// Counts are how many packets had which fate.
type Counts [fates]Count

// Destination is where copies of packets go.
type Destination struct {
	From     netip.Addr // of the analyzer interface; zero: it has none
	Analyzer netip.AddrPort
	MHV      uint8
	Identity
	PPP bool // each is in a PPP frame
}

// Outlet sends copies of packets.
type Outlet interface {
	// Send sends them in order, and returns how many left before an error. It keeps
	// nothing of them.
	Send(to Destination, packets [][]byte) (int, error)
}

// way is where one rule of a session sends packets now.
type way struct {
	session *session
	group   *group
	to      Destination
	fate    Fate // Sent: they may leave
}

// Copier mirrors the packets of one subscriber. It is for one goroutine at a
// time.
type Copier struct {
	m      *Machine
	number uint64
	out    Outlet

	// Of one call of Copy; they are kept for the next.
	ways   []way
	chosen []int // by packet, the index of its way, none
	run    [][]byte
	fields packet.Fields
}

const none = -1

// Copier returns what mirrors the packets of the subscriber with that login.
func (m *Machine) Copier(number uint64, out Outlet) *Copier {
	return &Copier{m: m, number: number, out: out}
}

// Copy sends copies of those packets that are mirrored, in order, and counts
// them.
func (c *Copier) Copy(d packet.Direction, packets [][]byte) {
	way := Ingress
	if d == packet.Downstream {
		way = Egress
	}
	c.ways, c.chosen = c.ways[:0], c.chosen[:0]
	if !c.plan(way, packets) {
		return
	}
	for first := 0; first < len(packets); {
		if c.chosen[first] == none {
			first++
			continue
		}
		c.run = c.run[:0]
		next := first
		for ; next < len(packets) && (c.chosen[next] == c.chosen[first] || c.chosen[next] == none); next++ {
			if c.chosen[next] != none {
				c.run = append(c.run, packets[next])
			}
		}
		c.send(way, &c.ways[c.chosen[first]])
		first = next
	}
	clear(c.run)
}

// plan chooses the rule of each packet. It reports false if none mirrors.
func (c *Copier) plan(d Direction, packets [][]byte) bool {
	m := c.m
	m.mu.RLock()
	defer m.mu.RUnlock()
	sub, _ := m.subs.Get(c.number)
	if sub == nil {
		return false
	}
	by := [families]*session{sub.mirroredBy(d, ipv4), sub.mirroredBy(d, ipv6)}
	if by == [families]*session{} {
		return false
	}
	for _, p := range packets {
		var ip bool
		c.fields, ip = packet.Read(p)
		s := by[ipv4]
		if c.fields.V6 {
			s = by[ipv6]
		}
		c.chosen = append(c.chosen, c.way(s, &c.fields, ip))
	}
	return len(c.ways) > 0
}

// mirroredBy is the session that mirrors the packets of a family and direction,
// nil if there is none.
func (sub *subscriber) mirroredBy(d Direction, f family) *session {
	if f == ipv6 && sub.sessions[f] == nil && !sub.blocked(f) {
		f = ipv4
	}
	s := sub.sessions[f]
	if sub.blocked(f) {
		s = sub.lower.policies[f][d]
	}
	if s == nil || s.open == nil {
		return nil
	}
	return s
}

// choose returns the first group that a packet matches and that has a rule, nil
// if there is none. Lists of L2TP have no classifier lists.
func (l *list) choose(m *Machine, f *packet.Fields, ip bool) *group {
	for _, g := range l.groups.All {
		if g.action != nil && (g.classifier == AllTraffic || ip && l.Protocol != L2TP && m.classifiers[lists.KeyOf(l.Protocol, g.classifier)].has(f)) {
			return g
		}
	}
	return nil
}

// way is the index of what a session does with a packet.
func (c *Copier) way(s *session, f *packet.Fields, ip bool) int {
	if s == nil {
		return none
	}
	g := s.list.choose(c.m, f, ip)
	if g == nil || g.action.Disabled {
		return none
	}
	for i := range c.ways {
		if c.ways[i].session == s && c.ways[i].group == g {
			return i
		}
	}
	c.ways = append(c.ways, s.way(c.m, g))
	return len(c.ways) - 1
}

func (s *session) way(m *Machine, g *group) way {
	a := g.action
	w := way{session: s, group: g, fate: Unreachable, to: Destination{
		Analyzer: netip.AddrPortFrom(a.Analyzer, a.Port), MHV: a.MHV, Identity: a.Identity, PPP: s.list.Protocol == L2TP,
	}}
	home := s.router()
	if w.to.PPP {
		home = m.def
	}
	an := home.analyzers[a.Analyzer]
	switch {
	case an == nil || !an.reachable() || a.Router != "" && a.Router != home.Name():
	case a.Port == 0:
		w.fate = Headerless
	default:
		w.fate = Sent
		if an.out.Address.IsValid() {
			w.to.From = an.out.Address.Addr()
		}
	}
	return w
}

// send sends what is in run, and counts it.
func (c *Copier) send(d Direction, w *way) {
	if w.fate != Sent {
		c.count(d, w, w.fate, c.run, nil)
		return
	}
	for rest := c.run; len(rest) > 0; {
		n, err := c.out.Send(w.to, rest)
		c.count(d, w, Sent, rest[:n], nil)
		if rest = rest[n:]; err != nil && len(rest) > 0 {
			c.count(d, w, Unsent, rest[:1], err)
			rest = rest[1:]
		}
	}
}

// count counts packets for the session, the rule, the rule of the session and all.
func (c *Copier) count(d Direction, w *way, f Fate, packets [][]byte, why error) {
	c.m.counting.Lock()
	defer c.m.counting.Unlock()
	s, g := w.session, w.group
	of := s.rules[g]
	if of == nil {
		of = new([2]Counts)
		if s.rules == nil {
			s.rules = map[*group]*[2]Counts{}
		}
		s.rules[g] = of
	}
	for _, p := range packets {
		s.counts[d][f].add(p)
		c.m.copied[d][f].add(p)
		g.counts[d][f].add(p)
		of[d][f].add(p)
	}
	if why != nil {
		s.unsent = why.Error()
	}
}
