// Package policy has the ordinary policy lists and classifier lists of the router,
// and where policy lists are attached. They are what an operator has configured
// and what tools read; no packet is decided by them. It knows nothing of mirroring,
// nor of SNMP. Of ours it imports ascii, edits, listed, lists and network.
package policy

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"mirrorsh/ascii"
	"mirrorsh/trapcore/internal/edits"
	"mirrorsh/trapcore/internal/listed"
	"mirrorsh/trapcore/internal/lists"
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
type Entry = lists.Entry

// ClassifierList is a classifier list.
type ClassifierList struct {
	Protocol   Protocol
	Name       string
	Entries    lists.Entries[Entry]
	References int // groups of policy lists
}

// Statistics are the options of an attachment.
type Statistics struct {
	Given, Enabled, Baseline, Preserve bool
	Value                              uint32 // the baseline
}

// ListKey is the key of a policy list, or of a classifier list.
type ListKey = lists.Key[Protocol]

// EntryKey is the key of an entry of a classifier list.
type EntryKey = lists.EntryKey[Protocol]

type place struct {
	router   *network.Router
	id       network.InterfaceID
	protocol Protocol
}

// Lists are the policy and classifier lists of a router. The secure ones of
// mirror.Machine are apart: there an edit decides anew about sessions, under the lock
// of the machine. What both have alike, package lists has.
//
// Methods may be called from any goroutine. mu guards all; it is taken under the order of the network, which
// tells of interfaces that are gone.
type Lists struct {
	network *network.Network

	mu          sync.RWMutex
	lists       map[ListKey]*list
	classifiers map[ListKey]*ClassifierList
	attached    map[place]*Attachments

	names, classifierNames listed.Names // of lists of any protocol

	editedLists   edits.Log[ListKey]
	editedEntries [len(protocols)]edits.Log[EntryKey]
}

// New returns a router's lists, none yet.
func New(n *network.Network) *Lists {
	l := &Lists{network: n, lists: map[ListKey]*list{}, classifiers: map[ListKey]*ClassifierList{}, attached: map[place]*Attachments{}}
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
	if l := ls.lists[lists.KeyOf(p, name)]; l != nil {
		l.references += by
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
	_, err := ls.ensure(lists.KeyOf(p, name))
	return err
}

func (ls *Lists) ensure(k ListKey) (*list, error) {
	l := ls.lists[k]
	if l != nil {
		return l, nil
	}
	if err := checkName(k.Name); err != nil {
		return nil, err
	}
	if len(ls.lists) == maxLists {
		return nil, errTooManyLists
	}
	l = &list{ListKey: k, named: map[string]*group{}}
	ls.lists[k] = l
	ls.names.Add(k.Name)
	ls.editedLists.Note(k)
	return l, nil
}

// Remove removes a policy list that is not attached.
func (ls *Lists) Remove(p Protocol, name string) error {
	return ls.edit(p, name, func(l *list) error {
		if l.references > 0 {
			return errAttached
		}
		for _, g := range l.groups.All {
			ls.refer(p, g.classifier, -1)
		}
		delete(ls.lists, lists.KeyOf(p, name))
		ls.names.Remove(name)
		ls.editedLists.Note(l.ListKey)
		return nil
	})
}

func (ls *Lists) refer(p Protocol, classifier string, by int) {
	if c := ls.classifiers[lists.KeyOf(p, classifier)]; c != nil {
		c.References += by
	}
}
