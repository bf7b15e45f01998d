package terminal

import (
	"context"
	"errors"
	"slices"
	"strings"

	"mirrorsh/cli"
)

// minDropDown is the room right of the prompt below which it has no drop-down;
// go-prompt can fail where none of its columns fits.
const minDropDown = 20

// rich is the editor for a local console. go-prompt draws the line and the
// drop-down and keeps what is selected there; the keys mean what edit says.
//
// go-prompt's Input runs in the goroutine of ReadLine and calls step there for
// every batch of keys, so all fields belong to that goroutine, except feeder.
type rich struct {
	console
	*goPrompt

	prefix      string // the prompt on the screen
	width       int    // of the window on the screen
	height      int
	shownAt     int  // columns between the start of the prompt and the cursor
	atPrompt    bool // the prompt is on the screen, with the cursor behind it
	restore     int  // where the cursor belongs in a line shown again; -1: at its end
	suggestions []cli.Suggestion
	typedAny    bool // in the step that runs; a line shown again has no drop-down
	outcome     outcome
}

// NewRich returns the rich editor of a session on t, which Close closes. The error
// is errNoTerminal if the process has no controlling terminal, without which
// go-prompt cannot be made; NewPlain still works on t then.
func NewRich(t *Terminal, s *cli.Session) (Editor, error) { return newRich(t, ofSession{s}) }

func newRich(t *Terminal, a assistant) (_ Editor, err error) {
	r := &rich{console: console{term: t, edit: edit{assistant: a}}}
	r.goPrompt, err = newGoPrompt(t, r.step,
		func() string { return r.prefix },
		func() []cli.Suggestion { return r.suggestions })
	if err != nil {
		return nil, err
	}
	t.noESC = false
	return r, nil
}

func (r *rich) ReadLine(ctx context.Context) (string, error) {
	r.edit.reset()
	r.restore = -1
	r.term.beginLine()
	defer r.term.endLine()
	for {
		if len(r.edit.text) == 0 {
			if line, ok := r.idle(ctx); ok {
				return line, nil
			}
		}
		switch o := r.input(ctx); o.ending {
		case accepted:
			return string(r.edit.text), nil
		case failed:
			return "", o.err
		case shown:
			r.term.print(o.print)
			if o.page != "" {
				if err := r.page(ctx, o.page); err != nil {
					return "", err
				}
			}
		case resized:
			r.erase()
		}
		r.restore = r.edit.pos
	}
}

// idle shows the prompt until something is typed. go-prompt would look for it a
// hundred times a second, and take some 20 ms for each line of a paste: a line
// that is complete by then and needs no editing is returned at once.
func (r *rich) idle(ctx context.Context) (line string, ok bool) {
	prefix := r.edit.assistant.Prompt()
	r.reserve()
	r.term.print(prefix)
	r.shownAt = columns([]rune(prefix))
	if width, _ := r.Size(); r.shownAt > 0 && r.shownAt%width == 0 {
		r.term.print("\n") // where go-prompt puts the cursor, too
	}
	width, height := r.Size()
	if r.term.keys.wait(ctx, nil) && ctx.Err() == nil {
		if line, ok = r.term.keys.takeLine(); ok {
			r.term.print(line + "\n")
			return line, true
		}
	}
	w, h := r.Size()
	if r.atPrompt = w == width && h == height; r.atPrompt {
		r.prefix = prefix
	} else {
		r.erase()
	}
	return "", false
}

// reserve makes room below the row of the cursor for the drop-down, so that the
// screen stays where it is while a line is typed on its last row. One that is complete
// needs none.
func (r *rich) reserve() {
	_, height := r.Size()
	if rows := min(maxSuggestions, height-1); rows > 0 && r.edit.assistant.Suggests() && !r.term.keys.waitingLine() {
		r.out.WriteRawStr(strings.Repeat("\n", rows))
		r.out.CursorUp(rows)
		r.term.print(r.out.frame())
	}
}

// erase takes prompt and line off the screen. When the window has changed its
// width, most terminals have wrapped the row anew.
func (r *rich) erase() {
	width, _ := r.Size()
	r.out.CursorUp(r.shownAt / width)
	r.out.WriteRaw([]byte{'\r'})
	r.out.EraseDown()
	_ = r.out.Flush()
}

