package noninterference

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mirrorsh/cli"
)

// telling are words of the secure side.
var telling = regexp.MustCompile(`(?i)mirror|secure|analy[sz]er|intercept|surveil|tap\b|li-action|med-|lawful`)

// allowed is what help says of mirroring to everyone: that there is a command.
var allowed = []string{
	"mirror-enable Make packet mirroring visible in this session",
	"mirror-enable Hide packet mirroring in this session",
}

// TestVocabulary: no help that a session gets without the secure side has a
// word of it. The other tests compare two routers; what both
// show, because a word was not marked as secure, only its meaning gives away.
func TestVocabulary(t *testing.T) {
	t.Parallel()
	for text, line := range vocabulary(newTwin(t, wholeSet(), plant{})) {
		t.Errorf("%q after %q", text, line)
	}
	if found := vocabulary(newTwin(t, wholeSet(), plant{commands: word("tapping")})); len(found) != 1 && share == 1 {
		t.Errorf("one planted line, found %q", found)
	}
}

// vocabulary returns the telling lines of help, and what was typed for each.
func vocabulary(w *twin) map[string]string {
	s := w.login(15)
	rnd := rand.New(rand.NewPCG(1, 1))
	said, done := map[string]string{}, map[string]bool{}
	for _, tm := range templates(w.shell.Tree()) {
		if rnd.IntN(share) > 0 {
			continue
		}
		s.End()
		if tm.mode != cli.Exec {
			s.Enter(tm.mode, nil)
		}
		line := tm.fill(rnd, pool)
		for n := range len(line) + 1 {
			if n < len(line) && line[n] != ' ' || done[string(tm.mode)+line[:n]] {
				continue
			}
			done[string(tm.mode)+line[:n]] = true
			for _, typed := range []string{line[:n], line[:n] + " "} {
				for text := range strings.Lines(s.Help(typed)) {
					if text = strings.Join(strings.Fields(text), " "); !slices.Contains(allowed, text) && telling.MatchString(text) {
						said[text] = typed
					}
				}
			}
		}
	}
	return said
}
