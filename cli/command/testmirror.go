package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/mib"
	"mirrorsh/trapcore/mirror"
)

// Bounds of one test command.
const (
	maxTestCount = 100_000_000
	maxTestRate  = 1_000_000 // traps a second
)

var testMirrorCommands = []cli.Command{
	{
		Modes: inExec, Level: levelSecure, Secure: true,
		Syntax: seq(testWord, kw("mirror", "Packet mirroring"), kw("traps", "Raise secure traps"), trapWords(),
			grammar.Any(
				seq(kw("count", "How many traps of each kind, 1 if none is given"), param("COUNT", grammar.Int(1, maxTestCount), "How many")),
				seq(kw("rate", "How many traps a second"), param("RATE", grammar.Int(1, maxTestRate), "Traps a second")))),
		Summary: "Raise well-formed secure traps for receivers under test",
		Description: "The traps carry values such as a busy router would send, and touch no state. They pass the same switches " +
			"and filters as any other. Without a rate the command waits for room in the queues, so that nothing is lost.",
		Examples: []string{"test mirror traps all", "test mirror traps sessionStart count 1000 rate 100"},
		Run:      testMirrorTraps,
	},
}

// trapWords are the notifications by their short names, and all.
func trapWords() grammar.Node {
	nodes := []grammar.Node{kw("all", "One of each, in the order of their numbers").As("trap")}
	for _, n := range mib.MirrorNotifications {
		name := n.Short()
		nodes = append(nodes, kw(strings.ToLower(name[:1])+name[1:], n.Meaning).As("trap"))
	}
	return alt(nodes...)
}

func testMirrorTraps(ctx context.Context, s *cli.Session, a grammar.Args) error {
	kinds := make([]mirror.Kind, 0, mirror.Kinds)
	for k := mirror.Kind(1); int(k) <= mirror.Kinds; k++ {
		if name := a.Text("trap"); name == "all" || strings.EqualFold(name, k.String()) {
			kinds = append(kinds, k)
		}
	}
	vr := s.VirtualRouter()
	total := a.Int("COUNT", 1) * len(kinds)
	raise := func(n int) error {
		ev := mirror.Sample(kinds[n%len(kinds)], uint32(n/len(kinds)), vr.UID(), s.Router().Now())
		if a.Has("rate") {
			vr.Traps().RaiseSecure(ev)
			return nil
		}
		return vr.Traps().RaiseSecureWait(ctx, ev)
	}
	if err := paced(ctx, total, a.Int("RATE", 0), raise); err != nil {
		return err
	}
	s.Printf("%s raised\n", plural(total, "trap"))
	return nil
}

// paced calls f with 0 to n-1, at most rate times a second, 0 for no limit.
func paced(ctx context.Context, n, rate int, f func(int) error) error {
	start := time.Now()
	for i := range n {
		if rate > 0 {
			due := start.Add(time.Duration(float64(i) / float64(rate) * float64(time.Second)))
			// Shorter waits than a timer can keep are made up for by the next one.
			if wait := time.Until(due); wait > time.Millisecond {
				t := time.NewTimer(wait)
				select {
				case <-t.C:
				case <-ctx.Done():
					t.Stop()
				}
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := f(i); err != nil {
			return err
		}
	}
	return nil
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprint(n, " ", what)
}
