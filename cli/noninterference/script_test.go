package noninterference

import (
	"strings"
	"testing"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
)

// scriptTest runs random scripts of ordinary sessions, random keystrokes and
// random requests against a pair for a number of steps.
func scriptTest(p *pair, g *scripts, q *requests, steps int) error {
	for i := range steps {
		if i%5 == 0 {
			p.noise()
		}
		if i%40 == 0 {
			d := time.Duration(g.rnd.IntN(3000)) * time.Millisecond
			if g.rnd.IntN(3) == 0 {
				d += 90 * time.Second // what can age does
			}
			p.advance(d)
			if brief {
				continue // to the end
			}
			if err := p.observe(); err != nil {
				return err
			}
		}
		who := g.rnd.IntN(len(kinds))
		var err error
		switch g.rnd.IntN(8) {
		case 0:
			_, err = p.ask(q.next())
		case 1:
			line := g.line(p.empty.sessions[who].Mode())
			for n := 1; n <= len(line) && err == nil; n++ {
				err = p.typed(who, line[:n])
			}
		default:
			err = p.give(who, g.script(p.empty.sessions[who].Mode()))
		}
		if err != nil {
			return err
		}
	}
	return p.observe()
}

// TestRandomScripts is the bounded form of FuzzNoninterference.
func TestRandomScripts(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		if brief && seed > 0 {
			break
		}
		p := newPair(t, seed, plant{})
		if err := scriptTest(p, newScripts(t, seed), newRequests(p, seed), 200/share); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

// TestRestart: after random scripts both routers start again, with a secure
// configuration in one of the stores that random noise has left, and go on.
func TestRestart(t *testing.T) {
	t.Parallel()
	p := newPair(t, 4, plant{})
	g := newScripts(t, 4)
	steps := 30
	if brief {
		steps = 8
	}
	for boots := range int32(3) {
		if err := scriptTest(p, g, newRequests(p, 4), steps); err != nil {
			t.Fatal(err)
		}
		if err := p.restart(4 + boots); err != nil {
			t.Fatal(err)
		}
		if err := p.observe(); err != nil {
			t.Fatal(err)
		}
		if brief {
			break
		}
	}
}

// FuzzNoninterference: a script as it is given, typed and run, then random ones.
func FuzzNoninterference(f *testing.F) {
	if !brief {
		f.Add(uint64(1), "show snmp trap\nconfigure terminal\nsnmp-server host 127.0.0.7 version v2c public\nend\nshow configuration")
	}
	f.Add(uint64(2), "configure terminal\nsnmp-server enable traps packetMirror\nmirror trap-enable\nno snmp-server enable traps\nsnmp-server group mirror priv")
	newScripts(f, 0) // explores here: what one input takes is bounded
	f.Fuzz(func(t *testing.T, seed uint64, script string) {
		if len(script) > 4096 || takesSecureName(script) || hasAny(script, leftOut) {
			return // not an input of this property
		}
		p := newPair(t, seed, plant{})
		if err := p.give(int(seed%uint64(len(kinds))), script); err != nil {
			t.Fatal(err)
		}
		if err := scriptTest(p, newScripts(t, seed), newRequests(p, seed), 12); err != nil {
			t.Fatal(err)
		}
	})
}

// TestEveryKeystroke types every line of every mode with ?, Tab and suggestions
// after each character into sessions of both routers that do not see the secure
// side: in one of the routers it was never even defined.
func TestEveryKeystroke(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1, plant{})
	if err := keystrokes(p); err != nil {
		t.Fatal(err)
	}
}

func keystrokes(p *pair) error {
	views := map[grammar.View]bool{}
	for who := range kinds {
		if v := p.busy.sessions[who].View(); views[v] {
			continue
		} else {
			views[v] = true
		}
		done := map[string]bool{}
		for _, tm := range templates(p.busy.shell.Tree()) {
			if p.rnd.IntN(share) > 0 {
				continue
			}
			for _, w := range p.twins() {
				s := w.sessions[who]
				s.End()
				if tm.mode != cli.Exec {
					s.Enter(tm.mode, nil)
				}
			}
			line := tm.fill(p.rnd, pool)
			if i := strings.IndexAny(line, "|>"); i > 0 && len(views) > 1 {
				line = line[:i+1] // what follows is the same for every show, and was typed in the first view
			}
			for n := range len(line) + 1 {
				if key := string(tm.mode) + line[:n]; !done[key] {
					done[key] = true
					if err := p.typed(who, line[:n]); err != nil {
						return err
					}
				}
			}
		}
		for _, w := range p.twins() {
			w.sessions[who].End()
		}
	}
	return nil
}

// TestEveryLine runs every line of the language, one of each kind of session
// after the other; of those that only differ in the filter of what they show,
// and of those that take long, some.
func TestEveryLine(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1, plant{})
	if err := everyLine(p); err != nil {
		t.Fatal(err)
	}
	if p.accepted < 500/share {
		t.Errorf("of %d lines only %d were accepted: the test says little", len(p.trail), p.accepted)
	}
}

func everyLine(p *pair) error {
	g := newScripts(p.t, 3)
	for i := range g.all {
		tm := &g.all[i]
		if g.rnd.IntN(share) > 0 {
			continue
		}
		if hasAny(tm.text(), leftOut) || hasAny(tm.text(), rare) && g.rnd.IntN(6) > 0 || strings.ContainsAny(tm.text(), "|>") && g.rnd.IntN(6) > 0 {
			continue
		}
		script, who := "", []int{0, 1, 0, 3, 0, 2, 0, 4}[i%8]
		if p.empty.sessions[who].Mode() != tm.mode {
			script = "end\n"
			if tm.mode != cli.Exec {
				script += "configure terminal\n"
			}
			if ways := g.way[tm.mode]; len(ways) > 0 {
				script += ways[g.rnd.IntN(len(ways))] + "\n"
			}
		}
		line := tm.fill(p.rnd, pool)
		if takesSecureName(line) {
			continue
		}
		if i%20 == 0 {
			p.noise()
		}
		if err := p.give(who, script+line); err != nil {
			return err
		}
		if i%400 == 0 {
			if err := p.observe(); err != nil {
				return err
			}
		}
	}
	return p.observe()
}
