// Package policy has the ordinary policy lists and classifier lists of the router,
// and where policy lists are attached. They are what an operator has configured
// and what tools read; no packet is decided by them. It knows nothing of mirroring,
// nor of SNMP. Of ours it imports ascii and network.
package policy

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"mirrorsh/ascii"
	"mirrorsh/trapcore/network"
)

// Protocol is what packets of a list are of.
type Protocol string

// The protocols, as their keywords.
const (
	IP   Protocol = "ip"
	IPv6 Protocol = "ipv6"
	L2TP Protocol = "l2tp"
)

// Direction is where a policy of an interface applies.
type Direction int

// The directions of an interface.
const (
	Input Direction = iota
	SecondaryInput
	Output
	directions
)

// Bounds.
const (
	MaxName           = 40
	maxPrecedence     = 1<<16 - 1
	DefaultPrecedence = 100
	maxLists          = 10_000
	maxGroups         = 512 // of a policy list
	maxClassifiers    = 10_000
	maxEntries        = 256 // of a classifier list
)

// All is the classifier group of everything, and no name of a classifier list.
const All = "*"

// Refusals, worded as the shell prints them after its percent sign.
var (
	ErrNoList         = errors.New("no such policy list")
	ErrNoClassifier   = errors.New("no such classifier list")
	errName           = fmt.Errorf("name must be 1 to %d printable characters without blanks", MaxName)
	errAttached       = errors.New("policy list is attached")
	errNoGroup        = errors.New("no such classifier group")
	errNoRule         = errors.New("classifier group has no such rule")
	errClassifierName = errors.New("* is no name for a classifier list")
	errReferenced     = errors.New("classifier list is referenced by a policy list")
	errTooManyLists   = fmt.Errorf("no more than %d policy lists of %d classifier groups are allowed", maxLists, maxGroups)
	errTooManyEntries = fmt.Errorf("no more than %d classifier lists of %d entries are allowed", maxClassifiers, maxEntries)
	errNoInterface    = errors.New("no such interface")
	errNotAttached    = errors.New("no policy is attached in that direction")
)

// Rule is what happens to the packets of a classifier group, as its line of
// configuration. A group has one of each kind at most; the kind is the first word.
type Rule string

// The rules without parameters.
const (
	Filter  Rule = "filter"
	Forward Rule = "forward"
	Log     Rule = "log"
)

func (r Rule) kind() string {
	kind, _, _ := strings.Cut(string(r), " ")
	if Rule(kind) == Forward {
		kind = string(Filter) // a packet is either filtered or forwarded
	}
	return kind
}

// Group is a classifier group of a policy list.
type Group struct {
	Classifier string // All, or the name of a classifier list
	Precedence int    // the smallest first
	Rules      []Rule
}

// List is a policy list.
type List struct {
	Protocol   Protocol
	Name       string
	Groups     []Group // by precedence
	References int     // attachments
}

// Entry is one entry of a classifier list.
type Entry struct {
	Number int    // from 1, one above the last entry's when it was added
	Text   string // as it is typed
}

// ClassifierList is a classifier list.
type ClassifierList struct {
	Protocol   Protocol
	Name       string
	Entries    []Entry
	References int // groups of policy lists
}

// Statistics are the options of an attachment.
type Statistics struct {
	Given, Enabled, Baseline, Preserve bool
	Value                              uint32 // the baseline
}

type key struct {
	protocol Protocol
	name     string
}

type place struct {
	router   *network.Router
	id       network.InterfaceID
	protocol Protocol
}

// Lists are the policy and classifier lists of a router. The secure ones of
// mirror.Machine are apart: there an edit decides anew about sessions, under the lock
// of the machine. What both have alike, numbers and bounds of entries, is less than a
// type for both would be.
//
// Methods may be called from any goroutine. mu guards all; it is taken under the order of the network, which
// tells of interfaces that are gone.
type Lists struct {
	network *network.Network

	mu          sync.Mutex
	lists       map[key]*List
	classifiers map[key]*ClassifierList
	attached    map[place]*Attachments
	changes     uint64
}

// New returns a router's lists, none yet.
func New(n *network.Network) *Lists {
	l := &Lists{network: n, lists: map[key]*List{}, classifiers: map[key]*ClassifierList{}, attached: map[place]*Attachments{}}
	n.Listen(l)
	return l
}

// Changed is for the network to call.
func (ls *Lists) Changed(ch network.Change) {
	gone, ok := ch.(network.InterfaceRemoved)
	if !ok {
		return
	}
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for _, p := range []Protocol{IP, IPv6} {
		at := place{gone.Router, gone.ID, p}
		if a := ls.attached[at]; a != nil {
			for _, d := range a {
				ls.count(p, d.List, -1)
			}
			delete(ls.attached, at)
		}
	}
}

// count counts an attachment of a policy list.
func (ls *Lists) count(p Protocol, name string, by int) {
	if l := ls.lists[key{p, name}]; l != nil {
		l.References += by
	}
}

func checkName(name string) error {
	if name == "" || len(name) > MaxName || !ascii.Visible(name) {
		return errName
	}
	return nil
}

