package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Bounds of what a script repeats.
const (
	MaxRepeat    = 1_000_000 // times, those of one repeat in the other multiplied
	maxRepeats   = 8         // one in the other
	maxRepeated  = 1 << 20   // octets of their lines
	endOfRepeats = "end"
)

var (
	errNotScript   = errors.New("only a script waits for notifications")
	errNotInScript = errors.New("only a script repeats lines")
	errNoEnd       = errors.New("repeat has no end")
	errRepeats     = fmt.Errorf("repeats are more than %d deep", maxRepeats)
	errRepeatTimes = fmt.Errorf("repeats in repeats are more than %d in all", MaxRepeat)
	errRepeated    = fmt.Errorf("lines to be repeated are more than %d octets", maxRepeated)
)

// feed gives out the lines of a script, those of a repeat again and again.
type feed struct {
	read  func() (string, error) // the next line of the script
	taken int                    // lines read
	line  int                    // number of the line given out last, from 1

	open []repeat   // outermost first
	kept []numbered // lines since the outermost began
	at   int        // which of them is next
	size int        // octets of them
}

// repeat is one that is not over.
type repeat struct {
	times int // in all
	left  int // to come, this one included
	from  int // its first line in kept
	line  int // where it begins
}

type numbered struct {
	line int
	text string
}

func (f *feed) next() (string, error) {
	if f.at < len(f.kept) {
		n := f.kept[f.at]
		f.at++
		f.line = n.line
		return n.text, nil
	}
	f.taken++
	f.line = f.taken
	text, err := f.read()
	if err == nil && len(f.open) > 0 {
		if f.size += len(text) + 1; f.size > maxRepeated {
			return "", &Refusal{Text: "% " + errRepeated.Error(), err: errRepeated}
		}
		f.kept = append(f.kept, numbered{f.line, text})
		f.at++
	}
	return text, err
}

// begin begins a repeat with the line that is next.
func (f *feed) begin(times int) error {
	if len(f.open) == maxRepeats {
		return errRepeats
	}
	all := times
	for _, r := range f.open {
		if all *= r.times; all > MaxRepeat {
			return errRepeatTimes
		}
	}
	if len(f.open) == 0 {
		f.kept, f.at, f.size = f.kept[f.at:], 0, 0
	}
	f.open = append(f.open, repeat{times: times, left: times, from: f.at, line: f.line})
	return nil
}

// end ends the innermost repeat, or goes back to its first line.
func (f *feed) end() {
	r := &f.open[len(f.open)-1]
	if r.left--; r.left > 0 {
		f.at = r.from
		return
	}
	f.open = f.open[:len(f.open)-1]
}

// endScript runs what a script has scheduled, once it has no more lines.
func (s *Session) endScript(ctx context.Context) error {
	if f := s.scripts.feed; len(f.open) > 0 {
		err := s.refuse(ctx, errNoEnd, "", "")
		var refusal *Refusal
		if errors.As(err, &refusal) {
			refusal.At = f.open[len(f.open)-1].line
		}
		return err
	}
	return s.runScheduled(ctx)
}

// Repeat has the lines of the script that follow, up to end in Exec, run a number of
// times.
func (s *Session) Repeat(times int) error {
	if s.scripts.feed == nil {
		return errNotInScript
	}
	return s.scripts.feed.begin(times)
}

// endsRepeat reports whether a line ends a repeat: in Exec, end means nothing else.
func (s *Session) endsRepeat(line string) bool {
	f := s.scripts.feed
	return f != nil && len(f.open) > 0 && s.Mode() == Exec && strings.EqualFold(strings.TrimSpace(line), endOfRepeats)
}
