package mirror

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// accessLedger holds what each subscriber's access session was started with,
// "" if there was none. It knows nothing of the model but who is logged in.
type accessLedger map[string]string

// note takes the events of one step and who is logged in after it, and returns
// what is wrong: an access session that is closed twice, not at all, early or
// with another identity than it was started with.
func (l accessLedger) note(events []string, subs map[string]*modelSub) (problems []string) {
	starts, ends, failed := accessEvents(events)
	take := func(from *[]string, what string) bool {
		at := slices.Index(*from, what)
		if at >= 0 {
			*from = slices.Delete(*from, at, at+1)
		}
		return at >= 0
	}
	late := 0 // those that leave without an access session may end one all the same
	for key, started := range l {
		if subs[key] != nil {
			continue
		}
		delete(l, key)
		if started == "" {
			late++
		} else if !take(&ends, started) && !take(&failed, started) {
			problems = append(problems, key+" was not ended as it was started: "+started)
		}
	}
	if len(ends) > late {
		problems = append(problems, fmt.Sprint("ended, but not started or not over: ", ends))
	}
	for key := range subs {
		if _, known := l[key]; !known {
			l[key] = ""
			if len(starts) > 0 {
				l[key], starts = starts[0], starts[1:]
			}
		}
	}
	if len(starts) > 0 {
		problems = append(problems, fmt.Sprint("started for nobody: ", starts))
	}
	return problems
}

// accessEvents returns the identities that access sessions are started, ended
// and failed with. The failures of packet sessions count too, once for both
// directions: they stand for that of the access session.
func accessEvents(events []string) (starts, ends, failed []string) {
	for _, e := range events {
		kind, rest, _ := strings.Cut(strings.TrimPrefix(e, "isp "), " ")
		identity, at, _ := strings.Cut(rest, " ingress ")
		target, _, _ := strings.Cut(at, ">")
		identity = fmt.Sprint(identity, strings.HasPrefix(e, "isp "))
		switch access := target == "0.0.0.0"; {
		case access && kind == "SessionStart":
			starts = append(starts, identity)
		case access && kind == "SessionEnd":
			ends = append(ends, identity)
		case kind == "SessionFailed" && target != "":
			failed = append(failed, identity)
		}
	}
	return starts, ends, failed
}

func TestAccessLedgerFindsWhatIsWrong(t *testing.T) {
	start, by := "SessionStart cliTrigger username=joe 1/2 p#1 ingress 0.0.0.0>1.1.1.1", "cliTrigger username=joe 1/2 p#1 "
	end := func(by string) string { return "SessionEnd " + by + "ingress 0.0.0.0>1.1.1.1 userRequest" }
	for _, tt := range []struct {
		name   string
		events []string
		in     bool // still logged in
		ok     bool
	}{
		{"ended", []string{end(by)}, false, true},
		{"packet sessions failed", []string{"SessionFailed " + by + "ingress 10.0.0.1>1.1.1.1 x", "SessionFailed " + by + "egress 10.0.0.1>1.1.1.1 x"}, false, true},
		{"not ended", nil, false, false},
		{"ended twice", []string{end(by), end(by)}, false, false},
		{"ended by another name", []string{end("radiusCoa username=joe 1/2 spl_88000001#88000001 ")}, false, false},
		{"ended early", []string{end(by)}, true, false},
		{"goes on", nil, true, true},
	} {
		l, subs := accessLedger{}, map[string]*modelSub{"joe": {}}
		if got := l.note([]string{start}, subs); got != nil {
			t.Error(got)
		}
		if !tt.in {
			delete(subs, "joe")
		}
		if got := l.note(tt.events, subs); (got == nil) != tt.ok {
			t.Errorf("%s: %q", tt.name, got)
		}
	}
}
