package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore/side"
)

// privilegeModes are the modes as the privilege command names them.
var privilegeModes = map[string]grammar.Mode{
	"exec":                    cli.Exec,
	"configure":               cli.GlobalConfig,
	"interface":               cli.InterfaceConfig,
	"line":                    cli.LineConfig,
	"policy-list":             cli.PolicyList,
	"classifier-group":        cli.ClassifierGroup,
	"secure-policy-list":      cli.SecurePolicyList,
	"secure-classifier-group": cli.SecureClassifierGroup,
	"radius":                  cli.RADIUSServer,
	"radius-client":           cli.RADIUSClient,
}

var (
	privilegeWord = kw("privilege", "Set the privilege level of commands")
	privilegeMode = alt(
		kw("classifier-group", "Classifier Group Configuration").As("mode"),
		kw("configure", "Global Configuration").As("mode"),
		kw("exec", "User Exec and Privileged Exec").As("mode"),
		kw("interface", "Interface Configuration").As("mode"),
		kw("line", "Line Configuration").As("mode"),
		kw("policy-list", "Policy List Configuration").As("mode"),
		kw("radius", "RADIUS Server Configuration").As("mode"),
		kw("radius-client", "RADIUS Client Configuration").As("mode"),
		kw("secure-classifier-group", "Classifier Group Configuration of secure lists").As("mode").Secure(),
		kw("secure-policy-list", "Policy List Configuration of secure lists").As("mode").Secure(),
	)
	privilegeAll      = kw("all", "Every command that begins so, and the modes it leads to")
	privilegeLevel    = seq(kw("level", "The privilege level"), param("LEVEL", grammar.Int(0, grammar.LevelMax), "The privilege level"))
	privilegeCommands = param("COMMAND", grammar.CommandWords("mode", privilegeModes), "The command, or how commands begin")
)

// privilegeLine sets the level of the commands that begin so.
type privilegeLine struct {
	Mode     string         `cli:"mode"`
	All      bool           `cli:"all"`
	Level    int            `cli:"LEVEL"`
	Commands []grammar.Path `cli:"COMMAND"`
	Side     side.Side      `cli:"-"`
}

var privileges = &cli.Setting[*cli.Shell, privilegeLine]{
	Place: ofShell, Level: grammar.LevelMax, Fixed: true,
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
	Set: func(_ context.Context, _ *cli.Session, sh *cli.Shell, l privilegeLine) error {
		sh.Relevel(l.Commands, l.All, l.Level)
		return nil
	},
	Clear: func(_ context.Context, _ *cli.Session, sh *cli.Shell, l privilegeLine) error {
		sh.ResetLevel(l.Commands, l.All)
		return nil
	},
	Version: (*cli.Shell).LevelChanges,
	Lines: func(sh *cli.Shell, _ side.Clearance) (all []privilegeLine) {
		names := map[grammar.Mode]string{}
		for name, mode := range privilegeModes {
			names[mode] = name
		}
		for _, r := range sh.Levels().Rules() {
			of := side.Ordinary
			if r.Secure {
				of = side.Secure
			}
			all = append(all, privilegeLine{names[r.Mode], r.All, r.Level, []grammar.Path{r.Path}, of})
		}
		return all
	},
	Side: func(l privilegeLine) side.Side { return l.Side },
}

// membershipLine changes a privilege group.
type membershipLine struct {
	Group  int                 `cli:"GROUP"`
	Action grammar.GroupAction `cli:"action"`
	Member int                 `cli:"MEMBER"`
}

var (
	groupWords  = seq(kw("privilege-group", "Configure privilege groups"), kw("membership", "What a privilege group contains"))
	groupParam  = param("GROUP", grammar.Int(0, grammar.LevelMax), "The privilege group")
	memberParam = param("MEMBER", grammar.Int(0, grammar.LevelMax), "The privilege group that is a member")
)

var privilegeGroups = &cli.Setting[*cli.Shell, membershipLine]{
	Place: ofShell, Level: grammar.LevelMax, Fixed: true,
	Syntax: seq(groupWords, alt(
		seq(kw("clear", "Contain nothing, and be in no other group").As("action").Is(grammar.GroupClear), groupParam),
		seq(groupParam, alt(
			kw("add", "Contain another group").As("action").Is(grammar.GroupAdd),
			kw("remove", "Contain a group no longer").As("action").Is(grammar.GroupRemove)), memberParam))),
	No:      seq(groupWords, groupParam),
	Summary: "Set what a privilege group contains",
	Description: "Every privilege level is a group. At a level the commands of all groups can be used that it reaches: itself, those it " +
		"contains, and what these reach. Each contains the one below at first. Group 0 is reachable from every group. " +
		"Circles are refused, and so is adding a group that is reachable already.",
	Examples: []string{"privilege-group membership clear 11", "privilege-group membership 15 add 10", "privilege-group membership 14 remove 13"},
	Set: func(_ context.Context, _ *cli.Session, sh *cli.Shell, l membershipLine) error {
		return sh.ChangeGroup(grammar.Membership(l))
	},
	Clear: func(_ context.Context, _ *cli.Session, sh *cli.Shell, l membershipLine) error {
		return sh.ResetGroup(l.Group)
	},
	Lines: func(sh *cli.Shell, _ side.Clearance) (all []membershipLine) {
		for _, m := range sh.Levels().Memberships() {
			all = append(all, membershipLine(m))
		}
		return all
	},
}

// privilegeSection is the last one, so that what it moves cannot be in the way.
var privilegeSection = cli.Section{Name: "privilege", Rows: []cli.Row{privileges, privilegeGroups}}
