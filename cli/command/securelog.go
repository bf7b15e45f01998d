package command

import (
	"context"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/securelog"
	"mirrorsh/trapcore"
)

var clearWord = kw("clear", "Wipe what is held")

var secureLogWord = kw("secure-log", "The secure audit log")

var secureLogCommands = []cli.Command{
	{
		Modes: inGlobal, Level: levelSecure, Secure: true,
		Syntax:      seq(serverKey, secureLogWord),
		No:          seq(serverKey, secureLogWord),
		Summary:     "Turn the secure audit log on or off",
		Description: "The log holds the last 100 secure traps and accesses to the mirror MIB, for the whole router, in memory only. Neither the log nor its switch outlives the router.",
		Run: cli.DoSecure(formArgs{}, func(_ context.Context, _ *cli.Session, x *trapcore.Secure, a formArgs) error {
			x.Log().SetOn(a.Form == grammar.Affirmative)
			return nil
		}),
	},
	{
		Modes: append(inExec[:1:1], inGlobal...), Level: levelSecure, Secure: true,
		Syntax:  seq(serverKey, clearWord, secureLogWord),
		Summary: "Wipe the secure audit log",
		Run: cli.DoSecure(cli.None{}, func(_ context.Context, _ *cli.Session, x *trapcore.Secure, _ cli.None) error {
			x.Log().Clear()
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelSecure, Secure: true, Shows: true,
		Syntax:  seq(showWord, snmpWord, secureLogWord),
		Summary: "Show the secure audit log, oldest entry first",
		Description: "A trap has an entry when it leaves (sent) or is lost (discarded, and why); an inform has a second one when it is " +
			"acknowledged or given up. What is queued is counted in the heading. What is about to leave is waited for, a second at most.",
		Run: cli.ShowSecure(cli.None{}, showSecureLog),
	},
}

// settleTime is how long a command waits for traps that it wants to tell of.
const settleTime = time.Second

func showSecureLog(ctx context.Context, _ *cli.Session, x *trapcore.Secure, _ cli.None) (result.Value, error) {
	// What is on its way has no entry yet: a moment, so that a script sees what
	// it has just caused.
	settling, stop := context.WithTimeout(ctx, settleTime)
	queued := x.Settle(settling)
	stop()
	status, entries := x.Log().Read()
	head := new(result.Record).
		Line("SNMP secure log is {on}", result.Choose(status.On, "on", "off")).
		Line("Entries: {held} held, capacity {capacity}, {overwritten} overwritten", status.Held, status.Capacity, status.Overwritten)
	if queued > 0 {
		head.Line("Queued: {queued}, without an entry until they leave or are lost", counted(queued, "trap"))
	}
	list := result.List{}
	for e := range entries {
		list.Items = append(list.Items, new(result.Record).Line("{severity} {time} {category} ({router}): {text}",
			e.Severity, result.As(e.Time, e.Time.Format(securelog.TimeLayout)), e.Category, e.Router, e.Text))
	}
	return result.Group{Between: "\n", Parts: []result.Part{{Value: head}, {Name: "entries", Value: list}}}, nil
}
