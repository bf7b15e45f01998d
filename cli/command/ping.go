package command

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/cli/result"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/notify"
)

// Bounds of a ping.
const (
	defaultPings = 5
	maxPings     = 100
	pingTimeout  = 1 // seconds, for each
)

// pingArgs are a host and how often it is asked.
type pingArgs struct {
	VRF   string     `cli:"VRF"`
	To    netip.Addr `cli:"ADDRESS"`
	Count int        `cli:"COUNT"`
}

var pingCommands = []cli.Command{{
	Modes: inExec, Level: levelUser, Shows: true,
	Syntax: seq(kw("ping", "Ask whether a host is up"), opt(kw("ip", "By ICMP").As("pingIP")), opt(vrfWord, vrfName),
		param("ADDRESS", grammar.IPv4(), "The address of the host"), opt(param("COUNT", grammar.Int(1, maxPings), "How often, 5 times if it is not given"))),
	Summary: "Ask whether a host is up",
	Description: "The virtual router's own addresses answer while their interfaces are up. Other hosts are asked on the network of the machine that " +
		"the simulator runs on, if that lets it send ICMP.",
	Examples: []string{"ping 10.1.1.1", "ping ip 127.0.0.1 3"},
	Run:      cli.Show(pingArgs{Count: defaultPings}, ping),
}}

var (
	errNoPing  = errors.New("this machine does not let the simulator send ICMP")
	errPingsTo = errors.New("address cannot be that of a host")
)

func ping(ctx context.Context, s *cli.Session, a pingArgs) (result.Value, error) {
	vr, err := vrfNamed(s, a.VRF)
	if err != nil {
		return nil, err
	}
	if !network.Unicast(a.To) && !a.To.IsLoopback() {
		return nil, errPingsTo
	}
	var marks strings.Builder
	var answered int
	var least, most, sum time.Duration
	for range a.Count {
		asked := s.Shell().Now()
		err := vr.Ping(ctx, a.To)
		took := s.Shell().Now().Sub(asked)
		switch {
		case errors.Is(err, notify.ErrNoProbe):
			return nil, errNoPing
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			marks.WriteByte('.')
			continue
		}
		marks.WriteByte('!')
		if answered == 0 {
			least = took
		}
		answered++
		least, most, sum = min(least, took), max(most, took), sum+took
	}
	r := new(result.Record).
		Line("Sending {sent} ICMP echos to {address}, timeout = {timeout} sec.", a.Count, a.To, pingTimeout).
		Line("{marks}", marks.String())
	if answered == 0 {
		return r.Line("Success rate = {percent}% ({answered}/{asked})", 0, 0, a.Count), nil
	}
	ms := func(d time.Duration) result.Shown { return result.As(d.Milliseconds(), fmt.Sprint(d.Milliseconds())) }
	return r.Line("Success rate = {percent}% ({answered}/{asked}), round-trip min/avg/max = {min}/{avg}/{max} ms",
		answered*100/a.Count, answered, a.Count, ms(least), ms(sum/time.Duration(answered)), ms(most)), nil
}
