package command

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/notify"
)

// Bounds of a ping.
const (
	defaultPings    = 5
	maxPings        = 100
	defaultPingData = 100
	maxPingData     = 64000
	defaultPingWait = 1 // seconds, for each
	maxPingWait     = 20
)

// pingArgs are a host and how it is asked.
type pingArgs struct {
	VRF   string     `cli:"VRF"`
	To    netip.Addr `cli:"ADDRESS"`
	Count int        `cli:"COUNT"`
	Data  int        `cli:"OCTETS"`
	Wait  int        `cli:"SECONDS"`
}

var pingDefaults = pingArgs{Count: defaultPings, Data: defaultPingData, Wait: defaultPingWait}

// ping4Args also say from where.
type ping4Args struct {
	pingArgs
	Source netip.Addr `cli:"SOURCE"`
}

var pingWord = kw("ping", "Ask whether a host is up")

// pingTail is what follows the version of IP.
func pingTail(address grammar.Type, options ...grammar.Node) grammar.Node {
	return seq(opt(vrfWord, vrfName), param("ADDRESS", address, "The address of the host"),
		opt(param("COUNT", grammar.Int(1, maxPings), "How often, 5 times if it is not given")),
		grammar.Any(append([]grammar.Node{
			seq(kw("data-size", "Set how much is sent"), param("OCTETS", grammar.Int(0, maxPingData), "Octets, 100 if it is not given")),
			seq(kw("timeout", "Set how long to wait for each answer"), param("SECONDS", grammar.Int(1, maxPingWait), "Seconds, 1 if it is not given")),
		}, options...)...))
}

var pingCommands = []cli.Command{
	{
		Modes: inExec, Level: levelUser, Shows: true,
		Syntax: seq(pingWord, opt(kw("ip", "By IPv4").As("pingIP").Implied()), pingTail(grammar.IPv4(),
			seq(kw("source", "Where it is asked from"), kw("address", "An address of the virtual router").As("pingFrom"),
				param("SOURCE", grammar.IPv4(), "The address of an interface that is up")))),
		Summary: "Ask whether a host is up",
		Description: "The virtual router's own addresses answer while their interfaces are up. Other hosts are asked on the network of the machine that " +
			"the simulator runs on, if that lets it send ICMP, and with an address of that machine: source address only says which " +
			"of the router's own must be up.",
		Examples: []string{"ping 10.1.1.1", "ping ip 127.0.0.1 3", "ping ip 10.1.1.2 source address 10.1.1.1 data-size 1400"},
		Run:      cli.Show(ping4Args{pingArgs: pingDefaults}, ping),
	},
	{
		Modes: inExec, Level: levelUser, Shows: true,
		Syntax:      seq(pingWord, kw("ipv6", "By IPv6").As("pingIPv6"), pingTail(pingIPv6Type)),
		Summary:     "Ask by IPv6 whether a host is up",
		Description: "Hosts are asked on the network of the machine that the simulator runs on, if that lets it send ICMP.",
		Examples:    []string{"ping ipv6 ::1 3"},
		Run: cli.Show(pingDefaults, func(ctx context.Context, s *cli.Session, a pingArgs) (result.Value, error) {
			return ping(ctx, s, ping4Args{pingArgs: a})
		}),
	},
}

// pingIPv6Type is an IPv6 address.
var pingIPv6Type = grammar.Value("X:X::X:X", "not an IPv6 address", func(word string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(word)
	return a, err == nil && a.Is6() && !a.Is4In6() && a.Zone() == ""
}, func(a netip.Addr) (string, bool) { return a.String(), true })

var (
	errNoPing     = errors.New("this machine does not let the simulator send ICMP")
	errPingsTo    = errors.New("address cannot be that of a host")
	errPingSource = errors.New("no interface that is up has the source address")
)

func ping(ctx context.Context, s *cli.Session, a ping4Args) (result.Value, error) {
	vr, err := vrfNamed(s, a.VRF)
	switch {
	case err != nil:
		return nil, err
	case !network.Unicast(a.To) && !a.To.IsLoopback() && !(a.To.Is6() && !a.To.IsMulticast() && !a.To.IsUnspecified()):
		return nil, errPingsTo
	case a.Source.IsValid() && !vr.HasAddress(a.Source):
		return nil, errPingSource
	}
	var marks strings.Builder
	var answered int
	var least, most, sum time.Duration
	for range a.Count {
		asked := machineTime(s)
		err := vr.Ping(ctx, notify.Echo{To: a.To, Data: a.Data, Timeout: time.Duration(a.Wait) * time.Second})
		took := machineTime(s).Sub(asked)
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
		Line("Sending {sent} ICMP echos to {address}, timeout = {timeout} sec.", a.Count, a.To, a.Wait).
		Line("{marks}", marks.String())
	if answered == 0 {
		return r.Line("Success rate = {percent}% ({answered}/{asked})", 0, 0, a.Count), nil
	}
	ms := func(d time.Duration) result.Shown { return result.As(d.Milliseconds(), fmt.Sprint(d.Milliseconds())) }
	return r.Line("Success rate = {percent}% ({answered}/{asked}), round-trip min/avg/max = {min}/{avg}/{max} ms",
		answered*100/a.Count, answered, a.Count, ms(least), ms(sum/time.Duration(answered)), ms(most)), nil
}

// machineTime is what the router's clock would show had nobody set it.
func machineTime(s *cli.Session) time.Time { return s.Router().Now().Add(-s.Router().ClockOffset()) }
