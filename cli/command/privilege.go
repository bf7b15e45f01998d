package command

import (
	"context"
	"fmt"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
)

// privilegeModes are the modes as the privilege command names them.
var privilegeModes = map[string]grammar.Mode{
	"exec":             cli.Exec,
	"configure":        cli.GlobalConfig,
	"interface":        cli.InterfaceConfig,
	"line":             cli.LineConfig,
	"policy-list":      cli.PolicyList,
	"classifier-group": cli.ClassifierGroup,
	"radius":           cli.RADIUSServer,
}

var (
	privilegeWord = kw("privilege", "Set the privilege level of commands")
	privilegeMode = alt(
		kw("classifier-group", "Classifier Group Configuration").As("mode").Secure(),
		kw("configure", "Global Configuration").As("mode"),
		kw("exec", "User Exec and Privileged Exec").As("mode"),
		kw("interface", "Interface Configuration").As("mode"),
		kw("line", "Line Configuration").As("mode"),
		kw("policy-list", "Policy List Configuration").As("mode").Secure(),
		kw("radius", "RADIUS Server Configuration").As("mode"),
	)
	privilegeAll      = kw("all", "Every command that begins so, and the modes it leads to")
	privilegeLevel    = seq(kw("level", "The privilege level"), param("LEVEL", grammar.Int(0, grammar.LevelMax), "The privilege level"))
	privilegeCommands = param("COMMAND", grammar.CommandWords("mode", privilegeModes), "The command, or how commands begin")
)

var privilegeCommandFamily = []cli.Command{
	{
		Modes: inGlobal, Level: grammar.LevelMax, Fixed: true,
		Syntax:  seq(privilegeWord, privilegeMode, opt(privilegeAll), privilegeLevel, privilegeCommands),
		No:      seq(privilegeWord, privilegeMode, opt(privilegeAll), opt(privilegeLevel), privilegeCommands),
		Summary: "Set the privilege level of commands",
		Description: "Every word may be a prefix, which stands for all words that begin so; a word typed in full stands for itself. " +
			"The no and default versions of commands have levels of their own: put no or default in front. " +
			"Of several settings the longest counts. With all, a setting supersedes those made before without it, reaches the modes " +
			"that a command leads to, and the widest counts: the mode, then the group, then the command. " +
			"Keywords after a parameter and options cannot be set, nor disable, enable, end, exit, help and privilege. " +
			"Words that ordinary commands begin with move these alone: secure commands have to be named.",
		Examples: []string{"privilege exec level 12 t", "privilege exec all level 5 configure", "no privilege exec level 12 t"},
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			paths, _ := a.Get("COMMAND").([]grammar.Path)
			if a.Form == grammar.Affirmative {
				s.Shell().Relevel(paths, a.Has("all"), a.Int("LEVEL", 0))
			} else {
				s.Shell().ResetLevel(paths, a.Has("all"))
			}
			return nil
		}),
	},
}

// privilegeSection is the last one, so that what it moves cannot be in the way.
var privilegeSection = cli.Section{
	Name:      "privilege",
	PerRouter: true,
	Own: func(sh *cli.Shell) []cli.Line {
		names := map[grammar.Mode]string{}
		for name, mode := range privilegeModes {
			names[mode] = name
		}
		var lines []cli.Line
		for _, r := range sh.Levels().Rules() {
			all := ""
			if r.All {
				all = "all "
			}
			lines = append(lines, cli.Line{
				Text:   fmt.Sprintf("privilege %s %slevel %d %s", names[r.Mode], all, r.Level, strings.Join(r.Words, " ")),
				Secure: r.Secure,
			})
		}
		return lines
	},
}
