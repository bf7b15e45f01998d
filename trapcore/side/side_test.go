package side

import "testing"

func TestClearance(t *testing.T) {
	var none Clearance
	for _, tt := range []struct {
		c       Clearance
		s       Side
		sees    bool
		top     Side
		written string
	}{
		{none, Ordinary, true, Ordinary, "ordinary"},
		{none, Secure, false, Ordinary, "secure"},
		{Clear(false), Secure, false, Ordinary, "secure"},
		{Clear(true), Ordinary, true, Secure, "ordinary"},
		{Clear(true), Secure, true, Secure, "secure"},
	} {
		if got := tt.c.Sees(tt.s); got != tt.sees {
			t.Errorf("%v sees %v: %v", tt.c, tt.s, got)
		}
		if got := tt.c.Top(); got != tt.top {
			t.Errorf("%v works on %v", tt.c, got)
		}
		if tt.s.String() != tt.written || Of(tt.s == Secure) != tt.s {
			t.Errorf("%v is written %s", tt.s, tt.written)
		}
	}
	if none != Clear(false) {
		t.Error("the zero clearance is not the ordinary one")
	}
}

// TestSum: a reader is told of the sides that it sees.
func TestSum(t *testing.T) {
	var a, b Sum
	a.Add(Ordinary, 1)
	b.Add(Secure, 20)
	b.Add(Ordinary, 3)
	all := a.Plus(b)
	if n := all.As(Clearance{}); n != 4 {
		t.Errorf("an ordinary reader is told %d", n)
	}
	if n := all.As(Clear(true)); n != 24 {
		t.Errorf("a cleared reader is told %d", n)
	}
	if (Clear(true).Or(Clearance{}) != Clear(true)) || (Clearance{}.Or(Clear(true)) != Clear(true)) || (Clearance{}.Or(Clearance{}) != Clearance{}) {
		t.Error("two readers together do not see what one of them does")
	}
}
