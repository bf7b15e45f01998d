package command

import (
	"context"
	"errors"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/cli/result"
)

var execCommands = []cli.Command{
	{
		Modes: inExec, Level: levelAll, Fixed: true, Moves: true,
		Syntax:  seq(kw("disable", "Lower the privilege level"), opt(param("level", grammar.Int(0, 15), "The privilege level, 1 if none is given"))),
		Summary: "Lower the privilege level",
		Run:     cli.Do(lowerLevel{}, disable),
	},
	{
		Modes: cli.AllModes, Level: levelAll, Fixed: true, Moves: true,
		Syntax:  kw("exit", "Leave the mode, or the session from User Exec"),
		Summary: "Leave the current mode",
		Run:     cli.Do(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) error { s.Leave(); return nil }),
	},
	{
		Modes: inExec, Level: levelAll, Moves: true,
		Syntax:  kw("logout", "End the session"),
		Summary: "End the session",
		Run:     cli.Do(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) error { s.Logout(); return nil }),
	},
	{
		Modes: cli.ConfigModes, Level: levelAll, Fixed: true, Moves: true,
		Syntax:  kw("end", "Return to Privileged Exec"),
		Summary: "Return to Privileged Exec from any configuration mode",
		Run:     cli.Do(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) error { s.End(); return nil }),
	},
	{
		Modes: cli.AllModes, Level: levelAll, Fixed: true,
		Syntax:  kw("help", "Explain the help system"),
		Summary: "Explain the help system",
		Run: cli.Show(cli.None{}, func(context.Context, *cli.Session, cli.None) (result.Value, error) {
			return result.Text(helpText), nil
		}),
	},
	{
		Modes: append(inExec[:1:1], inGlobal...), Level: levelConfigure, Enters: cli.GlobalConfig, Moves: true,
		Syntax:  seq(kw("configure", "Enter Global Configuration"), opt(kw("terminal", "Configure from this terminal, which is meant if nothing is said").Implied())),
		Summary: "Enter Global Configuration",
		Description: "In Global Configuration it changes nothing, so that what show configuration prints " +
			"can be run there as well as in Privileged Exec.",
		Run: cli.Show(cli.None{}, configureTerminal),
	},
}

const helpText = `Press ? wherever you are: it lists what can be typed next, and then shows
your line again. A word followed at once by ? lists the words that begin so.

  show ?    what can be shown
  sh?       the commands that begin with sh

Any prefix that fits one word only stands for the word. Tab completes it.
Words in capitals, A.B.C.D and <0 - 65535> are values to fill in, and <cr>
says that the command is complete. "no" in front of a command undoes it.
`

var (
	errNotLower   = errors.New("privilege level is higher than the current one")
	errNotReached = errors.New("privilege group cannot be reached from the current one")
)

// lowerLevel is the privilege level to go down to.
type lowerLevel struct {
	Level *int `cli:"level"`
}

func disable(_ context.Context, s *cli.Session, to lowerLevel) error {
	level := min(1, s.Level())
	if to.Level != nil {
		level = *to.Level
	}
	switch {
	case level > s.Level():
		return errNotLower
	case !s.Reaches(level):
		return errNotReached
	}
	s.SetLevel(level)
	return nil
}

func configureTerminal(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	if s.Mode() != cli.Exec {
		return nil, nil
	}
	s.Enter(cli.GlobalConfig, nil)
	return result.Text("Enter configuration commands, one per line.  End with ^Z.\n"), nil
}