// Close takes the drop-down off the screen, too.
func (r *rich) Close() error {
	r.term.mu.Lock()
	if r.term.editing {
		_, _ = r.term.send([]byte("\x1b[0m\x1b[J"))
	}
	r.term.mu.Unlock()
	return r.term.Close()
}

// input shows prompt and line, with the cursor at its end, and has it edited
// until something other than editing is to be done.
func (r *rich) input(ctx context.Context) outcome {
	if !r.atPrompt {
		r.prefix = r.edit.assistant.Prompt()
		r.reserve()
	}
	r.out.skip, r.atPrompt = r.atPrompt, false
	r.width, r.height = r.Size()
	r.suggestions = nil
	r.shownAt = columns([]rune(r.prefix)) + columns(r.edit.text)
	r.feeder.begin(ctx, r.restore >= 0)
	if err := r.edits(r.edit.text); err != nil {
		return outcome{ending: failed, err: err}
	}
	return r.outcome
}

// step applies what has been typed to the line in go-prompt's buffer. If a
// suggestion was selected, go-prompt has put it there already.
func (r *rich) step(text []rune, pos int) stepped {
	before, list := r.edit.text, r.suggestions
	r.edit.text, r.edit.pos = text, pos
	plain := r.restore < 0 && r.edit.pos == len(r.edit.text) && slices.Equal(before, r.edit.text) // nothing was selected
	before = slices.Clone(r.edit.text)
	if r.restore >= 0 {
		r.edit.pos, r.restore = r.restore, -1
	}
	r.typedAny = false
	var code []byte
	r.outcome, code = r.typed()

	text, pos = r.edit.marked(r.outcome)
	r.suggestions = nil
	if r.outcome.ending == goOn {
		if r.typedAny {
			r.suggest()
		}
		r.shownAt = columns([]rune(r.prefix)) + columns(text[:pos])
	}
	r.out.muted = r.outcome.ending == resized
	if plain && r.outcome.ending == goOn && code == nil && r.appended(before) {
		r.out.append(string(r.edit.text[len(before):]), slices.Equal(list, r.suggestions))
	}
	return stepped{text, pos, len(r.suggestions), r.outcome.ending != goOn, code}
}

// appended reports whether all that has changed are characters at the end of
// the line, on the row of the cursor.
func (r *rich) appended(before []rune) bool {
	text := r.edit.text
	if len(text) <= len(before) || r.edit.pos != len(text) || !slices.Equal(text[:len(before)], before) {
		return false
	}
	from := columns([]rune(r.prefix)) + columns(before)
	return from/r.width == (from+columns(text[len(before):]))/r.width
}

// typed feeds the keys that wait to the line, up to one that needs more than
// editing. code is what go-prompt must be told about the drop-down.
func (r *rich) typed() (o outcome, code []byte) {
	if width, height := r.Size(); width != r.width || height != r.height {
		return outcome{ending: resized}, nil
	}
	if err := r.feeder.ctx.Err(); err != nil {
		return outcome{ending: failed, err: context.Cause(r.feeder.ctx)}, nil
	}
	for o.ending == goOn {
		if !r.edit.recalled() && len(r.suggestions) > 0 {
			if k, ok := r.term.keys.takeIf(arrowDown, backTabKey); ok {
				r.typedAny = true
				return o, selectCodes[k]
			}
		}
		k, ok, err := r.term.keys.take()
		switch {
		case errors.Is(err, errPoked):
			return outcome{ending: shown, print: lines(r.term.takeAside())}, nil
		case err != nil:
			return outcome{ending: failed, err: err}, nil
		case !ok:
			return o, nil
		}
		r.typedAny, r.suggestions = true, nil
		o = r.edit.feed(k)
	}
	return o, nil
}

// suggest fills the drop-down, if there is room for it and a line to speak of.
func (r *rich) suggest() {
	prefix := columns([]rune(r.prefix))
	rows := (prefix+columns(r.edit.text))/r.width + 1
	if strings.TrimSpace(string(r.edit.text)) == "" || r.edit.recalled() ||
		rows+maxSuggestions > r.height || r.width-prefix < minDropDown || !r.edit.assistant.Suggests() {
		return
	}
	r.suggestions = r.edit.assistant.Suggest(r.edit.before())
	if rows > 1 && min(len(r.suggestions), maxSuggestions) > maxSuggestions-(rows-1) {
		r.suggestions = nil // the room that was reserved is the line's
	}
}
