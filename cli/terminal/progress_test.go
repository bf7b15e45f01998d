package terminal

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// quietLine is a connection on which nobody types; what is shown stays in it.
type quietLine struct {
	bytes.Buffer
	gone chan struct{}
}

func (q *quietLine) Read([]byte) (int, error) { <-q.gone; return 0, io.EOF }

// TestProgress: the line is there after a second without output, where it covers
// nothing, and gone before what comes next.
func TestProgress(t *testing.T) {
	const one, two, gone = "\rrunning for 1s", "\rrunning for 2s", "\r              \r"
	say := func(ed *plain, text string) { _, _ = io.WriteString(ed, text) }
	locked := func(ed *plain, f func(*Terminal)) {
		ed.term.mu.Lock()
		defer ed.term.mu.Unlock()
		f(ed.term)
	}
	for _, tt := range []struct {
		name  string
		width int
		quiet bool
		run   func(*plain)
		want  string
	}{
		{name: "two seconds", width: 80, want: "a\n" + one + two + gone + "b\n", run: func(ed *plain) {
			say(ed, "a\n")
			time.Sleep(2200 * time.Millisecond)
			say(ed, "b\n")
		}},
		{name: "after output", width: 80, want: "a\nb\n" + one + gone, run: func(ed *plain) {
			time.Sleep(700 * time.Millisecond)
			say(ed, "a\n")
			time.Sleep(700 * time.Millisecond)
			say(ed, "b\n")
			time.Sleep(1500 * time.Millisecond)
		}},
		{name: "in a line", width: 80, want: "!!!", run: func(ed *plain) { say(ed, "!!!"); time.Sleep(5 * time.Second) }},
		{name: "an answer", width: 80, want: "sure? ", run: func(ed *plain) {
			say(ed, "sure? ")
			locked(ed, func(t *Terminal) { t.progress.within = false }) // as a question with a line of its own
			defer ed.term.keys.ask()()
			time.Sleep(5 * time.Second)
		}},
		{name: "a line is edited", width: 80, want: "", run: func(ed *plain) {
			ed.term.beginLine()
			time.Sleep(5 * time.Second)
			locked(ed, func(t *Terminal) { t.editing = false })
		}},
		{name: "narrow", width: 14, want: "", run: func(*plain) { time.Sleep(5 * time.Second) }},
		{name: "not wanted", width: 80, quiet: true, want: "", run: func(*plain) { time.Sleep(5 * time.Second) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := &quietLine{gone: make(chan struct{})}
				term := NewRemote(q, func() (int, int) { return tt.width, 24 })
				if !tt.quiet {
					term.ShowProgress()
				}
				ed := newPlain(term, &fakeSession{}).(*plain)
				_, stop := ed.Watch(t.Context())
				tt.run(ed)
				stop()
				time.Sleep(5 * time.Second) // nothing runs
				if err := ed.Close(); err != nil {
					t.Error(err)
				}
				close(q.gone)
				if got := strings.ReplaceAll(q.String(), "\r\n", "\n"); got != tt.want {
					t.Errorf("%q, want %q", got, tt.want)
				}
			})
		})
	}
}
