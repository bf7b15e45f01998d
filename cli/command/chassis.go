package command

import (
	"context"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/result"
)

// slot is a slot of the simulated chassis.
type slot struct {
	number                       int
	kind, serial, part, revision string
	memory                       int    // in MB
	role                         string // in show redundancy
	celsius                      int
}

// slots are one SRP and one line module; the third slot is empty.
var slots = []slot{
	{number: 0, kind: "SRP310-10G", serial: "4300000001", part: "3500000310", revision: "A01", memory: 2048, role: "active", celsius: 34},
	{number: 1, kind: "GE-2", serial: "4300000002", part: "3500000002", revision: "A01", memory: 512, role: "none", celsius: 31},
	{number: 2},
}

// releaseFile is the name of the release as it would be on the router's disk.
func releaseFile(sh *cli.Shell) string {
	return "mirrorsh_" + strings.ReplaceAll(sh.Release.Version, ".", "-") + ".rel"
}

const none = "---"

// slotTable has one row a slot, an empty one with dashes.
func slotTable(row func(slot) []any, heads ...string) *result.Table {
	t := &result.Table{Columns: result.Columns(append([]string{"slot"}, heads...)...), Centred: true}
	for _, sl := range slots {
		cells := []any{sl.number}
		if sl.kind != "" {
			cells = append(cells, row(sl)...)
		}
		for len(cells) < len(t.Columns) {
			cells = append(cells, orNone(""))
		}
		t.Add(cells...)
	}
	return t
}

// below is a record and the slots below it.
func below(r *result.Record, slots *result.Table) result.Group {
	return result.Group{Parts: []result.Part{{Value: r}, {Name: "slots", Value: slots}}, Between: "\n"}
}

var chassisCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("boot", "What the router starts with")),
		Summary: "Show the release and configuration the router starts with",
		Run: cli.Show(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
			return new(result.Record).
				Field(22, "System Release:", releaseFile(s.Shell())).
				Field(22, "System Configuration:", "running-configuration"), nil
		}),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("hardware", "The modules in the slots")),
		Summary: "Show the modules in the slots",
		Run: cli.Show(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
			return below(
				new(result.Record).Line("Chassis: {chassis}", cli.Platform).Line("MAC address: {macAddress}", macText(s.Router().MAC())),
				slotTable(func(sl slot) []any {
					return []any{sl.kind, sl.serial, sl.part, sl.revision, sl.memory}
				}, "type", "serial number", "assembly number", "revision", "memory (MB)")), nil
		}),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("redundancy", "Which modules stand by for others")),
		Summary: "Show which modules stand by for others",
		Run: cli.Show(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
			return below(
				new(result.Record).Line("High availability is {highAvailability}: there is no standby SRP", able(false)),
				slotTable(func(sl slot) []any {
					return []any{sl.kind, "online", sl.role, releaseFile(s.Shell())}
				}, "type", "state", "role", "running release")), nil
		}),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:      seq(showWord, kw("environment", "Power, fans and temperature"), opt(kw("all", "The temperature of each module too"))),
		Summary:     "Show power, fans and temperature",
		Description: "The chassis is simulated: nothing in it fails or grows warm.",
		Run:         cli.Show(environmentArgs{}, showEnvironment),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("running-configuration", "The configuration as a script")),
		Summary: "Show the configuration as a script",
		Run: cli.Show(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
			return configurationText(s, "")
		}),
	},
}

type environmentArgs struct {
	All bool `cli:"all"`
}

func showEnvironment(_ context.Context, _ *cli.Session, a environmentArgs) (result.Value, error) {
	r := new(result.Record).
		Line("chassis: {chassis} (id {chassisId})", "ERX-310", "0x1").
		Line("power: A {powerA}, B {powerB}", "ok", "not present").
		Line("fan: {fan}", "ok").
		Line("nvs: {nvs}", "ok").
		Line("temperature: {temperature}", "ok")
	if !a.All {
		return r, nil
	}
	return below(r, slotTable(func(sl slot) []any {
		return []any{sl.kind, sl.celsius, "normal"}
	}, "type", "temperature (C)", "status")), nil
}
