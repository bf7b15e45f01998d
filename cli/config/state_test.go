package config

import (
	"errors"
	"testing"
)

// TestTransitions holds the states to the table in the comment of next.
func TestTransitions(t *testing.T) {
	events := []event{touched, same, written, refused}
	for from, row := range map[State][]State{
		Clean:  {Dirty, Clean, Clean, Failed},
		Dirty:  {Dirty, Clean, Clean, Failed},
		Failed: {Failed, Clean, Clean, Failed},
	} {
		for i, want := range row {
			if got := from.next(events[i]); got != want {
				t.Errorf("%v, %v: %v, want %v", from, events[i], got, want)
			}
			p, no := part{state: from}, errors.New("no room")
			if from == Failed {
				p.err = errors.New("before")
			}
			before := p.err
			cause := error(nil)
			if events[i] == refused {
				cause = no
			}
			switch p.happens(events[i], cause); {
			case p.state == Failed && events[i] == refused && p.err != no,
				p.state == Failed && events[i] == touched && p.err != before,
				p.state != Failed && p.err != nil:
				t.Errorf("%v, %v: the error is %v", from, events[i], p.err)
			}
		}
	}
}

// TestWhatIsTriedAgain: lines that could not be written are tried when they are
// others, or when somebody asks.
func TestWhatIsTriedAgain(t *testing.T) {
	for _, tt := range []struct {
		name  string
		p     part
		lines string
		again bool
		want  bool
	}{
		{"in the file", part{lines: Text{"a"}}, "a", true, false},
		{"in the file, forced", part{lines: Text{"a"}, forced: true}, "a", false, true},
		{"changed", part{state: Dirty, lines: Text{"a"}}, "b", false, true},
		{"failed", part{state: Failed, lines: Text{"a"}, tried: Text{"b"}}, "b", false, false},
		{"failed, asked", part{state: Failed, lines: Text{"a"}, tried: Text{"b"}}, "b", true, true},
		{"failed, changed again", part{state: Failed, lines: Text{"a"}, tried: Text{"b"}}, "c", false, true},
		{"failed, changed back", part{state: Failed, lines: Text{"a"}, tried: Text{"b"}}, "a", true, false},
		{"failed, forced", part{state: Failed, lines: Text{"a"}, tried: Text{"a"}, forced: true}, "a", false, false},
	} {
		if got := tt.p.wants(Text{tt.lines}, tt.again); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
