package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
)

// Place is what settings are settings of, such as the router, a virtual router or
// an interface, and the modes that configure it.
type Place[P any] struct {
	Modes []grammar.Mode
	// Of returns the one that a session configures.
	Of func(s *Session) (P, error)
	// At returns the one whose settings stand among the lines of a virtual router
	// for a reader, and false if none does; nil: settings of this place stand in a block.
	At func(sh *Shell, vr *trapcore.VirtualRouter, c side.Clearance) (P, bool)
	// In returns what is configured in the place of a block, and false if nothing of
	// it exists for the reader; nil: the place itself.
	In func(outer any, c side.Clearance) (P, bool)
	// Secure makes every setting of the place a secure one.
	Secure bool
}

// Secured is a place of secure settings: an ordinary one, and what of the router
// exists only there.
type Secured[P any] struct {
	*trapcore.Secure
	At P
}

// SecureIn makes a place that exists for those who see the secure side. router is
// that of the ordinary place.
func SecureIn[P any](outer Place[P], router func(P) *trapcore.Router) Place[Secured[P]] {
	open := func(p P, c side.Clearance) (Secured[P], bool) {
		x, ok := router(p).Secure(c)
		return Secured[P]{x, p}, ok
	}
	place := Place[Secured[P]]{
		Modes: outer.Modes, Secure: true,
		Of: func(s *Session) (Secured[P], error) {
			p, err := outer.Of(s)
			if err != nil {
				return Secured[P]{}, err
			}
			x, ok := open(p, s.Clearance())
			if !ok {
				return x, errNotSeen
			}
			return x, nil
		},
		In: func(at any, c side.Clearance) (Secured[P], bool) {
			p, ok := at.(P)
			if !ok {
				return Secured[P]{}, false
			}
			return open(p, c)
		},
	}
	if outer.At != nil {
		place.At = func(sh *Shell, vr *trapcore.VirtualRouter, c side.Clearance) (Secured[P], bool) {
			p, ok := outer.At(sh, vr, c)
			if !ok {
				return Secured[P]{}, false
			}
			return open(p, c)
		}
	}
	return place
}

// errNotSeen refuses what a session cannot have typed.
var errNotSeen = errors.New("command needs mirror-enable")

// Setting describes something that can be configured, once: from it follow the
// commands that set and clear it, their arguments, and its lines in show
// configuration. P is what it is a setting of; T has the words of a line.
type Setting[P, T any] struct {
	Place Place[P]
	Level int  // 0: LevelConfigure, or that of secure commands
	Fixed bool // as in [grammar.Command]
	// Syntax is the line that sets it, and that shows it. No and Default are as in
	// [grammar.Command].
	Syntax, No, Default grammar.Node
	// Shown is the line that shows it, if that is not Syntax.
	Shown                grammar.Node
	Summary, Description string
	Examples             []string
	// Defaults are the words that need not be typed and are not shown.
	Defaults T
	// Set carries out a line, Clear its no version, Reset its default version; nil:
	// as Clear.
	Set, Clear, Reset func(ctx context.Context, s *Session, p P, a T) error
	// There reports whether what a line leads to exists already; nil: it leads nowhere.
	There func(p P, a T) bool
	// Lines returns the lines that give what is set now, as far as the clearance
	// goes, in an order that can be run. Lines that say the defaults are left out.
	// One with a negative [grammar.Form] is shown as its no version.
	Lines func(p P, c side.Clearance) []T
	// Version counts the changes of what Lines are made of, and Crowd is how they are
	// followed one by one; nil: they are made anew for each save.
	Version func(p P) uint64
	Crowd   crowd[P, T]
	// Shadowed reports whether an ordinary line says something secure where the
	// secure side is visible.
	Shadowed func(p P, c side.Clearance, a T) bool
	// Side is the side of a line; nil: that of the words in it.
	Side func(a T) side.Side
	// Enters is the mode that a line enters once it is set, Block its settings, and
	// Into the place that they are of.
	Enters grammar.Mode
	Block  []Row
	Into   func(p P, a T) (place any)
	// Switches is as in [grammar.Command].
	Switches bool

	once    sync.Once
	binding *grammar.Binding[T]

	sorting  sync.Once
	ordinary bool  // no line of it is secure, but for those of its block
	secure   []Row // of its block: those that may have secure lines
}

// bound returns the binding of the words, made once: it is asked for each place.
func (x *Setting[P, T]) bound() *grammar.Binding[T] {
	x.once.Do(func() { x.binding = grammar.Bind(x.Defaults) })
	return x.binding
}

