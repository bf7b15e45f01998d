package command

import (
	"context"
	"fmt"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore/chassis"
)

var versionCommands = []cli.Command{
	{
		Modes: inExec, Level: levelUser, Shows: true,
		Syntax:  seq(showWord, kw("version", "The release, and what runs it")),
		Summary: "Show the release, the time since start and the slots",
		Run:     cli.Show(cli.None{}, showVersion),
	},
	{
		Modes: inExec, Level: levelUser, Shows: true,
		Syntax:  seq(showWord, kw("clock", "The time of the router")),
		Summary: "Show the time of the router",
		Run: cli.Show(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
			now := s.Shell().Now()
			return new(result.Record).Line("{time}", result.As(now, cli.Timestamp(now))), nil
		}),
	},
}

// showVersion has the layout of the real one (cli/REFERENCE.md).
func showVersion(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	sh := s.Shell()
	m, release := s.Router().Model(), sh.Release
	up := sh.Now().Sub(sh.Started())
	heading := new(result.Record).
		Line("{platform}", m.Platform()).
		Line("{copyright}", cli.Copyright).
		Line("System Release: {systemRelease}", release.File()).
		Line("\tVersion: {version}   ({built})", result.As(release.Version, release.String()), result.As(release.Built, release.BuildDate())).
		Line("System running for: {uptimeSeconds}", result.As(int64(up/time.Second), longDuration(up))).
		Line("\t(since {started})", result.As(sh.Started(), cli.Timestamp(sh.Started())))
	t := slotTable(m, func(mod *chassis.Module) []any {
		return []any{"online", mod.Type, "enabled", orNone(""), release.File(), result.As(int64(up/time.Second), slotUptime(up))}
	}, "state", "type", "admin", "spare", "running release", "slot uptime")
	t.KeepBlanks = true
	return below(heading, t), nil
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
