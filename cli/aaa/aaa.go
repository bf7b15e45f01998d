// Package aaa decides by method lists who logs in, who gets to which privilege
// level and which commands they may run, and tells servers what was done. A
// method that is not available leaves the decision to the next. One that denies
// refuses, and so does the end of the list. Without aaa new-model it decides nothing.
//
// What is asked and told belongs to a side. Servers that authorize are trusted with
// commands of both; accounting has servers apart, and what an ordinary operator
// may see of it, counters, task numbers and logs, knows nothing of the others.
//
// Of ours it imports access, client, eventlog, side, tacacs and trapcore.
package aaa

import (
	"maps"
	"net/netip"
	"sync"
	"time"

	"mirrorsh/cli/access"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/tacacs"
)

// AAA is that of one router. mu guards lists and failing, and is not held while
// anything waits.
type AAA struct {
	router *trapcore.Router
	access *access.Access
	books  [side.Count]*book

	mu      sync.RWMutex
	lists   lists
	failing map[netip.AddrPort]bool // servers that have not answered last
}

// New makes the AAA of a router, which decides nothing yet. The caller closes it.
func New(router *trapcore.Router, a *access.Access, secure *trapcore.Secure) *AAA {
	x := &AAA{router: router, access: a, failing: map[netip.AddrPort]bool{}, lists: lists{methods: map[of]map[string]Methods{}}}
	x.books[side.Ordinary] = newBook(router.TACACS(), x.note)
	x.books[side.Secure] = newBook(secure.TACACS(), secure.TACACS().Count)
	return x
}

// Close lets what was told last reach its server, for a moment.
func (a *AAA) Close() {
	for _, b := range a.books {
		b.close()
	}
}

// On reports whether method lists decide.
func (a *AAA) On() bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.lists.on
}

// SetOn lets them decide, or not.
func (a *AAA) SetOn(on bool) { a.change(func(l *lists) { l.on = on }) }

// ConfigCommands reports whether commands of configuration modes are authorized.
func (a *AAA) ConfigCommands() bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return !a.lists.ignoreConfig
}

// SetConfigCommands says whether they are.
func (a *AAA) SetConfigCommands(on bool) { a.change(func(l *lists) { l.ignoreConfig = !on }) }

// SuppressNameless reports whether users without a name are left out of accounting.
func (a *AAA) SuppressNameless() bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.lists.skipNameless
}

// SetSuppressNameless says whether they are.
func (a *AAA) SetSuppressNameless(on bool) { a.change(func(l *lists) { l.skipNameless = on }) }

func (a *AAA) change(f func(l *lists)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f(&a.lists)
}

// SetMethods sets a list; level counts for commands only. No methods remove it.
func (a *AAA) SetMethods(k Kind, level int, name string, m Methods) error {
	seen := map[Method]bool{}
	for _, one := range m.All() {
		if seen[one] {
			return errTwice
		}
		seen[one] = true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	at := of{k, level}
	if a.lists.methods[at] == nil {
		a.lists.methods[at] = map[string]Methods{}
	}
	return setList(a.lists.methods[at], name, m)
}

// SetAccounting sets what is told of sessions, or of commands of a level.
func (a *AAA) SetAccounting(commands bool, level int, name string, r Record) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := a.accounts(commands, level)
	if *all == nil {
		*all = map[string]Record{}
	}
	return setList(*all, name, r)
}

func setList[V comparable](all map[string]V, name string, v V) error {
	var none V
	if v == none {
		delete(all, name)
		return nil
	}
	if _, ok := all[name]; !ok && len(all) == maxLists {
		return errTooManyLists
	}
	all[name] = v
	return nil
}

// accounts are the lists of accounting; the caller holds mu.
func (a *AAA) accounts(commands bool, level int) *map[string]Record {
	if commands {
		return &a.lists.accountCommand[level]
	}
	return &a.lists.accountExec
}

// MethodList is a list with its name.
type MethodList struct {
	Name string
	Methods
}

// Methods returns the lists of a kind, default first.
func (a *AAA) Methods(k Kind, level int) (all []MethodList) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	lists := a.lists.methods[of{k, level}]
	for _, name := range names(lists) {
		all = append(all, MethodList{name, lists[name]})
	}
	return all
}

// AccountingList is what is told, with the name of the list.
type AccountingList struct {
	Name string
	Record
}

// Accounting returns the lists for sessions, or for commands of a level.
func (a *AAA) Accounting(commands bool, level int) (all []AccountingList) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	lists := *a.accounts(commands, level)
	for _, name := range names(lists) {
		all = append(all, AccountingList{name, lists[name]})
	}
	return all
}

// ListNames returns the names of all lists, for completion.
func (a *AAA) ListNames() []string {
	a.mu.RLock()
	defer a.mu.RUnlock()
	all := map[string]bool{}
	for _, lists := range a.lists.methods {
		for name := range lists {
			all[name] = true
		}
	}
	for _, lists := range append(a.lists.accountCommand[:], a.lists.accountExec) {
		for name := range maps.Keys(lists) {
			all[name] = true
		}
	}
	return names(all)
}

// note counts a request that an ordinary operator may know of, and logs servers that
// no longer answer, and those that do again.
func (a *AAA) note(t tacacs.Trail) {
	a.router.TACACS().Count(t)
	for _, s := range t.Asked {
		a.mu.Lock()
		was := a.failing[s.Server]
		if len(a.failing) > 4*tacacs.MaxServers {
			clear(a.failing) // most of them are gone
		}
		if s.Err != nil {
			a.failing[s.Server] = true
		} else {
			delete(a.failing, s.Server)
		}
		a.mu.Unlock()
		switch {
		case s.Err != nil && !was:
			a.log(eventlog.Warning, "TACACS+ server "+s.Server.String()+": "+tacacs.Reason(s.Err))
		case s.Err == nil && was:
			a.log(eventlog.Notice, "TACACS+ server "+s.Server.String()+": it answers again")
		}
	}
}

func (a *AAA) log(severity eventlog.Severity, text string) {
	a.router.EventLog().Log(eventlog.Security, severity, a.router.Default().Name(), text)
}

// Now is the router's time, of records.
func (a *AAA) now() time.Time { return a.router.Now() }
