package command

import (
	"context"
	"fmt"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/securelog"
	"mirrorsh/trapcore"
)

var clearWord = kw("clear", "Wipe what is held")

var secureLogWord = kw("secure-log", "The secure audit log")

// auditCategories are the log categories that feed the secure audit log.
var auditCategories = []struct {
	category securelog.Category
	help     string
}{
	{securelog.SNMPTrap, "Traps sent"},
	{securelog.SNMPPduAudit, "Requests that read"},
	{securelog.SNMPSetPduAudit, "Requests that write"},
}

// logSeverities are the severities of log messages, a list apart from that of
// traps: here it is info (reference cli.md 3.6).
var logSeverities = []string{"emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"}

func logSeverity() grammar.Node {
	var pairs []string
	for n, name := range logSeverities {
		pairs = append(pairs, name, fmt.Sprintf("Severity %d", n))
	}
	return alt(param("severity", grammar.Int(0, 7), "Severity by number"), words("severity", pairs...))
}

func logSeverityOf(a grammar.Args) securelog.Severity {
	for n, name := range logSeverities {
		if a.Text("severity") == name {
			return securelog.Severity(n)
		}
	}
	return securelog.Severity(a.Int("severity", int(securelog.Info)))
}

func auditWords() grammar.Node {
	var pairs []string
	for _, c := range auditCategories {
		pairs = append(pairs, c.category.String(), c.help)
	}
	return words("logCategory", pairs...)
}

var secureLogCommands = []cli.Command{
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax:      seq(kw("log", "Configure logging"), kw("severity", "The least severity that is logged"), logSeverity(), opt(auditWords())),
		No:          seq(kw("log", "Configure logging"), kw("severity", "Restore the default severity"), opt(auditWords())),
		Summary:     "Set the least severity of log messages",
		Description: "Without a category it sets all of them. The default is info.",
		Examples:    []string{"log severity notice snmpTrap"},
		Run: func(_ context.Context, s *cli.Session, a grammar.Args) error {
			for _, c := range auditCategories {
				if name := a.Text("logCategory"); name == "" || name == c.category.String() {
					s.Router().SecureLog().SetThreshold(c.category, logSeverityOf(a))
				}
			}
			return nil
		},
	},
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

var logSection = cli.Section{
	Name:      "log",
	PerRouter: true,
	Lines: func(r *trapcore.Router, _ *trapcore.VirtualRouter, _ bool) []cli.Line {
		var lines []cli.Line
		for _, c := range auditCategories {
			if t := r.SecureLog().Threshold(c.category); t != securelog.Info {
				lines = append(lines, cli.Ordinary("log severity "+logSeverities[t]+" "+c.category.String()))
			}
		}
		return lines
	},
}
