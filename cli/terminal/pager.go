package terminal

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
)

const (
	more  = " --More-- "
	erase = "\r          \r"
)

// show writes text to a screen as the session has its pages.
func show(ctx context.Context, out display, s *cli.Session, text string) error {
	width, length := s.PageSize()
	if length == 0 {
		if text == "" {
			return nil
		}
		_, err := io.WriteString(out, text)
		return err
	}
	return newPager(ctx, out, width, length).run(text)
}

// pager shows one text. Its keys: Space a page, Enter a line, q stops, and /,
// + and - with a regular expression go on from the first line that matches,
// with the lines that match, or with those that do not.
type pager struct {
	screen      display
	ctx         context.Context
	width, page int
}

func newPager(ctx context.Context, out display, width, length int) *pager {
	return &pager{screen: out, ctx: ctx, width: max(width, 1), page: max(length-1, 1)}
}

func (p *pager) run(text string) error {
	room := p.page
	for text != "" {
		line, rest, whole := strings.Cut(text, "\n")
		rows := max(1, (runewidth.StringWidth(line)+p.width-1)/p.width)
		if rows > room && room < p.page {
			how, err := p.ask()
			switch {
			case err != nil:
				return err
			case how == "q":
				return nil
			case how == "line":
				room = rows
			case how == "page":
				room = p.page
			default:
				regex, err := p.regex()
				if err != nil {
					return err
				}
				filtered, err := cli.Filter(p.ctx, filterKeys[how], regex, text)
				if p.ctx.Err() != nil {
					return p.ctx.Err()
				}
				if err != nil {
					if err := p.write("% " + err.Error() + "\n"); err != nil {
						return err
					}
					continue
				}
				text, room = filtered, p.page
				continue
			}
		}
		if whole {
			line += "\n"
		}
		if err := p.write(line); err != nil {
			return err
		}
		room -= rows
		text = rest
	}
	return nil
}

var filterKeys = map[string]string{"/": "begin", "+": "include", "-": "exclude"}

func (p *pager) write(text string) error {
	_, err := io.WriteString(p.screen, text)
	return err
}

// ask shows the prompt and waits for one of the pager's keys.
func (p *pager) ask() (string, error) {
	if err := p.write(more); err != nil {
		return "", err
	}
	for {
		key, err := p.screen.ReadKey(p.ctx)
		if errors.Is(err, errInterrupt) {
			return "q", p.write(erase)
		}
		if err != nil {
			return "", err
		}
		how := ""
		switch key {
		case ' ':
			how = "page"
		case enterKey:
			how = "line"
		case 'q', 'Q':
			how = "q"
		case '/', '+', '-':
			return string(rune(key)), p.write(erase + string(rune(key)))
		default:
			continue
		}
		return how, p.write(erase)
	}
}

// regex reads a regular expression after the key that asked for it.
func (p *pager) regex() (string, error) {
	var text []rune
	for {
		key, err := p.screen.ReadKey(p.ctx)
		switch {
		case err != nil:
			return "", err
		case key == enterKey:
			return string(text), p.write("\n")
		case key == backspaceKey && len(text) > 0:
			text = text[:len(text)-1]
			err = p.write("\b \b")
		case key.printable() && len(text) < grammar.MaxRegex:
			text = append(text, rune(key))
			err = p.write(string(rune(key)))
		}
		if err != nil {
			return "", err
		}
	}
}
