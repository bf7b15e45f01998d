package policy

import (
	"errors"
	"fmt"
	"testing"

	"mirrorsh/trapcore/internal/lists"
)

// TestOtherGroupsAlone: an edit of a classifier group looks for no other: not for its
// name, nor whether it is in order.
func TestOtherGroupsAlone(t *testing.T) {
	const n = 32
	name := func(i int) string { return fmt.Sprint("c", i) }
	for _, tt := range []struct {
		name string
		do   func(ls *Lists) error
	}{
		{"made", func(ls *Lists) error { return ls.SetGroup(IP, "many", name(n), 0) }},
		{"precedence", func(ls *Lists) error { return ls.SetGroup(IP, "many", name(n-1), 500) }},
		{"rule", func(ls *Lists) error { return ls.SetRule(IP, "many", name(n-1), Log) }},
		{"rule removed", func(ls *Lists) error { return ls.RemoveRule(IP, "many", name(n-1), Forward) }},
		{"removed", func(ls *Lists) error { return ls.RemoveGroup(IP, "many", name(n-1)) }},
	} {
		ls, _, _ := bench(t)
		do(t, ls.Create(IP, "many"))
		for i := range n + 1 {
			do(t, ls.AddClassifier(IP, name(i), "any any"))
			if i < n {
				do(t, ls.SetGroup(IP, "many", name(i), 0), ls.SetRule(IP, "many", name(i), Forward))
			}
		}
		l := ls.lists[lists.KeyOf(IP, "many")]
		first, second := l.groups.All[0], l.groups.All[1]
		first.classifier, second.classifier = name(n), name(n-1) // whoever looks for these by name finds them
		first.Precedence = 101                                   // and whoever sorts has others in front
		do(t, tt.do(ls))
		if l.groups.All[0] != first || l.groups.All[1] != second || len(first.rules) != 1 || len(second.rules) != 1 {
			t.Errorf("%s: another was looked at", tt.name)
		}
	}
}

// TestGroupOrder: groups of a precedence are in the order they were made; one whose
// precedence changes comes last of those it is moved in front to, and first of those
// it is moved behind to.
func TestGroupOrder(t *testing.T) {
	ls, _, _ := bench(t)
	do(t, ls.Create(IP, "p"))
	for _, step := range []struct {
		name       string
		precedence int
		want       string
	}{
		{"a", 0, "a"}, {"b", 0, "ab"}, {"c", 100, "abc"}, {"d", 50, "dabc"}, {"d", 100, "dabc"}, {"a", 200, "dbca"}, {"a", 100, "dbca"},
		{"b", 0, "dbca"}, {"c", 1, "cdba"},
	} {
		do(t, ls.AddClassifier(IP, step.name, "any any"), ls.SetGroup(IP, "p", step.name, step.precedence))
		l, err := ls.List(IP, "p")
		do(t, err)
		got := ""
		for _, g := range l.Groups {
			got += g.Classifier
		}
		if got != step.want {
			t.Errorf("%s at %d: %s, want %s", step.name, step.precedence, got, step.want)
		}
	}
}

// TestEdited: what changes a list is noted, of it and of no other; what changes none is not.
func TestEdited(t *testing.T) {
	ls, r, id := bench(t)
	edited := func() int {
		lists, _ := ls.TakeEdited()
		entries, _ := ls.TakeEditedEntries(IP)
		return len(lists) + len(entries)
	}
	do(t, ls.AddClassifier(IP, "c", "any any"), ls.Create(IP, "p"))
	for _, tt := range []struct {
		name string
		do   func() error
		by   int
	}{
		{"list there is", func() error { return ls.Create(IP, "p") }, 0},
		{"entry there is", func() error { return ls.AddClassifier(IP, "c", "any any") }, 0},
		{"attached", func() error { return ls.Attach(r, id, IP, Input, Attachment{List: "p"}) }, 0},
		{"detached", func() error { return ls.Detach(r, id, IP, Input) }, 0},
		{"attached, and made", func() error { return ls.Attach(r, id, IP, Input, Attachment{List: "q"}) }, 1},
		{"list made", func() error { return ls.Create(IP, "r") }, 1},
		{"group made", func() error { return ls.SetGroup(IP, "r", "c", 0) }, 1},
		{"group there is", func() error { return ls.SetGroup(IP, "r", "c", 100) }, 0},
		{"precedence", func() error { return ls.SetGroup(IP, "r", "c", 7) }, 1},
		{"rule", func() error { return ls.SetRule(IP, "r", "c", Filter) }, 1},
		{"rule removed", func() error { return ls.RemoveRule(IP, "r", "c", Filter) }, 1},
		{"group removed", func() error { return ls.RemoveGroup(IP, "r", "c") }, 1},
		{"list removed", func() error { return ls.Remove(IP, "r") }, 1},
		{"classifier list removed", func() error { return ls.RemoveClassifier(IP, "c", 0) }, 1},
		{"none to remove", func() error {
			if err := ls.RemoveClassifier(IP, "c", 0); !errors.Is(err, ErrNoClassifier) {
				return fmt.Errorf("removed twice: %w", err)
			}
			return nil
		}, 0},
	} {
		edited()
		do(t, tt.do())
		if got := edited(); got != tt.by {
			t.Errorf("%s: %d edited, want %d", tt.name, got, tt.by)
		}
	}
}
