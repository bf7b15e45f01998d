package cli

import (
	"testing"
	"time"
)

// TestReplacedReload: a timer that fires while another takes its place restarts
// nothing, and that one does, once.
func TestReplacedReload(t *testing.T) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	r := scheduled{timer: timer, asked: 2}
	for _, tc := range []struct {
		asked int
		want  bool
	}{{1, false}, {2, true}, {2, false}} {
		if got := r.due(tc.asked); got != tc.want {
			t.Errorf("due(%d) = %v", tc.asked, got)
		}
	}
}
