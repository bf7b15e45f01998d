package command

import (
	"cmp"
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
	timestamps    = seq(kw("service", "Configure services of the router"), kw("timestamps", "Show the time in log messages"))
)

// logSeverity is a severity of log messages, a list apart from that of traps:
// here it is info (reference cli.md 3.6).
func logSeverity() grammar.Node {
	var names []grammar.Node
	for n, s := range eventlog.Severities {
		names = append(names, kw(severityName(s), fmt.Sprintf("Severity %d", n)).As("severity").Is(s))
	}
	return alt(param("severity", grammar.Int(0, 7), "Severity by number").Alias(), alt(names...))
}

func severityName(s eventlog.Severity) string { return strings.ToLower(s.String()) }

func logCategories() grammar.Node {
	var names []grammar.Node
	for _, c := range eventlog.Categories {
		names = append(names, kw(c.Name, c.Help).As("logCategory").Is(c.Category))
	}
	return alt(names...)
}

// destinations are where messages go.
func destinations() grammar.Node {
	return alt(
		kw("console", "The local console").As("kind").Is(eventlog.Console),
		kw("nv-file", "The file "+eventlog.FileName).As("kind").Is(eventlog.NVFile),
		seq(kw("syslog", "A syslog server").As("kind").Is(eventlog.Syslog), param("server", grammar.IPv4(), "The address of the server").From(syslogNames),
			opt(kw("port", "Its UDP port, 514 if none is given").As("portWord"), param("port", grammar.Int(1, 65535), "The UDP port"))))
}

// ofEventLog is the event log of the router.
var ofEventLog = cli.Place[*eventlog.Log]{
	Modes: inGlobal,
	Of:    func(s *cli.Session) (*eventlog.Log, error) { return s.Router().EventLog(), nil },
	At: func(sh *cli.Shell, vr *trapcore.VirtualRouter, _ side.Clearance) (*eventlog.Log, bool) {
		return sh.Router.EventLog(), vr == sh.Router.Default()
	},
}

// logSeverityLine is the least severity of a category, or of all of them.
type logSeverityLine struct {
	Severity eventlog.Severity  `cli:"severity"`
	Category *eventlog.Category `cli:"logCategory"`
}

func setLogSeverity(_ context.Context, _ *cli.Session, log *eventlog.Log, l logSeverityLine) error {
	for _, c := range eventlog.Categories {
		if l.Category == nil || *l.Category == c.Category {
			log.SetSeverity(c.Category, l.Severity)
		}
	}
	return nil
}

var logSeverities = &cli.Setting[*eventlog.Log, logSeverityLine]{
	Place:    ofEventLog,
	Syntax:   seq(logWord, leastSeverity, logSeverity(), opt(logCategories())),
	No:       seq(logWord, leastSeverity, opt(logCategories())),
	Defaults: logSeverityLine{Severity: eventlog.DefaultSeverity},
	Summary:  "Set the least severity of log messages",
	Description: "Without a category it sets all of them. The default is info. snmpTrap, snmpPduAudit and snmpSetPduAudit " +
		"are also the categories of the SNMP audit.",
	Examples: []string{"log severity notice snmpTrap", "log severity debug cliCommand"},
	Set:      setLogSeverity, Clear: setLogSeverity, // to the default
	Lines: func(log *eventlog.Log, _ side.Clearance) (all []logSeverityLine) {
		for _, c := range eventlog.Categories {
			if severity := log.Severity(c.Category); severity != eventlog.DefaultSeverity {
				all = append(all, logSeverityLine{severity, &c.Category})
			}
		}
		return all
	},
}

// logDestinationLine is where messages of at least a severity go. The port of a
// syslog server is nought where it is the default one.
type logDestinationLine struct {
	Kind     eventlog.Kind     `cli:"kind"`
	Server   netip.Addr        `cli:"server"`
	Port     uint16            `cli:"port"`
	Severity eventlog.Severity `cli:"severity"`
}

var errServer = errors.New("address cannot be that of a syslog server")

var logDestinations = &cli.Setting[*eventlog.Log, logDestinationLine]{
	Place:    ofEventLog,
	Syntax:   seq(logWord, destination, destinations(), opt(leastSeverity, logSeverity())),
	No:       seq(logWord, destination, destinations()),
	Defaults: logDestinationLine{Severity: eventlog.Debug},
	Summary:  "Send log messages to the console, a file or a syslog server",
	Description: "The buffer in memory, which show log data shows, has every message that the category lets pass; a destination has " +
		"those of at least its own severity. Without a severity it gets all of them, a syslog server too. No more than 8 syslog servers can be given. Its no version ends it; " +
		"for a syslog server without a port, that of all ports.",
	Examples: []string{"log destination console severity warning", "log destination syslog 10.1.2.3"},
	Set: func(_ context.Context, _ *cli.Session, log *eventlog.Log, l logDestinationLine) error {
		switch {
		case l.Kind == eventlog.Console:
			log.SetConsole(true, l.Severity)
			return nil
		case l.Kind == eventlog.NVFile:
			return log.SetFile(true, l.Severity)
		case !notify.HostAddress(l.Server):
			return errServer
		}
		return log.SetServer(netip.AddrPortFrom(l.Server, cmp.Or(l.Port, eventlog.SyslogPort)), l.Severity)
	},
	Clear: func(_ context.Context, _ *cli.Session, log *eventlog.Log, l logDestinationLine) error {
		switch l.Kind {
		case eventlog.Console:
			log.SetConsole(false, l.Severity)
			return nil
		case eventlog.NVFile:
			return log.SetFile(false, l.Severity)
		}
		return log.RemoveServer(l.Server, l.Port)
	},
	Lines: func(log *eventlog.Log, _ side.Clearance) (all []logDestinationLine) {
		for _, d := range log.Destinations() {
			if !d.On {
				continue
			}
			l := logDestinationLine{Kind: d.Kind, Server: d.Server.Addr(), Severity: d.Severity}
			if d.Server.Port() != eventlog.SyslogPort {
				l.Port = d.Server.Port()
			}
			all = append(all, l)
		}
		return all
	},
}

var logSection = cli.Section{Name: "log", Rows: []cli.Row{
	logSeverities, logDestinations,
	cli.Switch[*eventlog.Log]{
		Place: ofEventLog, Words: timestamps, Default: true,
		Summary:     "Show the time in log messages",
		Description: "It is shown by default. Its no version leaves date, time and zone out of what show log data, the console and the file show.",
		Get:         (*eventlog.Log).Timestamps, Set: setOne((*eventlog.Log).SetTimestamps),
	}.Row(),
}}
