package terminal

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"
)

// progress is the line that says how long a command has said nothing, from a second
// on. It stands where a line would begin, so that it covers nothing, and goes before
// whatever is shown next. The mu of its Terminal guards it.
type progress struct {
	wanted bool
	since  time.Time // when something was shown last, or the command began
	within bool      // the cursor is in a line
	shown  int       // columns of the line, 0 if it is not there
}

// ShowProgress has commands that take more than a second say so, in text that programs
// would have to skip. It is called before there is an editor.
func (t *Terminal) ShowProgress() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.progress.wanted = true
}

// working shows the line while a command runs, until stop. That waits for nothing: a
// terminal that takes no output may keep the line.
func (t *Terminal) working() (stop func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.progress.wanted {
		return func() {}
	}
	var over atomic.Bool
	t.progress.since = time.Now()
	var timer *time.Timer
	timer = time.AfterFunc(time.Second, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if !over.Load() {
			silent := time.Since(t.progress.since)
			t.tell(silent.Truncate(time.Second))
			timer.Reset(time.Second - silent%time.Second)
		}
	})
	return func() {
		over.Store(true)
		timer.Stop()
	}
}

// tell shows the line, or a later time in it; the caller holds mu.
func (t *Terminal) tell(silent time.Duration) {
	p := &t.progress
	if t.closed || t.editing || p.within || silent < time.Second || t.keys.asking() {
		return
	}
	text := fmt.Sprintf("running for %v", silent)
	if width, _ := t.Size(); len(text) >= width {
		return
	}
	p.shown = max(p.shown, len(text))
	_, _ = fmt.Fprintf(t.out, "\r%-*s", p.shown, text) // a shorter one leaves nothing of a longer one
}

// untell takes the line away; the caller holds mu, and shows something next.
func (t *Terminal) untell() {
	if n := t.progress.shown; n > 0 {
		t.progress.shown = 0
		_, _ = fmt.Fprint(t.out, "\r"+strings.Repeat(" ", n)+"\r")
	}
}
