package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/mib"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/notify"
)

var testFaultCommands = []cli.Command{
	{
		Modes: inExec, Level: levelSecure, Secure: true,
		Syntax: seq(testWord, kw("mirror", "Packet mirroring"), kw("fault", "Send secure traps that are wrong"), faultWords(),
			grammar.Any(
				seq(kw("trap", "Of which kind, sessionStart if none is given").As("ofKind"), trapNames()),
				seq(kw("count", "How many times to each host, 1 if none is given"), param("COUNT", grammar.Int(1, maxTestCount), "How many")))),
		Summary: "Send deliberately wrong secure traps to receivers under test",
		Description: "They go to the hosts of the category packetMirror that would get the right ones, as traps or as informs, " +
			"past the queues. The secure log marks them. The router's own identifiers, salts and clocks stay as they are. " +
			"all sends each of them once, but for time-skew, for those that cannot be had here (it says why), and, of traps, for latched-boots, " +
			"after which a correct receiver refuses all that this router sends. A receiver can notice boots-rollback and times that are " +
			"wrong only after a right trap; a time ahead of ours moves the receiver's clock, after which it refuses what is right. " +
			"What came back, and what is to be expected, is shown by show mirror faults.",
		Examples: []string{"test mirror fault all", "test mirror fault bad-digest trap sessionEnd", "test mirror fault time-skew -300 count 5"},
		Run:      cli.ShowSecure(faultTest{Count: 1, Events: sessionStart}, testMirrorFault),
	},
	{
		Modes: inExec, Level: levelSecure, Secure: true, Shows: true,
		Syntax:  seq(showWord, kw("mirror", "Packet mirroring"), kw("faults", "The wrong messages sent by test mirror fault")),
		Summary: "Show what test mirror fault has sent, and whether the receivers were right",
		Description: "For each fault and host: what a correct receiver does and the standard that says so, what came back, and a verdict " +
			"where that decides. An inform is answered, by a Response or a Report; silence counts only if the receiver answered a discovery " +
			"sent after it. A trap is not answered, so that its receiver's own output decides; an answer to one is wrong.",
		Run: cli.ShowSecure(cli.None{}, showMirrorFaults),
	},
}

// maxSkew is as far as engine time goes, in seconds.
const maxSkew = 1<<31 - 1

func faultWords() grammar.Node {
	nodes := []grammar.Node{kw("all", "Each of them, in this order").As("faultName").Is(notify.Faults())}
	for _, f := range notify.Faults() {
		var n grammar.Node = kw(f.String(), f.Help()).As("faultName").Is([]*notify.Fault{f})
		if f.TakesSeconds() {
			n = seq(n, param("SECONDS", grammar.Int(-maxSkew, maxSkew), "Seconds, negative for behind"))
		}
		nodes = append(nodes, n)
	}
	return alt(nodes...)
}

// trapNames are the notifications by their short names, and all.
func trapNames() grammar.Node {
	nodes := []grammar.Node{kw("all", "One of each, in the order of their numbers").As("trap").Is(mirror.Events)}
	for _, n := range mib.MirrorNotifications {
		name := n.Short()
		nodes = append(nodes, kw(strings.ToLower(name[:1])+name[1:], n.Meaning).As("trap").Is(
			func() []mirror.Event { return []mirror.Event{mirror.NewEvent(name)} }))
	}
	return alt(nodes...)
}

func sessionStart() []mirror.Event { return []mirror.Event{new(mirror.SessionStart)} }

// faultTest are the arguments of test mirror fault.
type faultTest struct {
	Faults []*notify.Fault       `cli:"faultName"`
	Skew   int                   `cli:"SECONDS"`
	Events func() []mirror.Event `cli:"trap"` // new ones, to be filled in
	Count  int                   `cli:"COUNT"`
}

func testMirrorFault(ctx context.Context, s *cli.Session, x *trapcore.Secure, a faultTest) (result.Value, error) {
	vr := s.VirtualRouter()
	report, err := x.Traps(vr).SendFault(ctx, notify.FaultTest{
		Faults: a.Faults, All: len(a.Faults) > 1, Seconds: a.Skew, Count: a.Count,
		Samples: func(n int) []mirror.Event {
			all := a.Events()
			for _, ev := range all {
				mirror.Sample(ev, uint32(n), vr.UID(), s.Router().Now())
			}
			return all
		},
	})
	if errors.Is(err, notify.ErrSecureTrapsOff) {
		return nil, fmt.Errorf("%w: enable category packetMirror and mirror trap-enable", err)
	}
	if err != nil {
		return nil, err
	}
	told := new(result.Record).Line("{messages} sent", counted(report.Messages, "message"))
	var verdicts []string
	for v, n := range report.Verdicts {
		if n > 0 {
			verdicts = append(verdicts, fmt.Sprint(n, " ", notify.Verdict(v)))
		}
	}
	if decided := report.Verdicts; decided[notify.Correct]+decided[notify.Wrong] > 0 {
		told.Line("Receivers: {receivers}", result.As(verdicts, strings.Join(verdicts, ", ")))
	}
	for _, why := range report.LeftOut {
		told.Line("Left out " + strings.NewReplacer("{", "", "}", "").Replace(why))
	}
	return told.Note("leftOut", append([]string{}, report.LeftOut...)), nil
}

func showMirrorFaults(_ context.Context, s *cli.Session, x *trapcore.Secure, _ cli.None) (result.Value, error) {
	t := &result.Table{Columns: result.Columns(
		"Fault", "Host", "User", "Type", "Messages", "Correct receiver", "By", "Came back", "Verdict", "Last")}
	for _, f := range x.Traps(s.VirtualRouter()).SentFaults() {
		name := f.Fault.String()
		if f.Fault.TakesSeconds() {
			name = fmt.Sprint(name, " ", f.Seconds)
		}
		t.Add(name, f.To, f.User, trapOrInform(f.Informs), f.Messages, f.Fault.Due(f.Informs, f.Seconds), f.Fault.Section(),
			f.Answers.String(), f.Verdicts.Sum().String(), result.As(f.Last, cli.Timestamp(f.Last)))
	}
	return t, nil
}
