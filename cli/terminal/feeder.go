package terminal

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	prompt "github.com/c-bata/go-prompt"
)

// What go-prompt is given to read: never more than one thing at a time, because
// it takes several keys in one read for text, and never a key itself, because
// their meaning is ours.
var (
	stepCode  = []byte{0xff} // bound to rich.step; no character begins so
	enterCode = []byte{'\r'}
	nextCode  = []byte{'\t'}
	prevCode  = []byte{0x1b, '[', 'Z'}

	// selectCodes are the keys that move in the drop-down.
	selectCodes = map[Key][]byte{KeyDown: nextCode, KeyUp: prevCode, KeyBackTab: prevCode}
)

// readLimit is how long Read may wait: go-prompt's reader looks only between
// two reads whether it is to stop. It is also how soon a new size is noticed.
const readLimit = 100 * time.Millisecond

// errNothing makes go-prompt pause for 10 ms and read again.
var errNothing = errors.New("nothing to read")

// phase says what go-prompt reads next.
type phase int

const (
	idle     phase = iota // whatever is typed
	stepping              // nothing until rich.step has run
	closing               // Enter, which ends Input
	held                  // nothing until the next Input
)

// feeder is go-prompt's parser. Its Read runs in a goroutine of go-prompt's,
// one at a time, and in step with rich.step: what is typed ahead of Enter must
// not be read before the next Input, which would lose it. mu guards the fields
// below it.
type feeder struct {
	keys    *keyboard
	size    func() (width, height int)
	ctx     context.Context // of ReadLine; set while nothing reads
	stepped chan struct{}   // one token: rich.step has run

	mu       sync.Mutex
	phase    phase
	first    bool   // step at once
	code     []byte // to be read before anything else
	rows     int    // in the drop-down
	selected int    // row of the drop-down selected in go-prompt, or -1
	width    int
	height   int
}

// begin prepares one Input. If first, step is called before any key.
func (f *feeder) begin(ctx context.Context, first bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	select {
	case <-f.stepped:
	default:
	}
	f.ctx, f.first = ctx, first
	f.phase, f.code, f.rows, f.selected = idle, nil, 0, -1
	f.width, f.height = f.size()
}

// done says that step has run: how many rows the drop-down has now, whether
// Input is to end, and what else go-prompt must be told.
func (f *feeder) done(rows int, end bool, code []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.phase, f.rows, f.selected, f.code = idle, rows, -1, code
	if end {
		f.phase = closing
	}
	wake(f.stepped)
}

// Setup and TearDown leave the terminal alone; Terminal owns its mode.
func (f *feeder) Setup() error    { return nil }
func (f *feeder) TearDown() error { return nil }

// leastColumns is the narrowest window in which go-prompt does not write of its
// size instead of showing the prompt.
const leastColumns = 8

// GetWinSize reports the columns there are. go-prompt uses the rows only to
// hide the prompt when it thinks them too few, so it gets enough.
func (f *feeder) GetWinSize() *prompt.WinSize {
	f.mu.Lock()
	defer f.mu.Unlock()
	return &prompt.WinSize{Row: math.MaxUint16, Col: uint16(min(max(f.width, leastColumns), math.MaxUint16))}
}

// Read returns the next thing for go-prompt, or an error if it has none yet.
func (f *feeder) Read() ([]byte, error) {
	limit := time.NewTimer(readLimit)
	defer limit.Stop()
	f.mu.Lock()
	for f.phase == stepping {
		f.mu.Unlock()
		select {
		case <-f.stepped:
		case <-limit.C:
			return nil, errNothing
		}
		f.mu.Lock()
	}
	defer f.mu.Unlock()
	switch {
	case f.phase == closing:
		f.phase = held
		return enterCode, nil
	case f.phase == held:
		return nil, errNothing
	case f.code != nil:
		code := f.code
		f.code = nil
		f.move(code[0] == nextCode[0])
		return code, nil
	case f.first:
		f.first, f.phase = false, stepping
		return stepCode, nil
	}
	return f.readKey(limit.C)
}

// readKey waits for something typed, without mu.
func (f *feeder) readKey(limit <-chan time.Time) ([]byte, error) {
	f.mu.Unlock()
	ready := f.keys.wait(f.ctx, limit)
	width, height := f.size()
	f.mu.Lock()
	if !ready && f.ctx.Err() == nil && width == f.width && height == f.height {
		return nil, errNothing
	}
	if f.selected >= 0 {
		if k, ok := f.keys.takeIf(KeyDown, KeyUp, KeyBackTab); ok {
			f.move(k == KeyDown)
			return selectCodes[k], nil
		}
	}
	f.phase = stepping
	return stepCode, nil
}

// move follows go-prompt's selection: past either end, nothing is selected.
func (f *feeder) move(down bool) {
	switch {
	case down:
		f.selected++
	case f.selected < 0:
		f.selected = f.rows - 1
	default:
		f.selected--
	}
	if f.selected >= f.rows {
		f.selected = -1
	}
}
