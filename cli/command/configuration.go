package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/agent"
)

var hostnameType = grammar.Name("WORD", agent.MaxHostname)

// ValidHostname reports whether the hostname command takes a name.
func ValidHostname(name string) bool {
	_, ok := hostnameType.Parse(name)
	return ok
}

var configurationCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax: seq(showWord, kw("configuration", "The configuration as a script"),
			opt(alt(sectionWords(), seq(kw("category", "A category of the configuration"), alt(sectionWords(), categoryPath()))))),
		Summary: "Show the configuration as a script",
		Description: "Run on an empty router at level 15, with mirror-enable given where secure lines are in it, it gives the same router. " +
			"Keys and communities are shown at level 15 only.",
		Run: cli.Show(whichSection{}, func(_ context.Context, s *cli.Session, which whichSection) (result.Value, error) {
			return configurationText(s, which.Section)
		}),
	},
}

// whichSection is a category of the configuration, "" for all of it.
type whichSection struct {
	Section string `cli:"section"`
}

// configurationText is what a session may see of the configuration.
func configurationText(s *cli.Session, section string) (result.Value, error) {
	text, err := s.Shell().Configuration(section, s.Clearance(), s.Reaches(cli.LevelSecrets))
	return result.Text(text), err
}

// sectionWords are the categories of show configuration. They are spelled out
// here because the sections themselves refer to commands.
func sectionWords() grammar.Node {
	return alt(
		kw("aaa", "Method lists and TACACS+ servers").As("section"),
		kw("access", "Passwords, banners and lines").As("section"),
		kw("access-list", "Access lists").As("section"),
		kw("ip", "Interfaces and routes").As("section"),
		kw("log", "Log severities").As("section"),
		kw("mirror", "Packet mirroring").As("section").Secure(),
		kw("privilege", "Privilege levels of commands").As("section"),
		kw("radius", "RADIUS servers that make dynamic requests").As("section"),
		kw("snmp", "SNMP agent, users and traps").As("section"),
		kw("system", "The router as a whole").As("section"))
}

// categoryPath are the categories with a name in the manuals (cli/REFERENCE.md,
// moving privilege levels).
func categoryPath() grammar.Node {
	return seq(kw("management", "Management of the router"), alt(
		seq(kw("cli", "The command line"), kw("command-privileges", "Privilege levels of commands").As("section").Is("privilege")),
		kw("snmp", "SNMP agent, users and traps").As("section")))
}

var systemSection = cli.Section{Name: "system", Rows: []cli.Row{
	cli.Scalar[*trapcore.Router, string]{
		Place: ofRouter,
		Words: kw("hostname", "Set the name of the router"), Value: param("VALUE", hostnameType, "The name, as the prompt shows it"),
		Off:     kw("hostname", "Restore the default name"),
		Summary: "Set the name of the router",
		Get:     (*trapcore.Router).ConfiguredHostname, Set: setOne((*trapcore.Router).SetHostname),
	}.Row(),
	virtualRouters,
}}
