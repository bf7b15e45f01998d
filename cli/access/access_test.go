package access

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
)

func hash(t testing.TB, password string) Hash {
	t.Helper()
	h, err := NewHash(password)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHash(t *testing.T) {
	a, b := hash(t, "rocket"), hash(t, "rocket")
	if a == b {
		t.Error("two hashes of one password are alike: no salt")
	}
	if len(a) != HashLength || HashLength != 20 {
		t.Errorf("%q has %d characters; the column of show secret has 20", a, len(a))
	}
	for password, want := range map[string]bool{"rocket": true, "Rocket": false, "": false, "rocket ": false} {
		if a.Matches(password) != want {
			t.Errorf("%q matches: %v", password, !want)
		}
	}
	if Hash("").Matches("") || Hash("").Matches("x") {
		t.Error("no password matches a password")
	}
	if h, err := ParseHash(string(a)); err != nil || h != a {
		t.Errorf("a hash is read back as %q, %v", h, err)
	}
	for _, bad := range []string{"", "rocket", string(a[:19]), string(a) + "x", "2" + string(a[1:]), string(a[:19]) + "!", strings.Repeat("1", 21)} {
		if _, err := ParseHash(bad); !errors.Is(err, errHash) {
			t.Errorf("%q is taken for a hash", bad)
		}
	}
}

func TestEnableLooksDown(t *testing.T) {
	a := New()
	five, ten, secret := Hash("five"), Hash("ten"), Hash("secret")
	check := func(want map[int]LevelPassword) {
		t.Helper()
		for level, w := range want {
			if got := a.Enable(level); got != w {
				t.Errorf("level %d: %+v, want %+v", level, got, w)
			}
		}
	}
	check(map[int]LevelPassword{0: {}, 15: {}})
	a.SetEnable(5, Password, five)
	a.SetEnable(10, Password, ten)
	check(map[int]LevelPassword{
		4: {}, 5: {Password, five, false}, 9: {Password, five, true}, 10: {Password, ten, false}, 15: {Password, ten, true},
	})
	a.SetEnable(10, Secret, secret)
	check(map[int]LevelPassword{10: {Secret, secret, false}, 15: {Secret, secret, true}})
	a.SetEnable(10, Secret, "")
	a.SetEnable(10, Password, "")
	check(map[int]LevelPassword{15: {Password, five, true}})
}

func everybody(string) bool { return true }

func TestLines(t *testing.T) {
	a := New()
	for _, c := range []struct {
		do   func() error
		want error
		open int
	}{
		{func() error { a.Open(2); return nil }, nil, 5},
		{func() error { a.Open(9); return nil }, nil, 10},
		{func() error { a.Open(99); return nil }, nil, 30},
		{func() error { return a.CloseFrom(4) }, errFixedLine, 30},
		{func() error { return a.CloseFrom(6) }, nil, 6},
		{func() error { return a.CloseFrom(6) }, ErrNoLine, 6},
		{func() error { return a.CloseFrom(5) }, nil, 5},
	} {
		if err := c.do(); !errors.Is(err, c.want) {
			t.Errorf("got %v, want %v", err, c.want)
		}
		if got := a.OpenLines(); got != c.open {
			t.Errorf("%d lines, want %d", got, c.open)
		}
	}
	if err := a.Change(Lines{3, 8}, func(l *Line) { l.AccessClass = "x" }); err != nil {
		t.Error(err)
	}
	if err := a.Change(Lines{7, 8}, func(*Line) {}); !errors.Is(err, ErrNoLine) {
		t.Errorf("lines that are gone: %v", err)
	}
	a.Open(6)
	if l, err := a.Line(6); err != nil || l.AccessClass != "" {
		t.Error("a line that was opened again remembers what it was")
	}
	var runs []string
	for _, r := range a.Runs() {
		runs = append(runs, fmt.Sprint(r.First, "-", r.Last, " ", r.Default))
	}
	if got, want := fmt.Sprint(runs), "[console-console true vty 0-vty 2 true vty 3-vty 4 false vty 5-vty 6 true]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestFirstLineThatAdmits(t *testing.T) {
	a := New()
	h := hash(t, "pw")
	set := func(first, last ID, change func(*Line)) {
		t.Helper()
		if err := a.Change(Lines{first, last}, change); err != nil {
			t.Fatal(err)
		}
	}
	set(0, 1, func(l *Line) { l.AccessClass = "far" })
	set(3, 4, func(l *Line) { l.Password = h })
	near := Peer{From: netip.MustParseAddr("10.0.0.1"), Admits: func(list string) bool { return list != "far" }}
	if _, err := a.LoginTimeout(Peer{Admits: func(string) bool { return false }}); err != nil {
		t.Errorf("lines 2 to 4 have no access class: %v", err)
	}
	enter := func(p Peer, proof Proof) (*User, error) {
		u := &User{Close: func(error) {}}
		return u, a.Enter(u, p, proof)
	}
	key := Proof{Key: true}
	for _, c := range []struct {
		peer  Peer
		proof Proof
		line  ID
		err   error
	}{
		{near, Proof{}, 0, ErrDenied}, // every line has login
		{near, key, 2, nil},
		{near, Proof{Password: h}, 3, nil},
		{near, key, 4, nil},
		{near, Proof{Password: h}, 0, errTaken},
		{near, key, 0, errTaken},
		{near, Proof{Password: "another"}, 0, ErrDenied}, // no line has this very password
		{Peer{Admits: everybody}, key, 0, nil},
	} {
		u, err := enter(c.peer, c.proof)
		if !errors.Is(err, c.err) || err == nil && u.Line != c.line {
			t.Errorf("got line %v, %v; want %v, %v", u.Line, err, c.line, c.err)
		}
	}
	for _, u := range a.Users() {
		if u.Line == 3 {
			a.Leave(u)
		}
	}
	if got, ok := a.CheckPassword(near, "pw"); !ok || got != h {
		t.Error("the password of a free line is refused")
	}
	set(3, 3, func(l *Line) { l.Password = "other" })
	if _, ok := a.CheckPassword(near, "pw"); ok {
		t.Error("the password of a taken line opens a free one")
	}
	if _, err := enter(near, Proof{Password: h}); !errors.Is(err, errTaken) {
		t.Error("a password that was changed meanwhile opens the line")
	}
	set(3, 4, func(l *Line) { l.Password, l.Login = h, false })
	if _, ok := a.CheckPassword(near, "pw"); ok {
		t.Error("no login takes a password")
	}
	if g := a.Greeting(near); g.Asks {
		t.Error("no login asks")
	}
	if u, err := enter(near, Proof{}); err != nil || u.Line != 3 {
		t.Errorf("no login: line %v, %v", u.Line, err)
	}
	if g := a.Greeting(near); !g.Asks {
		t.Error("who is to be refused a line is told so before being asked")
	}
}

func TestBannerReadsBack(t *testing.T) {
	for _, text := range []string{"one", "two\nlines", `back\slash`, `\n is no newline`, "#%$^@~|&*+=", "#%$^@~|&*+=¡", "quote \" and ! mark", "\ttab", "ends in \\"} {
		first := Delimited(text)
		b, done := NewBannerReader(first)
		if !done || b.Text() != text {
			t.Errorf("%q is written as %q and read back as %q, %v", text, first, b.Text(), done)
		}
	}
	b, done := NewBannerReader("xfirst")
	if done || b.Add("second\\nthird\x1b[2J") || !b.Add("laXst x ignored") {
		t.Error("delimiters are not found where they are")
	}
	if got, want := b.Text(), "first\nsecond\nthird[2J\nlaXst "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	a := New()
	a.SetBanner(Exec, strings.Repeat("ü", MaxBanner+5))
	if got := a.Banner(Exec); got != strings.Repeat("ü", MaxBanner) || a.Banner(MOTD) != "" {
		t.Errorf("cut to %d octets", len(got))
	}
}

func TestConcurrentUse(t *testing.T) {
	a := New()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				u := &User{Close: func(error) {}}
				if err := a.Enter(u, Peer{Admits: everybody}, Proof{Key: true}); err != nil {
					if !errors.Is(err, errTaken) {
						t.Error(err)
					}
					continue
				}
				for _, other := range a.Users() {
					if other != u && other.Line == u.Line {
						t.Errorf("two users on %v", u.Line)
					}
				}
				a.Open(6)
				a.SetBanner(MOTD, "x")
				a.Runs()
				_ = a.Clear(3)
				a.Leave(u)
			}
		})
	}
	wg.Wait()
}

// TestBy: a protocol that asks for no name has users without one.
func TestBy(t *testing.T) {
	from := netip.MustParseAddr("10.1.2.3")
	for want, u := range map[string]*User{
		"by joe from 10.1.2.3": {Name: "joe", From: from},
		"from 10.1.2.3":        {From: from},
	} {
		if got := u.By(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
