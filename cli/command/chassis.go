package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore/chassis"
)

const none = "---"

// slotTable has one row a slot, an empty one with dashes.
func slotTable(m *chassis.Model, row func(*chassis.Module) []any, heads ...string) *result.Table {
	t := &result.Table{Columns: result.Columns(append([]string{"slot"}, heads...)...), Centred: true}
	for slot := range m.LastSlot + 1 {
		cells := []any{slot}
		if mod := m.In(slot); mod != nil {
			cells = append(cells, row(mod)...)
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
				Field(22, "System Release:", s.Shell().Release.File()).
				Field(22, "System Configuration:", "running-configuration"), nil
		}),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("hardware", "The modules in the slots")),
		Summary: "Show the modules in the slots",
		Run:     cli.Show(cli.None{}, showHardware),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("redundancy", "Which modules stand by for others")),
		Summary: "Show which modules stand by for others",
		Run: cli.Show(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
			return below(
				new(result.Record).Line("High availability is {highAvailability}: there is no standby SRP", able(false)),
				slotTable(s.Router().Model(), func(mod *chassis.Module) []any {
					return []any{mod.Type, "online", role(mod), s.Shell().Release.File()}
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

// role is what a module is in redundancy: there is one SRP.
func role(mod *chassis.Module) string {
	if mod.IsSRP() {
		return "active"
	}
	return "none"
}

type environmentArgs struct {
	All bool `cli:"all"`
}

func showEnvironment(_ context.Context, s *cli.Session, a environmentArgs) (result.Value, error) {
	m := s.Router().Model()
	second := "not present"
	if len(m.Power) > 1 {
		second = "ok"
	}
	r := new(result.Record).
		Line("chassis: {chassis} (id {chassisId})", m.Name, "0x1").
		Line("power: A {powerA}, B {powerB}", "ok", second).
		Line("fan: {fan}", "ok").
		Line("nvs: {nvs}", "ok").
		Line("temperature: {temperature}", "ok")
	if !a.All {
		return r, nil
	}
	return below(r, slotTable(m, func(mod *chassis.Module) []any {
		return []any{mod.Type, mod.Celsius, "normal"}
	}, "type", "temperature (C)", "status")), nil
}
