package grammar

import (
	"iter"
	"slices"
	"strings"
)

// Lines enumerates the language: for every word that any form of any command
// of mode m can hold, one line with it in which nothing is missing and little
// more is said. value makes up the words of parameters. What is secure is
// among them: the lines are what a tester types, not what a view sees.
func (t *Tree[H]) Lines(m Mode, value func(*Parameter) string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, w := range t.modes[m].words {
			for _, e := range w.entries {
				for line := range e.form.compiled().lines(*e.step(), value) {
					if !yield(line) {
						return
					}
				}
			}
		}
	}
}

// lines enumerates the lines of a form that begin with first.
func (p *program) lines(first step, value func(*Parameter) string) iter.Seq[string] {
	to := p.shortest(first)
	return func(yield func(string) bool) {
		for state, path := range to {
			if path == nil {
				continue
			}
			if p.accepts[state] && !yield(spell(path, value)) {
				return
			}
			for _, s := range p.steps[state] {
				if takes(path, s) {
					continue
				}
				line := append(slices.Clone(path), s)
				if line = p.complete(line); !yield(spell(line, value)) {
					return
				}
			}
		}
	}
}

// takes reports whether path has used up an option that s begins.
func takes(path []step, s step) bool {
	return slices.ContainsFunc(path, func(q step) bool { return q.once&s.once != 0 })
}

// shortest returns a shortest path to each state from the start by way of first.
func (p *program) shortest(first step) [][]step {
	to := make([][]step, len(p.steps))
	to[first.to] = []step{first}
	for queue := []int{first.to}; len(queue) > 0; queue = queue[1:] {
		for _, s := range p.steps[queue[0]] {
			if to[s.to] == nil && !takes(to[queue[0]], s) {
				to[s.to] = append(slices.Clone(to[queue[0]]), s)
				queue = append(queue, s.to)
			}
		}
	}
	return to
}

// complete appends a shortest end to a path.
func (p *program) complete(path []step) []step {
	seen := map[int]bool{}
	for queue := [][]step{path}; len(queue) > 0; queue = queue[1:] {
		state := queue[0][len(queue[0])-1].to
		if p.accepts[state] {
			return queue[0]
		}
		if seen[state] {
			continue
		}
		seen[state] = true
		for _, s := range p.steps[state] {
			if !takes(queue[0], s) {
				queue = append(queue, append(slices.Clone(queue[0]), s))
			}
		}
	}
	return path
}

func spell(path []step, value func(*Parameter) string) string {
	words := make([]string, len(path))
	for i, s := range path {
		if s.kw != nil {
			words[i] = s.kw.Name
		} else {
			words[i] = value(s.par)
		}
	}
	return strings.Join(words, " ")
}

// OrdinaryOnly returns the commands as they would be if nothing secure had ever
// been defined. Tests hold what a view without the secure side gets from a
// whole command set to what it gets from this one.
func OrdinaryOnly[H any](commands []Command[H]) []Command[H] {
	var kept []Command[H]
	for _, c := range commands {
		if c.Secure {
			continue
		}
		c.Syntax, c.No, c.Default = ordinaryNode(c.Syntax), ordinaryNode(c.No), ordinaryNode(c.Default)
		if c.Syntax != nil || c.No != nil || c.Default != nil {
			kept = append(kept, c)
		}
	}
	return kept
}

// ordinaryNode returns n without its secure words; nil if nothing can be typed then.
func ordinaryNode(n Node) Node {
	switch n := n.(type) {
	case *Keyword:
		if n.secure {
			return nil
		}
	case sequence:
		var kept sequence
		for _, m := range n {
			if m = ordinaryNode(m); m == nil {
				return nil
			}
			kept = append(kept, m)
		}
		return kept
	case choice:
		if kept := ordinaryNodes(n); len(kept) > 0 {
			return choice(kept)
		}
		return nil
	case optional:
		if m := ordinaryNode(n.Node); m != nil {
			return optional{m}
		}
		return sequence{}
	case anyOrder:
		return anyOrder(ordinaryNodes(n))
	case labelled:
		if m := ordinaryNode(n.Node); m != nil {
			return labelled{m, n.label}
		}
		return nil
	}
	return n
}

func ordinaryNodes(nodes []Node) []Node {
	var kept []Node
	for _, m := range nodes {
		if m = ordinaryNode(m); m != nil {
			kept = append(kept, m)
		}
	}
	return kept
}
