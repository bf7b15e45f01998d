package network

import (
	"slices"
	"testing"
)

// TestAdapters: names with an adapter, in every way they are written, and who
// comes in over its ports.
func TestAdapters(t *testing.T) {
	for name, want := range map[string]string{
		"4/0/1": "4/0/1", "4/1/63.100": "4/1/63.100", "04/01/007.09": "4/1/7.9", "4/1": "4/1",
		"4/2/1": "", "17/0/1": "", "4/0/64": "", "4/0/1/2": "", "4//1": "", "4/0/": "", "4/0/1.": "", "4.1/0/1": "",
	} {
		id, ok := ParseInterface("gigabitEthernet", name)
		if ok != (want != "") || ok && id.Spec != want {
			t.Errorf("%s: %v %v", name, id, ok)
			continue
		}
		if !ok {
			continue
		}
		for _, written := range []string{id.String(), id.Compact()} {
			if again, ok := ParseName(written); !ok || again != id {
				t.Errorf("%s is read as %v", written, again)
			}
		}
	}
	n := New(Options{Adapters: true})
	r, err := n.Add("default", 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, spec := range []string{"4/1", "4/0/1", "4/1/1.7", "4/1/1"} {
		id := InterfaceID{GigabitEthernet, spec}
		if err := r.CreateInterface(id); err != nil {
			t.Fatal(err)
		}
		if err := r.Login(Subscriber{Name: string(rune('a' + i)), Interface: id}, nil); err != nil {
			t.Fatal(err)
		}
	}
	want := []PortCount{{Port{4, 0, 1}, 2}, {Port{4, 1, 1}, 2}}
	if got := n.SubscribersByPort(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	sub, _ := r.Interface(InterfaceID{GigabitEthernet, "4/1/1.7"})
	port, _ := r.Interface(InterfaceID{GigabitEthernet, "4/1/1"})
	if l, ok := r.NextLayer(Leaving{}, Layer{Above: sub.Index}); !ok || l != (Layer{sub.Index, port.Index}) || !sub.ID.Sublayer() || sub.ID.Sub() != 7 {
		t.Errorf("%+v is on top of %+v", l, port)
	}
}
