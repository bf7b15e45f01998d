package command

import (
	"context"
	"errors"
	"fmt"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/cli/result"
	"mirrorsh/trapcore/eventlog"
)

var logCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax: seq(showWord, logKey, kw("data", "The messages in memory"), grammar.Any(
			seq(kw("category", "Those of one category").As("ofCategory"), logCategories()),
			seq(kw("severity", "Those of at least one severity").As("ofSeverity"), logSeverity()))),
		Summary:  "Show the log messages in memory, oldest first",
		Examples: []string{"show log data severity warning"},
		Run:      cli.Show(logSeverityLine{Severity: eventlog.Debug}, showLogData),
	},
	{
		Modes: inExec, Level: levelConfigure, Shows: true,
		Syntax:      seq(showWord, logKey, kw("data", "The messages in memory"), kw("nv-file", "The messages in the file "+eventlog.FileName)),
		Summary:     "Show the log messages in the file, oldest first",
		Description: "log destination nv-file writes them there. It is a file as any other, which this command only reads.",
		Run: cli.Show(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
			text, err := s.Shell().Files().Read(eventlog.FileName)
			if errors.Is(err, cli.ErrNoFile) {
				err = nil // nothing was written
			}
			return result.Text(cli.Printable(text)), err
		}),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, logKey, kw("configuration", "Destinations and severities")),
		Summary: "Show where log messages go, and the severities",
		Run:     cli.Show(cli.None{}, showLogConfiguration),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:      seq(clearWord, logKey, kw("data", "The messages in memory")),
		Summary:     "Forget the log messages in memory",
		Description: "Files and servers keep what they have.",
		Run: cli.Do(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) error {
			s.Router().EventLog().Clear()
			return nil
		}),
	},
}

func showLogData(_ context.Context, s *cli.Session, which logSeverityLine) (result.Value, error) {
	log := s.Router().EventLog()
	entries, overwritten := log.Entries()
	stamped, list := log.Timestamps(), result.List{}
	for _, e := range entries {
		if !e.Severity.Passes(which.Severity) || which.Category != nil && *which.Category != e.Category {
			continue
		}
		r := new(result.Record).Line("{text}", result.As(e.Text, e.Line(stamped)))
		if stamped {
			r.Note("time", e.Time)
		}
		list.Items = append(list.Items, r.Note("severity", severityName(e.Severity)).Note("category", e.Category).Note("virtualRouter", e.Router))
	}
	heading := new(result.Record).Line("Entries: {held} held, capacity {capacity}, {overwritten} overwritten", len(entries), eventlog.BufferSize, overwritten)
	return result.Group{Parts: []result.Part{{Value: heading}, {Name: "entries", Value: list}}, Between: "\n"}, nil
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

func showLogConfiguration(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	log := s.Router().EventLog()
	to := &result.Table{Columns: result.Columns("Destination", "Severity", "Facility", "Sent", "Dropped", "Failed")}
	for _, d := range log.Destinations() {
		severity := "off"
		if d.On {
			severity = severityName(d.Severity)
		}
		facility := ""
		if d.Kind == eventlog.Syslog {
			facility = d.Facility.String()
		}
		to.Add(destinationText(d), severity, orNone(facility), d.Sent, d.Dropped, d.Failed)
	}
	categories := &result.Table{Columns: result.Columns("Category", "Severity", "Verbosity")}
	for _, c := range eventlog.Categories {
		categories.Add(c.Name, severityName(log.Severity(c.Category)), log.Verbosity(c.Category))
	}
	return result.Group{Between: "\n", Parts: []result.Part{
		{Value: new(result.Record).Line("Log timestamps are {timestamps}", able(log.Timestamps()))},
		{Name: "destinations", Value: to}, {Name: "categories", Value: categories},
	}}, nil
}
