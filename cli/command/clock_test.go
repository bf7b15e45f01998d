package command

import (
	"strings"
	"testing"
	"time"
)

func TestClockSet(t *testing.T) {
	shell := shellOn(t, memory())
	o := operatorOf(t, shell)
	engine, version := shell.Router.Engine().Now(), o.do(t, "show version | include running for")
	for _, c := range []struct{ line, want string }{
		{"clock set 07:08:09 29 february 2028", "TUE FEB 29 2028 07:08:09 UTC\n"},
		{"clock set 00:00:00 Jan 1 1999", "FRI JAN 01 1999 00:00:00 UTC\n"},
		{"clock set 23:59:59 Dec 31 2105", "THU DEC 31 2105 23:59:59 UTC\n"},
	} {
		o.do(t, c.line)
		same(t, c.line, c.want, o.do(t, "show clock"))
		if got := shell.Router.Engine().Now(); got != engine {
			t.Errorf("%s: engine time went from %+v to %+v", c.line, engine, got)
		}
		same(t, "uptime after "+c.line, version, o.do(t, "show version | include running for"))
	}
	same(t, "since", "\t(since THU DEC 31 2105 23:59:59 UTC)\n", o.do(t, "show version | include since"))
	if at := mustEntries(shell)[3].Time; !at.Equal(time.Date(2105, 12, 31, 23, 59, 59, 0, time.UTC)) {
		t.Errorf("logged at %v", at)
	}
	same(t, "no such day", "% no such date\n", o.run(t, "clock set 07:08:09 29 february 2027"))
	for _, line := range []string{"clock set 24:00:00 1 May 2026", "clock set 1:60:00 1 May 2026", "clock set 01:00:00 32 May 2026", "clock set 01:00:00 1 Ma 2026"} {
		if got := o.run(t, line); !strings.Contains(got, "^\n") {
			t.Errorf("%q: %s", line, got)
		}
	}
}
