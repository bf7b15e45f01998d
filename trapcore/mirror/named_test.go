package mirror

import (
	"maps"
	"slices"
)

// compareNamed holds the names that are counted to those that a look at all there is
// finds.
func (w *world) compareNamed() {
	w.t.Helper()
	want := map[string]bool{}
	for _, l := range w.PolicyLists() {
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
}
