package command

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
)

var (
	logWord       = kw("log", "Configure logging")
	logKey        = kw("log", "The event log").As("log")
	leastSeverity = kw("severity", "The least severity that is logged").As("leastSeverity")
	destination   = kw("destination", "Where messages go besides the buffer in memory")
)

// logSeverity is a severity of log messages, a list apart from that of traps:
// here it is info (reference cli.md 3.6).
func logSeverity() grammar.Node {
	var pairs []string
	for n, s := range eventlog.Severities {
		pairs = append(pairs, severityName(s), fmt.Sprintf("Severity %d", n))
	}
	return alt(param("severity", grammar.Int(0, 7), "Severity by number"), words("severity", pairs...))
}

func severityName(s eventlog.Severity) string { return strings.ToLower(s.String()) }

// logSeverityOf returns the severity that was typed, or def.
func logSeverityOf(a grammar.Args, def eventlog.Severity) eventlog.Severity {
	for _, s := range eventlog.Severities {
		if a.Text("severity") == severityName(s) {
			return s
		}
	}
	return eventlog.Severity(a.Int("severity", int(def)))
}

func logCategories() grammar.Node {
	var pairs []string
	for _, c := range eventlog.Categories {
		pairs = append(pairs, c.Name, c.Help)
	}
	return words("logCategory", pairs...)
}

func syslogServer() grammar.Node {
	return seq(kw("syslog", "A syslog server").As("kind"), param("server", grammar.IPv4(), "The address of the server").From(syslogNames),
		opt(kw("port", "Its UDP port, 514 if none is given").As("portWord"), param("port", grammar.Int(1, 65535), "The UDP port")))
}

var (
	consoleDestination = kw("console", "The local console").As("kind")
	fileDestination    = kw("nv-file", "The file "+eventlog.FileName).As("kind")
	timestamps         = seq(kw("service", "Configure services of the router"), kw("timestamps", "Show the time in log messages"))
)

var logCommands = []cli.Command{
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax:  seq(logWord, leastSeverity, logSeverity(), opt(logCategories())),
		No:      seq(logWord, leastSeverity, opt(logCategories())),
		Default: seq(logWord, leastSeverity, opt(logCategories())),
		Summary: "Set the least severity of log messages",
		Description: "Without a category it sets all of them. The default is info. snmpTrap, snmpPduAudit and snmpSetPduAudit " +
			"are also the categories of the SNMP audit.",
		Examples: []string{"log severity notice snmpTrap", "log severity debug cliCommand"},
		Run:      cli.Text(logSeverities),
	},
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax:  seq(logWord, destination, alt(consoleDestination, fileDestination, syslogServer()), opt(leastSeverity, logSeverity())),
		No:      seq(logWord, destination, alt(consoleDestination, fileDestination, syslogServer())),
		Default: seq(logWord, destination, alt(consoleDestination, fileDestination, syslogServer())),
		Summary: "Send log messages to the console, a file or a syslog server",
		Description: "The buffer in memory, which show log data shows, has every message that the category lets pass; a destination has " +
			"those of at least its own severity. Without a severity it gets all of them, a syslog server too. No more than 8 syslog servers can be given. Its no version ends it; " +
			"for a syslog server without a port, that of all ports.",
		Examples: []string{"log destination console severity warning", "log destination syslog 10.1.2.3"},
		Run:      cli.Text(logDestination),
	},
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax: timestamps, No: timestamps, Default: timestamps,
		Summary:     "Show the time in log messages",
		Description: "It is shown by default. Its no version leaves date, time and zone out of what show log data, the console and the file show.",
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			s.Router().EventLog().SetTimestamps(a.Form != grammar.Negative)
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax: seq(showWord, logKey, kw("data", "The messages in memory"), grammar.Any(
			seq(kw("category", "Those of one category").As("ofCategory"), logCategories()),
			seq(kw("severity", "Those of at least one severity").As("ofSeverity"), logSeverity()))),
		Summary:  "Show the log messages in memory, oldest first",
		Examples: []string{"show log data severity warning"},
		Run:      cli.Text(showLogData),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, logKey, kw("configuration", "Destinations and severities")),
		Summary: "Show where log messages go, and the severities",
		Run:     cli.Text(showLogConfiguration),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:      seq(clearWord, logKey, kw("data", "The messages in memory")),
		Summary:     "Forget the log messages in memory",
		Description: "Files and servers keep what they have.",
		Run: cli.Text(func(_ context.Context, s *cli.Session, _ grammar.Args) error {
			s.Router().EventLog().Clear()
			return nil
		}),
	},
}

