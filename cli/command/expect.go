package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/mib"
	"mirrorsh/trapcore/notify"
)

// What makes a script a test. The words are this product's own.

const (
	expectTime = 5 * time.Second
	maxAwaited = 1_000_000
)

// waitFor is what is waited for.
type waitFor string

const (
	sent         waitFor = "sent"
	acknowledged waitFor = "acknowledged"
)

func waitKind(kind waitFor, help string) grammar.Node {
	return kw(string(kind), help).As("kind").Is(kind)
}

var expectCommands = []cli.Command{
	{
		Modes: inExec, Level: levelUser,
		Syntax: seq(kw("wait", "Wait for notifications to leave"), alt(
			waitKind(acknowledged, "Informs that were acknowledged"),
			waitKind(sent, "Traps that left, and informs that were acknowledged or given up")),
			opt(param("COUNT", grammar.Int(1, maxAwaited), "How many, 1 if it is not given")),
			kw("timeout", "How long"), param("TIMEOUT", timeout, "How long to wait")),
		Summary: "Wait in a script for notifications to leave or to be acknowledged",
		Description: "It counts those that the session sees, at each host, since the script began, but for those that an earlier wait has counted. " +
			"If they are not as many in time it is refused. Meanwhile what is scheduled runs. " + ownWord,
		Examples: []string{"wait sent 10 timeout 2s", "wait acknowledged timeout 500ms"},
		Run:      cli.Do(waitArgs{Count: 1}, wait),
	},
	{
		Modes: inExec, Level: levelUser,
		Syntax: seq(kw("expect", "Require that a notification has left"), kw("trap", "A trap or inform"),
			grammar.Labelled("NAME [ OBJECT VALUE | timeout TIMEOUT ]*", expectedTraps())),
		Summary: "Require in a script that a notification has left, or leaves in time",
		Description: "It takes the first one that the session sees, has all of the values and has left at a host since the script began (of an inform: was acknowledged or " +
			"given up), of the last 4096 that no earlier expect has taken. In time is 5 seconds, if no time is given. If there is none it is refused. Meanwhile what is scheduled runs. " + ownWord,
		Examples: []string{"expect trap linkUp ifIndex 2 timeout 2s"},
		Run:      cli.Do(expectArgs{Timeout: expectTime}, expect),
	},
}

// expectedTraps are the notifications by their short names, each with its objects.
func expectedTraps() grammar.Node {
	var nodes []grammar.Node
	words := objectWords{}
	for _, n := range mib.Notifications {
		short := n.Short()
		name := kw(strings.ToLower(short[:1])+short[1:], "A notification of this kind").As("notification").Is(short)
		if n.Secure() {
			name = name.Secure()
		}
		var objects []*mib.Object
		for _, o := range n.Objects {
			if o != mib.AuthFailCommunity { // it may be a secret
				objects = append(objects, o)
			}
		}
		nodes = append(nodes, seq(name, grammar.Any(append(words.of(objects),
			seq(kw("timeout", "How long, 5 seconds if it is not given"), param("TIMEOUT", timeout, "How long to wait")))...)))
	}
	return alt(nodes...)
}

type waitArgs struct {
	Kind    waitFor       `cli:"kind"`
	Count   int           `cli:"COUNT"`
	Timeout time.Duration `cli:"TIMEOUT"`
}

func wait(ctx context.Context, s *cli.Session, a waitArgs) error {
	have := 0
	ok, err := s.Await(ctx, a.Timeout, func(w *notify.Watch) (ok bool) {
		have, ok = w.Count(a.Count, a.Kind == acknowledged)
		return ok
	})
	if err != nil || ok {
		return err
	}
	return fmt.Errorf("%d of %d %s in %v", have, a.Count, a.Kind, a.Timeout)
}

type expectArgs struct {
	Name    string           `cli:"notification"`
	Values  []mib.Assignment `cli:"value"`
	Timeout time.Duration    `cli:"TIMEOUT"`
}

func expect(ctx context.Context, s *cli.Session, a expectArgs) error {
	ok, err := s.Await(ctx, a.Timeout, func(w *notify.Watch) bool { return w.Take(a.Name, a.Values) })
	if err != nil || ok {
		return err
	}
	with := ""
	if len(a.Values) > 0 {
		with = " with these values"
	}
	return fmt.Errorf("no such trap%s in %v", with, a.Timeout)
}
