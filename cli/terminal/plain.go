package terminal

import (
	"context"
	"errors"

	"mirrorsh/cli"
)

// plain is the editor for SSH channels and dumb terminals. It moves on the
// screen with BS, blanks and CR alone, so that programs read clean text.
type plain struct {
	console
	view view
}

// NewPlain returns the plain editor of a session on t, which Close closes.
func NewPlain(t *Terminal, s *cli.Session) Editor { return newPlain(t, ofSession{s}) }

func newPlain(t *Terminal, a assistant) Editor {
	t.noESC = true
	return &plain{console: console{term: t, edit: edit{assistant: a}}}
}

func (p *plain) ReadLine(ctx context.Context) (string, error) {
	p.edit.reset()
	p.term.beginLine()
	left := false
	defer func() {
		if !left { // the assistant panics
			p.term.print("\n")
		}
		p.term.endLine()
	}()
	p.redraw()
	for {
		k, err := p.term.keys.nextOrPoke(ctx)
		var o outcome
		switch {
		case errors.Is(err, errPoked):
			o = outcome{ending: shown, print: lines(p.term.takeAside())}
		case err != nil:
			o = outcome{ending: failed, err: err}
		default:
			o = p.edit.feed(k)
		}
		if o.ending == goOn && p.term.keys.waiting() {
			continue // what has come at once is shown at once
		}
		p.draw(p.edit.marked(o))
		if o.ending == goOn {
			continue
		}
		p.term.print(p.view.leave() + o.print)
		left = o.ending != shown
		switch o.ending {
		case accepted:
			return string(p.edit.text), nil
		case failed:
			return "", o.err
		}
		if o.page != "" {
			if err := p.page(ctx, o.page); err != nil {
				left = true
				return "", err
			}
		}
		p.redraw()
	}
}

// redraw shows prompt and line on a fresh row.
func (p *plain) redraw() {
	p.view = view{prompt: []rune(p.edit.assistant.Prompt())}
	p.draw(p.edit.text, p.edit.pos)
}

func (p *plain) draw(text []rune, pos int) {
	width, _ := p.term.size()
	p.term.print(p.view.show(text, pos, width))
}
