package terminal

import (
	"context"
	"io"
	"strings"

	"mirrorsh/cli"
)

// ReadSecret is [Editor.ReadSecret], for who has no editor yet.
func (t *Terminal) ReadSecret(ctx context.Context, prompt string) (string, error) {
	return t.readWord(ctx, prompt, false)
}

// ReadName is [Editor.ReadName], for who has no editor yet.
func (t *Terminal) ReadName(ctx context.Context, prompt string) (string, error) {
	return t.readWord(ctx, prompt, true)
}

func (t *Terminal) readWord(ctx context.Context, prompt string, shown bool) (string, error) {
	t.print(prompt)
	// Stars stop before the margin, behind which a backspace cannot return.
	width, _ := t.Size()
	room := max(width-1-columns([]rune(prompt)), 0)
	secret, err := t.readStars(ctx, room, shown)
	t.print("\n")
	return secret, err
}

func (t *Terminal) readStars(ctx context.Context, room int, shown bool) (string, error) {
	defer t.keys.ask()()
	var secret []rune
	quoted := false
	for {
		k, err := t.keys.next(ctx)
		if err != nil {
			return "", err
		}
		before := min(len(secret), room)
		switch {
		case k.printable():
			if len(secret) <= cli.MaxTyped {
				secret = append(secret, rune(k))
			}
		case quoted:
		case k == enterKey:
			if len(secret) > cli.MaxTyped {
				return "", errTooLong
			}
			return string(secret), nil
		case k == keyInterrupt:
			t.keys.interrupt()
			return "", errInterrupt
		case k == keyLeave:
			return "", errEnd
		case k == keyDelete && len(secret) == 0:
			return "", io.EOF
		case k == backspaceKey:
			secret = secret[:max(len(secret)-1, 0)]
		case k == keyCutLeft:
			secret = secret[:0]
		}
		quoted = k == keyQuote && !quoted
		if now := min(len(secret), room); shown && now > before {
			t.print(string(secret[now-1:]))
		} else {
			t.print(stars(before, now))
		}
	}
}

// stars turns so many stars on the screen into so many.
func stars(from, to int) string {
	if to < from {
		return strings.Repeat("\b \b", from-to)
	}
	return strings.Repeat("*", to-from)
}
