package command

import (
	"context"
	"errors"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
)

var execCommands = []cli.Command{
	{
		Modes: inExec, Level: levelAll, Fixed: true, Moves: true,
		Syntax:  seq(kw("disable", "Lower the privilege level"), opt(param("level", grammar.Int(0, 15), "The privilege level, 1 if none is given"))),
		Summary: "Lower the privilege level",
		Run:     cli.Text(disable),
	},
	{
		Modes: cli.AllModes, Level: levelAll, Fixed: true, Moves: true,
		Syntax:  kw("exit", "Leave the mode, or the session from User Exec"),
		Summary: "Leave the current mode",
		Run:     cli.Text(func(_ context.Context, s *cli.Session, _ grammar.Args) error { s.Leave(); return nil }),
	},
	{
		Modes: inExec, Level: levelAll, Moves: true,
		Syntax:  kw("logout", "End the session"),
		Summary: "End the session",
		Run:     cli.Text(func(_ context.Context, s *cli.Session, _ grammar.Args) error { s.Logout(); return nil }),
	},
	{
		Modes: cli.ConfigModes, Level: levelAll, Fixed: true, Moves: true,
		Syntax:  kw("end", "Return to Privileged Exec"),
		Summary: "Return to Privileged Exec from any configuration mode",
		Run:     cli.Text(func(_ context.Context, s *cli.Session, _ grammar.Args) error { s.End(); return nil }),
	},
	{
		Modes: cli.AllModes, Level: levelAll, Fixed: true,
		Syntax:  kw("help", "Explain the help system"),
		Summary: "Explain the help system",
		Run:     cli.Text(func(_ context.Context, s *cli.Session, _ grammar.Args) error { s.Print(helpText); return nil }),
	},
	{
		Modes: append(inExec[:1:1], inGlobal...), Level: levelConfigure, Enters: cli.GlobalConfig, Moves: true,
		Syntax:  seq(kw("configure", "Enter Global Configuration"), kw("terminal", "Configure from this terminal")),
		Summary: "Enter Global Configuration",
		Description: "In Global Configuration it changes nothing, so that what show configuration prints " +
			"can be run there as well as in Privileged Exec.",
		Run: cli.Text(configureTerminal),
	},
	{
		Modes: inExec, Level: levelUser,
		Syntax:   seq(kw("sleep", "Wait before the next command"), param("SECONDS", grammar.Int(0, 3600), "How many seconds to wait")),
		Summary:  "Wait, in a script or on the terminal",
		Examples: []string{"sleep 5"},
		Run:      cli.Text(sleep),
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

var errNotLower = errors.New("privilege level is higher than the current one")

func disable(_ context.Context, s *cli.Session, a grammar.Args) error {
	level := a.Int("level", min(1, s.Level()))
	if level > s.Level() {
		return errNotLower
	}
	s.SetLevel(level)
	return nil
}

func configureTerminal(_ context.Context, s *cli.Session, _ grammar.Args) error {
	if s.Mode() == cli.Exec {
		s.Enter(cli.GlobalConfig, nil)
		s.Print("Enter configuration commands, one per line.  End with ^Z.\n")
	}
	return nil
}

func sleep(ctx context.Context, s *cli.Session, a grammar.Args) error {
	if err := s.Flush(ctx); err != nil {
		return err
	}
	t := time.NewTimer(time.Duration(a.Int("SECONDS", 0)) * time.Second)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
