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
	if n := TerminationReasons(); len(n) != 23 || n[0] != "genericFailure" {
		t.Errorf("TerminationReasons: %v", n)
	}
}
