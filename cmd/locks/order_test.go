//go:build !race

package locks

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// name is a lock as the text writes it: package, type, field.
var name = regexp.MustCompile(`^[a-z0-9]+\.[A-Za-z]+\.[a-zA-Z]+$`)

// rules are what ARCHITECTURE.md says of locks.
type rules struct {
	order []string          // outer before inner
	waits map[string]string // what may be waited for under which, and for what
}

// read takes them out of the code block behind "Lock order" and out of the table
// of what is waited for.
func read(t *testing.T) rules {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(text), "Lock order")
	blocks := strings.SplitN(after, "```", 3)
	if !found || len(blocks) < 3 {
		t.Fatal("no code block behind \"Lock order\"")
	}
	r := rules{order: strings.Fields(blocks[1]), waits: map[string]string{}}
	for line := range strings.Lines(blocks[2]) {
		cells := strings.Split(line, "|")
		if len(cells) != 4 {
			continue
		}
		for _, lock := range strings.Split(cells[1], ",") {
			if lock = strings.Trim(lock, " `"); name.MatchString(lock) {
				r.waits[lock] = strings.TrimSpace(cells[2])
			}
		}
	}
	return r
}

// TestLocks reads the module and holds it to the text: a lock is taken under
// another only as the order has it, what has no place there has none under it,
// and nothing is waited for under a lock but what the table says.
func TestLocks(t *testing.T) {
	p, want := load(t), read(t)
	for _, lock := range append(slices.Clone(want.order), slices.Collect(maps.Keys(want.waits))...) {
		if !p.fields[lock] {
			t.Errorf("ARCHITECTURE.md names a lock that is not there: %s", lock)
		}
	}
	for e, at := range p.order {
		outer, inner := slices.Index(want.order, e.held), slices.Index(want.order, e.then)
		switch {
		case outer < 0:
			t.Errorf("%v: %s is taken under %s, which has no place in the lock order", at, e.then, e.held)
		case inner >= 0 && inner <= outer:
			t.Errorf("%v: %s is taken under %s, against the lock order", at, e.then, e.held)
		}
	}
	waits := map[string]set{}
	for e, at := range p.waited {
		if !strings.Contains(want.waits[e.held], e.then) {
			t.Errorf("%v: a %s is waited for under %s", at, e.then, e.held)
		}
		if waits[e.held] == nil {
			waits[e.held] = set{}
		}
		waits[e.held][e.then] = true
	}
	for lock, what := range want.waits {
		for _, w := range strings.Split(what, ", ") {
			if !waits[lock][w] {
				t.Errorf("ARCHITECTURE.md says that a %s is waited for under %s: not so", w, lock)
			}
		}
	}
	p.raising(t)
}

// raised are the locks that raising a trap may take: each for one entry, and
// nothing is waited for under it.
var raised = []string{
	"notify.queue.mu", "notify.LogPool.mu", "notify.Tally.mu", "notify.Watch.mu", "securelog.ring.mu", "eventlog.Log.mu", "eventlog.outlet.mu",
}

// raising checks what raising a trap takes.
func (p *program) raising(t *testing.T) {
	found := 0
	for _, f := range p.functions {
		recv := f.Signature.Recv()
		if f.Name() != "Raise" || recv == nil || f.Synthetic != "" {
			continue
		}
		if of := recv.Type().String(); !strings.HasSuffix(of, "notify.Originator") && !strings.HasSuffix(of, "notify.Secure") {
			continue
		}
		found++
		for lock := range p.takes[f] {
			if !slices.Contains(raised, lock) {
				t.Errorf("%s takes %s", f.Name(), lock)
			}
		}
		for what := range p.waits[f] {
			t.Errorf("%s waits for a %s", f.Name(), what)
		}
	}
	if found != 2 {
		t.Errorf("%d methods that raise traps, not 2", found)
	}
}
