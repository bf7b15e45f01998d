package snmp

import (
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
)

func TestViews(t *testing.T) {
	s := NewLCD().Snapshot()
	for _, tt := range []struct {
		view string
		oid  string
		in   bool
	}{
		{ViewEverything, "1.3.6.1.2.1.1.1.0", true},
		{ViewEverything, "1.3.6.1.4.1.4874.2.2.16.3.1.0", true},
		{ViewEverything, "1.3.6.1.4.1.4874.2.2.77", false},
		{ViewEverything, "1.3.6.1.4.1.4874.2.2.77.3.0.1", false},
		{ViewEverything, "1.3.6.1.4.1.4874.2.2.78.1", true},
		{viewUser, "1.3.6.1.2.1.1.1.0", true},
		{viewUser, "1.3.6.1.6.3.1.1.5.1", true},
		{viewUser, "1.3.6.1.6.3.15.1.2.2.1.1", false},
		{viewUser, "1.3.6.1.6.3.16.1.1", false},
		{viewUser, "1.3.6.1.4.1.4874.2.2.16.3.1.0", false},
		{viewUser, "1.3.6.1.4.1.4874.2.2.77.1.1.0", false},
		{viewNothing, "1.3.6.1.2.1.1.1.0", false},
		{ViewMirrorAdmin, "1.3.6.1.4.1.4874.2.2.77.3.0.1", true},
		{ViewMirrorAdmin, "1.3.6.1.2.1.1.1.0", false},
	} {
		v, ok := s.As(side.Clear(true)).View(tt.view)
		if !ok || v.Contains(mib.MustOID(tt.oid)) != tt.in {
			t.Errorf("%s: %s in it is %v", tt.view, tt.oid, !tt.in)
		}
	}
	if _, ok := s.As(side.Clearance{}).View(ViewMirrorAdmin); ok {
		t.Error("an ordinary viewer sees mirrorAdmin")
	}
	if (*View)(nil).Contains(sysDescr) {
		t.Error("no view contains something")
	}
}

func TestViewFamilies(t *testing.T) {
	l := NewLCD()
	for _, f := range []Family{
		included("1.3.6.1.2.1"),
		excluded("1.3.6.1.2.1.1"),
		included("1.3.6.1.2.1.1.5"),
		// Column of any kind of row 3: 1.3.6.1.2.1.2.2.1.*.3
		{Subtree: mib.MustOID("1.3.6.1.2.1.2.2.1.0.3"), Mask: []byte{0xff, 0xbf}},
		// Of the same length and greater, so it wins where both match.
		{Subtree: mib.MustOID("1.3.6.1.2.1.2.2.1.8.3"), Included: true},
		// The mirror MIB, over a wildcard and by its name: to no effect.
		{Subtree: mib.MustOID("1.3.6.1.4.1.0.2.2.77"), Mask: []byte{0xfd}, Included: true},
		{Subtree: mirrorMIB, Included: true},
	} {
		check(t, "set", l.As(side.Clearance{}).SetView("v", f), nil)
	}
	v, _ := l.Snapshot().As(side.Clearance{}).View("v")
	for oid, in := range map[string]bool{
		"1.3.6.1.2":                       false,
		"1.3.6.1.2.1":                     true,
		"1.3.6.1.2.1.1.1.0":               false,
		"1.3.6.1.2.1.1.5.0":               true,
		"1.3.6.1.2.1.2.2.1.10.2":          true,
		"1.3.6.1.2.1.2.2.1.10.3":          false,
		"1.3.6.1.2.1.2.2.1.8.3":           true,
		"1.3.6.1.4.1.9.2.2.77.1":          true,
		"1.3.6.1.4.1.4874.2.2.77.1.1.0":   false,
		"1.3.6.1.4.1.4874.2.2.77.3.0.5":   false,
		"1.3.6.1.4.1.4874.2.2.16.3.1.0.0": false,
	} {
		if v.Contains(mib.MustOID(oid)) != in {
			t.Errorf("%s in the view is %v", oid, !in)
		}
	}
	check(t, "replace", l.As(side.Clearance{}).SetView("v", excluded("1.3.6.1.2.1.1.5")), nil)
	w, _ := l.Snapshot().As(side.Clearance{}).View("v")
	if name := mib.MustOID("1.3.6.1.2.1.1.5.0"); w.Contains(name) || !v.Contains(name) || w.Size() != v.Size() {
		t.Error("a replaced family: the new view has it, the old view must not")
	}
	check(t, "remove family", l.As(side.Clearance{}).RemoveView("v", mib.MustOID("1.3.6.1.2.1.1.5")), nil)
	check(t, "again", l.As(side.Clearance{}).RemoveView("v", mib.MustOID("1.3.6.1.2.1.1.5")), ErrNotFound)
	check(t, "remove view", l.As(side.Clearance{}).RemoveView("v", nil), nil)
	check(t, "again", l.As(side.Clearance{}).RemoveView("v", nil), ErrNotFound)
	check(t, "one family", l.As(side.Clearance{}).SetView("v", included("1.3")), nil)
	check(t, "its last family", l.As(side.Clearance{}).RemoveView("v", mib.MustOID("1.3")), nil)
	check(t, "gone", l.As(side.Clearance{}).RemoveView("v", nil), ErrNotFound)
	check(t, "no subtree", l.As(side.Clearance{}).SetView("v", Family{}), mib.ErrOID)
	check(t, "long mask", l.As(side.Clearance{}).SetView("v", Family{Subtree: sysDescr, Mask: make([]byte, 17)}), mib.ErrOID)
	check(t, "name", l.As(side.Clearance{}).SetView("", included("1.3")), errName)
}

