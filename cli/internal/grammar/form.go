package grammar

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

// form is one form of one command. It is compiled when a line first begins like it:
// somebody waits for the prompt, and most of what there is to type never is.
type form struct {
	node    Node // all that is typed of it
	command int
	kind    Form
	level   int
	secure  bool
	fixed   bool // privilege levels do not move it
	leads   bool // another command follows

	once sync.Once
	prog *program // for whoever has called compiled
	err  error
}

// entry is a form that begins with a keyword.
type entry struct {
	form *form
	kw   *Keyword
	at   int // which of the first steps has it
}

// step is the first step of the form.
func (e *entry) step() *step { return &e.form.compiled().steps[0][e.at] }

var compilers = sync.Pool{New: func() any { return new(compiler) }}

// compiled returns what a form is compiled into. A form that is wrong can only begin.
func (f *form) compiled() *program {
	f.once.Do(func() {
		c := compilers.Get().(*compiler)
		defer compilers.Put(c)
		if f.prog, f.err = c.form(f.node); f.err != nil {
			f.prog = onlyBegins(f.node)
		}
	})
	return f.prog
}

// onlyBegins is a program that takes the first word of a node.
func onlyBegins(n Node) *program {
	p := &program{steps: make([][]step, 2), accepts: make([]bool, 2), meant: make([]*Keyword, 2), secret: make([]bool, 2)}
	first, _ := heads(nil, n)
	for _, kw := range first {
		p.steps[0] = append(p.steps[0], step{kw: kw, to: 1})
	}
	return p
}

var errNoHead = errors.New("a command must begin with a keyword")

// heads appends the keywords that a node begins with, as its program has them.
func heads(all []*Keyword, n Node) (_ []*Keyword, err error) {
	switch n := n.(type) {
	case *Keyword:
		return append(all, n), nil
	case labelled:
		return heads(all, n.Node)
	case sequence:
		if len(n) > 0 {
			return heads(all, n[0])
		}
	case choice:
		for i := 0; i < len(n) && err == nil; i++ {
			all, err = heads(all, n[i])
		}
		return all, err
	}
	return all, errNoHead
}

// formsOf are those of all commands.
func formsOf[H any](commands []Command[H]) []form {
	all := make([]form, 0, 3*len(commands))
	for i := range commands {
		c := &commands[i]
		add := func(kind Form, n Node) {
			all = append(all, form{node: n, command: i, kind: kind, level: c.Level, secure: c.Secure, fixed: c.Fixed, leads: c.Leads})
		}
		switch {
		case c.Syntax != nil && c.Shows:
			add(Affirmative, Seq(c.Syntax, filters))
		case c.Syntax != nil:
			add(Affirmative, c.Syntax)
		}
		if c.No != nil {
			add(Negative, Seq(noWord, c.No))
		}
		if c.Default != nil {
			add(Defaulted, Seq(defaultWord, c.Default))
		}
	}
	return all
}

// Load compiles what is not compiled yet, on all processors. An error names the command
// that is wrong.
func (t *Tree[H]) Load() error {
	var workers sync.WaitGroup
	var next atomic.Int64
	for range min(runtime.GOMAXPROCS(0), 1+len(t.forms)/compiledAtOnce) {
		workers.Go(func() {
			for from := 0; from < len(t.forms); {
				from = int(next.Add(compiledAtOnce)) - compiledAtOnce
				for i := from; i < min(from+compiledAtOnce, len(t.forms)); i++ {
					t.forms[i].compiled()
				}
			}
		})
	}
	workers.Wait()
	for i := range t.forms {
		if f := &t.forms[i]; f.err != nil {
			return fmt.Errorf("command %q: %w", f.node.usage(), f.err)
		}
	}
	return nil
}

// compiledAtOnce is how many forms are compiled in turn.
const compiledAtOnce = 32
