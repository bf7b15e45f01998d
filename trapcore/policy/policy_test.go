package policy

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"mirrorsh/trapcore/network"
)

// bench is a network with an interface.
func bench(t *testing.T) (*Lists, *network.Router, network.InterfaceID) {
	t.Helper()
	n := network.New(network.Options{})
	r, err := n.Add("default", 1)
	if err != nil {
		t.Fatal(err)
	}
	id := network.InterfaceID{Type: network.Loopback}
	if err := r.CreateInterface(id); err != nil {
		t.Fatal(err)
	}
	return New(n), r, id
}

func do(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func (ls *Lists) references(t *testing.T, name string) int {
	t.Helper()
	l, err := ls.List(IP, name)
	do(t, err)
	return l.References
}

// TestUnknownListFilters: attaching a list that does not exist makes one that
// filters everything; attaching another frees it.
func TestUnknownListFilters(t *testing.T) {
	ls, r, id := bench(t)
	do(t, ls.Attach(r, id, IP, Input, Attachment{List: "a"}), ls.Attach(r, id, IP, Output, Attachment{List: "a"}))
	l, err := ls.List(IP, "a")
	if err != nil || l.References != 2 || len(l.Groups) != 1 || l.Groups[0].Classifier != All || l.Groups[0].Rules[0] != Filter {
		t.Fatalf("%+v, %v", l, err)
	}
	if err := ls.Remove(IP, "a"); !errors.Is(err, errAttached) {
		t.Fatal(err)
	}
	do(t, ls.Attach(r, id, IP, Input, Attachment{List: "b"}), ls.Detach(r, id, IP, Output), ls.Remove(IP, "a"))
	if ls.references(t, "b") != 1 || !errors.Is(ls.Detach(r, id, IP, Output), errNotAttached) {
		t.Error(ls.All())
	}
}

// TestInterfaceTakesAttachments: an interface that goes takes its attachments
// along, and one of the same name has none.
func TestInterfaceTakesAttachments(t *testing.T) {
	ls, r, id := bench(t)
	do(t, ls.Attach(r, id, IP, SecondaryInput, Attachment{List: "a"}), r.RemoveInterface(id))
	if ls.references(t, "a") != 0 {
		t.Error(ls.All())
	}
	if err := ls.Attach(r, id, IP, Input, Attachment{List: "a"}); !errors.Is(err, errNoInterface) {
		t.Error(err)
	}
	do(t, r.CreateInterface(id))
	if ls.On(r, id, IP) != (Attachments{}) {
		t.Error(ls.On(r, id, IP))
	}
}

// TestRules: a group filters or forwards, by the last that was said; groups are by
// precedence.
func TestRules(t *testing.T) {
	ls, _, _ := bench(t)
	do(t, ls.AddClassifier(IP, "c", "tcp any any"), ls.Create(IP, "p"), ls.SetGroup(IP, "p", All, 0), ls.SetGroup(IP, "p", "c", 10),
		ls.SetRule(IP, "p", All, Filter), ls.SetRule(IP, "p", All, Forward), ls.SetRule(IP, "p", All, "color red"), ls.SetRule(IP, "p", All, "color green"))
	l, err := ls.List(IP, "p")
	do(t, err)
	if l.Groups[0].Classifier != "c" || len(l.Groups[1].Rules) != 2 || l.Groups[1].Rules[0] != "color green" || l.Groups[1].Rules[1] != Forward {
		t.Errorf("%+v", l.Groups)
	}
	if err := ls.RemoveRule(IP, "p", All, Filter); !errors.Is(err, errNoRule) {
		t.Error(err)
	}
	if err := ls.RemoveClassifier(IP, "c", 0); !errors.Is(err, errReferenced) {
		t.Error(err)
	}
	do(t, ls.RemoveGroup(IP, "p", "c"), ls.RemoveClassifier(IP, "c", 1), ls.RemoveRule(IP, "p", All, Forward))
}

// TestReferencesEndWithTheList: a removed policy list refers to nothing.
func TestReferencesEndWithTheList(t *testing.T) {
	ls, _, _ := bench(t)
	do(t, ls.AddClassifier(L2TP, "c", "color green"), ls.Create(L2TP, "p"), ls.SetGroup(L2TP, "p", "c", 0), ls.Remove(L2TP, "p"),
		ls.RemoveClassifier(L2TP, "c", 0))
}

// TestRefusals: names, bounds, and what does not exist.
func TestRefusals(t *testing.T) {
	ls, _, _ := bench(t)
	for n := range maxEntries {
		do(t, ls.AddClassifier(IP, "full", fmt.Sprint("ip any any tos ", n)))
	}
	for what, err := range map[string]error{
		"no name":       ls.Create(IP, ""),
		"blank":         ls.Create(IP, "a b"),
		"long":          ls.Create(IP, strings.Repeat("x", MaxName+1)),
		"all":           ls.AddClassifier(IP, All, "ip any any"),
		"list":          ls.Remove(IP, "x"),
		"group of none": ls.SetGroup(IP, "x", All, 0),
		"classifier":    ls.RemoveClassifier(IP, "x", 0),
		"entry":         ls.RemoveClassifier(IP, "full", maxEntries+1),
		"one too many":  ls.AddClassifier(IP, "full", "ip any any"),
	} {
		if err == nil {
			t.Errorf("%s: taken", what)
		}
	}
}

// TestNamed: who asks for the lists of a name looks at no other, of which nothing
// is left to look at.
func TestNamed(t *testing.T) {
	ls, _, _ := bench(t)
	for n := range 20 {
		do(t, ls.AddClassifier(IP, fmt.Sprint("c", n), "ip any any"), ls.AddClassifier(IPv6, fmt.Sprint("c", n), "ipv6 any any"))
		do(t, ls.Create(IPv6, fmt.Sprint("p", n)), ls.Create(IP, fmt.Sprint("p", n)))
	}
	for k := range ls.lists {
		if k.Name != "p7" {
			ls.lists[k] = nil
		}
	}
	for k := range ls.classifiers {
		if k.Name != "c7" {
			ls.classifiers[k] = nil
		}
	}
	if l := ls.Named("p7"); len(l) != 2 || l[0].Protocol != IP || l[1].Protocol != IPv6 {
		t.Errorf("%+v", l)
	}
	if l := ls.ClassifiersNamed("c7"); len(l) != 2 || l[0].Protocol != IP || l[1].Protocol != IPv6 {
		t.Errorf("%+v", l)
	}
	if len(ls.Named("p"))+len(ls.ClassifiersNamed("c")) > 0 {
		t.Error("a list that does not exist")
	}
}
