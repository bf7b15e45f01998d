package cli

import (
	"context"
	"io"
	"strings"
	"time"

	"mirrorsh/trapcore/notify"
)

// watching notes what becomes of notifications while the outermost script runs, as far
// as the session sees them then. A script whose text, if that is known, waits for none
// needs no notes, which take time of every notification.
func (s *Session) watching(text string, known bool) (stop func()) {
	if s.scripts.watch != nil || known && !waits(text) {
		return func() {}
	}
	w := s.Router().Watch(s.Clearance())
	s.scripts.watch = w
	return func() {
		w.Close()
		s.scripts.watch = nil
	}
}

// waits reports whether a line of a script may wait for notifications: itself, or in
// another script that it runs, or as what a variable stands for.
func waits(text string) bool {
	if strings.Contains(text, "${") {
		return true
	}
	for line := range strings.Lines(text) {
		if strings.Contains(line, `"`) {
			line = strings.ReplaceAll(line, `"`, "")
		}
		configures := false // from a file, or from where one asks
		for from := 0; from < len(line); from++ {
			to := from
			for to < len(line) && !blank(line[to]) {
				to++
			}
			if to == from {
				continue
			}
			w := line[from:to]
			if configures && !abbreviates(w, "terminal") {
				return true
			}
			switch configures = false; w[0] {
			case 'c', 'C':
				configures = abbreviates(w, "configure")
				fallthrough
			case 'w', 'W', 'e', 'E', 'm', 'M':
				if waiting(w) {
					return true
				}
			}
			from = to
		}
		if configures {
			return true
		}
	}
	return false
}

// blank reports whether an octet stands between words, or at the end of a line.
func blank(c byte) bool { return c <= ' ' && (c == ' ' || c == '\t' || c == '\r' || c == '\n') }

func waiting(word string) bool {
	return abbreviates(word, "wait") || abbreviates(word, "expect") || abbreviates(word, "macro") || abbreviates(word, "copy")
}

// abbreviates reports whether a word may stand for a keyword.
func abbreviates(word, keyword string) bool {
	return len(word) <= len(keyword) && strings.EqualFold(word, keyword[:len(word)])
}

// ahead returns all that a reader has still to say, if it can go back.
func ahead(r io.Reader) (text string, ok bool) {
	f, ok := r.(io.ReadSeeker)
	if !ok {
		return "", false
	}
	at, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return "", false // a pipe
	}
	b, err := io.ReadAll(io.LimitReader(f, maxAhead+1))
	if _, serr := f.Seek(at, io.SeekStart); err != nil || serr != nil || len(b) > maxAhead {
		return "", false
	}
	return string(b), true
}

// maxAhead is the longest script that is looked through before it runs.
const maxAhead = 1 << 20

// Await returns when done reports true of what has become of notifications since the
// script began, or after a time. Meanwhile what is scheduled runs.
func (s *Session) Await(ctx context.Context, within time.Duration, done func(*notify.Watch) bool) (bool, error) {
	w := s.scripts.watch
	if w == nil {
		return false, errNotScript
	}
	return s.Wait(ctx, within, w.Changed(), func() bool { return done(w) })
}
