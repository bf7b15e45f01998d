package snmp

import "mirrorsh/trapcore/side"

// CountSecureNames has count told of the names of the secure users, groups, views and
// communities, now and as they come and go; nil: nobody any more, to whom they are gone.
// It is called under the lock of the LCD.
func (l *LCD) CountSecureNames(count func(by int, name string)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.snap.Load()
	s.countSecure(-1, l.counted)
	l.counted = count
	s.countSecure(1, count)
}

// countSecure gives out the secure names of a snapshot.
func (s *Snapshot) countSecure(by int, count func(by int, name string)) {
	if count == nil {
		return
	}
	for name, u := range s.users {
		if u.side == side.Secure {
			count(by, name)
		}
	}
	for name, c := range s.communities {
		if c.side == side.Secure {
			count(by, name)
		}
	}
	for k := range s.groups {
		if k.side == side.Secure {
			count(by, k.name)
		}
	}
	for k := range s.views {
		if k.side == side.Secure {
			count(by, k.name)
		}
	}
}
