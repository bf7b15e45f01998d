package snmp

import (
	"strings"
	"testing"

	"mirrorsh/trapcore/side"
)

// TestCommunityRecords: defaults, sides, name space and quota.
func TestCommunityRecords(t *testing.T) {
	l := NewLCD()
	for _, tt := range []struct {
		viewer side.Side
		c      Community
		want   error
	}{
		{side.Ordinary, Community{Name: "a"}, nil},
		{side.Ordinary, Community{Name: "b", Privilege: Admin}, nil},
		{side.Ordinary, Community{Name: "c", View: ViewMirrorAdmin}, nil}, // to it a view like any other
		{side.Secure, Community{Name: "d", View: ViewMirrorAdmin, Privilege: ReadWrite}, nil},
		{side.Ordinary, Community{Name: "d"}, errNameTaken},
		{side.Secure, Community{Name: "a", View: ViewMirrorAdmin}, errNameTaken},
		{side.Ordinary, Community{Name: ""}, errCommunity},
		{side.Ordinary, Community{Name: "a b"}, errCommunity},
		{side.Ordinary, Community{Name: strings.Repeat("x", MaxCommunity+1)}, errCommunity},
		{side.Ordinary, Community{Name: "e", AccessList: "a b"}, errAccessList},
		{side.Ordinary, Community{Name: "e", View: viewUser, Privilege: Admin}, errAdminView},
		{side.Ordinary, Community{Name: "e", View: "a view"}, errName},
	} {
		check(t, tt.c.Name, l.As(side.Clear(tt.viewer == side.Secure)).SetCommunity(tt.c), tt.want)
	}
	if err := l.As(side.Clearance{}).SetCommunity(Community{Name: "e", Privilege: 9}); err == nil {
		t.Error("privilege 9 was taken")
	}
	list := func(viewer side.Side) (s string) {
		for _, c := range l.As(side.Clear(viewer == side.Secure)).Communities() {
			s += c.Name + " " + c.View + " " + c.Privilege.String() + " " + c.Side().String() + "\n"
		}
		return s
	}
	const ordinary = "a user ro ordinary\nb everything admin ordinary\nc mirrorAdmin ro ordinary\n"
	if list(side.Ordinary) != ordinary || list(side.Secure) != ordinary+"d mirrorAdmin rw secure\n" {
		t.Errorf("%s\n%s", list(side.Ordinary), list(side.Secure))
	}
	s := l.Snapshot()
	for name, reaches := range map[string]bool{"a": false, "b": false, "c": false, "d": true} {
		c, _ := s.Community([]byte(name))
		if s.CommunityAccess(c, Read).ReachesMirror() != reaches {
			t.Errorf("%s reaches the mirror MIB: %v", name, !reaches)
		}
		if (s.CommunityAccess(c, Write) != nil) != (c.Privilege != ReadOnly) {
			t.Errorf("%s may write or not", name)
		}
	}
	check(t, "remove d", l.As(side.Clearance{}).RemoveCommunity("d"), ErrNotFound)
	check(t, "remove d", l.As(side.Clear(true)).RemoveCommunity("d"), nil)
	for i := range MaxCommunities - 3 {
		check(t, "fill", l.As(side.Clearance{}).SetCommunity(Community{Name: strings.Repeat("f", i+1)}), nil)
	}
	check(t, "one more", l.As(side.Clearance{}).SetCommunity(Community{Name: "g"}), ErrFull)
	check(t, "the other side", l.As(side.Clear(true)).SetCommunity(Community{Name: "g", View: ViewMirrorAdmin}), nil)
	check(t, "replace", l.As(side.Clearance{}).SetCommunity(Community{Name: "f", Privilege: ReadWrite}), nil)
}
