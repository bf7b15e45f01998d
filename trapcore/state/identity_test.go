package state

import (
	"errors"
	"testing"
)

// TestKeepMAC: the first one is kept, another is refused and changes nothing.
func TestKeepMAC(t *testing.T) {
	path := t.TempDir()
	a, b := IdentityMAC("a", 0), IdentityMAC("b", 0)
	for range 2 {
		d := openTest(t, path)
		if err := d.KeepMAC(a); err != nil {
			t.Fatal(err)
		}
		var other *OtherMACError
		if err := d.KeepMAC(b); !errors.As(err, &other) || other.Kept.String() != a.String() || other.Want.String() != b.String() {
			t.Errorf("another one: %v", err)
		}
		if mac, err := d.ChassisMAC(); err != nil || mac.String() != a.String() {
			t.Errorf("it has %v, %v", mac, err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	d := openTest(t, t.TempDir())
	mac, err := d.ChassisMAC()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.KeepMAC(a); err == nil {
		t.Errorf("a directory with %v takes %v", mac, a)
	}
	if err := d.KeepMAC(mac); err != nil {
		t.Error(err)
	}
}
