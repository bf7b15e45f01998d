package network

import "testing"

func TestTerminationReasons(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{AdminReset.String(), "adminReset"},
		{TerminationReason(-1).String(), "-1"},
		{TerminationReason(23).String(), "23"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
	if r, ok := parseTerminationReason("ADMINRESET"); !ok || r != AdminReset {
		t.Errorf("ParseTerminationReason: %v, %v", r, ok)
	}
	if _, ok := parseTerminationReason("23"); ok {
		t.Error("a reason of no name was found")
	}
	if n := TerminationReasons(); len(n) != 23 || n[0] != "genericFailure" {
		t.Errorf("TerminationReasons: %v", n)
	}
}
