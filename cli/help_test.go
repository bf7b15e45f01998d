package cli

import (
	"context"
	"strings"
	"testing"

	"mirrorsh/cli/terminal"
)

// screenOf is the screen an editor gives while a line is edited.
type screenOf struct{ *keys }

// TestHelpIsPaged: what ? shows is paged as any other output, and ends with q or Ctrl-C.
func TestHelpIsPaged(t *testing.T) {
	text := "1\n2\n3\n4\n5\n6\n7\n8\n9\n"
	for _, c := range []struct {
		name   string
		length int
		left   []terminal.Key
		want   string
	}{
		{"space", -1, []terminal.Key{' ', ' '}, text},
		{"enter", -1, []terminal.Key{terminal.KeyEnter, 'q'}, "1\n2\n3\n4\n5\n"},
		{"q", -1, []terminal.Key{'q'}, "1\n2\n3\n4\n"},
		{"Ctrl-C", -1, []terminal.Key{3}, "1\n2\n3\n4\n"},
		{"no paging", 0, nil, text},
		{"a longer page", 7, []terminal.Key{'q'}, "1\n2\n3\n4\n5\n6\n"},
	} {
		ed := &keys{left: c.left}
		s := &Session{editor: ed, length: c.length, width: -1}
		if err := s.Page(context.Background(), screenOf{ed}, text); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		got := strings.ReplaceAll(strings.ReplaceAll(ed.out.String(), more, ""), erase, "")
		if got != c.want || len(ed.left) > 0 {
			t.Errorf("%s: shows %q, %d keys left", c.name, got, len(ed.left))
		}
	}
}
