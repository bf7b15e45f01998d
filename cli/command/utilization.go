package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore/chassis"
)

// What is said of processor and memory is measured in what ordinary managers ask and
// in ordinary tables, as Juniper-System-MIB has it: what this process takes would
// tell how busy the secure side is.
const loadNote = "The processor is that of the SRP, and its work the requests of ordinary SNMP managers. The memory is the room for " +
	"interfaces, routes and subscribers. juniSystemModuleTable says the same."

var utilizationCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:      seq(showWord, kw("utilization", "Processor and memory of each slot")),
		Summary:     "Show how busy processor and memory of each slot are",
		Description: loadNote,
		Run:         cli.Show(cli.None{}, showUtilization),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax: seq(showWord, kw("processes", "What the router does"),
			opt(alt(kw("cpu", "The work of the processor"), kw("memory", "The room in its tables")))),
		Summary:     "Show what takes processor and memory",
		Description: loadNote,
		Run:         cli.Show(shownProcesses{}, showProcesses),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:      seq(showWord, kw("memory", "The memory of the SRP")),
		Summary:     "Show the memory of the SRP, and how much of it is taken",
		Description: loadNote,
		Run: cli.Show(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
			return new(result.Record).
				Field(17, "Capacity (MB):", s.Router().Model().SRP().Memory).
				Field(17, "Utilization (%):", s.Router().Responder().Memory()), nil
		}),
	},
}

func showUtilization(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	m, agents := s.Router().Model(), s.Router().Responder()
	busy, _, _ := agents.Load()
	title := new(result.Record).Line("                 System Resource Utilization").Line("                 ------ -------- -----------")
	return below(title, slotTable(m, func(mod *chassis.Module) []any {
		if mod.IsSRP() {
			return []any{mod.Type, agents.Memory(), busy}
		}
		return []any{mod.Type, orNone(""), 0} // no packet comes that it would have work with
	}, "type", "memory (%)", "cpu (%)")), nil
}

// shownProcesses says what is shown; neither: both.
type shownProcesses struct {
	CPU    bool `cli:"cpu"`
	Memory bool `cli:"memory"`
}

func showProcesses(_ context.Context, s *cli.Session, a shownProcesses) (result.Value, error) {
	if a.Memory {
		return tableRoom(s), nil
	}
	five, minute, minutes := s.Router().Responder().Load()
	tasks := &result.Table{Columns: result.Columns("Process", "Five Sec (%)", "One Min (%)", "Five Min (%)")}
	tasks.Add("snmp", five, minute, minutes)
	all := result.Group{Between: "\n", Parts: []result.Part{
		{Value: new(result.Record).Line("CPU utilization for five seconds: {fiveSeconds}%; one minute: {oneMinute}%; five minutes: {fiveMinutes}%", five, minute, minutes)},
		{Name: "processes", Value: tasks},
	}}
	if !a.CPU {
		all.Parts = append(all.Parts, result.Part{Name: "memory", Value: tableRoom(s)})
	}
	return all, nil
}

func tableRoom(s *cli.Session) *result.Table {
	t := &result.Table{Columns: result.Columns("Table", "Used", "Room", "Used (%)")}
	t.Columns[3].Name = "percent"
	for _, r := range s.Router().Network().Tables() {
		t.Add(r.Name, r.Used, r.Room, r.Used*100/r.Room)
	}
	return t
}
