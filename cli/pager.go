package cli

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"

	"mirrorsh/cli/grammar"
	"mirrorsh/cli/terminal"
)

const (
	more  = " --More-- "
	erase = "\r          \r"
)

// A page is as high and as wide as the terminal unless the session says
// otherwise; without a terminal, or at height 0, nothing is paged.
func (s *Session) page() (width, height int) {
	width, height = 80, 24
	if s.editor != nil {
		width, height = s.editor.Size()
	}
	if s.length >= 0 {
		height = s.length
	}
	if s.width > 0 {
		width = s.width
	}
	if s.editor == nil {
		height = 0
	}
	return width, height
}

// Terminal returns the columns and the lines of a page as the session has set
// them, or as the terminal is; 0 lines: no paging.
func (s *Session) Terminal() (width, length int) { return s.page() }

// SetLength sets the lines of a page, 0 for no paging.
func (s *Session) SetLength(n int) { s.length = n }

// SetWidth sets the columns of a line.
func (s *Session) SetWidth(n int) { s.width = n }

// show writes text to the terminal, a page at a time.
func (s *Session) show(ctx context.Context, text string) error {
	width, height := s.page()
	if height == 0 {
		if text == "" {
			return nil
		}
		_, err := io.WriteString(s.screen, text)
		return err
	}
	return s.pager(ctx, paper{s.editor, s.screen}, width, height).run(text)
}

// paper is the screen of a session between two lines.
type paper struct {
	terminal.Editor
	io.Writer
}

func (p paper) Write(text []byte) (int, error) { return p.Writer.Write(text) }

// Page shows what ? or Tab says as any other output.
func (s *Session) Page(ctx context.Context, screen terminal.Screen, text string) error {
	width, height := s.page()
	if height == 0 {
		_, err := io.WriteString(screen, text)
		return err
	}
	return s.pager(ctx, screen, width, height).run(text)
}

func (s *Session) pager(ctx context.Context, screen terminal.Screen, width, height int) *pager {
	return &pager{screen: screen, ctx: ctx, width: max(width, 1), page: max(height-1, 1)}
}

// pager shows one text. Its keys: Space a page, Enter a line, q stops, and /,
// + and - with a regular expression go on from the first line that matches,
// with the lines that match, or with those that do not.
type pager struct {
	screen      terminal.Screen
	ctx         context.Context
	width, page int
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
				filtered, err := filter(p.ctx, filterKeys[how], regex, text)
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
		if errors.Is(err, terminal.ErrInterrupt) {
			return "q", p.write(erase)
		}
		if err != nil {
			return "", err
		}
		how := ""
		switch key {
		case ' ':
			how = "page"
		case terminal.KeyEnter:
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
		case key == terminal.KeyEnter:
			return string(text), p.write("\n")
		case key == terminal.KeyBackspace && len(text) > 0:
			text = text[:len(text)-1]
			err = p.write("\b \b")
		case key.Printable() && len(text) < grammar.MaxRegex:
			text = append(text, rune(key))
			err = p.write(string(rune(key)))
		}
		if err != nil {
			return "", err
		}
	}
}
