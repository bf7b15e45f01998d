package grammar

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// A form of a command is compiled into a small automaton over words. Several
// paths may be alive at once while a line is read, so the commands need no
// look-ahead and may share beginnings freely.

// maxOptions is how many alternatives the Any nodes along one path through a form
// may have in all.
const maxOptions = 64

// step is one word that may come next.
type step struct {
	kw  *Keyword   // one of the two is set
	par *Parameter //
	// once has the bits of the options the step begins; it is barred when one is taken already.
	once uint64
	to   int
	// meant was left out before it; nil: nothing.
	meant *Keyword
}

type epsilon struct {
	to    int
	once  uint64
	meant *Keyword // it is left out
}

// program is a compiled form. State 0 is the start, state 1 the end.
type program struct {
	steps   [][]step // by state, what is reachable without a word included
	accepts []bool
	meant   []*Keyword // by state, what is left out at the end
	secret  []bool     // by state, whether a secret may follow
}

// compiler compiles forms, one after the other in the same room.
type compiler struct {
	raw     [][]step
	eps     [][]epsilon
	options int
	err     error
	reached closure
}

func (p *compiler) form(n Node) (*program, error) {
	p.raw, p.eps, p.options, p.err = p.raw[:0], p.eps[:0], 0, nil
	start, end := p.state(), p.state()
	n.compile(p, start, end)
	if p.err != nil {
		return nil, p.err
	}
	prog := &program{steps: make([][]step, len(p.raw)), accepts: make([]bool, len(p.raw)), meant: make([]*Keyword, len(p.raw))}
	c := &p.reached
	c.p, c.steps, c.ends = p, c.steps[:0], c.ends[:0]
	for s := range p.raw {
		c.begin()
		c.visit(epsilon{to: s})
		c.ends = append(c.ends, len(c.steps))
		prog.accepts[s], prog.meant[s] = c.accepts, c.meant
	}
	if p.err != nil {
		return nil, p.err
	}
	all, from := slices.Clone(c.steps), 0
	for s, to := range c.ends {
		prog.steps[s], from = all[from:to:to], to
	}
	for _, st := range prog.steps[start] {
		if st.kw == nil {
			return nil, errNoHead
		}
	}
	if prog.accepts[start] {
		return nil, errors.New("a command must have a word")
	}
	prog.leading()
	return prog, nil
}

// closure finds what is reachable from one state after the other without a word.
type closure struct {
	p       *compiler
	round   int
	seen    []arrival // by state
	more    []epsilon // states that were reached with other options, too
	steps   []step    // of all states
	ends    []int     // of the steps of each
	accepts bool
	meant   *Keyword // is left out where it accepts
}

// arrival is how a state was reached first in a round.
type arrival struct {
	round int
	epsilon
}

func (c *closure) begin() {
	c.round++
	c.more, c.accepts, c.meant = c.more[:0], false, nil
	for len(c.seen) < len(c.p.raw) {
		c.seen = append(c.seen, arrival{})
	}
}

// again reports whether a state was reached like that before.
func (c *closure) again(e epsilon) bool {
	first := &c.seen[e.to]
	if first.round != c.round {
		*first = arrival{c.round, e}
		return false
	}
	if first.epsilon == e || slices.Contains(c.more, e) {
		return true
	}
	c.more = append(c.more, e)
	return false
}

// visit goes on from where an epsilon leads, with all that was on the way.
func (c *closure) visit(at epsilon) {
	if c.again(at) {
		return
	}
	if at.to == 1 && (!c.accepts || at.meant == nil) {
		c.accepts, c.meant = true, at.meant
	}
	for _, st := range c.p.raw[at.to] {
		st.once |= at.once
		st.meant = at.meant
		c.steps = append(c.steps, st)
	}
	for _, e := range c.p.eps[at.to] {
		if e.meant != nil && at.meant != nil {
			c.p.err = errors.New("two words in a row may be left out and are meant")
		}
		c.visit(epsilon{e.to, at.once | e.once, cmp.Or(e.meant, at.meant)})
	}
}

