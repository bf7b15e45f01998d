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
