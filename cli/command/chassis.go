package command

import (
	"context"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
)

// slot is a slot of the simulated chassis.
type slot struct {
	number, kind, serial, part, revision, memory string
	role                                         string // in show redundancy
	celsius                                      string
}

// slots are one SRP and one line module; the third slot is empty.
var slots = []slot{
	{number: "0", kind: "SRP310-10G", serial: "4300000001", part: "3500000310", revision: "A01", memory: "2048", role: "active", celsius: "34"},
	{number: "1", kind: "GE-2", serial: "4300000002", part: "3500000002", revision: "A01", memory: "512", role: "none", celsius: "31"},
	{number: "2"},
}

// releaseFile is the name of the release as it would be on the router's disk.
func releaseFile(sh *cli.Shell) string {
	return "mirrorsh_" + strings.ReplaceAll(sh.Release.Version, ".", "-") + ".rel"
}

const none = "---"

// slotTable lays out one row a slot, an empty one with dashes.
func slotTable(header []string, row func(slot) []string) string {
	t := cli.Table{Header: [][]string{header}, Centred: true}
	for _, sl := range slots {
		cells := []string{sl.number}
		for range header[1:] {
			cells = append(cells, none)
		}
		if sl.kind != "" {
			cells = append(cells[:1], row(sl)...)
		}
		t.Rows = append(t.Rows, cells)
	}
	return t.String()
}

var chassisCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("boot", "What the router starts with")),
		Summary: "Show the release and configuration the router starts with",
		Run: cli.Text(func(_ context.Context, s *cli.Session, _ grammar.Args) error {
			s.Printf("System Release:       %s\n", releaseFile(s.Shell()))
			s.Print("System Configuration: running-configuration\n")
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("hardware", "The modules in the slots")),
		Summary: "Show the modules in the slots",
		Run: cli.Text(func(_ context.Context, s *cli.Session, _ grammar.Args) error {
			mac := s.Router().MAC()
			s.Printf("Chassis: %s\nMAC address: %s\n\n", cli.Platform, macText(mac))
			s.Print(slotTable([]string{"slot", "type", "serial number", "assembly number", "revision", "memory (MB)"}, func(sl slot) []string {
				return []string{sl.kind, sl.serial, sl.part, sl.revision, sl.memory}
			}))
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("redundancy", "Which modules stand by for others")),
		Summary: "Show which modules stand by for others",
		Run: cli.Text(func(_ context.Context, s *cli.Session, _ grammar.Args) error {
			s.Print("High availability is disabled: there is no standby SRP\n\n")
			s.Print(slotTable([]string{"slot", "type", "state", "role", "running release"}, func(sl slot) []string {
				return []string{sl.kind, "online", sl.role, releaseFile(s.Shell())}
			}))
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:      seq(showWord, kw("environment", "Power, fans and temperature"), opt(kw("all", "The temperature of each module too"))),
		Summary:     "Show power, fans and temperature",
		Description: "The chassis is simulated: nothing in it fails or grows warm.",
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			s.Print("chassis: ERX-310 (id 0x1)\npower: A ok, B not present\nfan: ok\nnvs: ok\ntemperature: ok\n")
			if a.Has("all") {
				s.Print("\n" + slotTable([]string{"slot", "type", "temperature (C)", "status"}, func(sl slot) []string {
					return []string{sl.kind, sl.celsius, "normal"}
				}))
			}
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("running-configuration", "The configuration as a script")),
		Summary: "Show the configuration as a script",
		Run: cli.Text(func(_ context.Context, s *cli.Session, _ grammar.Args) error {
			text, err := s.Shell().Configuration("", s.SeesSecure(), s.Level() >= cli.LevelSecrets)
			s.Print(text)
			return err
		}),
	},
}
