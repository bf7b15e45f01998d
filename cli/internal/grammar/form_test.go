package grammar

import "testing"

// TestFormsAreCompiledWhenNeeded: making a tree compiles nothing, a line what begins like
// it, and Load the rest.
func TestFormsAreCompiledWhenNeeded(t *testing.T) {
	tree, err := New([]ModeSpec{{Mode: "m"}}, []Command[int]{
		{Modes: []Mode{"m"}, Syntax: Seq(Kw("show", ""), Kw("version", "")), Shows: true},
		{Modes: []Mode{"m"}, Syntax: Seq(Alt(Kw("set", ""), Kw("put", "")), Param("n", Int(0, 9), "")), No: Kw("set", "")},
		{Modes: []Mode{"m"}, Level: 10, Syntax: Seq(Kw("show", ""), Kw("all", ""))},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []struct {
		do   func() error
		want int
	}{
		{func() error { return nil }, 0},
		{func() error { _, err := tree.Parse("m", View{Level: 5}, "show version"); return err }, 1},
		{func() error { _, err := tree.Parse("m", View{Level: 5}, "put 3"); return err }, 2},
		{func() error { _, err := tree.Parse("m", View{Level: 5}, "set 3"); return err }, 2},
		{tree.Load, 4},
	} {
		if err := at.do(); err != nil {
			t.Fatal(err)
		}
		compiled := 0
		for i := range tree.forms {
			if tree.forms[i].prog != nil {
				compiled++
			}
		}
		if compiled != at.want {
			t.Errorf("%d forms are compiled, want %d", compiled, at.want)
		}
	}
}
