package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/mib"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/notify"
)

// Bounds of one test command.
const (
	maxTestCount = 100_000_000
	maxTestRate  = 1_000_000 // traps a second
)

var testMirrorCommands = []cli.Command{
	{
		Modes: inExec, Level: levelSecure, Secure: true,
		Syntax: seq(testWord, kw("mirror", "Packet mirroring"), kw("traps", "Raise secure traps"),
			grammar.Labelled("{ all | TRAP } [ OBJECT VALUE | count COUNT | rate RATE ]*", trapWords())),
		Summary: "Raise well-formed secure traps for receivers under test",
		Description: "The traps carry values such as a busy router would send, each those that are next, and touch no state. TRAP is one of the " +
			"traps at the end of this manual, OBJECT the name of one of its varbinds and VALUE what that is to have: a number, the label or number of an " +
			"enumeration, an address, a text (in quotes, if it has blanks; of an OCTET STRING also 0x and hexadecimal digits), a date and time such as " +
			"2026-11-22,6:12:11.0,+1:0. A date and time without zone has 8 octets on the wire. With all, a value goes to the traps that have the object. " +
			"They pass the same switches " +
			"and filters as any other. Without a rate the command waits for room in the queues, so that nothing is lost. It says how many " +
			"left, after a second at most, and what became of the others; it fails if none could leave.",
		Examples: []string{"test mirror traps all", "test mirror traps sessionStart count 1000 rate 100",
			"test mirror traps sessionEnd juniPacketMirrorIdentifier 7 juniPacketMirrorTerminationReason idleTimeout"},
		Run: cli.ShowSecure(mirrorTest{Count: 1}, testMirrorTraps),
	},
}

// mirrorTest are the arguments of test mirror traps.
type mirrorTest struct {
	Events func() []mirror.Event `cli:"trap"` // new ones, to be filled in
	Values []mib.Assignment      `cli:"value"`
	Count  int                   `cli:"COUNT"`
	Rate   int                   `cli:"RATE"` // 0: as fast as the queues take them
}

// trapWords are the notifications by their short names, and all, each with its
// objects and how many there are to be.
func trapWords() grammar.Node {
	words := objectWords{}
	trap := func(word, help string, events func() []mirror.Event, objects []*mib.Object) grammar.Node {
		return seq(kw(word, help).As("trap").Is(events), grammar.Any(append(words.of(objects),
			seq(kw("count", "How many traps of each kind, 1 if none is given"), param("COUNT", grammar.Int(1, maxTestCount), "How many")),
			seq(kw("rate", "How many traps a second"), param("RATE", grammar.Int(1, maxTestRate), "Traps a second")))...))
	}
	var nodes []grammar.Node
	var objects []*mib.Object
	for _, n := range mib.MirrorNotifications {
		name := n.Short()
		one := func() []mirror.Event { return []mirror.Event{mirror.NewEvent(name)} }
		nodes = append(nodes, trap(strings.ToLower(name[:1])+name[1:], n.Meaning, one, n.Objects))
		for _, o := range n.Objects {
			if !slices.Contains(objects, o) {
				objects = append(objects, o)
			}
		}
	}
	return alt(append(nodes, trap("all", "One of each, in the order of their numbers", mirror.Events, objects))...)
}

func testMirrorTraps(ctx context.Context, s *cli.Session, x *trapcore.Secure, a mirrorTest) (result.Value, error) {
	vr := s.VirtualRouter()
	traps, events := x.Traps(vr), a.Events()
	total := a.Count * len(events)
	var tally notify.Tally
	err := paced(ctx, total, a.Rate, func(n int) error {
		if a.Rate > 0 && n > 0 {
			s.Router().PassClock(time.Second / time.Duration(a.Rate))
		}
		ev := x.Samples().Next(events[n%len(events)], vr.UID(), s.Router().Now())
		for _, v := range a.Values {
			mirror.Assign(ev, v) // if it has that object
		}
		if a.Rate > 0 {
			traps.Raise(ev, &tally)
			return nil
		}
		return traps.RaiseWait(ctx, ev, &tally)
	})
	if err == nil {
		settling, stop := context.WithTimeout(ctx, settleTime)
		tally.Wait(settling)
		stop()
	}
	told, refusal := tallied(&tally, total)
	if err == nil {
		err = refusal
	}
	return told, err
}

