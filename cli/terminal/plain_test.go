package terminal

import (
	"slices"
	"strings"
	"testing"
)

// writes keeps what is written, each write apart.
type writes struct {
	*strings.Reader
	all []string
}

func (w *writes) Write(p []byte) (int, error) {
	w.all = append(w.all, string(p))
	return len(p), nil
}

// TestTypedAtOnceIsShownAtOnce: a line that has come whole, as programs send it, is one
// write; so is what is left of one that was corrected meanwhile.
func TestTypedAtOnceIsShownAtOnce(t *testing.T) {
	for typed, want := range map[string][]string{
		"show version\r":                {"r1>", "show version", "\r\n"},
		"show vv\x7fersion\r":           {"r1>", "show version", "\r\n"},
		"\r":                            {"r1>", "\r\n"},
		strings.Repeat("a", 200) + "\r": {"r1>", strings.Repeat("a", 200), "\r\n"},
	} {
		w := &writes{Reader: strings.NewReader(typed)}
		term := NewRemote(w, func() (width, height int) { return 80, 24 })
		<-term.keys.done // all has been typed
		p := newPlain(term, &fakeSession{prompt: "r1>"})
		if _, err := p.ReadLine(t.Context()); err != nil {
			t.Errorf("%q: %v", typed, err)
		}
		if !slices.Equal(w.all, want) {
			t.Errorf("%q is written as %q, want %q", typed, w.all, want)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
}
