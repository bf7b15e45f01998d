package terminal

import (
	"context"
	"strings"
	"testing"
)

// screenOf is the screen an editor gives while a line is edited.
type screenOf struct{ *keys }

// TestHelpIsPaged: what ? shows is paged as any other output, and ends with q or Ctrl-C.
func TestHelpIsPaged(t *testing.T) {
	text := "1\n2\n3\n4\n5\n6\n7\n8\n9\n"
	for _, c := range []struct {
		name   string
		length int
		left   []Key
		want   string
	}{
		{"space", -1, []Key{' ', ' '}, text},
		{"enter", -1, []Key{enterKey, 'q'}, "1\n2\n3\n4\n5\n"},
		{"q", -1, []Key{'q'}, "1\n2\n3\n4\n"},
		{"Ctrl-C", -1, []Key{3}, "1\n2\n3\n4\n"},
		{"no paging", 0, nil, text},
		{"a longer page", 7, []Key{'q'}, "1\n2\n3\n4\n5\n6\n"},
	} {
		ed := &keys{left: c.left}
		s := sessionAt(ed, c.length)
		if err := (ofSession{s}).Page(context.Background(), screenOf{ed}, text); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		got := strings.ReplaceAll(strings.ReplaceAll(ed.out.String(), more, ""), erase, "")
		if got != c.want || len(ed.left) > 0 {
			t.Errorf("%s: shows %q, %d keys left", c.name, got, len(ed.left))
		}
	}
}
