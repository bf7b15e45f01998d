package command

import (
	"context"
	"errors"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore/eventlog"
)

// clockTime is a time of day, hh:mm:ss; of its value only the time counts.
var clockTime = grammar.Value("HH:MM:SS", "",
	func(word string) (time.Time, bool) {
		t, err := time.Parse(time.TimeOnly, word)
		return t, err == nil
	},
	func(t time.Time) (string, bool) { return t.Format(time.TimeOnly), true })

func months() grammar.Node {
	var all []grammar.Node
	for m := time.January; m <= time.December; m++ {
		all = append(all, kw(m.String(), "Month "+m.String()[:3]).As("month").Is(m))
	}
	return alt(all...)
}

var clockCommands = []cli.Command{
	{
		Modes: inExec, Level: levelConfigure,
		Syntax: seq(kw("clock", "Set the clock"), kw("set", "Set the time"), param("time", clockTime, "The time of day"),
			alt(seq(param("day", grammar.Int(1, 31), "The day"), months()), seq(months(), param("day", grammar.Int(1, 31), "The day"))),
			param("year", grammar.Int(1970, 2105), "The year")),
		Summary: "Set the clock of the router",
		Description: "The clock of the machine stays as it is, and so do engine time and uptime. What is shown, logged and sent from then on " +
			"has the new time. The setting ends with the run. In a script it then stands still but while the script waits (sleep, what is " +
			"scheduled, a rate of test mirror traps; not what wait and expect wait for), so that each run has the same times, and goes on when the script ends.",
		Examples: []string{"clock set 06:12:11 22 November 2026"},
		Run:      cli.Do(clockArgs{}, setClock),
	},
}

var errNoDate = errors.New("no such date")

// clockArgs are a time of day and a date.
type clockArgs struct {
	Time  time.Time  `cli:"time"`
	Day   int        `cli:"day"`
	Month time.Month `cli:"month"`
	Year  int        `cli:"year"`
}

func setClock(_ context.Context, s *cli.Session, a clockArgs) error {
	at := time.Date(a.Year, a.Month, a.Day, a.Time.Hour(), a.Time.Minute(), a.Time.Second(), 0, s.Router().Now().Location())
	if at.Day() != a.Day || at.Month() != a.Month {
		return errNoDate
	}
	s.SetClock(at)
	s.Log(eventlog.System, eventlog.Notice, "clock set")
	return nil
}
