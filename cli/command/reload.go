package command

import (
	"context"
	"fmt"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
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
	{
		Modes: inExec, Level: grammar.LevelMax,
		Syntax: seq(kw("reload", "Restart the router"), alt(
			seq(kw("in", "After some time"), param("IN", hoursMinutes, "Hours and minutes from now")),
			seq(kw("at", "At a time of the day"), param("AT", hoursMinutes, "The time of the day, within 24 hours")))),
		Summary:     "Restart the router later",
		Description: "Only one restart can be waiting; another one takes its place. It asks nothing when it comes, and what it meets is in the log.",
		Examples:    []string{"reload in 00:10", "reload at 23:30"},
		Run:         cli.Show(reloadTime{}, reloadLater),
	},
	{
		Modes: inExec, Level: grammar.LevelMax,
		Syntax:  seq(kw("reload", "Restart the router"), kw("cancel", "Do not, after all")),
		Summary: "Take back a restart that was to come later",
		Run: cli.Do(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) error {
			return s.Shell().CancelReload()
		}),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("reload", "When the router is to restart")),
		Summary: "Show when the router is to restart",
		Run: cli.Show(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
			at, ok := s.Shell().ReloadAt()
			if !ok {
				return new(result.Record).Line("No reload is scheduled").Note("reload", nil), nil
			}
			return scheduledFor(at), nil
		}),
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

// dayTime is hours and minutes.
type dayTime time.Duration

var hoursMinutes = grammar.Value("HH:MM", "not hours and minutes", parseDayTime,
	func(t dayTime) (string, bool) {
		return fmt.Sprintf("%02d:%02d", time.Duration(t)/time.Hour, time.Duration(t)%time.Hour/time.Minute), true
	})

func parseDayTime(word string) (dayTime, bool) {
	t, err := time.Parse("15:04", word)
	return dayTime(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute), err == nil
}

// reloadTime says when the router is to restart.
type reloadTime struct {
	In *dayTime `cli:"IN"`
	At *dayTime `cli:"AT"`
}

func reloadLater(_ context.Context, s *cli.Session, a reloadTime) (result.Value, error) {
	var wait time.Duration
	if a.In != nil {
		wait = time.Duration(*a.In)
	} else {
		now := s.Shell().Now()
		day := time.Duration(now.Hour())*time.Hour + time.Duration(now.Minute())*time.Minute +
			time.Duration(now.Second())*time.Second + time.Duration(now.Nanosecond())
		if wait = time.Duration(*a.At) - day; wait <= 0 {
			wait += 24 * time.Hour
		}
	}
	at, err := s.Shell().ReloadIn(wait)
	if err != nil {
		return nil, err
	}
	return scheduledFor(at), nil
}

func scheduledFor(at time.Time) *result.Record {
	return new(result.Record).Line("Reload is scheduled for {reload}", result.As(at, cli.Timestamp(at)))
}