func logSeverities(_ context.Context, s *cli.Session, a grammar.Args) error {
	severity := logSeverityOf(a, eventlog.DefaultSeverity)
	for _, c := range eventlog.Categories {
		if name := a.Text("logCategory"); name == "" || name == c.Name {
			s.Router().EventLog().SetSeverity(c.Category, severity)
		}
	}
	return nil
}

var errServer = errors.New("address cannot be that of a syslog server")

func logDestination(_ context.Context, s *cli.Session, a grammar.Args) error {
	log, on := s.Router().EventLog(), a.Form == grammar.Affirmative
	severity := logSeverityOf(a, eventlog.Debug)
	switch a.Text("kind") {
	case eventlog.Console.String():
		log.SetConsole(on, severity)
		return nil
	case eventlog.NVFile.String():
		return log.SetFile(on, severity)
	}
	addr := a.Addr("server")
	if !on {
		return log.RemoveServer(addr, uint16(a.Int("port", 0)))
	}
	if !notify.HostAddress(addr) {
		return errServer
	}
	return log.SetServer(netip.AddrPortFrom(addr, uint16(a.Int("port", eventlog.SyslogPort))), severity)
}

func showLogData(_ context.Context, s *cli.Session, a grammar.Args) error {
	log := s.Router().EventLog()
	entries, overwritten := log.Entries()
	s.Printf("Entries: %d held, capacity %d, %d overwritten\n\n", len(entries), eventlog.BufferSize, overwritten)
	stamped, severity, category := log.Timestamps(), logSeverityOf(a, eventlog.Debug), a.Text("logCategory")
	for _, e := range entries {
		if e.Severity <= severity && (category == "" || category == e.Category.String()) {
			s.Print(e.Line(stamped) + "\n")
		}
	}
	return nil
}

// destinationText is a destination as the command has it.
func destinationText(d eventlog.Destination) string {
	text := d.Kind.String()
	if d.Kind == eventlog.Syslog {
		text += " " + d.Server.Addr().String()
		if d.Server.Port() != eventlog.SyslogPort {
			text += fmt.Sprint(" port ", d.Server.Port())
		}
	}
	return text
}

func showLogConfiguration(_ context.Context, s *cli.Session, _ grammar.Args) error {
	log := s.Router().EventLog()
	s.Printf("Log timestamps are %s\n\n", enabled(log.Timestamps()))
	t := cli.Table{Header: [][]string{{"Destination", "Severity", "Sent", "Dropped", "Failed"}}}
	for _, d := range log.Destinations() {
		severity := "off"
		if d.On {
			severity = severityName(d.Severity)
		}
		t.Rows = append(t.Rows, []string{destinationText(d), severity, fmt.Sprint(d.Sent), fmt.Sprint(d.Dropped), fmt.Sprint(d.Failed)})
	}
	s.Print(t.String() + "\n")
	t = cli.Table{Header: [][]string{{"Category", "Severity"}}}
	for _, c := range eventlog.Categories {
		t.Rows = append(t.Rows, []string{c.Name, severityName(log.Severity(c.Category))})
	}
	s.Print(t.String())
	return nil
}

var logSection = cli.Section{
	Name:      "log",
	PerRouter: true,
	Lines: func(r *trapcore.Router, _ *trapcore.VirtualRouter, _ side.Clearance, _ bool) []cli.Line {
		log := r.EventLog()
		var lines []cli.Line
		for _, c := range eventlog.Categories {
			if severity := log.Severity(c.Category); severity != eventlog.DefaultSeverity {
				lines = append(lines, cli.Ordinary("log severity "+severityName(severity)+" "+c.Name))
			}
		}
		for _, d := range log.Destinations() {
			if !d.On {
				continue
			}
			line := "log destination " + destinationText(d)
			if d.Severity != eventlog.Debug {
				line += " severity " + severityName(d.Severity)
			}
			lines = append(lines, cli.Ordinary(line))
		}
		if !log.Timestamps() {
			lines = append(lines, cli.Ordinary("no service timestamps"))
		}
		return lines
	},
}
