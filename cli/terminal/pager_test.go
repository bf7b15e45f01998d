package terminal

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
)

// keys is an editor at which only single keys are read.
type keys struct {
	Editor
	left []Key
	out  bytes.Buffer
}

func (k *keys) ReadKey(context.Context) (Key, error) {
	if len(k.left) == 0 {
		return 0, io.EOF
	}
	key := k.left[0]
	k.left = k.left[1:]
	if key == 3 {
		return key, errInterrupt
	}
	return key, nil
}

func (k *keys) Size() (width, height int)   { return 20, 5 }
func (k *keys) Write(p []byte) (int, error) { return k.out.Write(p) }

// sessionAt is a session whose pages have so many lines; -1: as many as the terminal.
func sessionAt(k *keys, length int) *cli.Session {
	s := &cli.Session{}
	s.SetLength(length)
	s.Attach(&front{k, s})
	return s
}

// shown is the screen without the pager's own prompt.
func (k *keys) shown() string {
	return strings.ReplaceAll(strings.ReplaceAll(k.out.String(), more, ""), erase, "")
}

func numbered(from, to int) string {
	var b strings.Builder
	for i := from; i <= to; i++ {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	return b.String()
}

func TestPager(t *testing.T) {
	for _, c := range []struct {
		name, text, keys string
		want             string
		prompts          int
	}{
		{"a page needs no key", numbered(1, 4), "", numbered(1, 4), 0},
		{"Space is a page", numbered(1, 9), "  ", numbered(1, 9), 2},
		{"Enter is a line", numbered(1, 6), "\r\r", numbered(1, 6), 2},
		{"q stops", numbered(1, 9), " q", numbered(1, 8), 2},
		{"Ctrl-C stops", numbered(1, 9), "\x03", numbered(1, 4), 1},
		{"other keys do nothing", numbered(1, 5), "xyz\r", numbered(1, 5), 1},
		{"begin", numbered(1, 20), "/19\r", numbered(1, 4) + "/19\n" + numbered(19, 20), 1},
		{"include", numbered(1, 20), "+1.\r  ", numbered(1, 4) + "+1.\n" + numbered(10, 19), 3},
		{"exclude", numbered(1, 9), "-[5-8]\r", numbered(1, 4) + "-[5-8]\n" + numbered(9, 9), 1},
		{"typing is corrected", numbered(1, 9), "+5\x7f9\r", numbered(1, 4) + "+5\b \b9\n" + numbered(9, 9), 1},
		{"a bad expression asks again", numbered(1, 5), "+(\r ", numbered(1, 4) + "+(\n% invalid regular expression\n" + numbered(5, 5), 2},
		{"a wide line takes two", "1234567890123456789012345\n" + numbered(1, 3), "\r", "1234567890123456789012345\n" + numbered(1, 3), 1},
		{"no newline at the end", "a\nb", "", "a\nb", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := &keys{}
			for _, r := range c.keys {
				k.left = append(k.left, Key(r))
			}
			s := sessionAt(k, -1)
			if err := show(t.Context(), k, s, c.text); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, k.shown()); diff != "" {
				t.Error(diff)
			}
			if n := strings.Count(k.out.String(), more); n != c.prompts || len(k.left) > 0 {
				t.Errorf("%d prompts, want %d; keys left %q", n, c.prompts, k.left)
			}
		})
	}
}

func TestLengthZeroDoesNotPage(t *testing.T) {
	k := &keys{}
	s := sessionAt(k, 0)
	if err := show(t.Context(), k, s, numbered(1, 100)); err != nil || k.out.String() != numbered(1, 100) {
		t.Error(err, k.out.String())
	}
}

// TestPagerBoundsItsExpression: a client that types without end takes no memory
// and no screen for it.
func TestPagerBoundsItsExpression(t *testing.T) {
	k := &keys{left: []Key{'/'}}
	for range 3 * grammar.MaxRegex {
		k.left = append(k.left, 'a')
	}
	k.left = append(k.left, enterKey)
	s := sessionAt(k, -1)
	if err := show(t.Context(), k, s, numbered(1, 9)); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(k.out.String(), "a"); n != grammar.MaxRegex {
		t.Errorf("%d characters were taken", n)
	}
}
