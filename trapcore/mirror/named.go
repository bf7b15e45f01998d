package mirror

import (
	"iter"
	"slices"
)

// names counts what is called so, for each name there is on the secure side.
type names map[string]int

// add counts a name by more or fewer; "" is none.
func (n names) add(by int, all ...string) {
	for _, name := range all {
		if name == "" {
			continue
		}
		if n[name] += by; n[name] == 0 {
			delete(n, name)
		}
	}
}

// noteGroup counts what a classifier group of a list names, and the group for its
// classifier list.
func (m *Machine) noteGroup(by int, l *list, g *group) {
	if g.classifier != AllTraffic {
		m.named.add(by, g.classifier)
	}
	if named := m.classifiers[classifiersOf(l.Protocol, g.classifier)]; named != nil {
		named.groups += by
	}
	if g.action != nil && g.action.Analyzer.IsValid() {
		m.named.add(by, g.action.Analyzer.String())
	}
}

// addSession counts the names of a subscriber that is mirrored; those of an
// interface are ordinary.
func (n names) addSession(by int, s *session) {
	if s.sub != nil {
		n.add(by, s.sub.Name, s.trigger)
	}
}

// Named reports whether one of the names is that of a policy or classifier list,
// an analyzer, the value of a trigger rule or what subscribers that are mirrored
// have.
func (m *Machine) Named(any iter.Seq[string]) bool {
	all := slices.Collect(any) // not under the lock, which a sequence could take
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, name := range all {
		if m.named[name] > 0 {
			return true
		}
	}
	return false
}
