package command

import (
	"context"
	"strconv"
	"strings"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
)

// When the commands of a script run. The words are this product's own.

const ownWord = "This command is this product's own: the real router has none."

// durationType is a time up to the longest delay, in whole milliseconds, behind a sign.
func durationType(usage, sign string, least time.Duration) grammar.Type {
	return grammar.Value(usage, "not a time such as "+sign+"1.5s or "+sign+"200ms, up to an hour", func(word string) (time.Duration, bool) {
		word, ok := strings.CutPrefix(word, sign)
		if !ok || word == "" || word[0] < '0' || word[0] > '9' {
			return 0, false
		}
		d, err := time.ParseDuration(word)
		return d, err == nil && d >= least && d <= cli.MaxDelay && d%time.Millisecond == 0
	}, func(d time.Duration) (string, bool) { return sign + d.String(), true })
}

var (
	delay    = durationType("+1.5s", "+", 0)
	interval = durationType("200ms", "", time.Millisecond)
	timeout  = durationType("5s", "", time.Millisecond)
)

var timelineCommands = []cli.Command{
	{
		Modes: inExec, Level: levelUser,
		Syntax: seq(kw("sleep", "Wait before the next command"), alt(
			param("SECONDS", grammar.Int(0, int64(cli.MaxDelay/time.Second)), "How many seconds to wait"),
			param("DURATION", interval, "How long to wait, with a unit").Alias())),
		Summary:     "Wait, in a script or on the terminal",
		Description: "Meanwhile what a script has scheduled runs. With a unit it is this product's own.",
		Examples:    []string{"sleep 5", "sleep 250ms"},
		Run: cli.Do(sleepArgs{}, func(ctx context.Context, s *cli.Session, a sleepArgs) error {
			_, err := s.Wait(ctx, time.Duration(a.Seconds)*time.Second+a.Duration, nil, nil)
			return err
		}),
	},
	{
		Modes: cli.AllModes, Level: levelUser, Leads: true,
		Syntax:  seq(kw("at", "Run a command later"), param("DELAY", delay, "How long after now")),
		Summary: "Run a command later",
		Description: "What a script schedules runs while the script waits (sleep, wait, expect) and at its end, in the order of the times, of which " +
			"those count that the script has waited, in the " +
			"mode and the virtual router where it was scheduled, with the rights that the session has then. One that is refused ends the script as the line does " +
			"that scheduled it. Ctrl-C and the end of the session stop what is left. Typed at a terminal, the line waits until all has run. Commands " +
			"that ask for a password or lead to another mode or virtual router cannot be scheduled. " + ownWord,
		Examples: []string{"at +1.5s clear arp"},
		Run: cli.Lead(func(ctx context.Context, s *cli.Session, a atArgs, command string) error {
			return s.At(ctx, a.Delay, 0, 1, command)
		}),
	},
	{
		Modes: cli.AllModes, Level: levelUser, Leads: true,
		Syntax: seq(kw("every", "Run a command again and again"), param("INTERVAL", interval, "The time from one to the next"),
			kw("count", "How often"), param("COUNT", grammar.Int(1, cli.MaxTimes), "How often")),
		Summary:     "Run a command again and again",
		Description: "The first time is now, which in a script is when it waits next. Else it is as at. " + ownWord,
		Examples:    []string{"every 200ms count 50 show clock"},
		Run: cli.Lead(func(ctx context.Context, s *cli.Session, a everyArgs, command string) error {
			return s.At(ctx, 0, a.Interval, a.Count, command)
		}),
	},
	{
		Modes: inExec, Level: levelUser,
		Syntax:  seq(kw("repeat", "Run the lines of a script again"), param("COUNT", grammar.Int(1, cli.MaxRepeat), "How often they run")),
		Summary: "Run the lines of a script that follow, up to end, a number of times",
		Description: "The end is typed in Exec; in a configuration mode that word leads to Exec, as ever. Repeats may stand in one another, 8 deep, " +
			"and run no more than " + strconv.Itoa(cli.MaxRepeat) + " times in all. " + ownWord,
		Examples: []string{"repeat 3\nshow clock\nsleep 100ms\nend"},
		Run:      cli.Do(repeatArgs{}, func(_ context.Context, s *cli.Session, a repeatArgs) error { return s.Repeat(a.Count) }),
	},
}

type sleepArgs struct {
	Seconds  int           `cli:"SECONDS"`
	Duration time.Duration `cli:"DURATION"`
}

type atArgs struct {
	Delay time.Duration `cli:"DELAY"`
}

type everyArgs struct {
	Interval time.Duration `cli:"INTERVAL"`
	Count    int           `cli:"COUNT"`
}

type repeatArgs struct {
	Count int `cli:"COUNT"`
}
