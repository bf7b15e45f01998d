// Package acl keeps the named access lists of a virtual router: who may reach a
// vty line or use an SNMP community. Of ours it imports edits and lists.
package acl

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"sync"

	"mirrorsh/trapcore/internal/edits"
	"mirrorsh/trapcore/internal/lists"
)

// MaxName is the most characters of a list's name, as in Juniper-SNMP-MIB.
const MaxName = 31

// Bounds that keep a runaway script from filling the memory.
const (
	maxLists = 1000
	maxRules = 1000 // of one list
)

// Refusals, worded as the shell prints them after its percent sign.
var (
	errTooManyLists = fmt.Errorf("no more than %d access lists can be configured", maxLists)
	errTooManyRules = fmt.Errorf("an access list cannot have more than %d rules", maxRules)
	ErrNoList       = errors.New("no such access list")
	errNoRule       = errors.New("no such rule in the access list")
)

// Rule permits or denies the addresses that agree with Address in every bit
// that Wildcard leaves clear.
type Rule struct {
	Permit  bool
	Address netip.Addr // IPv4; bits under the wildcard are clear
	// Wildcard has the bits that do not count: 0 for one host, [Any] for all.
	Wildcard uint32
}

// Any is the wildcard of a rule for every address, IPv6 ones too.
const Any = 1<<32 - 1

// NewRule makes a rule for an IPv4 address.
func NewRule(permit bool, address netip.Addr, wildcard uint32) Rule {
	return Rule{Permit: permit, Address: fromBits(bits(address) &^ wildcard), Wildcard: wildcard}
}

func bits(a netip.Addr) uint32 {
	b := a.As4()
	return binary.BigEndian.Uint32(b[:])
}

func fromBits(n uint32) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], n)
	return netip.AddrFrom4(b)
}

// Bits returns an IPv4 address as a wildcard.
func Bits(a netip.Addr) uint32 { return bits(a) }

// String writes the rule as the access-list command takes it.
func (r Rule) String() string {
	action := "deny "
	if r.Permit {
		action = "permit "
	}
	switch r.Wildcard {
	case 0:
		return action + "host " + r.Address.String()
	case Any:
		return action + "any"
	}
	return action + r.Address.String() + " " + fromBits(r.Wildcard).String()
}

func (r Rule) matches(a netip.Addr) bool {
	if r.Wildcard == Any {
		return true
	}
	return a.Is4() && bits(a)&^r.Wildcard == bits(r.Address)
}

// List is an access list: the first rule that matches decides, and what none
// matches is denied.
type List struct {
	Name  string
	Rules []Rule
}

func (l List) permits(a netip.Addr) bool {
	a = a.Unmap()
	for _, r := range l.Rules {
		if r.matches(a) {
			return r.Permit
		}
	}
	return false
}

// Lists are the access lists of one virtual router. The zero value is empty.
// Methods may be called from any goroutine; mu guards the map, and nothing of a
// stored slice is ever changed.
type Lists struct {
	mu     sync.RWMutex
	lists  map[string]list
	last   uint64 // number of a rule
	edited edits.Log[RuleKey]
}

// list has the rules of an access list in order, and their numbers.
type list struct {
	rules   []Rule
	numbers []uint64
}

// Lookup reports whether the list lets an address pass. A list that does not
// exist lets nobody pass, so that a slip in a name opens nothing.
func (ls *Lists) Lookup(name string, a netip.Addr) bool {
	ls.mu.RLock()
	rules := ls.lists[name].rules
	ls.mu.RUnlock()
	return List{Rules: rules}.permits(a)
}

// Add appends a rule to a list, which it makes if need be. A rule that is there
// already stays where it is. Errors are errTooManyLists and errTooManyRules.
func (ls *Lists) Add(name string, r Rule) error {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l, ok := ls.lists[name]
	switch {
	case slices.Contains(l.rules, r):
		return nil
	case len(l.rules) == maxRules:
		return errTooManyRules
	case !ok && len(ls.lists) == maxLists:
		return errTooManyLists
	}
	if ls.lists == nil {
		ls.lists = map[string]list{}
	}
	ls.last++
	// Who has the list as it was sees no more of it.
	ls.lists[name] = list{append(l.rules, r), append(l.numbers, ls.last)}
	ls.edited.Note(RuleKey{name, ls.last})
	return nil
}

// RemoveRule takes a rule out of a list; the list goes with its last rule.
// Errors are ErrNoList and errNoRule.
func (ls *Lists) RemoveRule(name string, r Rule) error {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l, ok := ls.lists[name]
	if !ok {
		return ErrNoList
	}
	i := slices.Index(l.rules, r)
	if i < 0 {
		return errNoRule
	}
	ls.edited.Note(RuleKey{name, l.numbers[i]})
	if len(l.rules) == 1 {
		delete(ls.lists, name)
		return nil
	}
	ls.lists[name] = list{lists.Drop(l.rules, i), lists.Drop(l.numbers, i)}
	return nil
}

// Remove removes a list. The error is ErrNoList.
func (ls *Lists) Remove(name string) error {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l, ok := ls.lists[name]
	if !ok {
		return ErrNoList
	}
	for _, n := range l.numbers {
		ls.edited.Note(RuleKey{name, n})
	}
	delete(ls.lists, name)
	return nil
}

// All returns every list by name. The rules must not be changed.
func (ls *Lists) All() []List {
	ls.mu.RLock()
	defer ls.mu.RUnlock()
	var all []List
	for _, name := range slices.Sorted(maps.Keys(ls.lists)) {
		all = append(all, List{name, ls.lists[name].rules})
	}
	return all
}
