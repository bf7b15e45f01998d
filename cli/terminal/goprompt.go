package terminal

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	prompt "github.com/c-bata/go-prompt"

	"mirrorsh/cli"
)

// go-prompt behind its fences: all of this program that knows go-prompt. It draws
// the line and the drop-down and keeps what is selected there. It reads from a
// feeder and writes to a screen, and sees neither the keys nor the terminal.

// goPrompt is one go-prompt.
type goPrompt struct {
	prompt *prompt.Prompt
	out    *screen
	feeder *feeder
	crash  error // what a step panicked with
}

// stepped is what a step makes of the line.
type stepped struct {
	text []rune
	pos  int
	rows int    // of the drop-down
	end  bool   // the input is over
	code []byte // what go-prompt must be told about the drop-down
}

// maxSuggestions is the height of the drop-down.
const maxSuggestions = 6

// newGoPrompt makes a go-prompt that calls step for every batch of keys, and asks
// for the prompt and the suggestions. The error is errNoTerminal if it cannot be
// made: New opens the controlling terminal, although it gets a parser of ours, and
// panics without one.
func newGoPrompt(t *Terminal, step func(text []rune, pos int) stepped, prefix func() string, suggestions func() []cli.Suggestion) (g *goPrompt, err error) {
	g = &goPrompt{out: &screen{term: t}, feeder: &feeder{keys: t.keys, size: t.Size, stepped: make(chan struct{}, 1)}}
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v", errNoTerminal, v)
		}
	}()
	complete := func(prompt.Document) (all []prompt.Suggest) {
		for _, s := range suggestions() {
			all = append(all, prompt.Suggest(s))
		}
		return all
	}
	g.prompt = prompt.New(
		func(string) {}, // Input executes nothing
		complete,
		append(slices.Clip(quiet),
			prompt.OptionParser(g.feeder),
			prompt.OptionWriter(g.out),
			prompt.OptionLivePrefix(func() (string, bool) { return prefix(), true }),
			prompt.OptionMaxSuggestion(maxSuggestions),
			prompt.OptionSwitchKeyBindMode(prompt.CommonKeyBind),
			prompt.OptionAddASCIICodeBind(prompt.ASCIICodeBind{ASCIICode: stepCode, Fn: g.stepping(step)}),
		)...)
	return g, nil
}

// stepping makes a step what go-prompt calls for a key.
func (g *goPrompt) stepping(step func(text []rune, pos int) stepped) func(*prompt.Buffer) {
	return func(buf *prompt.Buffer) {
		// A panic that left Input would leave a goroutine of go-prompt's behind.
		defer func() {
			if v := recover(); v != nil {
				g.crash = fmt.Errorf("%v\n%s", v, debug.Stack())
				g.feeder.done(0, true, nil)
			}
		}()
		s := step([]rune(buf.Text()), len([]rune(buf.Document().TextBeforeCursor())))
		*buf = *prompt.NewBuffer()
		buf.InsertText(string(s.text), false, true)
		buf.CursorLeft(len(s.text) - s.pos)
		g.feeder.done(s.rows, s.end, s.code)
	}
}

// edits shows a line and calls step until one ends the input.
func (g *goPrompt) edits(line []rune) error {
	// Options are the only way to go-prompt's buffer and to its history, which
	// would keep every line.
	for _, option := range []prompt.Option{
		prompt.OptionHistory(nil),
		prompt.OptionInitialBufferText(string(line)),
	} {
		if err := option(g.prompt); err != nil {
			return fmt.Errorf("go-prompt: %w", err)
		}
	}
	g.prompt.Input()
	g.out.muted, g.out.skip, g.out.tail = false, false, false
	if err := g.crash; err != nil {
		g.crash = nil
		panic(err)
	}
	return nil
}

// quiet are colours that can be read on a dark and on a light background.
var quiet = []prompt.Option{
	prompt.OptionPrefixTextColor(prompt.DefaultColor),
	prompt.OptionPreviewSuggestionTextColor(prompt.DefaultColor),
	prompt.OptionSuggestionTextColor(prompt.Cyan),
	prompt.OptionSuggestionBGColor(prompt.DefaultColor),
	prompt.OptionDescriptionTextColor(prompt.DefaultColor),
	prompt.OptionDescriptionBGColor(prompt.DefaultColor),
	prompt.OptionSelectedSuggestionTextColor(prompt.Black),
	prompt.OptionSelectedSuggestionBGColor(prompt.Cyan),
	prompt.OptionSelectedDescriptionTextColor(prompt.Black),
	prompt.OptionSelectedDescriptionBGColor(prompt.LightGray),
	prompt.OptionScrollbarThumbColor(prompt.LightGray),
	prompt.OptionScrollbarBGColor(prompt.DefaultColor),
}

