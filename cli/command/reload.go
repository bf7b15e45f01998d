package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
)

var reloadCommands = []cli.Command{
	{
		Modes: inExec, Level: grammar.LevelMax,
		Syntax:  kw("reload", "Restart the router"),
		Summary: "Restart the router",
		Description: "The configuration is saved and run again. Engine boots count up by one and warmStart is raised; counters, queues, the " +
			"secure log and its switch, what is mirrored and every session are gone; the ports stay open. A script goes on with its next line, " +
			"in User Exec. Where something stands in the way, such as a full disk, the reload is refused and the router goes on as it was.",
		Run: cli.Do(cli.None{}, reload),
	},
}

// reload prints what the router does (cli/REFERENCE.md, files and reload).
func reload(ctx context.Context, s *cli.Session, _ cli.None) error {
	s.Print("WARNING: Execution of this command will cause the system to reboot.\n")
	if yes, err := s.Confirm(ctx, "Proceed with reload? [confirm]"); err != nil || !yes {
		return err
	}
	return s.Reload(ctx)
}
