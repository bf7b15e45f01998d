package snmp

import (
	"iter"

	"mirrorsh/trapcore/side"
)

// SecureNames gives out the names of the secure users, groups, views and communities
// that the reader sees, in no order.
func (r Records) SecureNames() iter.Seq[string] {
	return func(yield func(string) bool) {
		if !r.c.Sees(side.Secure) {
			return
		}
		for name, u := range r.s.users {
			if u.side == side.Secure && !yield(name) {
				return
			}
		}
		for name, c := range r.s.communities {
			if c.side == side.Secure && !yield(name) {
				return
			}
		}
		for k := range r.s.groups {
			if k.side == side.Secure && !yield(k.name) {
				return
			}
		}
		for k := range r.s.views {
			if k.side == side.Secure && !yield(k.name) {
				return
			}
		}
	}
}