func TestPredefinedGroups(t *testing.T) {
	l := NewLCD()
	s := l.Snapshot()
	for _, tt := range []struct {
		group, read, write, notify string
		level                      SecurityLevel
		side                       side.Side
	}{
		{"admin", "everything", "everything", "everything", AuthPriv, side.Ordinary},
		{"mirror", "mirrorAdmin", "mirrorAdmin", "mirrorAdmin", AuthPriv, side.Secure},
		{"private", "user", "user", "nothing", NoAuthNoPriv, side.Ordinary},
		{"public", "user", "nothing", "nothing", NoAuthNoPriv, side.Ordinary},
	} {
		g, ok := s.As(side.Clear(true)).Group(tt.group)
		if !ok || g.Level != tt.level || g.Side() != tt.side || !g.Predefined() || g.Views != [operations]string{tt.read, tt.write, tt.notify} {
			t.Errorf("%s: %+v", tt.group, g)
		}
		_, ok = s.As(side.Clearance{}).Group(tt.group)
		if ok != (tt.side == side.Ordinary) {
			t.Errorf("%s: seen by an ordinary viewer: %v", tt.group, ok)
		}
		check(t, "set "+tt.group, l.As(side.Clear(tt.side == side.Secure)).SetGroup(NewGroup(tt.group, AuthPriv, "", "", "")), errPredefined)
		check(t, "remove "+tt.group, l.As(side.Clear(tt.side == side.Secure)).RemoveGroup(tt.group), errPredefined)
	}
	for _, name := range []string{ViewEverything, viewUser, viewNothing, ViewMirrorAdmin} {
		check(t, "set "+name, l.As(side.Clear(true)).SetView(name, included("1.3")), errPredefined)
		check(t, "remove "+name, l.As(side.Clear(true)).RemoveView(name, nil), errPredefined)
	}
}

func TestMirrorAuthorised(t *testing.T) {
	l := NewLCD()
	check(t, "group", l.As(side.Clear(true)).SetGroup(NewGroup("watch", AuthPriv, ViewMirrorAdmin, "", "")), nil)
	check(t, "group", l.As(side.Clear(true)).SetGroup(NewGroup("low", AuthPriv, "", "", ViewMirrorAdmin)), nil)
	auth := authPriv(t, "auth", "low")
	auth.Priv, auth.PrivKey = NoPriv, nil
	// Whoever could be named without a key could be found by a stranger.
	check(t, "user without privacy", l.As(side.Clear(true)).SetUser(auth), errMirrorLevel)
	check(t, "user without keys", l.As(side.Clear(true)).SetUser(plain("plain", "low")), errMirrorLevel)
	check(t, "group without privacy", l.As(side.Clear(true)).SetGroup(NewGroup("open", AuthNoPriv, ViewMirrorAdmin, "", "")), errMirrorLevel)
	for _, tt := range []struct {
		user User
		want bool
	}{
		{authPriv(t, "mirror", GroupMirror), true},
		{authPriv(t, "low", "low"), true},
		{authPriv(t, "reader", "watch"), false}, // secure, but not for notifications
		{authPriv(t, "admin", groupAdmin), false},
	} {
		check(t, tt.user.Name, l.As(side.Clear(true)).SetUser(tt.user), nil)
		if got := l.Snapshot().MirrorAuthorised(tt.user.Name); got != tt.want {
			t.Errorf("%s: %v", tt.user.Name, got)
		}
	}
	if l.Snapshot().MirrorAuthorised("nobody") || l.Snapshot().NotifyAccess("nobody", sysDescr) {
		t.Error("nobody is authorised")
	}
	if got := len(l.As(side.Clearance{}).Users()); got != 1 {
		t.Errorf("an ordinary viewer sees %d users", got)
	}
}

func TestAccessLevels(t *testing.T) {
	l := NewLCD()
	check(t, "user", l.As(side.Clearance{}).SetUser(authPriv(t, "a", groupAdmin)), nil)
	check(t, "user", l.As(side.Clearance{}).SetUser(plain("low", groupAdmin)), nil)
	check(t, "user", l.As(side.Clearance{}).SetUser(plain("p", GroupPublic)), nil)
	s := l.Snapshot()
	for _, tt := range []struct {
		user  string
		level SecurityLevel
		op    Operation
		view  string
	}{
		{"a", AuthPriv, Read, ViewEverything},
		{"a", AuthPriv, Notify, ViewEverything},
		{"a", AuthNoPriv, Read, ""},
		{"low", NoAuthNoPriv, Read, ""},
		{"low", AuthPriv, Read, ""}, // beyond what the user is capable of
		{"p", NoAuthNoPriv, Read, viewUser},
		{"p", NoAuthNoPriv, Write, viewNothing},
		{"p", NoAuthNoPriv, Notify, viewNothing},
	} {
		u, _ := s.User(tt.user)
		got := ""
		if v := s.Access(u, tt.level, tt.op); v != nil {
			got = v.Name
		}
		if got != tt.view {
			t.Errorf("%s, %v, %d: view %q, want %q", tt.user, tt.level, tt.op, got, tt.view)
		}
	}
}
