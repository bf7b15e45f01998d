package mib

import "testing"

func TestObjectOf(t *testing.T) {
	for _, n := range Notifications {
		if NotificationOf(n.OID) != n {
			t.Errorf("%s is not found", n.Name)
		}
		for _, o := range n.Objects {
			got, instance := ObjectOf(o.OID.Sub(7, 8))
			if got != o || instance.String() != "7.8" {
				t.Errorf("%s: %v, instance %v", o.Name, got, instance)
			}
			if got, _ := ObjectOf(o.OID); got != nil {
				t.Errorf("%s without an instance is %s", o.Name, got.Name)
			}
		}
	}
	for _, o := range []OID{nil, {1}, {1, 3}, SnmpTraps, PacketMirrorMIB.Sub(3, 1, 99, 0)} {
		if got, _ := ObjectOf(o); got != nil {
			t.Errorf("%v is %s", o, got.Name)
		}
		if got := NotificationOf(o); got != nil {
			t.Errorf("%v is %s", o, got.Name)
		}
	}
}