// Create makes a policy list if there is none of that name.
func (ls *Lists) Create(p Protocol, name string) error {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	ls.changes++
	_, err := ls.ensure(key{p, name})
	return err
}

func (ls *Lists) ensure(k key) (*List, error) {
	l := ls.lists[k]
	if l != nil {
		return l, nil
	}
	if err := checkName(k.name); err != nil {
		return nil, err
	}
	if len(ls.lists) == maxLists {
		return nil, errTooManyLists
	}
	l = &List{Protocol: k.protocol, Name: k.name}
	ls.lists[k] = l
	return l, nil
}

// Remove removes a policy list that is not attached.
func (ls *Lists) Remove(p Protocol, name string) error {
	return ls.edit(p, name, func(l *List) error {
		if l.References > 0 {
			return errAttached
		}
		for _, g := range l.Groups {
			ls.refer(p, g.Classifier, -1)
		}
		delete(ls.lists, key{p, name})
		return nil
	})
}

func (ls *Lists) refer(p Protocol, classifier string, by int) {
	if c := ls.classifiers[key{p, classifier}]; c != nil {
		c.References += by
	}
}

func (ls *Lists) edit(p Protocol, name string, f func(*List) error) error {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.lists[key{p, name}]
	if l == nil {
		return ErrNoList
	}
	ls.changes++
	return f(l)
}

func (l *List) group(classifier string) int {
	return slices.IndexFunc(l.Groups, func(g Group) bool { return g.Classifier == classifier })
}

// SetGroup makes a classifier group of a policy list, or changes the precedence of
// one: 1 to [maxPrecedence], or 0 for the one it has, which is [DefaultPrecedence]
// at first.
func (ls *Lists) SetGroup(p Protocol, name, classifier string, precedence int) error {
	return ls.edit(p, name, func(l *List) error {
		at := l.group(classifier)
		switch {
		case classifier != All && ls.classifiers[key{p, classifier}] == nil:
			return ErrNoClassifier
		case at < 0 && len(l.Groups) == maxGroups:
			return errTooManyLists
		case at < 0:
			ls.refer(p, classifier, 1)
			at = len(l.Groups)
			l.Groups = append(l.Groups, Group{Classifier: classifier, Precedence: DefaultPrecedence})
		}
		if precedence > 0 {
			l.Groups[at].Precedence = precedence
		}
		slices.SortStableFunc(l.Groups, func(a, b Group) int { return cmp.Compare(a.Precedence, b.Precedence) })
		return nil
	})
}

// RemoveGroup removes a classifier group with its rules.
func (ls *Lists) RemoveGroup(p Protocol, name, classifier string) error {
	return ls.edit(p, name, func(l *List) error {
		at := l.group(classifier)
		if at < 0 {
			return errNoGroup
		}
		ls.refer(p, classifier, -1)
		l.Groups = slices.Delete(l.Groups, at, at+1)
		return nil
	})
}

// SetRule gives a classifier group a rule, in place of one of the same kind.
func (ls *Lists) SetRule(p Protocol, name, classifier string, rule Rule) error {
	return ls.edit(p, name, func(l *List) error {
		at := l.group(classifier)
		if at < 0 {
			return errNoGroup
		}
		g := &l.Groups[at]
		g.Rules = append(slices.DeleteFunc(g.Rules, func(r Rule) bool { return r.kind() == rule.kind() }), rule)
		slices.Sort(g.Rules)
		return nil
	})
}

// RemoveRule takes a rule away from a classifier group.
func (ls *Lists) RemoveRule(p Protocol, name, classifier string, rule Rule) error {
	return ls.edit(p, name, func(l *List) error {
		at := l.group(classifier)
		if at < 0 {
			return errNoGroup
		}
		g := &l.Groups[at]
		i := slices.Index(g.Rules, rule)
		if i < 0 {
			return errNoRule
		}
		g.Rules = slices.Delete(g.Rules, i, i+1)
		return nil
	})
}

// Version counts the changes of policy and classifier lists.
func (ls *Lists) Version() uint64 {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	return ls.changes
}

// All returns the policy lists by protocol and name.
func (ls *Lists) All() (all []List) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for _, l := range ls.lists {
		all = append(all, l.copy())
	}
	slices.SortFunc(all, func(a, b List) int { return cmp.Or(cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Name, b.Name)) })
	return all
}

// List returns a policy list.
func (ls *Lists) List(p Protocol, name string) (List, error) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.lists[key{p, name}]
	if l == nil {
		return List{}, ErrNoList
	}
	return l.copy(), nil
}

// Group returns a classifier group of a policy list.
func (ls *Lists) Group(p Protocol, name, classifier string) (g Group, ok bool) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.lists[key{p, name}]
	if l == nil {
		return g, false
	}
	at := l.group(classifier)
	if at < 0 {
		return g, false
	}
	g = l.Groups[at]
	g.Rules = slices.Clone(g.Rules)
	return g, true
}

func (l *List) copy() List {
	c := *l
	c.Groups = slices.Clone(l.Groups)
	for i := range c.Groups {
		c.Groups[i].Rules = slices.Clone(c.Groups[i].Rules)
	}
	return c
}
