package mirror

import (
	"fmt"
	"slices"
	"testing"

	"mirrorsh/trapcore/internal/lists"
)

// TestOtherGroupsAlone: an edit of a classifier group that does not lead asks for no
// rule of another group, no other list and no session.
func TestOtherGroupsAlone(t *testing.T) {
	const n = 32
	name := func(i int) string { return fmt.Sprint("c", i) }
	rule := func(i int) Action {
		a := action(1, uint32(i))
		a.Analyzer = addr(fmt.Sprintf("10.8.2.%d", i+1))
		return a
	}
	for _, c := range []struct {
		name string
		do   func(b *bench)
		want int // analyzers more
	}{
		{"made", func(b *bench) { b.do(b.SetGroup(IP, "many", name(n), 0)) }, 0},
		{"rule", func(b *bench) { b.do(b.SetAction(IP, "many", name(20), rule(n))) }, 0},
		{"rule to an analyzer of others", func(b *bench) { b.do(b.SetAction(IP, "many", name(20), rule(3))) }, -1},
		{"rule removed", func(b *bench) { b.do(b.RemoveAction(IP, "many", name(20), false, rule(20).Analyzer)) }, -1},
		{"mirrors nothing", func(b *bench) { b.do(b.SetAction(IP, "many", name(20), Action{Disabled: true})) }, -1},
		{"precedence", func(b *bench) { b.do(b.SetGroup(IP, "many", name(20), 500)) }, 0},
		{"removed", func(b *bench) { b.do(b.RemoveGroup(IP, "many", name(20))) }, -1},
		{"classifier list removed", func(b *bench) { b.do(b.RemoveClassifier(IP, name(n), 0)) }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			b.do(b.CreatePolicyList(IP, "many"))
			for i := range n + 1 {
				b.do(b.AddClassifier(IP, name(i), "any any", nil))
				if i < n {
					b.do(b.SetGroup(IP, "many", name(i), 0))
					b.do(b.SetAction(IP, "many", name(i), rule(i)))
				}
			}
			l, before := b.lists[lists.KeyOf(IP, "many")], len(b.def.analyzers)
			for i, g := range l.groups.All {
				if g.classifier != name(20) && g != l.lead {
					a := rule(100 + i) // whoever asked for it would watch another analyzer
					l.groups.All[i] = &group{Place: g.Place, classifier: g.classifier, action: &a}
					l.named[g.classifier] = nil
				}
			}
			b.lists[lists.KeyOf(IP, "other")] = nil
			l.sessions = map[*session]struct{}{nil: {}}
			defer func() {
				if e := recover(); e != nil {
					t.Error("another was looked at:", e)
				}
			}()
			c.do(b)
			if got := len(b.def.analyzers) - before; got != c.want {
				t.Errorf("%d analyzers more, want %d", got, c.want)
			}
			if !slices.IsSortedFunc(l.groups.All, func(a, b *group) int { return a.Compare(&b.Place) }) {
				t.Error("out of order")
			}
		})
	}
}

// TestGroupOrder: groups of a precedence are in the order they were made; one whose
// precedence changes comes last of those it is moved in front to, and first of those
// it is moved behind to. The first that mirrors leads.
func TestGroupOrder(t *testing.T) {
	b := newBench(t)
	b.do(b.CreatePolicyList(IP, "p"))
	order := func(what, want, lead string) {
		t.Helper()
		got := ""
		l := b.lists[lists.KeyOf(IP, "p")]
		for _, g := range l.groups.All {
			got += g.classifier
		}
		leads := "-"
		if l.lead != nil {
			leads = l.lead.classifier
		}
		if got != want || leads != lead {
			t.Errorf("%s: %s, %s leads; want %s and %s", what, got, leads, want, lead)
		}
	}
	set := func(name string, precedence int) { b.do(b.SetGroup(IP, "p", name, precedence)) }
	for _, name := range []string{"a", "b", "c", "d"} {
		b.do(b.AddClassifier(IP, name, "any any", nil))
		set(name, 0)
	}
	order("made", "abcd", "-")
	b.do(b.SetAction(IP, "p", "c", action(1, 1)))
	order("one mirrors", "abcd", "c")
	set("d", 50)
	order("in front", "dabc", "c")
	set("d", 100)
	order("back", "dabc", "c")
	set("a", 200)
	order("behind", "dbca", "c")
	set("a", 100)
	order("back from behind", "dbca", "c")
	b.do(b.SetAction(IP, "p", "a", action(1, 2)))
	order("another mirrors", "dbca", "c")
	set("c", 300)
	order("who leads goes behind", "dbac", "a")
	set("c", 1)
	order("and in front", "cdba", "c")
	b.do(b.SetAction(IP, "p", "c", Action{Disabled: true}))
	order("mirrors nothing", "cdba", "a")
	b.do(b.RemoveGroup(IP, "p", "a"))
	order("removed", "cdb", "-")
}

