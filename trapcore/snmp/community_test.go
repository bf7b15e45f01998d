package snmp

import (
	"strings"
	"testing"
)

// TestCommunityRecords: defaults, sides, name space and quota.
func TestCommunityRecords(t *testing.T) {
	l := NewLCD()
	for _, tt := range []struct {
		viewer Side
		c      Community
		want   error
	}{
		{Ordinary, Community{Name: "a"}, nil},
		{Ordinary, Community{Name: "b", Privilege: Admin}, nil},
		{Ordinary, Community{Name: "c", View: ViewMirrorAdmin}, nil}, // to it a view like any other
		{Secure, Community{Name: "d", View: ViewMirrorAdmin, Privilege: ReadWrite}, nil},
		{Ordinary, Community{Name: "d"}, ErrNameTaken},
		{Secure, Community{Name: "a", View: ViewMirrorAdmin}, ErrNameTaken},
		{Ordinary, Community{Name: ""}, ErrCommunity},
		{Ordinary, Community{Name: "a b"}, ErrCommunity},
		{Ordinary, Community{Name: strings.Repeat("x", MaxCommunity+1)}, ErrCommunity},
		{Ordinary, Community{Name: "e", AccessList: "a b"}, ErrAccessList},
		{Ordinary, Community{Name: "e", View: ViewUser, Privilege: Admin}, ErrAdminView},
		{Ordinary, Community{Name: "e", View: "a view"}, ErrName},
	} {
		check(t, tt.c.Name, l.SetCommunity(tt.viewer, tt.c), tt.want)
	}
	if err := l.SetCommunity(Ordinary, Community{Name: "e", Privilege: 9}); err == nil {
		t.Error("privilege 9 was taken")
	}
	list := func(viewer Side) (s string) {
		for _, c := range l.Communities(viewer) {
			s += c.Name + " " + c.View + " " + c.Privilege.String() + " " + c.Side().String() + "\n"
		}
		return s
	}
	const ordinary = "a user ro ordinary\nb everything admin ordinary\nc mirrorAdmin ro ordinary\n"
	if list(Ordinary) != ordinary || list(Secure) != ordinary+"d mirrorAdmin rw secure\n" {
		t.Errorf("%s\n%s", list(Ordinary), list(Secure))
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
	check(t, "remove d", l.RemoveCommunity(Ordinary, "d"), ErrNotFound)
	check(t, "remove d", l.RemoveCommunity(Secure, "d"), nil)
	for i := range MaxCommunities - 3 {
		check(t, "fill", l.SetCommunity(Ordinary, Community{Name: strings.Repeat("f", i+1)}), nil)
	}
	check(t, "one more", l.SetCommunity(Ordinary, Community{Name: "g"}), ErrFull)
	check(t, "the other side", l.SetCommunity(Secure, Community{Name: "g", View: ViewMirrorAdmin}), nil)
	check(t, "replace", l.SetCommunity(Ordinary, Community{Name: "f", Privilege: ReadWrite}), nil)
}
