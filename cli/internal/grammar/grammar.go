// Package grammar is the command language of the shell: commands as data, and
// what follows from them alone: parsing with abbreviation, help, completion,
// privilege and visibility. It knows no command and does no input or output.
//
// A thing that a [View] does not see does not exist for it: it is not listed,
// not completed, never makes a prefix ambiguous, and typed in full it is
// refused exactly as a word that was never defined. Every lookup goes through the
// view, so this holds by construction and not command by command.
//
// Of ours it imports ascii.
package grammar

import (
	"cmp"
	"strings"
)

// Privilege levels that mean something by themselves.
const (
	LevelFiles  = 10 // files of the router
	LevelSecure = 13 // every secure command, keyword and part of output
	LevelMax    = 15
)

// MaxRegex is the most octets of the regular expression of a filter.
const MaxRegex = 1024

// Mode names a command mode, such as Exec or Global Configuration.
type Mode string

// View is what one session may see at one moment.
type View struct {
	Level  int  // current privilege level, 0 to 15, or LevelAll
	Mirror bool // mirror-enable was given in this session
	// Levels are what the privilege command has moved; nil: nothing.
	Levels *Levels
	// Names lists what exists of the kind that a parameter is from, as the view
	// sees it; nil: nothing is listed. The reading of a line never asks.
	Names Lister
}

// Lister gives out what exists of the kind that the namer of a parameter stands for.
type Lister interface {
	// Each gives names out, all those with a prefix among them. When visit returns
	// false for a name it may leave out those that come after it in their order, begin
	// so, need no quotes and fit the parameter; left is how many they are.
	Each(namer any, prefix string, visit func(name string) (more bool)) (left int)
}

// Sees reports whether a thing of that level, secure or not, exists for the view.
func (v View) Sees(level int, secure bool) bool {
	return v.Reaches(level) && (v.Mirror || !secure)
}

// SeesSecure reports whether the secure parts of shared commands and output
// exist for the view.
func (v View) SeesSecure() bool { return v.Sees(v.Levels.secureLevel(), true) }

// SeesAnySecure reports whether any secure command exists for the view, or may.
func (v View) SeesAnySecure() bool { return v.Mirror && v.reach()&v.Levels.anySecure() != 0 }

// Command declares one command. H is what the shell runs; it is opaque here.
type Command[H any] struct {
	Modes  []Mode
	Level  int
	Secure bool
	// Syntax, No and Default are the forms: as typed, after "no" and after
	// "default". A nil form does not exist. Each begins with a keyword.
	Syntax, No, Default Node
	// Shows marks a command whose output can be filtered.
	Shows bool
	// Fixed keeps the level of the command from being moved.
	Fixed bool
	// Asks marks a command that asks for a secret, which may be typed too early.
	Asks bool
	// Enters is the mode that the affirmative form leads to: the lines after it are
	// about what it names.
	Enters Mode
	// Switches marks a command whose affirmative form goes to another part of the
	// router: the lines after it are about that.
	Switches bool
	// Leads marks a command of which the rest of the line, behind what Syntax has, is
	// another command of the mode, or of its fallback.
	Leads bool
	// Moves marks a command that changes nothing but the session.
	Moves bool
	// Summary is one line; Description is a paragraph for the manual.
	Summary, Description string
	Examples             []string
	Run                  H
}

// Form is the form of a command that was typed.
type Form uint8

const (
	Affirmative Form = iota
	Negative
	Defaulted
)

// Node is a piece of syntax: a keyword, a parameter, or a combination.
type Node interface {
	// compile adds the node to p between states from and to.
	compile(p *compiler, from, to int)
	usage() string
	// write adds the words that say what the fields of w have, or reports that
	// none do and adds nothing.
	write(w *writer) bool
	// visit calls f for each keyword and parameter.
	visit(f func(Node))
}

// Keyword is a fixed word.
type Keyword struct {
	Name, Help string
	key        string
	secure     bool
	alias      bool     // it is read and never written
	unlisted   bool     // nor offered
	implied    bool     // it is meant where it is left out
	level      int      // least level that sees it, 0 for that of its command
	stands     []string // folded words that it has for levels
	full       string   // and where its command is told in full
	spelled
	value any // Name, boxed once
}

// Kw is a keyword. Its argument is recorded under its own name.
func Kw(name, help string) *Keyword {
	w := newSpelled(name)
	return &Keyword{Name: name, Help: help, key: name, spelled: w, value: name, stands: []string{w.folded}, full: name}
}

// Secure returns the keyword as a secure one: it exists only for views that
// see the secure side, even inside an ordinary command.
func (k *Keyword) Secure() *Keyword {
	c := *k
	c.secure = true
	return &c
}

