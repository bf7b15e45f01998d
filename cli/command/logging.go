package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
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
	timestamps    = seq(serviceWord, kw("timestamps", "Show the time in log messages"))
)

// logSeverity is a severity of log messages. Their names are not those of traps,
// which say informational for info.
func logSeverity() grammar.Node {
	var names []grammar.Node
	for n, s := range eventlog.Severities {
		names = append(names, kw(severityName(s), fmt.Sprintf("Severity %d", n)).As("severity").Is(s))
	}
	return alt(param("severity", grammar.Int(0, 7), "Severity by number").Alias(), alt(names...))
}

// logSeverityOrOff may be off, too.
func logSeverityOrOff() grammar.Node {
	return alt(logSeverity(), kw("off", "No messages").As("severity").Is(eventlog.Off))
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
func destinations() grammar.Node { return alt(localDestinations(), syslogServer()) }

func localDestinations() grammar.Node {
	return alt(
		kw("console", "The local console").As("kind").Is(eventlog.Console),
		kw("nv-file", "The file "+eventlog.FileName).As("kind").Is(eventlog.NVFile))
}

func syslogServer() grammar.Node {
	return seq(kw("syslog", "A syslog server").As("kind").Is(eventlog.Syslog), param("server", grammar.IPv4(), "The address of the server").From(syslogNames),
		opt(kw("port", "Its UDP port, 514 if none is given").As("portWord"), param("port", grammar.Int(1, 65535), "The UDP port")))
}

// setDestination is the line of a destination with its options.
func setDestination() grammar.Node {
	least := seq(leastSeverity, logSeverityOrOff())
	facility := seq(kw("facility", "The facility of the messages, local7 if none is given").As("facilityWord"), facilities())
	return alt(seq(localDestinations(), opt(least)), seq(syslogServer(), grammar.Any(facility, least)))
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
	Severity eventlog.Severity `cli:"severity"`
	ofCategories
}

func setLogSeverity(_ context.Context, _ *cli.Session, log *eventlog.Log, l logSeverityLine) error {
	for c := range l.categories {
		log.SetSeverity(c, l.Severity)
	}
	return nil
}

// ofCategories are a category, or all of them.
type ofCategories struct {
	Category *eventlog.Category `cli:"logCategory"`
}

// categories yields them.
func (o ofCategories) categories(yield func(eventlog.Category) bool) {
	for _, c := range eventlog.Categories {
		if (o.Category == nil || *o.Category == c.Category) && !yield(c.Category) {
			return
		}
	}
}

var logSeverities = &cli.Setting[*eventlog.Log, logSeverityLine]{
	Place:    ofEventLog,
	Syntax:   seq(logWord, leastSeverity, logSeverityOrOff(), opt(logCategories())),
	No:       seq(logWord, leastSeverity, opt(logCategories())),
	Defaults: logSeverityLine{Severity: eventlog.DefaultSeverity},
	Summary:  "Set the least severity of log messages",
	Description: "Without a category it sets all of them; off logs nothing. The default is info. snmpTrap, snmpPduAudit and snmpSetPduAudit " +
		"are also the categories of the SNMP audit: requests that read are logged at info, those that write at notice. So that the " +
		"polls of a manager do not fill the log, that of snmpPduAudit is notice until it is set.",
	Examples: []string{"log severity notice snmpTrap", "log severity off cliCommand"},
	Set:      setLogSeverity,
	Clear: func(_ context.Context, _ *cli.Session, log *eventlog.Log, l logSeverityLine) error {
		for c := range l.categories {
			log.ResetSeverity(c)
		}
		return nil
	},
	Lines: func(log *eventlog.Log, _ side.Clearance) (all []logSeverityLine) {
		for _, c := range eventlog.Categories {
			if severity, own := log.OwnSeverity(c.Category); own {
				all = append(all, logSeverityLine{severity, ofCategories{&c.Category}})
			}
		}
		return all
	},
}

// verbosityLine is how much the messages of a category say, or of all of them.
type verbosityLine struct {
	Verbosity eventlog.Verbosity `cli:"verbosity"`
	ofCategories
}

func setVerbosity(_ context.Context, _ *cli.Session, log *eventlog.Log, l verbosityLine) error {
	for c := range l.categories {
		log.SetVerbosity(c, l.Verbosity)
	}
	return nil
}

func verbosities() grammar.Node {
	return alt(
		kw("low", "What happened").As("verbosity").Is(eventlog.Low),
		kw("medium", "Where and with what, too").As("verbosity").Is(eventlog.Medium),
		kw("high", "All that is known").As("verbosity").Is(eventlog.High))
}

var verbosityWord = kw("verbosity", "How much messages say").As("verbosityWord")

var logVerbosities = &cli.Setting[*eventlog.Log, verbosityLine]{
	Place:   ofEventLog,
	Syntax:  seq(logWord, verbosityWord, verbosities(), opt(logCategories())),
	No:      seq(logWord, verbosityWord, opt(verbosities()), opt(logCategories())),
	Summary: "Set how much log messages say",
	Description: "Without a category it sets all of them. The default is low. With medium, cliCommand has the privilege level, snmpTrap the severity " +
		"of the trap, snmpPduAudit and snmpSetPduAudit what was answered; with high these two have the request ID and snmpTrap the object identifier, " +
		"too. The others say the same at each.",
	Examples: []string{"log verbosity high snmpTrap"},
	Set:      setVerbosity,
	Clear: func(ctx context.Context, s *cli.Session, log *eventlog.Log, l verbosityLine) error {
		l.Verbosity = eventlog.Low
		return setVerbosity(ctx, s, log, l)
	},
	Lines: func(log *eventlog.Log, _ side.Clearance) (all []verbosityLine) {
		for _, c := range eventlog.Categories {
			if v := log.Verbosity(c.Category); v != eventlog.Low {
				all = append(all, verbosityLine{v, ofCategories{&c.Category}})
			}
		}
		return all
	},
}

// facilities are those of syslog that a router can have.
func facilities() grammar.Node {
	var names []grammar.Node
	for f := eventlog.Facility(0); f <= eventlog.MaxFacility; f++ {
		names = append(names, kw(f.String(), fmt.Sprintf("Local use %d", f)).As("facility").Is(f))
	}
	return alt(names...)
}

// logDestinationLine is where messages of at least a severity go. The port of a
// syslog server is nought where it is the default one.
type logDestinationLine struct {
	Kind     eventlog.Kind     `cli:"kind"`
	Server   netip.Addr        `cli:"server"`
	Port     uint16            `cli:"port"`
	Facility eventlog.Facility `cli:"facility"`
	Severity eventlog.Severity `cli:"severity"`
}

var errServer = errors.New("address cannot be that of a syslog server")

var logDestinations = &cli.Setting[*eventlog.Log, logDestinationLine]{
	Place:    ofEventLog,
	Syntax:   seq(logWord, destination, setDestination()),
	No:       seq(logWord, destination, destinations()),
	Defaults: logDestinationLine{Facility: eventlog.MaxFacility, Severity: eventlog.Debug},
	Summary:  "Send log messages to the console, a file or a syslog server",
	Description: "The buffer in memory, which show log data shows, has every message that the category lets pass; a destination has " +
		"those of at least its own severity. Without a severity it gets all of them, a syslog server too, for which Juniper-LOG-MIB has off. No more than 8 syslog servers can be given. Its no version ends it; " +
		"for a syslog server without a port, that of all ports.",
	Examples: []string{"log destination console severity warning", "log destination syslog 10.1.2.3 facility local3"},
	Set: func(_ context.Context, _ *cli.Session, log *eventlog.Log, l logDestinationLine) error {
		switch {
		case l.Kind == eventlog.Console:
			log.SetConsole(l.Severity != eventlog.Off, l.Severity)
			return nil
		case l.Kind == eventlog.NVFile:
			return log.SetFile(l.Severity != eventlog.Off, l.Severity)
		case !notify.HostAddress(l.Server):
			return errServer
		}
		return log.SetServer(netip.AddrPortFrom(l.Server, cmp.Or(l.Port, eventlog.SyslogPort)), l.Facility, l.Severity)
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
			l := logDestinationLine{Kind: d.Kind, Server: d.Server.Addr(), Facility: eventlog.MaxFacility, Severity: d.Severity}
			if d.Kind == eventlog.Syslog {
				l.Facility = d.Facility
			}
			if d.Server.Port() != eventlog.SyslogPort {
				l.Port = d.Server.Port()
			}
			all = append(all, l)
		}
		return all
	},
}

var logSection = cli.Section{Name: "log", Rows: []cli.Row{
	logSeverities, logVerbosities, logDestinations,
	cli.Switch[*eventlog.Log]{
		Place: ofEventLog, Words: timestamps, Default: true,
		Summary:     "Show the time in log messages",
		Description: "It is shown by default. Its no version leaves date, time and zone out of what show log data, the console and the file show.",
		Get:         (*eventlog.Log).Timestamps, Set: setOne((*eventlog.Log).SetTimestamps),
	}.Row(),
}}
