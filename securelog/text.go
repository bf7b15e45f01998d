package securelog

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"time"
	"unicode/utf8"
)

// Renderer appends the text of varbinds to dst, in the form
// `name.0 = value, name.0 = value`. The varbinds may end anywhere, since a long
// list is cut; the renderer then shows what it can. It keeps no reference to
// either slice.
type Renderer func(dst, varbinds []byte) []byte

// Entry is an entry of the audit log, rendered. Router and Text hold printable
// characters only; anything else is escaped as \xNN, \uNNNN or \UNNNNNNNN.
type Entry struct {
	Time      time.Time // in the location of the log
	Severity  Severity
	Category  Category
	Router    string
	Text      string
	Truncated bool // part of the entry did not fit; Text says so
}

// TimeLayout is how the time of an entry is written, as [time.Time.Format] takes it.
const TimeLayout = "01/02/2006 15:04:05 MST"

// String returns the entry as a line of the log, without a line end.
func (e Entry) String() string {
	return fmt.Sprintf("%s %s %s (%s): %s", e.Severity, e.Time.Format(TimeLayout), e.Category, e.Router, e.Text)
}

func address(a netip.AddrPort) string {
	if !a.IsValid() {
		return "unknown"
	}
	return a.String()
}

const truncationMark = " ... [truncated]"

// render calls the renderer and keeps its panics, which could quote the entry.
func (r Renderer) render(dst, varbinds []byte) (text []byte) {
	defer func() {
		if recover() != nil {
			text = append(dst, "[unreadable varbinds]"...)
		}
	}()
	if r == nil {
		return hex.AppendEncode(dst, varbinds)
	}
	return r(dst, varbinds)
}

// printable returns s with everything a terminal could act on escaped: control
// and format characters, other blanks than the space, invalid UTF-8.
func printable[T string | []byte](s T) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(string(s[i:min(i+utf8.UTFMax, len(s))]))
		switch {
		case c == utf8.RuneError && size <= 1:
			out = fmt.Appendf(out, `\x%02x`, s[i])
		case strconv.IsPrint(c):
			out = append(out, s[i:i+size]...)
		case c < utf8.RuneSelf:
			out = fmt.Appendf(out, `\x%02x`, c)
		case c <= 0xffff:
			out = fmt.Appendf(out, `\u%04x`, c)
		default:
			out = fmt.Appendf(out, `\U%08x`, c)
		}
		i += size
	}
	return string(out)
}
