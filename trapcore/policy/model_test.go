package policy

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// plain are lists without an index: groups in order, found by looking at each.
type plain struct {
	lists       map[string][]Group
	classifiers map[string]int // entries
	attached    string         // list on the interface, "" for none
}

func (m *plain) references(classifier string) (n int) {
	for _, groups := range m.lists {
		for i := range groups {
			n += map[bool]int{true: 1}[groups[i].Classifier == classifier]
		}
	}
	return n
}

// set is SetGroup.
func (m *plain) set(list, classifier string, precedence int) error {
	groups, ok := m.lists[list]
	at := slices.IndexFunc(groups, func(g Group) bool { return g.Classifier == classifier })
	g, behind := Group{Classifier: classifier, Precedence: cmp.Or(precedence, DefaultPrecedence)}, true
	switch {
	case !ok:
		return ErrNoList
	case classifier != All && m.classifiers[classifier] == 0:
		return ErrNoClassifier
	case at >= 0 && (precedence == 0 || precedence == groups[at].Precedence):
		return nil
	case at >= 0:
		behind = precedence < groups[at].Precedence
		g.Rules = groups[at].Rules
		groups = slices.Delete(groups, at, at+1)
	}
	to := slices.IndexFunc(groups, func(o Group) bool {
		return o.Precedence > g.Precedence || !behind && o.Precedence == g.Precedence
	})
	if to < 0 {
		to = len(groups)
	}
	m.lists[list] = slices.Insert(groups, to, g)
	return nil
}

// TestModel: whatever is made, changed and removed in whatever order, lists are what
// they are without an index.
func TestModel(t *testing.T) {
	ls, r, id := bench(t)
	m := &plain{lists: map[string][]Group{}, classifiers: map[string]int{}}
	rnd := rand.New(rand.NewPCG(5, 6))
	for n := range 4000 {
		list, classifier := string('p'+rune(rnd.IntN(3))), string('a'+rune(rnd.IntN(4)))
		if rnd.IntN(6) == 0 {
			classifier = All
		}
		groups, there := m.lists[list]
		at := slices.IndexFunc(groups, func(g Group) bool { return g.Classifier == classifier })
		rule := []Rule{Filter, Forward, Log}[rnd.IntN(3)]
		var got, want error
		what := rnd.IntN(10)
		switch what {
		case 0:
			got = ls.Create(IP, list)
			if !there {
				m.lists[list] = nil
			}
		case 1:
			got = ls.Remove(IP, list)
			switch {
			case !there:
				want = ErrNoList
			case m.attached == list:
				want = errAttached
			default:
				delete(m.lists, list)
			}
		case 2:
			if classifier != All {
				got = ls.AddClassifier(IP, classifier, fmt.Sprint("entry ", n))
				m.classifiers[classifier]++
			}
		case 3:
			got = ls.RemoveClassifier(IP, classifier, 0)
			switch {
			case m.classifiers[classifier] == 0:
				want = ErrNoClassifier
			case m.references(classifier) > 0:
				want = errReferenced
			default:
				delete(m.classifiers, classifier)
			}
		case 4:
			got = ls.RemoveGroup(IP, list, classifier)
			switch {
			case !there:
				want = ErrNoList
			case at < 0:
				want = errNoGroup
			default:
				m.lists[list] = slices.Delete(groups, at, at+1)
			}
		case 5:
			got = ls.SetRule(IP, list, classifier, rule)
			switch {
			case !there:
				want = ErrNoList
			case at < 0:
				want = errNoGroup
			default:
				rules := slices.DeleteFunc(groups[at].Rules, func(o Rule) bool { return o.kind() == rule.kind() })
				groups[at].Rules = append(rules, rule)
				slices.Sort(groups[at].Rules)
			}
		case 6:
			if rnd.IntN(2) == 0 {
				got = ls.Attach(r, id, IP, Input, Attachment{List: list})
				if m.attached = list; !there {
					m.lists[list] = []Group{{Classifier: All, Precedence: DefaultPrecedence, Rules: []Rule{Filter}}}
				}
			} else {
				if got = ls.Detach(r, id, IP, Input); m.attached == "" {
					want = errNotAttached
				}
				m.attached = ""
			}
		default:
			precedence := rnd.IntN(4)
			got, want = ls.SetGroup(IP, list, classifier, precedence), m.set(list, classifier, precedence)
		}
		if !errors.Is(got, want) {
			t.Fatalf("step %d, %d of %s, %s: %v, want %v", n, what, list, classifier, got, want)
		}
		compare(t, n, ls, m)
		if t.Failed() {
			return
		}
	}
}

func compare(t *testing.T, n int, ls *Lists, m *plain) {
	t.Helper()
	all := ls.All()
	if len(all) != len(m.lists) {
		t.Errorf("step %d: %d lists, want %d", n, len(all), len(m.lists))
	}
	for _, l := range all {
		want := List{Protocol: IP, Name: l.Name, Groups: m.lists[l.Name]}
		if m.attached == l.Name {
			want.References = 1
		}
		if fmt.Sprint(l) != fmt.Sprint(want) {
			t.Errorf("step %d: %v, want %v", n, l, want)
		}
		for i, g := range want.Groups {
			if got, ok := ls.Group(IP, l.Name, g.Classifier); !ok || fmt.Sprint(got) != fmt.Sprint(want.Groups[i]) {
				t.Errorf("step %d: group %v, want %v", n, got, g)
			}
		}
		if named := ls.Named(l.Name); len(named) != 1 || fmt.Sprint(named[0]) != fmt.Sprint(l) {
			t.Errorf("step %d: by name %v", n, named)
		}
	}
	for classifier, entries := range m.classifiers {
		c := ls.ClassifiersNamed(classifier)
		if len(c) != 1 || len(c[0].Entries) != entries && entries < maxEntries || c[0].References != m.references(classifier) {
			t.Errorf("step %d: classifier lists %v, want %d entries and %d references", n, c, entries, m.references(classifier))
		}
	}
	offers(t, n, ls.EachName, slices.Sorted(maps.Keys(m.lists)))
	offers(t, n, ls.EachClassifierName, slices.Sorted(maps.Keys(m.classifiers)))
}

// offers holds the names that help is given to those there are.
func offers(t *testing.T, n int, each func(prefix string, visit func(string) bool) int, want []string) {
	t.Helper()
	var got []string
	left := each("", func(name string) bool { got = append(got, name); return true })
	if !slices.Equal(got, want) || left != 0 {
		t.Errorf("step %d: %q are offered and %d left out, want %q", n, got, left, want)
	}
}
