package state

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
)

// TestSplitNumber: a name is its row and its number, and no other name is.
func TestSplitNumber(t *testing.T) {
	for name, want := range map[string]struct {
		row    string
		number uint64
	}{
		"":                  {"", 0},
		"lab":               {"lab", 0},
		"lab/mirrorsh-0":    {"lab/mirrorsh-", 1},
		"lab/mirrorsh-17":   {"lab/mirrorsh-", 18},
		"r07":               {"r0", 8},
		"r00":               {"r0", 1},
		"r107":              {"r", 108},
		"7":                 {"", 8},
		"r12345678":         {"r", 12345679},
		"r123456789":        {"r1", 23456790},
		"r100000000":        {"r10000000", 1},
		"3f2a9b12c":         {"3f2a9b12c", 0},
		"r٣":                {"r٣", 0},
		"99999999999999999": {"999999999", 100000000},
	} {
		row, number := splitNumber(name)
		if row != want.row || number != want.number {
			t.Errorf("%q: %q, %d", name, row, number)
		}
		if number > 0 {
			row += strconv.FormatUint(number-1, 10)
		}
		if row != name {
			t.Errorf("%q comes back as %q", name, row)
		}
	}
}

// TestIdentities: no two routers of a set of pods have the same address, whether
// a pod has one or as many as there can be; nor have those of other sets.
func TestIdentities(t *testing.T) {
	const pods = 3000
	members := []int{0, 1, 2, 99, MaxFleet - 1, MaxFleet}
	seen := map[string]string{}
	for _, set := range []string{"lab/mirrorsh", "lab2/mirrorsh", "lab/mirrorsh-0", "r", ""} {
		names := []string{set, set + "-"}
		for pod := range pods {
			names = append(names, fmt.Sprint(set, "-", pod))
		}
		for _, name := range slices.Compact(names) {
			for _, m := range members {
				mac, who := IdentityMAC(name, m), fmt.Sprint(name, " ", m)
				if other := seen[string(mac)]; other != "" && other != who {
					t.Fatalf("%s has the address %v of %s", who, mac, other)
				}
				if seen[string(mac)] = who; mac[0]&0x03 != 0x02 || len(mac) != 6 {
					t.Fatalf("%s has the address %v", who, mac)
				}
			}
		}
	}
	if MaxFleet >= 1<<blockBits {
		t.Error("a fleet is larger than its block")
	}
}

// TestIdentityStays: receivers know the engine IDs of names.
func TestIdentityStays(t *testing.T) {
	for name, want := range map[string]string{"lab": "42:00:ff:e1:a0:54", "lab/mirrorsh-7": "72:fd:6a:ba:1d:04"} {
		if got := IdentityMAC(name, 1).String(); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

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
