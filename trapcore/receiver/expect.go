package receiver

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// Bounds of a golden file and of what is said of it.
const (
	maxGoldenLine  = 1 << 18
	maxExpected    = 1 << 20 // notifications
	maxDifferences = 20
)

// Expectation compares notifications with a golden file. That has them in their
// order, as [Notification.String] writes them, with * for any characters and \
// before a * or \ that stands for itself. A head that is a name only leaves out
// the rest of the head; a head without lines below it, or with the line ...
// among them, leaves out varbinds from there. Lines that begin with # or ! are
// comments.
type Expectation struct {
	file  string
	all   []expected
	next  int
	extra int
	diffs []string
	more  int
}

type expected struct {
	line int // of the head, from 1
	head string
	body []string
	at   []int // lines of body
}

// errGolden is what errors of [ReadExpectation] wrap, but for those of reading.
var errGolden = errors.New("not a golden file of notifications")

// ReadExpectation reads a golden file; name is for messages.
func ReadExpectation(name string, r io.Reader) (*Expectation, error) {
	e := &Expectation{file: name}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxGoldenLine)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimRight(lines.Text(), " \t\r")
		switch {
		case line == "" || line[0] == '#' || line[0] == '!':
		case line[0] != ' ' && line[0] != '\t':
			if len(e.all) == maxExpected {
				return nil, fmt.Errorf("%s:%d: more than %d notifications: %w", name, n, maxExpected, errGolden)
			}
			e.all = append(e.all, expected{line: n, head: line})
		case len(e.all) == 0:
			return nil, fmt.Errorf("%s:%d: a varbind before the first notification: %w", name, n, errGolden)
		default:
			x := &e.all[len(e.all)-1]
			x.body, x.at = append(x.body, strings.TrimLeft(line, " \t")), append(x.at, n)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(e.all) == 0 {
		return nil, fmt.Errorf("%s has no notification: %w", name, errGolden)
	}
	return e, nil
}

// Len is how many notifications are expected.
func (e *Expectation) Len() int { return len(e.all) }

// Take compares the notification that has come next.
func (e *Expectation) Take(n *Notification) {
	if e.next == len(e.all) {
		e.extra++
		return
	}
	x := &e.all[e.next]
	e.next++
	head, body := lines(n)
	if !strings.Contains(x.head, ":") {
		head = n.Name()
	}
	if !glob(x.head, head) {
		e.differ(x.line, x.head, head)
		return // its varbinds would all differ, too
	}
	if len(x.body) == 0 {
		return
	}
	for i, want := range x.body {
		switch {
		case want == "...":
			return
		case i >= len(body):
			e.differ(x.at[i], want, "nothing more")
			return
		case !glob(want, body[i]):
			e.differ(x.at[i], want, body[i])
		}
	}
	if len(body) > len(x.body) {
		e.differ(x.at[len(x.at)-1], "nothing more", body[len(x.body)])
	}
}

func (e *Expectation) differ(line int, want, got string) {
	if len(e.diffs) == maxDifferences {
		e.more++
		return
	}
	e.diffs = append(e.diffs, fmt.Sprintf("%s:%d: want %s, got %s", e.file, line, want, got))
}

// Differences returns what is not as expected, one line each, none if all is.
// Call it when nothing is waited for any more.
func (e *Expectation) Differences() []string {
	all := e.diffs
	if e.more > 0 {
		all = append(all, fmt.Sprintf("%s: %d more differences", e.file, e.more))
	}
	if e.next < len(e.all) {
		all = append(all, fmt.Sprintf("%s:%d: %d of %d notifications did not arrive, the first %s",
			e.file, e.all[e.next].line, len(e.all)-e.next, len(e.all), e.all[e.next].head))
	}
	if e.extra > 0 {
		all = append(all, fmt.Sprintf("%s: %d notifications more than the %d expected", e.file, e.extra, len(e.all)))
	}
	return all
}

func lines(n *Notification) (head string, body []string) {
	head, rest, _ := strings.Cut(n.String(), "\n")
	for line := range strings.Lines(rest) {
		body = append(body, strings.Trim(line, " \n"))
	}
	return head, body
}

// Golden writes the notification for a golden file, with * in place of address
// and times, which differ from run to run.
func (n *Notification) Golden() string {
	var b strings.Builder
	head, _, _ := strings.Cut(n.String(), " engine ")
	head, _, _ = strings.Cut(head, " from ")
	b.WriteString(escape(head) + " *\n    sysUpTime.0 = *\n")
	for _, vb := range n.Varbinds {
		name, syntax, value := show(vb)
		value = escape(value)
		if syntax == mib.DateAndTime || vb.Value.Tag() == snmp.TagTimeTicks {
			value = "*"
		}
		fmt.Fprintf(&b, "    %s = %s\n", name, value)
	}
	return b.String()
}

var escape = strings.NewReplacer(`\`, `\\`, `*`, `\*`).Replace

// glob reports whether s is as the pattern says: * is any characters, \ takes
// the next one as it is.
func glob(pattern, s string) bool {
	star, from := -1, 0
	for p, i := 0, 0; ; {
		if p < len(pattern) && pattern[p] == '*' {
			star, from, p = p, i, p+1
			continue
		}
		if p == len(pattern) && i == len(s) {
			return true
		}
		if p < len(pattern) && i < len(s) {
			c, width := pattern[p], 1
			if c == '\\' && p+1 < len(pattern) {
				c, width = pattern[p+1], 2
			}
			if c == s[i] {
				p, i = p+width, i+1
				continue
			}
		}
		if star < 0 || from == len(s) {
			return false
		}
		from++
		p, i = star+1, from
	}
}