// state makes a state.
func (p *compiler) state() int {
	n := len(p.raw)
	if n == cap(p.raw) || n == cap(p.eps) {
		p.raw, p.eps = append(p.raw, nil), append(p.eps, nil)
		return n
	}
	p.raw, p.eps = p.raw[:n+1], p.eps[:n+1]
	p.raw[n], p.eps[n] = p.raw[n][:0], p.eps[n][:0]
	return n
}

func (p *compiler) skip(from, to int, once uint64) {
	p.eps[from] = append(p.eps[from], epsilon{to: to, once: once})
}

func (k *Keyword) compile(p *compiler, from, to int) {
	p.raw[from] = append(p.raw[from], step{kw: k, to: to})
}

func (par *Parameter) compile(p *compiler, from, to int) {
	p.raw[from] = append(p.raw[from], step{par: par, to: to})
}

func (s sequence) compile(p *compiler, from, to int) {
	for i, n := range s {
		next := to
		if i < len(s)-1 {
			next = p.state()
		}
		n.compile(p, from, next)
		from = next
	}
	if len(s) == 0 {
		p.skip(from, to, 0)
	}
}

func (c choice) compile(p *compiler, from, to int) {
	// No path goes through two alternatives, so their options may share bits.
	before, most := p.options, p.options
	defer func() { p.options = most }()
	for _, n := range c {
		p.options = before
		// A state of its own, so that a loop inside one alternative cannot lead into another.
		enter := p.state()
		p.skip(from, enter, 0)
		n.compile(p, enter, to)
		most = max(most, p.options)
	}
}

func (o optional) compile(p *compiler, from, to int) {
	enter := p.state()
	p.skip(from, enter, 0)
	o.Node.compile(p, enter, to)
	p.eps[from] = append(p.eps[from], epsilon{to: to, meant: o.implied()})
}

// implied returns the keyword that is meant where it is left out, nil if none is.
func (o optional) implied() *Keyword {
	one, ok := o.Node.(sequence)
	if !ok || len(one) != 1 {
		return nil
	}
	if k, ok := one[0].(*Keyword); ok && k.implied {
		return k
	}
	return nil
}

func (a anyOrder) compile(p *compiler, from, to int) {
	loop := p.state()
	p.skip(from, loop, 0)
	p.skip(loop, to, 0)
	for _, n := range a {
		if p.options == maxOptions {
			p.err = fmt.Errorf("more than %d options", maxOptions)
			return
		}
		enter := p.state()
		p.skip(loop, enter, 1<<p.options)
		p.options++
		n.compile(p, enter, loop)
	}
}

// Usage writes a syntax the way the manual does: [ optional ], { one | of }.
func Usage(n Node) string { return n.usage() }

func (par *Parameter) usage() string { return capitals(cmp.Or(par.label, par.Key)) }
func (c choice) usage() string       { return "{ " + join(c, " | ") + " }" }
func (a anyOrder) usage() string     { return "[ " + join(a, " | ") + " ]*" }
func (s sequence) usage() string     { return join(s, " ") }

func (k *Keyword) usage() string {
	if k.unlisted {
		return ""
	}
	return k.Name
}

func (o optional) usage() string {
	if inside := o.Node.usage(); inside != "" {
		return "[ " + inside + " ]"
	}
	return ""
}

// capitals writes authKey as AUTH-KEY.
func capitals(key string) string {
	var b strings.Builder
	for i, r := range key {
		if i > 0 && unicode.IsUpper(r) && unicode.IsLower(rune(key[i-1])) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}

func join(nodes []Node, sep string) string {
	var words []string
	for _, n := range nodes {
		if usage := n.usage(); usage != "" {
			words = append(words, usage)
		}
	}
	return strings.Join(words, sep)
}
