package mirror

import (
	"maps"
	"slices"
)

// compareNamed holds the names that are counted to those that a look at all there is
// finds, and those that help is given.
func (w *world) compareNamed() {
	w.t.Helper()
	want := map[string]bool{}
	var policies, classifiers []string
	var byHand [protocols][]string
	for _, l := range w.PolicyLists() {
		policies = append(policies, l.Name)
		if !l.RADIUS {
			byHand[l.Protocol] = append(byHand[l.Protocol], l.Name)
		}
		want[l.Name] = true
		for _, g := range l.Groups {
			if g.Classifier != AllTraffic {
				want[g.Classifier] = true
			}
			if g.Action != nil && g.Action.Analyzer.IsValid() {
				want[g.Action.Analyzer.String()] = true
			}
		}
	}
	for _, l := range w.ClassifierLists() {
		classifiers = append(classifiers, l.Name)
		want[l.Name] = true
	}
	for _, r := range w.Rules() {
		want[r.Value], want[r.List] = true, true
	}
	for _, s := range w.Sessions() {
		if s.Subscriber != "" {
			want[s.Subscriber], want[s.Trigger] = true, true
		}
		want[s.Policy.Name] = true
	}
	delete(want, "")
	for name := range want {
		if !w.Named(slices.Values([]string{"nobody", name})) {
			w.t.Errorf("%q is not known", name)
		}
	}
	if len(w.named) != len(want) {
		w.t.Errorf("%v are known, not %v", slices.Sorted(maps.Keys(w.named)), slices.Sorted(maps.Keys(want)))
	}
	w.offers(w.EachPolicyName, policies)
	w.offers(w.EachClassifierName, classifiers)
	for p, names := range byHand {
		w.offers(func(prefix string, visit func(string) bool) int {
			return w.EachPolicyNameOf(Protocol(p), prefix, visit)
		}, names)
	}
}

func (w *world) offers(each func(prefix string, visit func(string) bool) int, want []string) {
	w.t.Helper()
	var got []string
	left := each("", func(name string) bool { got = append(got, name); return true })
	slices.Sort(got)
	slices.Sort(want)
	if want = slices.Compact(want); !slices.Equal(got, want) || left != 0 {
		w.t.Errorf("%q are offered and %d left out, want %q", got, left, want)
	}
}
