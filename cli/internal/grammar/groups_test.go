package grammar

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// reached lists the levels that a level reaches.
func (l *Levels) reached(level int) (all []int) {
	for other := range LevelMax + 1 {
		if (View{Level: level, Levels: l}).Reaches(other) {
			all = append(all, other)
		}
	}
	return all
}

func change(t *testing.T, tree *Tree[string], l *Levels, all ...Membership) *Levels {
	t.Helper()
	for _, m := range all {
		var err error
		if l, err = tree.ChangeGroup(l, m); err != nil {
			t.Fatalf("%+v: %v", m, err)
		}
	}
	return l
}

// TestGroupExamples: the examples of JunosE System Basics 11.3, "Examples Using
// Privilege Group Membership".
func TestGroupExamples(t *testing.T) {
	tree := levelFixture(t)
	var l *Levels
	for _, step := range []struct {
		of   []Membership
		from int
		want []int
	}{
		{nil, 15, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}},
		{nil, 5, []int{0, 1, 2, 3, 4, 5}},
		{nil, 0, []int{0}},
		{[]Membership{{11, GroupClear, 0}, {15, GroupAdd, 10}}, 15, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15}},
		{nil, 11, []int{0, 11}},
		{nil, 12, []int{0, 12}},
		{[]Membership{{14, GroupRemove, 13}}, 15, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 15}},
	} {
		l = change(t, tree, l, step.of...)
		if got := l.reached(step.from); !slices.Equal(got, step.want) {
			t.Errorf("%+v: %d reaches %v, want %v", step.of, step.from, got, step.want)
		}
	}
}

// TestGroupRefusals: no circles, nothing twice, nothing of group 0.
func TestGroupRefusals(t *testing.T) {
	tree := levelFixture(t)
	for _, m := range []Membership{
		{15, GroupAdd, 10}, {10, GroupAdd, 15}, {10, GroupAdd, 10}, {0, GroupAdd, 1}, {1, GroupAdd, 0}, {15, GroupRemove, 10}, {1, GroupRemove, 0},
	} {
		if _, err := tree.ChangeGroup(nil, m); err == nil {
			t.Errorf("%+v is taken", m)
		}
	}
}

// TestMembershipsReadBack: doing again what was changed gives the same groups,
// whatever it was; changing all back leaves nothing.
func TestMembershipsReadBack(t *testing.T) {
	tree, r := levelFixture(t), rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var l *Levels
		for range r.IntN(40) {
			m := Membership{r.IntN(LevelMax + 1), []GroupAction{GroupAdd, GroupAdd, GroupRemove, GroupRemove, GroupClear}[r.IntN(5)], r.IntN(LevelMax + 1)}
			if m.Action == GroupRemove && r.IntN(2) == 0 {
				m.Member = max(m.Group-1, 0)
			}
			if next, err := tree.ChangeGroup(l, m); err == nil {
				l = next
			}
		}
		again := change(t, tree, nil, l.Memberships()...)
		if *again.grouped() != *l.grouped() {
			t.Fatalf("%v gives %v", l.Memberships(), again.Memberships())
		}
	}
}

// TestRulesKeepGroups: what moves commands leaves the groups, and the other way.
func TestRulesKeepGroups(t *testing.T) {
	tree := levelFixture(t)
	l := change(t, tree, nil, Membership{15, GroupRemove, 14})
	path := []Path{{Mode: exec, Words: []string{"test"}}}
	l = tree.Relevel(l, path, false, 15)
	sees := func(level int) bool {
		_, err := tree.Parse(exec, View{Level: level, Levels: l}, "test ip")
		return err == nil
	}
	if len(l.Memberships()) != 1 || len(l.Rules()) != 1 || !sees(15) || sees(14) {
		t.Errorf("%v, %v", l.Memberships(), l.Rules())
	}
	if l = tree.Reset(l, path, false); len(l.Memberships()) != 1 || sees(15) || !sees(14) || !sees(LevelAll) {
		t.Errorf("%v, %v", l.Memberships(), l.Rules())
	}
	if l, err := tree.ResetGroup(l, 15); err != nil || l != nil {
		t.Errorf("%v, %v", l, err)
	}
}

// TestGroupsHideTheSecureSide: a group that no longer reaches the secure level
// has no secure side.
func TestGroupsHideTheSecureSide(t *testing.T) {
	tree := levelFixture(t)
	l := change(t, tree, nil, Membership{14, GroupRemove, 13})
	v := View{Level: 15, Mirror: true, Levels: l}
	if v.SeesSecure() || v.SeesAnySecure() {
		t.Error("the secure side is seen")
	}
	for _, line := range []string{"show mirror trap", "trace-secure"} {
		if _, err := tree.Parse(exec, v, line); err == nil {
			t.Errorf("%s is taken", line)
		}
	}
	if v.Level = 13; !v.SeesSecure() || !v.SeesAnySecure() {
		t.Error("level 13 does not see its own")
	}
}
