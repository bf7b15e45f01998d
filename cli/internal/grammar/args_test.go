package grammar

import (
	"net/netip"
	"reflect"
	"slices"
	"testing"
)

// TestFixed: of a line that is remembered, all values are such as nobody can change.
func TestFixed(t *testing.T) {
	for v, want := range map[any]bool{
		"": true, 1: true, uint8(1): true, 1.5: true, true: true, netip.Addr{}: true, netip.Prefix{}: true,
		[2]string{}: true, struct{ of Form }{}: true,
		new(int): false, [1]*int{}: false, struct{ any }{}: false, uintptr(1): false,
	} {
		if got := fixed(reflect.TypeOf(v)); got != want {
			t.Errorf("%T: %v", v, got)
		}
	}
	for _, v := range []any{[]string{}, map[string]int{}, struct{ of [2]map[string]int }{}} {
		if fixed(reflect.TypeOf(v)) {
			t.Errorf("%T is taken for one that nobody can change", v)
		}
	}
}

// TestKeptReading: what a binding reads of arguments that are kept is what it would read
// anew, whatever other binding has read them before, and nobody can change it for the next.
func TestKeptReading(t *testing.T) {
	tree, err := New([]ModeSpec{{Mode: "m"}}, []Command[int]{{
		Modes: []Mode{"m"}, Syntax: Seq(Kw("set", ""), Param("n", Int(0, 9), ""), Any(Kw("a", "").As("all"), Kw("b", "").As("all"))),
	}})
	if err != nil {
		t.Fatal(err)
	}
	type one struct {
		Form
		N   int    `cli:"n"`
		Set string `cli:"set"`
	}
	type list struct {
		N   *int     `cli:"n"`
		All []string `cli:"all"`
	}
	ones, others, lists := Bind(one{}), Bind(one{Set: "not"}), Bind(list{})
	for _, line := range []string{"set 3 a b", "set 4"} {
		m, err := tree.Parse("m", View{Level: 15}, line)
		if err != nil {
			t.Fatal(err)
		}
		want, changes := ones.Read(m.Args), lists.Read(m.Args)
		if !m.Args.Keep() {
			t.Fatal("not kept")
		}
		for range 3 {
			if got := ones.Read(m.Args); got != want {
				t.Errorf("%q is %+v, want %+v", line, got, want)
			}
			if m.Args.kept.by != any(ones) {
				t.Errorf("%q is read again each time", line)
			}
			if got := others.Read(m.Args); got != want {
				t.Errorf("%q is %+v to another binding, want %+v", line, got, want)
			}
			got := lists.Read(m.Args)
			if *got.N != *changes.N || !slices.Equal(got.All, changes.All) {
				t.Errorf("%q is %+v, want %+v", line, got, changes)
			}
			*got.N = 7
			clear(got.All)
		}
	}
}
