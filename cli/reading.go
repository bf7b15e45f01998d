package cli

import (
	"hash/maphash"

	"mirrorsh/cli/internal/grammar"
)

// reading is all that what a line means depends on: where it is read, by whom.
type reading struct {
	mode grammar.Mode
	view grammar.View
	line string
}

// shownLine is a line of a script that was shown before it runs; no match: there is none.
type shownLine struct {
	reading
	match *grammar.Match[Handler]
}

// Bounds of the lines that a session keeps as they were understood.
const (
	maxKept     = 128 // lines
	maxKeptLine = 256 // octets of each
)

var seed = maphash.MakeSeed()

// readings are lines that the session has understood more than once, as those of loops
// are, so that they are not read again. They are the session's own: how long a line
// takes tells nothing about others. None has a secret.
type readings struct {
	once  map[uint64]struct{} // hashes of lines that were understood, not to keep those that come but once
	lines map[string][]known  // by line
	kept  int                 // in all
}

// known is what a line means to a view in a mode.
type known struct {
	mode  grammar.Mode
	view  grammar.View
	match *grammar.Match[Handler]
}

// find returns what a line was understood as; nil: it was not.
func (k *readings) find(r *reading) *grammar.Match[Handler] {
	list := k.lines[r.line]
	for i := range list {
		if at := &list[i]; at.mode == r.mode && at.view == r.view {
			return at.match
		}
	}
	return nil
}

// understand reads a line, or remembers what it meant to the same view in the same mode.
func (s *Session) understand(r reading) (*grammar.Match[Handler], error) {
	x, typed := s.spellOut(r.line, true), r.line
	r.line = x.text
	if m := s.known.find(&r); m != nil {
		return m, nil
	}
	m, err := s.shell.tree.Parse(r.mode, r.view, r.line)
	if err == nil && len(r.line) <= maxKeptLine && m.Redacted == r.line && m.Args.Keep() {
		s.known.keep(r, &m)
	}
	if err != nil {
		x.place(err, typed)
	}
	return &m, err
}

// keep keeps what a line means if it was understood before.
func (k *readings) keep(r reading, m *grammar.Match[Handler]) {
	h := maphash.String(seed, r.line)
	if _, again := k.once[h]; !again {
		if k.once == nil || len(k.once) == maxKept {
			k.once = map[uint64]struct{}{}
		}
		k.once[h] = struct{}{}
		return
	}
	if k.lines == nil || k.kept == maxKept {
		k.lines, k.kept = map[string][]known{}, 0
	}
	k.lines[r.line] = append(k.lines[r.line], known{r.mode, r.view, m})
	k.kept++
}
