package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
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
		Run: func(_ context.Context, s *cli.Session, a grammar.Args) error {
			s.Router().SecureLog().SetOn(a.Form == grammar.Affirmative)
			return nil
		},
	},
	{
		Modes: append(inExec[:1:1], inGlobal...), Level: levelSecure, Secure: true,
		Syntax:  seq(serverKey, clearWord, secureLogWord),
		Summary: "Wipe the secure audit log",
		Run: func(_ context.Context, s *cli.Session, _ grammar.Args) error {
			s.Router().SecureLog().Clear()
			return nil
		},
	},
	{
		Modes: inExec, Level: levelSecure, Secure: true, Shows: true,
		Syntax:  seq(showWord, snmpWord, secureLogWord),
		Summary: "Show the secure audit log, oldest entry first",
		Run:     showSecureLog,
	},
}

func showSecureLog(_ context.Context, s *cli.Session, _ grammar.Args) error {
	status, entries := s.Router().SecureLog().View()
	state := "off"
	if status.On {
		state = "on"
	}
	s.Printf("SNMP secure log is %s\n", state)
	s.Printf("Entries: %d held, capacity %d, %d overwritten\n\n", status.Held, status.Capacity, status.Overwritten)
	for e := range entries {
		s.Print(e.String() + "\n")
	}
	return nil
}