// Row is a [Setting] of any types.
type Row interface {
	// Commands returns the command that sets and clears it, and those of its block.
	Commands() []Command
	// lines returns its lines in a place; those of its block are below them.
	lines(place any, c side.Clearance, reveal bool) ([]Line, error)
	// maySecure reports whether lines of it, or below it, may be secure.
	maySecure() bool
	// keep brings what is kept of it for a virtual router up to date.
	keep(k *keptRow, sh *Shell, vr *trapcore.VirtualRouter)
	// at returns its lines among those of a virtual router.
	at(sh *Shell, vr *trapcore.VirtualRouter, c side.Clearance, reveal bool) ([]Line, error)
}

// Commands returns the command that sets and clears it, and those of its block.
func (x *Setting[P, T]) Commands() []Command {
	all := []Command{x.command()}
	for _, row := range x.Block {
		all = append(all, row.Commands()...)
	}
	return all
}

// Text returns the line that sets something, "" if there is none.
func (x *Setting[P, T]) Text(words T) string {
	w, _ := x.bound().Write(x.Syntax, words, false)
	return w.Text
}

func (x *Setting[P, T]) command() Command {
	level := x.Level
	if level == 0 {
		level = LevelConfigure
		if x.Place.Secure {
			level = grammar.LevelSecure
		}
	}
	return Command{
		Modes: x.Place.Modes, Level: level, Secure: x.Place.Secure, Fixed: x.Fixed,
		Syntax: x.Syntax, No: x.No, Default: x.Default,
		Enters: x.Enters, Switches: x.Switches,
		Summary: x.Summary, Description: x.Description, Examples: x.Examples,
		Run: x.handler(),
	}
}

func (x *Setting[P, T]) handler() Handler {
	b := x.bound()
	return Handler{
		Check: func(forms ...grammar.Node) error { return b.Check(append(forms, x.Shown)...) },
		There: x.there(b),
		Run: func(ctx context.Context, s *Session, a grammar.Args) (result.Value, error) {
			p, err := x.Place.Of(s)
			if err != nil {
				return nil, err
			}
			do := x.Set
			switch {
			case a.Form == grammar.Defaulted && x.Reset != nil:
				do = x.Reset
			case a.Form != grammar.Affirmative:
				do = x.Clear
			}
			words := b.Read(a)
			if err := do(ctx, s, p, words); err != nil || x.Enters == "" || a.Form != grammar.Affirmative {
				return nil, err
			}
			s.Enter(x.Enters, x.Into(p, words))
			return nil, nil
		},
	}
}

func (x *Setting[P, T]) there(b *grammar.Binding[T]) func(*Session, grammar.Args) bool {
	if x.There == nil {
		return nil
	}
	return func(s *Session, a grammar.Args) bool {
		p, err := x.Place.Of(s)
		return err == nil && x.There(p, b.Read(a))
	}
}

func (x *Setting[P, T]) lines(place any, c side.Clearance, reveal bool) ([]Line, error) {
	if x.Lines == nil || x.Place.Secure && !c.Sees(side.Secure) {
		return nil, nil
	}
	p, ok := x.Place.in(place, c)
	if !ok {
		return nil, fmt.Errorf("%s: a setting of %T, not of %T", grammar.Usage(x.Syntax), p, place)
	}
	return x.linesOf(p, c, x.Lines(p, c), reveal)
}

// in returns the place itself if it is one of these, else what stands in it.
func (x *Place[P]) in(place any, c side.Clearance) (P, bool) {
	if p, ok := place.(P); ok || x.In == nil {
		return p, ok
	}
	return x.In(place, c)
}

// linesOf returns the lines of words in a place.
func (x *Setting[P, T]) linesOf(p P, c side.Clearance, all []T, reveal bool) (lines []Line, err error) {
	for _, words := range all {
		l, seen, err := x.line(p, c, words, reveal)
		if err != nil {
			return nil, err
		}
		if seen {
			lines = append(lines, l)
		}
	}
	return lines, nil
}

// line returns a line of a place with its block, if the clearance sees it.
func (x *Setting[P, T]) line(p P, c side.Clearance, words T, reveal bool) (l Line, seen bool, err error) {
	b := x.bound()
	n := shownAs(x.Syntax, x.Shown, x.No, b.Form(words))
	w, ok := b.Write(n, words, reveal)
	if !ok {
		return l, false, noLine(x.Syntax)
	}
	l = Line{Text: w.Text, Side: side.Of(x.Place.Secure || w.Secure)}
	if x.Side != nil && x.Side(words) == side.Secure {
		l.Side = side.Secure
	}
	if !c.Sees(l.Side) {
		return l, false, nil
	}
	l.Shadowed = l.Side == side.Ordinary && x.Shadowed != nil && x.Shadowed(p, c, words)
	if x.Into != nil {
		l.Block, err = linesOf(x.Block, x.Into(p, words), c, reveal)
	}
	return l, err == nil, err
}

