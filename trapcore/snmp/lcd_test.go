package snmp

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
)

var (
	mirrorTrap = mirrorMIB.Sub(3, 0, 5)
	sysDescr   = mib.MustOID("1.3.6.1.2.1.1.1.0")
)

func authPriv(t *testing.T, name, group string) User {
	u := testUser(t, name, pair{SHA, AES})
	u.Group = group
	return *u
}

func plain(name, group string) User { return User{Name: name, Group: group} }

// check runs a change and compares its error, nil for success.
func check(t *testing.T, what string, got, want error) {
	t.Helper()
	if want == nil && got != nil || !errors.Is(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// TestOwnNameSpace: an ordinary session has its own mirror and mirrorAdmin,
// and gains nothing by them.
func TestOwnNameSpace(t *testing.T) {
	l := NewLCD()
	check(t, "view", l.As(side.Clearance{}).SetView(ViewMirrorAdmin, included("1.3")), nil)
	check(t, "group", l.As(side.Clearance{}).SetGroup(NewGroup(GroupMirror, AuthPriv, ViewMirrorAdmin, ViewMirrorAdmin, ViewMirrorAdmin)), nil)
	check(t, "ordinary user", l.As(side.Clearance{}).SetUser(authPriv(t, "spy", GroupMirror)), nil)
	check(t, "secure user", l.As(side.Clear(true)).SetUser(authPriv(t, "li", GroupMirror)), nil)
	s := l.Snapshot()
	for name, want := range map[string]struct {
		side            side.Side
		mirror, general bool
	}{
		"spy": {side.Ordinary, false, true},
		"li":  {side.Secure, true, false},
	} {
		u, _ := s.User(name)
		if u.Side() != want.side || s.MirrorAuthorised(name) != want.mirror ||
			s.NotifyAccess(name, mirrorTrap) != want.mirror || s.NotifyAccess(name, sysDescr) != want.general {
			t.Errorf("%s: side %v, mirroring %v, mirror trap %v, sysDescr %v", name, u.Side(),
				s.MirrorAuthorised(name), s.NotifyAccess(name, mirrorTrap), s.NotifyAccess(name, sysDescr))
		}
	}
	if g, ok := s.As(side.Clear(true)).Group(GroupMirror); !ok || g.Side() != side.Secure {
		t.Error("the secure group does not win")
	}
	if v, ok := s.As(side.Clear(true)).View(ViewMirrorAdmin); !ok || v.Side != side.Secure {
		t.Error("the secure view does not win")
	}
	if g, ok := s.As(side.Clearance{}).Group(GroupMirror); !ok || g.Side() != side.Ordinary {
		t.Error("an ordinary viewer does not see its own group")
	}
	check(t, "remove in use", l.As(side.Clearance{}).RemoveGroup(GroupMirror), errInUse)
	check(t, "remove user", l.As(side.Clearance{}).RemoveUser("spy"), nil)
	check(t, "remove group", l.As(side.Clearance{}).RemoveGroup(GroupMirror), nil)
	check(t, "remove view", l.As(side.Clearance{}).RemoveView(ViewMirrorAdmin, nil), nil)
	if !l.Snapshot().MirrorAuthorised("li") {
		t.Error("removing the ordinary names took the secure ones along")
	}
}

func TestUsers(t *testing.T) {
	l := NewLCD()
	check(t, "secure", l.As(side.Clear(true)).SetUser(authPriv(t, "li", GroupMirror)), nil)
	check(t, "ordinary", l.As(side.Clearance{}).SetUser(plain("op", GroupPublic)), nil)
	check(t, "taken by secure", l.As(side.Clearance{}).SetUser(plain("li", GroupPublic)), errNameTaken)
	check(t, "taken by ordinary", l.As(side.Clear(true)).SetUser(authPriv(t, "op", GroupMirror)), errNameTaken)
	check(t, "invisible group", l.As(side.Clearance{}).SetUser(authPriv(t, "x", GroupMirror)), ErrNotFound)
	check(t, "no group", l.As(side.Clear(true)).SetUser(plain("x", "none")), ErrNotFound)
	check(t, "invisible user", l.As(side.Clearance{}).RemoveUser("li"), ErrNotFound)
	check(t, "no user", l.As(side.Clearance{}).RemoveUser("x"), ErrNotFound)

	before := l.Snapshot()
	old, _ := before.User("op")
	check(t, "replace", l.As(side.Clearance{}).SetUser(plain("op", groupPrivate)), nil)
	check(t, "unrelated", l.As(side.Clearance{}).SetView("v", included("1.3")), nil)
	now, _ := l.Snapshot().User("op")
	same, _ := before.User("op")
	if now == old || same != old || old.Group != GroupPublic || now.Group != groupPrivate {
		t.Error("a replaced user: new in the new snapshot, as it was in the old")
	}
	if li, _ := before.User("li"); li != l.As(side.Clear(true)).Users()[0] {
		t.Error("a user that did not change is another one in the new snapshot")
	}
	names := func(viewer side.Side) string {
		var s []string
		for _, u := range l.As(side.Clear(viewer == side.Secure)).Users() {
			s = append(s, u.Name)
		}
		return strings.Join(s, " ")
	}
	if names(side.Ordinary) != "op" || names(side.Secure) != "li op" {
		t.Errorf("users: %s; %s", names(side.Ordinary), names(side.Secure))
	}
	check(t, "remove", l.As(side.Clear(true)).RemoveUser("li"), nil)
	check(t, "free again", l.As(side.Clearance{}).SetUser(plain("li", GroupPublic)), nil)
}

func TestInvalidUsers(t *testing.T) {
	good := authPriv(t, "u", groupAdmin)
	for _, tt := range []struct {
		change func(*User)
		want   error
	}{
		{func(*User) {}, nil},
		{func(u *User) { u.Name = strings.Repeat("n", 32) }, nil},
		{func(u *User) { u.Name = "" }, errName},
		{func(u *User) { u.Name = strings.Repeat("n", 33) }, errName},
		{func(u *User) { u.Name = "a b" }, errName},
		{func(u *User) { u.Name = "é" }, errName},
		{func(u *User) { u.Group = "" }, errName},
		{func(u *User) { u.AuthKey = u.AuthKey[1:] }, ErrKey},
		{func(u *User) { u.PrivKey = u.PrivKey[:16] }, ErrKey},
		{func(u *User) { u.PrivKey = nil }, ErrKey},
		{func(u *User) { u.Priv = NoPriv }, ErrKey},
		{func(u *User) { u.Auth, u.AuthKey = NoAuth, nil }, errUser},
		{func(u *User) { u.Auth = SHA256 }, ErrKey},
		{func(u *User) { u.Auth = 99 }, errUser},
	} {
		u := good
		tt.change(&u)
		err := NewLCD().As(side.Clearance{}).SetUser(u)
		check(t, fmt.Sprintf("%+v", u), err, tt.want)
	}
}

func TestGroupSides(t *testing.T) {
	l := NewLCD()
	check(t, "ordinary", l.As(side.Clearance{}).SetGroup(NewGroup("g", AuthPriv, viewUser, "", ViewEverything)), nil)
	check(t, "user", l.As(side.Clear(true)).SetUser(authPriv(t, "u", "g")), nil)
	// The same name with mirrorAdmin is another group, of the secure side.
	check(t, "secure", l.As(side.Clear(true)).SetGroup(NewGroup("g", AuthPriv, "", "", ViewMirrorAdmin)), nil)
	check(t, "named by an ordinary session", l.As(side.Clearance{}).SetGroup(NewGroup("h", AuthPriv, "", "", ViewMirrorAdmin)), nil)
	s := l.Snapshot()
	u, _ := s.User("u")
	if g := s.groupOf(u); g == nil || g.Side() != side.Ordinary || u.Side() != side.Ordinary {
		t.Errorf("user %+v has group %+v", u, g)
	}
	list := func(viewer side.Side) (names []string) {
		for _, g := range l.As(side.Clear(viewer == side.Secure)).Groups() {
			names = append(names, g.Side().String()+" "+g.Name)
		}
		return names
	}
	if got := list(side.Ordinary); !slices.Equal(got, []string{"ordinary admin", "ordinary g", "ordinary h", "ordinary private", "ordinary public"}) {
		t.Errorf("ordinary viewer: %v", got)
	}
	if got := list(side.Secure); !slices.Equal(got, []string{"ordinary admin", "secure g", "ordinary g", "ordinary h", "secure mirror", "ordinary private", "ordinary public"}) {
		t.Errorf("secure viewer: %v", got)
	}
	if n := len(l.As(side.Clearance{}).Views()); n != 3 || len(l.As(side.Clear(true)).Views()) != 4 {
		t.Errorf("%d ordinary views", n)
	}
	check(t, "remove secure", l.As(side.Clear(true)).RemoveGroup("g"), nil)
	check(t, "remove ordinary, in use", l.As(side.Clear(true)).RemoveGroup("g"), errInUse)
	check(t, "invisible", l.As(side.Clearance{}).RemoveGroup(GroupMirror), ErrNotFound)
	check(t, "level", l.As(side.Clearance{}).SetGroup(NewGroup("g", NoAuthNoPriv, "", "", "")), nil)
	if err := l.As(side.Clearance{}).SetGroup(NewGroup("g", 0, "", "", "")); err == nil {
		t.Error("a group of no level")
	}
	check(t, "name", l.As(side.Clearance{}).SetGroup(NewGroup("g h", AuthPriv, "", "", "")), errName)
}

// TestQuotas: each side has its own; a full secure side does not show.
func TestQuotas(t *testing.T) {
	l := NewLCD()
	secure := authPriv(t, "", GroupMirror)
	for i := range MaxUsers {
		secure.Name = fmt.Sprintf("s%d", i)
		check(t, secure.Name, l.As(side.Clear(true)).SetUser(secure), nil)
		check(t, "group", l.As(side.Clear(true)).SetGroup(NewGroup(secure.Name, AuthPriv, ViewMirrorAdmin, "", "")), nil)
	}
	secure.Name = "more"
	check(t, "secure user", l.As(side.Clear(true)).SetUser(secure), ErrFull)
	check(t, "secure group", l.As(side.Clear(true)).SetGroup(NewGroup("more", AuthPriv, ViewMirrorAdmin, "", "")), ErrFull)
	for i := range MaxUsers {
		name := fmt.Sprintf("o%d", i)
		check(t, name, l.As(side.Clearance{}).SetUser(plain(name, GroupPublic)), nil)
		check(t, "group", l.As(side.Clearance{}).SetGroup(NewGroup(name, AuthPriv, "", "", "")), nil)
		check(t, "view", l.As(side.Clearance{}).SetView(name, included("1.3")), nil)
	}
	check(t, "user", l.As(side.Clearance{}).SetUser(plain("more", GroupPublic)), ErrFull)
	check(t, "group", l.As(side.Clearance{}).SetGroup(NewGroup("more", AuthPriv, "", "", "")), ErrFull)
	check(t, "view", l.As(side.Clearance{}).SetView("more", included("1.3")), ErrFull)
	check(t, "replace user", l.As(side.Clearance{}).SetUser(plain("o1", groupPrivate)), nil)
	check(t, "replace group", l.As(side.Clearance{}).SetGroup(NewGroup("o1", AuthPriv, viewUser, "", "")), nil)
	check(t, "extend view", l.As(side.Clearance{}).SetView("o1", excluded("1.3.6")), nil)
}

func TestKeyCache(t *testing.T) {
	l, e := NewLCD(), NewEngine(1, nil)
	check(t, "user", l.As(side.Clearance{}).SetUser(authPriv(t, "u", groupAdmin)), nil)
	u, _ := l.Snapshot().User("u")
	get := func(id EngineID) *LocalKeys {
		t.Helper()
		k, err := l.Keys(u, id, e)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	a := get(testEngineID)
	if get(testEngineID) != a {
		t.Error("the same user and engine have two keys, so two counters of salts")
	}
	peer := func(id EngineID) *LocalKeys {
		t.Helper()
		k, err := l.PeerKeys(u, id, e)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	other := peer("other engine")
	if peer("other engine") != other || peer(testEngineID) != a {
		t.Error("a receiver has keys of its own")
	}
	l.ReleaseKeys(u, "other engine", e)
	if peer("other engine") != other {
		t.Error("keys that are still needed are dropped")
	}
	for range 2 {
		l.ReleaseKeys(u, "other engine", e)
	}
	l.ReleaseKeys(u, testEngineID, e)
	if len(l.keys) != 1 || get(testEngineID) != a {
		t.Errorf("%d keys kept, or those of the own engine dropped", len(l.keys))
	}
	check(t, "replace", l.As(side.Clearance{}).SetUser(authPriv(t, "u", groupAdmin)), nil)
	if _, err := l.Keys(u, testEngineID, e); !errors.Is(err, ErrNotFound) {
		t.Errorf("keys of a user that is replaced: %v", err)
	}
	given := authPriv(t, "u", groupAdmin)
	check(t, "set", l.As(side.Clearance{}).SetUser(given), nil)
	clear(given.AuthKey)
	u, _ = l.Snapshot().User("u")
	if again := get(testEngineID); again.authK.Hex() != a.authK.Hex() {
		t.Error("the LCD keeps a key that its maker can change")
	}
	check(t, "remove", l.As(side.Clearance{}).RemoveUser("u"), nil)
	if len(l.keys) != 0 {
		t.Errorf("%d keys of no user kept", len(l.keys))
	}
}

func TestConcurrentUse(t *testing.T) {
	l, e := NewLCD(), NewEngine(1, nil)
	check(t, "user", l.As(side.Clear(true)).SetUser(authPriv(t, "li", GroupMirror)), nil)
	change := authPriv(t, "u", groupAdmin)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 200 {
				_ = l.As(side.Clearance{}).SetUser(change)
				_ = l.As(side.Clearance{}).SetView("v", Family{Subtree: mib.OID{1, 3, uint32(i)}, Included: true})
				_ = l.As(side.Clearance{}).SetGroup(NewGroup("g", AuthPriv, "v", "", ""))
				_ = l.As(side.Clearance{}).RemoveGroup("g")
				_ = l.As(side.Clearance{}).RemoveUser("u")
			}
		})
		wg.Go(func() {
			for range 200 {
				s := l.Snapshot()
				if !s.NotifyAccess("li", mirrorTrap) {
					t.Error("access lost")
				}
				if u, ok := s.User("u"); ok {
					_, _ = l.Keys(u, testEngineID, e)
				}
				l.As(side.Clear(true)).Views()
			}
		})
	}
	wg.Wait()
	if len(l.keys) > 1 {
		t.Errorf("%d keys kept", len(l.keys))
	}
}
