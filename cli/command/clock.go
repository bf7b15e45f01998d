package command

import (
	"context"
	"errors"
	"net"
	"strings"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore/eventlog"
)

func macText(mac [6]byte) string { return net.HardwareAddr(mac[:]).String() }

// clockTime is a time of day, hh:mm:ss; of its value only the time counts.
var clockTime = grammar.Func("HH:MM:SS", func(word string) (any, bool) {
	t, err := time.Parse("15:04:05", word)
	return t, err == nil
})

func months() grammar.Node {
	var pairs []string
	for m := time.January; m <= time.December; m++ {
		pairs = append(pairs, m.String(), "Month "+m.String()[:3])
	}
	return words("month", pairs...)
}

var clockCommands = []cli.Command{
	{
		Modes: inExec, Level: levelConfigure,
		Syntax: seq(kw("clock", "Set the clock"), kw("set", "Set the time"), param("time", clockTime, "The time of day"),
			alt(seq(param("day", grammar.Int(1, 31), "The day"), months()), seq(months(), param("day", grammar.Int(1, 31), "The day"))),
			param("year", grammar.Int(1970, 2105), "The year")),
		Summary: "Set the clock of the router",
		Description: "The clock of the machine stays as it is, and so do engine time and uptime. What is shown, logged and sent from then on " +
			"has the new time. The setting ends with the run.",
		Examples: []string{"clock set 06:12:11 22 November 2026"},
		Run:      cli.Text(setClock),
	},
}

var errNoDate = errors.New("no such date")

func setClock(_ context.Context, s *cli.Session, a grammar.Args) error {
	var month time.Month
	for m := time.January; m <= time.December; m++ {
		if strings.EqualFold(a.Text("month"), m.String()) {
			month = m
		}
	}
	clock, _ := a.Get("time").(time.Time)
	day := a.Int("day", 1)
	at := time.Date(a.Int("year", 1970), month, day, clock.Hour(), clock.Minute(), clock.Second(), 0, s.Router().Now().Location())
	if at.Day() != day || at.Month() != month {
		return errNoDate
	}
	s.Router().SetClock(at)
	s.Log(eventlog.System, eventlog.Notice, "clock set")
	return nil
}
