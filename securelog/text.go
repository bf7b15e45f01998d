package securelog

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"time"
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
