package command

import (
	"context"
	"errors"
	"fmt"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/cli/result"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/notify"
)

var testFaultCommands = []cli.Command{
	{
		Modes: inExec, Level: levelSecure, Secure: true,
		Syntax: seq(testWord, kw("mirror", "Packet mirroring"), kw("fault", "Send secure traps that are wrong"), faultWords(),
			opt(kw("count", "How many times to each host, 1 if none is given"), param("COUNT", grammar.Int(1, maxTestCount), "How many"))),
		Summary: "Send deliberately wrong secure traps to receivers under test",
		Description: "They go to the hosts of the category packetMirror that would get the right ones, as traps or as informs, " +
			"past the queues. The secure log marks them. The router's own identifiers, salts and clocks stay as they are. " +
			"A receiver can notice boots-rollback and time-skew only after a right trap; a time ahead of ours moves the " +
			"receiver's clock, after which it refuses what is right.",
		Examples: []string{"test mirror fault bad-digest", "test mirror fault time-skew -300 count 5"},
		Run:      cli.ShowSecure(faultTest{Count: 1}, testMirrorFault),
	},
	{
		Modes: inExec, Level: levelSecure, Secure: true, Shows: true,
		Syntax:  seq(showWord, kw("mirror", "Packet mirroring"), kw("faults", "The wrong messages sent by test mirror fault")),
		Summary: "Show what test mirror fault has sent",
		Run:     cli.ShowSecure(cli.None{}, showMirrorFaults),
	},
}

// maxSkew is as far as engine time goes, in seconds.
const maxSkew = 1<<31 - 1

func faultWords() grammar.Node {
	var nodes []grammar.Node
	for _, f := range notify.Faults() {
		var n grammar.Node = kw(f.String(), f.Help()).As("faultName").Is(f)
		if f == notify.TimeSkew {
			n = seq(n, param("SECONDS", grammar.Int(-maxSkew, maxSkew), "Seconds, negative for behind"))
		}
		nodes = append(nodes, n)
	}
	return alt(nodes...)
}

// faultTest are the arguments of test mirror fault.
type faultTest struct {
	Fault notify.Fault `cli:"faultName"`
	Skew  int          `cli:"SECONDS"`
	Count int          `cli:"COUNT"`
}

func testMirrorFault(ctx context.Context, s *cli.Session, x *trapcore.Secure, a faultTest) (result.Value, error) {
	vr := s.VirtualRouter()
	sent, err := x.Traps(vr).SendFault(ctx, notify.FaultTest{
		Fault: a.Fault, Skew: a.Skew, Count: a.Count,
		Sample: func(n int) mirror.Event {
			return mirror.Sample(new(mirror.SessionStart), uint32(n), vr.UID(), s.Router().Now())
		},
	})
	if errors.Is(err, notify.ErrSecureTrapsOff) {
		return nil, fmt.Errorf("%w: enable category packetMirror and mirror trap-enable", err)
	}
	if err != nil {
		return nil, err
	}
	return new(result.Record).Line("{messages} sent", counted(sent, "message")), nil
}

func showMirrorFaults(_ context.Context, s *cli.Session, x *trapcore.Secure, _ cli.None) (result.Value, error) {
	t := &result.Table{Columns: result.Columns("Fault", "Host", "User", "Type", "Messages", "Last")}
	for _, f := range x.Traps(s.VirtualRouter()).SentFaults() {
		t.Add(f.Fault, f.To, f.User, trapOrInform(f.Informs), f.Messages, result.As(f.Last, cli.Timestamp(f.Last)))
	}
	return t, nil
}
