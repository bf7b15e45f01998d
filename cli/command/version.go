package command

import (
	"context"
	"fmt"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
)

var versionCommands = []cli.Command{
	{
		Modes: inExec, Level: levelUser, Shows: true,
		Syntax:  seq(showWord, kw("version", "The release, and what runs it")),
		Summary: "Show the release, the time since start and the slots",
		Run:     cli.Text(showVersion),
	},
	{
		Modes: inExec, Level: levelUser, Shows: true,
		Syntax:  seq(showWord, kw("clock", "The time of the router")),
		Summary: "Show the time of the router",
		Run: cli.Text(func(_ context.Context, s *cli.Session, _ grammar.Args) error {
			s.Print(cli.Timestamp(s.Shell().Now()) + "\n")
			return nil
		}),
	},
}

// showVersion has the layout of captured sessions (reference cli.md 3.3).
func showVersion(_ context.Context, s *cli.Session, _ grammar.Args) error {
	sh := s.Shell()
	release := releaseFile(sh)
	up := sh.Now().Sub(sh.Started())
	s.Printf("%s\n%s\n", cli.Platform, cli.Copyright)
	s.Printf("System Release: %s\n", release)
	s.Printf("\tVersion: %s release-0.0 [BuildId 0]   (%s)\n", sh.Release.Version, sh.Release.Built.Format("January 2, 2006  15:04"))
	s.Printf("System running for: %s\n", longDuration(up))
	s.Printf("\t(since %s)\n\n", cli.Timestamp(sh.Started()))
	var rows [][]string
	for _, sl := range slots {
		row := []string{sl.number, none, none, none, none, none, none}
		if sl.kind != "" {
			row = []string{sl.number, "online", sl.kind, "enabled", none, release, slotUptime(up)}
		}
		rows = append(rows, row)
	}
	s.Print(cli.Table{
		Header:  [][]string{{"slot", "state", "type", "admin", "spare", "running release", "slot uptime"}},
		Centred: true, KeepBlanks: true,
		Rows: rows,
	}.String())
	return nil
}

// split returns d as days, hours, minutes and seconds.
func split(d time.Duration) (days, hours, minutes, seconds int) {
	n := int(d / time.Second)
	return n / 86400, n / 3600 % 24, n / 60 % 60, n % 60
}

func longDuration(d time.Duration) string {
	days, hours, minutes, seconds := split(d)
	unit := func(n int, name string) string {
		if n != 1 {
			name += "s"
		}
		return fmt.Sprint(n, " ", name)
	}
	return unit(days, "day") + ", " + unit(hours, "hour") + ", " + unit(minutes, "minute") + ", " + unit(seconds, "second")
}

func slotUptime(d time.Duration) string {
	days, hours, minutes, seconds := split(d)
	return fmt.Sprintf("%dd%02dh:%02dm:%02ds", days, hours, minutes, seconds)
}
