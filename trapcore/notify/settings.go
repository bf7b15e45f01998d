package notify

import (
	"mirrorsh/mib"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
)

// DefaultGlobalFilter is the global filter until one is set.
const DefaultGlobalFilter = mib.Informational

// Settings are the switches and filters of one virtual router. A published
// value is never changed; who changes one publishes a copy.
type Settings struct {
	Enabled               mib.CategorySet
	GlobalFilter          mib.Severity
	AuthenticationFailure bool                // whether authenticationFailure may be raised
	Off                   bool                // no snmp-server
	Source                network.InterfaceID // whose address traps leave from; none if Spec is ""
	Proxy                 bool                // traps of other virtual routers go to the hosts of this one too

	own    mib.CategorySet // categories with a filter of their own
	filter [64]mib.Severity
	reader side.Clearance // who was given the value
}

func defaultSettings() *Settings {
	return &Settings{GlobalFilter: DefaultGlobalFilter}
}

// CategoryFilter returns the filter that applies to a category, and whether it
// is the category's own; else it is the global one.
func (s *Settings) CategoryFilter(c mib.Category) (mib.Severity, bool) {
	if s.own.Has(c) {
		return s.filter[c], true
	}
	return s.GlobalFilter, false
}

// Filter is the filter that applies to a category.
type Filter struct {
	Category mib.CategoryInfo
	Severity mib.Severity
	Own      bool // else it is the global one
}

// Filters are those of the categories with a filter of their own. packetMirror
// follows for a reader that sees it, own or not: what applies to it cannot be
// told from the global one alone.
func (s Settings) Filters() []Filter {
	seen := s.own.Ordinary().Members()
	if s.reader.Sees(side.Secure) {
		seen = append(seen, mib.NewCategorySet(mib.PacketMirror).Members()...)
	}
	all := make([]Filter, len(seen))
	for i, c := range seen {
		f, own := s.CategoryFilter(c.Category)
		all[i] = Filter{c, f, own}
	}
	return all
}

// as are the settings that a reader sees.
func (s Settings) as(c side.Clearance) Settings {
	s.reader = c
	if !c.Sees(side.Secure) {
		s.Enabled, s.own, s.filter[mib.PacketMirror] = s.Enabled.Ordinary(), s.own.Ordinary(), 0
	}
	return s
}

// passes is the global stage: category enabled, severity within its filter.
func (s *Settings) passes(n *mib.Notification) bool {
	if s.Off || !s.Enabled.Has(n.Category) {
		return false
	}
	if n == mib.AuthenticationFailure && !s.AuthenticationFailure {
		return false
	}
	f, _ := s.CategoryFilter(n.Category)
	return n.Severity.Passes(f)
}

// Settings returns the ordinary settings as they are now.
func (o *Originator) Settings() Settings { return o.As(side.Clearance{}).Settings() }

// Settings returns the settings as they are now, as the reader sees them.
func (v Visible) Settings() Settings { return v.o.current.Load().settings.as(v.c) }

// change publishes changed settings.
func (o *Originator) change(f func(s *Settings)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.changeLocked(f)
}

func (o *Originator) changeLocked(f func(s *Settings)) {
	old := o.current.Load()
	o.draft = *old.settings
	if f(&o.draft); o.draft == *old.settings {
		return
	}
	s := o.draft
	o.current.Store(&snapshot{settings: &s, hosts: old.hosts, leaving: old.leaving})
}

// EnableAll enables every category but packetMirror.
func (o *Originator) EnableAll() { o.As(side.Clearance{}).Enable(mib.OrdinaryCategories) }

// Enable enables the categories of a set.
func (v Visible) Enable(c mib.CategorySet) {
	v.o.change(func(s *Settings) { s.Enabled |= v.sees(c) })
}

// DisableAll disables every category but packetMirror.
func (o *Originator) DisableAll() { o.As(side.Clearance{}).Disable(mib.OrdinaryCategories) }

// Disable disables the categories of a set.
func (v Visible) Disable(c mib.CategorySet) {
	v.o.change(func(s *Settings) { s.Enabled &^= v.sees(c) })
}

// sees are the categories of a set that the reader sees.
func (v Visible) sees(c mib.CategorySet) mib.CategorySet {
	if v.c.Sees(side.Secure) {
		return c
	}
	return c.Ordinary()
}

// SetOrdinary enables exactly the ordinary categories of a set, as a SET of
// juniSnmpTrapGlobalFilter does; packetMirror stays as it is.
func (o *Originator) SetOrdinary(c mib.CategorySet) {
	o.change(func(s *Settings) { s.Enabled = s.Enabled&^s.Enabled.Ordinary() | c.Ordinary() })
}

// SetGlobalFilter sets the filter of every category without one of its own, and
// clears those of the ordinary ones. It refuses a severity beyond 7.
func (o *Originator) SetGlobalFilter(f mib.Severity) error {
	if err := inRange("trapFilters", int64(f), 0, int64(mib.Debug)); err != nil {
		return err
	}
	o.change(func(s *Settings) { s.setGlobal(f) })
	return nil
}

// ResetGlobalFilter is SetGlobalFilter of the default.
func (o *Originator) ResetGlobalFilter() {
	o.change(func(s *Settings) { s.setGlobal(DefaultGlobalFilter) })
}

func (s *Settings) setGlobal(f mib.Severity) { s.GlobalFilter, s.own = f, s.own&^s.own.Ordinary() }

// SetCategoryFilter sets the filter of one category. It refuses a severity beyond
// 7, and a category that the reader does not see.
func (v Visible) SetCategoryFilter(c mib.Category, f mib.Severity) error {
	if err := inRange("trapFilters", int64(f), 0, int64(mib.Debug)); err != nil {
		return err
	}
	if err := inRange("category", int64(c), 0, 63); err != nil {
		return err
	}
	if !v.sees(mib.NewCategorySet(c)).Has(c) {
		return errNoCategory
	}
	v.o.change(func(s *Settings) { s.own, s.filter[c] = s.own.With(c), f })
	return nil
}

// ResetCategoryFilter lets a category follow the global filter again.
func (v Visible) ResetCategoryFilter(c mib.Category) {
	v.o.change(func(s *Settings) { s.own &^= v.sees(mib.NewCategorySet(c)) })
}

// SetAuthenticationFailure is the switch of snmp-server enable traps snmp
// authentication. Category snmp has to be enabled too.
func (o *Originator) SetAuthenticationFailure(on bool) {
	o.change(func(s *Settings) { s.AuthenticationFailure = on })
}

// SetOff stops raising and sending and empties the queues (no snmp-server), or
// starts again. The configuration stays.
func (o *Originator) SetOff(off bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.changeLocked(func(s *Settings) { s.Off = off })
	for _, h := range o.current.Load().hosts {
		h.drop(h.q.setOff(off), AgentOff)
	}
}