// For returns the keyword as another spelling of some words, or of none: its command
// has their level, and is told in full by them. A keyword of none follows one of others.
func (k *Keyword) For(words ...string) *Keyword {
	c := *k
	c.stands, c.full = nil, strings.Join(words, " ")
	for _, w := range words {
		c.stands = append(c.stands, strings.ToLower(w))
	}
	return &c
}

// Implied returns the keyword, alone in an Opt, as one that is meant all the same where
// it is left out: the command has the level and the words that it has with it.
func (k *Keyword) Implied() *Keyword {
	c := *k
	c.implied = true
	return &c
}

// Alias returns the keyword as another word for what is written otherwise.
func (k *Keyword) Alias() *Keyword {
	c := *k
	c.alias = true
	return &c
}

// Unlisted returns the keyword as one that is read, and neither written nor offered:
// what it is a part of has another spelling, whose levels it shares.
func (k *Keyword) Unlisted() *Keyword {
	c := *k
	c.alias, c.unlisted = true, true
	return &c
}

// atLevel returns the keyword as one that exists from a privilege level on,
// inside a command that may exist at a lower one.
func (k *Keyword) atLevel(level int) *Keyword {
	c := *k
	c.level = level
	return &c
}

// Is returns the keyword with value recorded in place of its name.
func (k *Keyword) Is(value any) *Keyword {
	c := *k
	c.value = value
	return &c
}

// As returns the keyword with its argument recorded under key.
func (k *Keyword) As(key string) *Keyword {
	c := *k
	c.key = key
	return &c
}

// Parameter is a typed value.
type Parameter struct {
	Key    string
	Type   Type
	Help   string
	label  string // in the usage, "" if that has the key
	alias  bool   // it is read and never written
	secret bool
	hashed bool // a secret that may be shown as it is kept
	quoted bool // it is written in quotes
	names  any
}

// Param is a parameter whose value is recorded under key.
func Param(key string, t Type, help string) *Parameter {
	return &Parameter{Key: key, Type: t, Help: help}
}

// As returns the parameter with its value recorded under another key. The usage
// still has the first one.
func (par *Parameter) As(key string) *Parameter {
	c := *par
	c.Key, c.label = key, cmp.Or(par.label, par.Key)
	return &c
}

// Alias returns the parameter as another way to type what is written otherwise.
func (par *Parameter) Alias() *Parameter {
	c := *par
	c.alias = true
	return &c
}

// Secret returns the parameter as one whose value is a secret:
// [Match.Redacted] has the line without it.
func (par *Parameter) Secret() *Parameter {
	c := *par
	c.secret = true
	return &c
}

// Hashed returns the parameter as a hash: a line that was typed is kept without
// it, like a secret, but it is written whoever reads.
func (par *Parameter) Hashed() *Parameter {
	c := *par
	c.secret, c.hashed = true, true
	return &c
}

// Quoted returns the parameter as one that is always written in quotes.
func (par *Parameter) Quoted() *Parameter {
	c := *par
	c.quoted = true
	return &c
}

// From returns the parameter as one that may be the name of a thing that
// exists; namer tells a [Lister] of which kind, and is opaque here.
func (par *Parameter) From(namer any) *Parameter {
	c := *par
	c.names = namer
	return &c
}

// Named reports whether help lists names that exist.
func (par *Parameter) Named() bool { return par.names != nil }

// IsSecret reports whether the value is a secret.
func (par *Parameter) IsSecret() bool { return par.secret }

// labelled is a node with a usage of its own.
type labelled struct {
	Node
	label string
}

func (l labelled) usage() string { return l.label }

// Labelled returns a node that the manual writes as label, where what it is made of
// is too much to read.
func Labelled(label string, n Node) Node { return labelled{n, label} }

type (
	sequence []Node
	choice   []Node
	optional struct{ Node }
	anyOrder []Node
)

// Seq is its nodes one after the other.
func Seq(nodes ...Node) Node { return sequence(nodes) }

// Alt is exactly one of its nodes.
func Alt(nodes ...Node) Node { return choice(nodes) }

// Opt is the sequence of its nodes, or nothing.
func Opt(nodes ...Node) Node { return optional{Seq(nodes...)} }

// Any is zero or more of its nodes in any order, each at most once.
func Any(nodes ...Node) Node { return anyOrder(nodes) }

// Words is an Alt of keywords, all recorded under key; pairs are name, help.
func Words(key string, pairs ...string) Node {
	c := make(choice, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		c = append(c, Kw(pairs[i], pairs[i+1]).As(key))
	}
	return c
}
