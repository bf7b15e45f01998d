package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/cli/editor"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore/side"
)

// keys is an editor at which only single keys are read.
type keys struct {
	editor.Editor
	left []editor.Key
	out  bytes.Buffer
}

func (k *keys) ReadKey(context.Context) (editor.Key, error) {
	if len(k.left) == 0 {
		return 0, io.EOF
	}
	key := k.left[0]
	k.left = k.left[1:]
	if key == 3 {
		return key, editor.ErrInterrupt
	}
	return key, nil
}

func (k *keys) Size() (width, height int)   { return 20, 5 }
func (k *keys) Write(p []byte) (int, error) { return k.out.Write(p) }

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
				k.left = append(k.left, editor.Key(r))
			}
			s := &Session{editor: k, screen: k, length: -1, width: -1}
			if err := s.show(t.Context(), c.text); err != nil {
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
	s := &Session{editor: k, screen: k, length: 0, width: -1}
	if err := s.show(t.Context(), numbered(1, 100)); err != nil || k.out.String() != numbered(1, 100) {
		t.Error(err, k.out.String())
	}
}

func TestFilter(t *testing.T) {
	const text = "alpha 10.1.1.1\nbeta,gamma {x}\nalphabet\n"
	for _, c := range []struct{ how, regex, want string }{
		{"include", "alpha", "alpha 10.1.1.1\nalphabet\n"},
		{"include", "alpha_", "alpha 10.1.1.1\n"},
		{"include", "_gamma_", "beta,gamma {x}\n"},
		{"include", "^x|_x_", "beta,gamma {x}\n"},
		{"include", `10\.1`, "alpha 10.1.1.1\n"},
		{"include", `\_`, ""},
		{"include", "[_]", ""},
		{"exclude", "alpha", "beta,gamma {x}\n"},
		{"begin", "beta", "beta,gamma {x}\nalphabet\n"},
		{"begin", "nothing", ""},
	} {
		got, err := filter(t.Context(), c.how, c.regex, text)
		if err != nil || got != c.want {
			t.Errorf("%s %s: %q, %v, want %q", c.how, c.regex, got, err, c.want)
		}
	}
	for bad, want := range map[string]error{
		"(": errRegex, "[": errRegex, "*": errRegex, `a{1,1001}`: errRegex,
		"(?:.?.?.?.?.?.?.?.?.?.?){90}zz": errComplexRegex,
	} {
		if _, err := filter(t.Context(), "include", bad, text); err != want {
			t.Errorf("%q: %v, want %v", bad, err, want)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := filter(gone, "include", "a", text); err != context.Canceled || got != "" {
		t.Errorf("nobody waits for it any more: %q, %v", got, err)
	}
	if _, err := filter(t.Context(), "include", strings.Repeat("x", grammar.MaxRegex), text); err != nil {
		t.Error(err)
	}
}

// TestPagerBoundsItsExpression: a client that types without end takes no memory
// and no screen for it.
func TestPagerBoundsItsExpression(t *testing.T) {
	k := &keys{left: []editor.Key{'/'}}
	for range 3 * grammar.MaxRegex {
		k.left = append(k.left, 'a')
	}
	k.left = append(k.left, editor.KeyEnter)
	s := &Session{editor: k, screen: k, length: -1, width: -1}
	if err := s.show(t.Context(), numbered(1, 9)); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(k.out.String(), "a"); n != grammar.MaxRegex {
		t.Errorf("%d characters were taken", n)
	}
}

func TestHistoryBoundsItsLines(t *testing.T) {
	h := newHistory()
	h.add(strings.Repeat("ä", editor.MaxLine), side.Ordinary)
	if got := h.visible(side.Clearance{})[0]; got != strings.Repeat("ä", editor.MaxLine/2) {
		t.Errorf("%d octets are kept", len(got))
	}
}

func TestHistoryKeepsSidesApart(t *testing.T) {
	h := newHistory()
	h.resize(3)
	for i := range 5 {
		h.add(fmt.Sprint("ordinary ", i), side.Ordinary)
		h.add(fmt.Sprint("secure ", i), side.Secure)
	}
	if diff := cmp.Diff([]string{"ordinary 2", "ordinary 3", "ordinary 4"}, h.visible(side.Clearance{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"secure 3", "ordinary 4", "secure 4"}, h.visible(side.Clear(true))); diff != "" {
		t.Error(diff)
	}
}

func TestSplitCommands(t *testing.T) {
	for text, want := range map[string][]string{
		"a; b":                 {"a", "b"},
		`x "a; b" c;d`:         {`x "a; b" c`, "d"},
		`x "a\"; b"; c`:        {`x "a\"; b"`, "c"},
		"":                     {""},
		"a;;b;":                {"a", "", "b", ""},
		`x "never closed; y`:   {`x "never closed; y`},
		`back\; slash outside`: {`back\`, "slash outside"},
	} {
		if diff := cmp.Diff(want, SplitCommands(text)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}