// TestEdited: only what changes a list, a classifier list or a rule is noted.
func TestEdited(t *testing.T) {
	b := newBench(t)
	rules := b.RuleVersion()
	edited := func() int {
		lists, _ := b.TakeEdited()
		entries, _ := b.TakeEditedEntries(IP)
		n := len(lists) + len(entries) + int(b.RuleVersion()-rules)
		rules = b.RuleVersion()
		return n
	}
	at := port("fastEthernet 1/0")
	b.iface("default", "fastEthernet 1/0", "10.1.0.1/16")
	b.do(b.CreatePolicyList(IP, "p"))
	b.do(b.AddClassifier(IP, "c", "any any", nil))
	for _, tt := range []struct {
		name string
		do   func() error
		by   int
	}{
		{"list there is", func() error { return b.CreatePolicyList(IP, "p") }, 0},
		{"list made", func() error { return b.CreatePolicyList(IP, "q") }, 1},
		{"entry there is", func() error { return b.AddClassifier(IP, "c", "any any", nil) }, 0},
		{"entry made", func() error { return b.AddClassifier(IP, "c", "any host 10.0.0.1", nil) }, 1},
		{"group made", func() error { return b.SetGroup(IP, "p", "c", 0) }, 1},
		{"group there is", func() error { return b.SetGroup(IP, "p", "c", 100) }, 0},
		{"precedence", func() error { return b.SetGroup(IP, "p", "c", 7) }, 1},
		{"rule of the group", func() error { return b.SetAction(IP, "p", "c", action(1, 1)) }, 1},
		{"attached", func() error { return b.AttachPolicy("default", IP, at, Ingress, "p", Statistics{}) }, 0},
		{"attached, and made", func() error { return b.AttachPolicy("default", IP, at, Egress, "new", Statistics{}) }, 1},
		{"detached", func() error { return b.DetachPolicy("default", IP, at, Ingress) }, 0},
		{"login by RADIUS", func() error { return b.Login("default", one(1), li("40000010")) }, 0},
		{"logout", func() error { return b.Logout("default", "u1", UserRequest) }, 0},
		{"trigger rule", func() error { return b.SetRule("default", Username, "joe", IP, "p") }, 1},
		{"another list for it", func() error { return b.SetRule("default", Username, "joe", IP, "q") }, 1},
		{"trigger rule removed", func() error { return b.RemoveRule("default", Username, "joe") }, 1},
		{"rule of the group removed", func() error { return b.RemoveAction(IP, "p", "c", false, addr("192.168.99.2")) }, 1},
		{"group removed", func() error { return b.RemoveGroup(IP, "p", "c") }, 1},
		{"classifier list removed", func() error { return b.RemoveClassifier(IP, "c", 0) }, 2},
		{"list removed", func() error { return b.RemovePolicyList(IP, "p") }, 1},
	} {
		edited()
		b.do(tt.do())
		if got := edited(); got != tt.by {
			t.Errorf("%s: %d edited, want %d", tt.name, got, tt.by)
		}
	}
}
