package mib

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestParseOID(t *testing.T) {
	for _, tc := range []struct {
		in, want string // want "": refused
	}{
		{"1.3.6.1.4.1.4874", "1.3.6.1.4.1.4874"},
		{".1.3.6", "1.3.6"},
		{"0.0", "0.0"},
		{"2.999.4294967295", "2.999.4294967295"},
		{"1.39", "1.39"},
		{"1.40", ""},
		{"3.1", ""},
		{"1", ""},
		{"", ""},
		{".", ""},
		{"1..3", ""},
		{"..1.3", ""},
		{"1.3.", ""},
		{"1.3.-1", ""},
		{"1.3.+1", ""},
		{"1.3.4294967296", ""},
		{"1.3.x", ""},
		{"1.3. 6", ""},
		{"1.3" + strings.Repeat(".1", 126), "1.3" + strings.Repeat(".1", 126)},
		{"1.3" + strings.Repeat(".1", 127), ""},
	} {
		o, err := ParseOID(tc.in)
		switch {
		case tc.want == "" && !errors.Is(err, ErrOID):
			t.Errorf("ParseOID(%q) = %v, %v; want ErrOID", tc.in, o, err)
		case tc.want != "" && (err != nil || o.String() != tc.want):
			t.Errorf("ParseOID(%q) = %v, %v; want %s", tc.in, o, err, tc.want)
		}
	}
}

func TestOIDOrder(t *testing.T) {
	sorted := []string{"1.3", "1.3.6", "1.3.6.1", "1.3.6.1.0", "1.3.6.1.10", "1.3.6.2", "1.3.10", "2.0"}
	for i, a := range sorted {
		for j, b := range sorted {
			x, y := MustOID(a), MustOID(b)
			if got, want := x.Compare(y), min(1, max(-1, i-j)); got != want {
				t.Errorf("%s.Compare(%s) = %d, want %d", a, b, got, want)
			}
			if got, want := x.HasPrefix(y), a == b || strings.HasPrefix(a, b+"."); got != want {
				t.Errorf("%s.HasPrefix(%s) = %v, want %v", a, b, got, want)
			}
		}
	}
}

func TestOIDSubIsFresh(t *testing.T) {
	base := slices.Grow(MustOID("1.3.6"), 8)
	a, b := base.Sub(1, 2), base.Sub(9)
	if a.String() != "1.3.6.1.2" || b.String() != "1.3.6.9" || base.String() != "1.3.6" {
		t.Errorf("Sub shares memory: %v %v %v", a, b, base)
	}
	same := base.Sub()
	same[0] = 2
	if base[0] != 1 {
		t.Error("Sub without arguments returns the receiver's memory")
	}
}

func FuzzParseOID(f *testing.F) {
	for _, s := range []string{"1.3.6.1", ".1.3", "2.4294967295.0", "1.40", "", "1..2", "01.3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		o, err := ParseOID(s)
		if err != nil {
			if o != nil || !errors.Is(err, ErrOID) {
				t.Fatalf("ParseOID(%q) = %v, %v", s, o, err)
			}
			return
		}
		again, err := ParseOID(o.String())
		if err != nil || again.Compare(o) != 0 || len(o) < 2 || len(o) > MaxOIDLength {
			t.Fatalf("ParseOID(%q) = %v, read back as %v, %v", s, o, again, err)
		}
	})
}