// shownAs is the syntax of the line that shows a setting. What does not depend on
// the types of a setting is compiled once.
func shownAs(syntax, shown, no grammar.Node, form grammar.Form) grammar.Node {
	if form == grammar.Negative {
		return grammar.Seq(grammar.Kw("no", ""), no)
	}
	return cmp.Or(shown, syntax)
}

// noLine refuses words that no line of a syntax says; they may be a secret.
func noLine(syntax grammar.Node) error {
	return fmt.Errorf("%s: no line says what is set", grammar.Usage(syntax))
}

func (x *Setting[P, T]) at(sh *Shell, vr *trapcore.VirtualRouter, c side.Clearance, reveal bool) ([]Line, error) {
	if p, ok := x.Place.At(sh, vr, c); ok {
		return x.lines(p, c, reveal)
	}
	return nil, nil
}

// Value are the words of a setting that is a single value.
type Value[V any] struct {
	Value V `cli:"VALUE"`
}

// Scalar describes a setting that is a single value.
type Scalar[P any, V comparable] struct {
	Place Place[P]
	Level int
	// Words lead to Value, a parameter, or keywords recorded under VALUE. Off is the no
	// version; nil: Words alone.
	Words, Value, Off grammar.Node
	// Restore is the default version; nil: as the no version.
	Restore              grammar.Node
	Summary, Description string
	Examples             []string
	Default              V
	Get                  func(p P) V
	Set                  func(p P, v V) error
}

// Row returns the scalar as a setting. It is shown unless it is the default.
func (x Scalar[P, V]) Row() Row {
	off := x.Off
	if off == nil {
		off = x.Words
	}
	value := x.Value
	if par, ok := value.(*grammar.Parameter); ok {
		value = par.As("VALUE")
	}
	return &Setting[P, Value[V]]{
		Place: x.Place, Level: x.Level,
		Syntax: grammar.Seq(x.Words, value), No: off, Default: x.Restore,
		Summary: x.Summary, Description: x.Description, Examples: x.Examples,
		Defaults: Value[V]{x.Default},
		Set:      func(_ context.Context, _ *Session, p P, a Value[V]) error { return x.Set(p, a.Value) },
		Clear:    func(_ context.Context, _ *Session, p P, _ Value[V]) error { return x.Set(p, x.Default) },
		Lines: func(p P, _ side.Clearance) []Value[V] {
			if v := x.Get(p); v != x.Default {
				return []Value[V]{{v}}
			}
			return nil
		},
	}
}

// Switch describes a setting that is on or off.
type Switch[P any] struct {
	Place Place[P]
	Level int
	// Words turn it on; Off is the no version, nil: Words.
	Words, Off           grammar.Node
	Summary, Description string
	Examples             []string
	Default              bool
	// DefaultOf is the default where that is not the same in every place.
	DefaultOf func(p P) bool
	Get       func(p P) bool
	Set       func(p P, on bool) error
}

// switched are the words of a switch.
type switched struct{ grammar.Form }

// Row returns the switch as a setting. It is shown unless it is as by default.
func (x Switch[P]) Row() Row {
	off := x.Off
	if off == nil {
		off = x.Words
	}
	restore := off
	if x.Default {
		restore = x.Words
	}
	byDefault := x.DefaultOf
	if byDefault == nil {
		byDefault = func(P) bool { return x.Default }
	}
	return &Setting[P, switched]{
		Place: x.Place, Level: x.Level,
		Syntax: x.Words, No: off, Default: restore,
		Summary: x.Summary, Description: x.Description, Examples: x.Examples,
		Set:   func(_ context.Context, _ *Session, p P, _ switched) error { return x.Set(p, true) },
		Clear: func(_ context.Context, _ *Session, p P, _ switched) error { return x.Set(p, false) },
		Reset: func(_ context.Context, _ *Session, p P, _ switched) error { return x.Set(p, byDefault(p)) },
		Lines: func(p P, _ side.Clearance) []switched {
			switch on := x.Get(p); {
			case on == byDefault(p):
				return nil
			case on:
				return []switched{{grammar.Affirmative}}
			}
			return []switched{{grammar.Negative}}
		},
	}
}
