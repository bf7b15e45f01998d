package access

import (
	"fmt"
	"time"
)

// Line is how one line is set up.
type Line struct {
	Password Hash
	// Login asks for the password of the line. On a vty it is on from the start,
	// so that the line cannot be used by password until it has one.
	Login        bool
	ExecTimeout  time.Duration // 0: never
	LoginTimeout time.Duration
	AccessClass  string // name of an access list, "" for everybody
	NoExecBanner bool
	NoMOTDBanner bool
	Lists        Lists
}

// Lists are the method lists that a line names (package aaa), "" for those called
// default. Of those for commands there is one a privilege level.
type Lists struct {
	Login             string
	AuthorizeExec     string
	AuthorizeCommands [MaxLevel + 1]string
	AccountExec       string
	AccountCommands   [MaxLevel + 1]string
}

func newLine(login bool) Line { return Line{Login: login, LoginTimeout: DefaultLoginTimeout} }

// takesPassword reports whether a password can open the line at all.
func (l *Line) takesPassword() bool { return l.Login && l.Password != "" }

// ID says which line: [Console], [Script] or the number of a vty.
type ID int

const (
	Console ID = -1
	Script  ID = -2 // no line: a batch
)

func (id ID) String() string {
	switch id {
	case Console:
		return "console"
	case Script:
		return "script"
	}
	return fmt.Sprintf("vty %d", int(id))
}

// Lines is a range of lines: the console alone, or vty First to Last.
type Lines struct{ First, Last ID }

// at returns the line; the caller holds mu.
func (a *Access) at(id ID) *Line {
	switch {
	case id == Console:
		return &a.console
	case id >= 0 && int(id) < len(a.vty):
		return &a.vty[id]
	}
	return nil
}

// Line returns how a line is set up. The error is [ErrNoLine].
func (a *Access) Line(id ID) (Line, error) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	l := a.at(id)
	if l == nil {
		return Line{}, ErrNoLine
	}
	return *l, nil
}

// Open makes sure that vty 0 to last exist.
func (a *Access) Open(last int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.vty) <= min(last, MaxLines-1) {
		a.vty = append(a.vty, newLine(true))
		a.changes++
	}
}

// OpenLines returns how many vty lines exist.
func (a *Access) OpenLines() int {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return len(a.vty)
}

// CloseFrom removes vty first to 29; who is on one stays until logout. Errors
// are errFixedLine and [ErrNoLine].
func (a *Access) CloseFrom(first int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case first < FixedLines:
		return errFixedLine
	case first >= len(a.vty):
		return ErrNoLine
	}
	clear(a.vty[first:])
	a.vty = a.vty[:first]
	a.changes++
	return nil
}

// Change sets up those of the lines that exist. The error is [ErrNoLine] if
// none does: they were removed meanwhile.
func (a *Access) Change(ls Lines, change func(*Line)) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	err := ErrNoLine
	for id := ls.First; id <= ls.Last; id++ {
		if l := a.at(id); l != nil {
			change(l)
			a.changes++
			err = nil
		}
	}
	return err
}

// LineVersion counts the changes of lines.
func (a *Access) LineVersion() uint64 {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.changes
}

// Run is a run of lines that are set up alike.
type Run struct {
	Lines
	Line
	// Default says that they are as a new router has them.
	Default bool
}

// Runs returns the console and then all vty lines, neighbours that are alike
// together; lines 0 to 4 apart from the others.
func (a *Access) Runs() []Run {
	a.mu.RLock()
	defer a.mu.RUnlock()
	runs := []Run{{Lines{Console, Console}, a.console, a.console == newLine(false)}}
	for i, l := range a.vty {
		last := &runs[len(runs)-1]
		if i > 0 && i != FixedLines && l == last.Line {
			last.Last = ID(i)
			continue
		}
		runs = append(runs, Run{Lines{ID(i), ID(i)}, l, l == newLine(true)})
	}
	return runs
}
