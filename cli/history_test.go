package cli

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/trapcore/side"
)

func TestHistoryBoundsItsLines(t *testing.T) {
	h := newHistory()
	h.add(strings.Repeat("ä", MaxTyped), side.Ordinary)
	if got := h.visible(side.Clearance{})[0]; got != strings.Repeat("ä", MaxTyped/2) {
		t.Errorf("%d octets are kept", len(got))
	}
}

func TestHistoryKeepsSidesApart(t *testing.T) {
	h := newHistory()
	h.resize(3)
	for i := range 5 {
		h.add(fmt.Sprint("ordinary ", i), side.Ordinary)
		h.add(fmt.Sprint("secure ", i), side.Secure)
	}
	if diff := cmp.Diff([]string{"ordinary 2", "ordinary 3", "ordinary 4"}, h.visible(side.Clearance{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"secure 3", "ordinary 4", "secure 4"}, h.visible(side.Clear(true))); diff != "" {
		t.Error(diff)
	}
}

// TestHistoryForgets: a line that there was no room for does not come back when there is.
func TestHistoryForgets(t *testing.T) {
	h := newHistory()
	h.resize(2)
	for i := range 4 {
		h.add(fmt.Sprint("line ", i), side.Ordinary)
	}
	h.resize(10)
	if diff := cmp.Diff([]string{"line 2", "line 3"}, h.visible(side.Clearance{})); diff != "" {
		t.Error(diff)
	}
	h.resize(0)
	h.add("line 4", side.Ordinary)
	if got := h.visible(side.Clearance{}); len(got) > 0 {
		t.Errorf("%q are kept without room", got)
	}
}