// What go-prompt is given to read: never more than one thing at a time, because
// it takes several keys in one read for text, and never a key itself, because
// their meaning is ours.
var (
	stepCode  = []byte{0xff} // bound to step; no character begins so
	enterCode = []byte{'\r'}
	nextCode  = []byte{'\t'}
	prevCode  = []byte{0x1b, '[', 'Z'}

	// selectCodes are the keys that move in the drop-down.
	selectCodes = map[Key][]byte{arrowDown: nextCode, arrowUp: prevCode, backTabKey: prevCode}
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
	stepping              // nothing until step has run
	closing               // Enter, which ends Input
	held                  // nothing until the next Input
)

// feeder is go-prompt's parser. Its Read runs in a goroutine of go-prompt's,
// one at a time, and in step with step: what is typed ahead of Enter must
// not be read before the next Input, which would lose it. mu guards the fields
// below it.
type feeder struct {
	keys    *keyboard
	size    func() (width, height int)
	ctx     context.Context // of ReadLine; set while nothing reads
	stepped chan struct{}   // one token: step has run

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
		if k, ok := f.keys.takeIf(arrowDown, arrowUp, backTabKey); ok {
			f.move(k == arrowDown)
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

// screen is go-prompt's writer. It sends what it is given to the
// terminal that is edited on, which go-prompt's own writers cannot: they write
// to standard output or error. It belongs to the goroutine in ReadLine.
type screen struct {
	sequences
	term  *Terminal
	muted bool // drop what go-prompt draws for a window that is no more
	skip  bool // drop the next frame: it is on the screen already
	typed string
	tail  bool // the next frame is typed, and what comes below the line
	row   bool // a row of the drop-down is being drawn
	back  bool // its end was taken back to the row it is in
}

// append makes the next frame one that adds text at the end of the line, and
// draws what comes below anew unless same is set. go-prompt would draw all of
// it from the prompt on.
func (s *screen) append(text string, same bool) {
	s.typed, s.skip, s.tail = text, same, !same
}

// frame returns what go-prompt has drawn since the last frame, as far as it is
// to be shown.
func (s *screen) frame() string {
	drawn, typed := s.buf.String(), s.typed
	skip := s.skip
	s.buf.Reset()
	s.typed, s.skip, s.tail = "", false, false
	switch {
	case s.muted:
		return ""
	case skip:
		return typed
	}
	return drawn
}

var _ prompt.ConsoleWriter = (*screen)(nil)

// Flush shows what has been written. It never fails: go-prompt would panic or
// log, and input from a terminal that cannot be written to ends too.
func (s *screen) Flush() error {
	s.term.print(s.frame())
	return nil
}

// A row of the drop-down that is as wide as the window ends with a new line, from
// which go-prompt goes up again. Below the last one there may be no line, and the
// window would scroll: the cursor stays in the row instead.

// CursorDown goes to a row of the drop-down.
func (s *screen) CursorDown(n int) {
	s.row, s.back = true, false
	s.sequences.CursorDown(n)
}

// WriteRaw ends what is as wide as the window.
func (s *screen) WriteRaw(data []byte) {
	if s.row && string(data) == "\n" {
		s.back, data = true, []byte{'\r'}
	}
	s.sequences.WriteRaw(data)
}

// CursorUp leaves a row of the drop-down, or goes back to it.
func (s *screen) CursorUp(n int) {
	if s.back && n == 1 {
		n = 0
	}
	s.row, s.back = false, false
	s.sequences.CursorUp(n)
}

// EraseDown comes between the line and what is below it.
func (s *screen) EraseDown() {
	if s.tail {
		s.buf.Reset()
		s.buf.WriteString("\x1b[?25l" + s.typed)
		s.tail = false
	}
	s.sequence("J")
}

// The window's title is the operator's; go-prompt would clear it.
func (s *screen) SetTitle(string) {}
func (s *screen) ClearTitle()     {}

func (s *screen) SetColor(fg, bg prompt.Color, bold bool) {
	if s.term.noColor {
		reverse := ""
		if bg != prompt.DefaultColor {
			reverse = ";7" // as what is selected must show
		}
		s.sequence("0%sm", reverse)
		return
	}
	attribute := 0
	if bold {
		attribute = 1
	}
	s.sequence("%d;%d;%dm", attribute, sgr(fg, 30), sgr(bg, 40))
}

// sgr returns the parameter that selects c as the foreground (base 30) or the
// background (base 40) colour. go-prompt numbers its colours in SGR's order.
func sgr(c prompt.Color, base int) int {
	switch {
	case c >= prompt.DarkGray && c <= prompt.White:
		return base + 60 + int(c-prompt.DarkGray)
	case c >= prompt.Black && c <= prompt.LightGray:
		return base + int(c-prompt.Black)
	}
	return base + 9
}