var errNothingLeft = errors.New("no trap left the router")

// tallied says what became of the traps of a command that was to raise total: how many left in all and
// why the global stage kept others, then each host with more to tell. The error
// is set if none left and none could.
func tallied(y *notify.Tally, total int) (result.Value, error) {
	raised, barred := y.Raised()
	left, tried := 0, 0
	hosts := result.List{}
	for _, h := range y.Hosts() {
		left += h.Left()
		tried += h.Waiting + h.Fates[notify.GivenUp]
		if h.Fates[notify.Sent] != h.Offered() {
			told := hostTold(h)
			hosts.Items = append(hosts.Items, new(result.Record).Line("    {host}: {fates}", h.To, result.As(told, strings.Join(told, ", "))))
		}
	}
	why := []string{}
	for _, b := range barred {
		if b.Count < raised {
			why = append(why, fmt.Sprint(b.Count, ": ", b.Reasons))
		} else {
			why = append(why, b.Reasons)
		}
	}
	if left+tried == 0 && len(hosts.Items) == 0 && len(barred) == 0 {
		why = append(why, notify.ErrNoSecureHost.Error())
	}
	traps, reasons := plural(raised, "trap"), ""
	if raised < total {
		traps = fmt.Sprint(raised, " of ", plural(total, "trap"))
	}
	if len(why) > 0 {
		reasons = " (" + strings.Join(why, "; ") + ")"
	}
	all := new(result.Record).
		Line("{raised} raised, {toHosts} to hosts{keptBack}", result.As(raised, traps), left, result.As(why, reasons)).
		Note("wanted", total).
		Part("hosts", hosts)
	if left+tried == 0 {
		return all, errNothingLeft
	}
	return all, nil
}

// hostTold is what became of the traps at a host.
func hostTold(h notify.HostTally) []string {
	var all []string
	for f, n := range h.Fates {
		if n > 0 && notify.Fate(f) != notify.UnderWay {
			all = append(all, fmt.Sprint(n, " ", notify.Fate(f)))
		}
	}
	if h.Waiting > 0 {
		state := " queued"
		if h.Informs {
			state = " not acknowledged yet"
		}
		if h.Down {
			state += " (host does not answer)"
		}
		all = append(all, fmt.Sprint(h.Waiting, state))
	}
	return all
}

// paced calls f with 0 to n-1, at most rate times a second, 0 for no limit.
func paced(ctx context.Context, n, rate int, f func(int) error) error {
	p := pace{rate: rate, start: time.Now()}
	for i := range n {
		if err := p.wait(ctx, i); err != nil {
			return err
		}
		if err := f(i); err != nil {
			return err
		}
	}
	return nil
}

// pace is how many things are done a second, 0: as many as can be.
type pace struct {
	rate  int
	start time.Time
}

// early is how long it is until the ith may be done, 0 where that is less than a
// timer can keep: the next one makes up for it.
func (p *pace) early(i int) time.Duration {
	if p.rate == 0 {
		return 0
	}
	due := p.start.Add(time.Duration(float64(i) / float64(p.rate) * float64(time.Second)))
	if wait := time.Until(due); wait > time.Millisecond {
		return wait
	}
	return 0
}

// wait waits until the ith may be done, or ctx ends.
func (p *pace) wait(ctx context.Context, i int) error {
	if wait := p.early(i); wait > 0 {
		t := time.NewTimer(wait)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
		}
	}
	return ctx.Err()
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprint(n, " ", what)
}

// counted shows a number of things.
func counted(n int, what string) result.Shown { return result.As(n, plural(n, what)) }
