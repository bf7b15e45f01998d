package command

import (
	"cmp"
	"context"
	"net/netip"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
)

var (
	routeWord   = kw("route", "Configure a static route")
	routePrefix = seq(param("NETWORK", grammar.IPv4(), "The network"), param("MASK", maskType, "The mask of the network"))
	routeHop    = param("NEXT-HOP", grammar.IPv4(), "The address of the next hop")
)

// routeLine is a static route.
type routeLine struct {
	Network netip.Addr          `cli:"NETWORK"`
	Mask    maskLength          `cli:"MASK"`
	NextHop netip.Addr          `cli:"NEXT-HOP"`
	Out     network.InterfaceID `cli:"INTERFACE"`
}

func newRouteLine(rt network.Route) routeLine {
	return routeLine{rt.Prefix.Addr(), maskOf(rt.Prefix), rt.NextHop, rt.Out}
}

func (l routeLine) route() network.Route {
	return network.Route{Prefix: netip.PrefixFrom(l.Network, int(l.Mask)), NextHop: l.NextHop, Out: l.Out}
}

var routes = &cli.Setting[*trapcore.VirtualRouter, routeLine]{
	Place:       ofVirtualRouter,
	Syntax:      seq(ipWord, routeWord, routePrefix, alt(routeHop, interfaceName())),
	No:          seq(ipWord, routeWord, routePrefix, opt(alt(routeHop, interfaceName()))),
	Summary:     "Configure a static route",
	Description: "No route leads to loopback, multicast or reserved addresses. A route counts while its next hop can be reached or its interface is up. The no version without a next hop removes all routes to the network.",
	Examples:    []string{"ip route 0.0.0.0 0.0.0.0 10.1.1.2", "ip route 192.168.99.0 255.255.255.0 atm 2/1.2"},
	Set: func(_ context.Context, _ *cli.Session, vr *trapcore.VirtualRouter, l routeLine) error {
		return vr.Network().AddRoute(l.route())
	},
	Clear: func(_ context.Context, _ *cli.Session, vr *trapcore.VirtualRouter, l routeLine) error {
		return vr.Network().RemoveRoute(l.route())
	},
	Lines: func(vr *trapcore.VirtualRouter, _ side.Clearance) (all []routeLine) {
		for _, rt := range vr.Network().Routes() {
			all = append(all, newRouteLine(rt))
		}
		return all
	},
	Crowd: &cli.Crowd[*trapcore.VirtualRouter, routeLine, uint64]{
		Compare: cmp.Compare[uint64],
		Edited:  func(vr *trapcore.VirtualRouter) ([]uint64, bool) { return vr.Network().TakeEditedRoutes() },
		Keys:    func(vr *trapcore.VirtualRouter) []uint64 { return vr.Network().RouteNumbers() },
		Line: func(vr *trapcore.VirtualRouter, number uint64) (routeLine, bool) {
			rt, ok := vr.Network().StaticRoute(number)
			if !ok {
				return routeLine{}, false
			}
			return newRouteLine(rt), true
		},
	},
}

var routeCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, showIP, kw("route", "The routes")),
		Summary: "Show the routes that work",
		Run:     cli.Show(cli.None{}, showRoutes),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, showIP, kw("route", "The routes"), kw("summary", "How many there are of each type")),
		Summary: "Show how many routes of each type work",
		Run:     cli.Show(cli.None{}, showRouteSummary),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, showIP, kw("traffic", "What the router has forwarded and asked")),
		Summary: "Show how many IPv4 packets were forwarded, and what pings got",
		Description: "Forwarded are the packets of subscribers, which test subscriber traffic lets pass. What the programs of the machine that " +
			"the simulator runs on send and receive is no part of it.",
		Run: cli.Show(cli.None{}, showIPTraffic),
	},
}

// distances are the preference and metric of each type of route.
var distances = map[network.RouteType]string{network.Connected: "0/0", network.Static: "1/0", network.Access: "2/0"}

func showRoutes(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	t := &result.Table{Columns: []result.Column{
		{Head: "Prefix/Length", Width: 18}, {Head: "Type", Width: 9}, {Head: "Next Hop", Width: 15},
		{Head: "Dist/Met", Width: 10}, {Head: "Interface", Width: 18},
	}}
	for _, r := range s.VirtualRouter().Network().RoutingTable() {
		hop := r.NextHop
		if !hop.IsValid() {
			hop = r.Prefix.Addr()
		}
		t.Add(r.Prefix, r.Type, hop, distances[r.Type], r.Out.Compact())
	}
	return t, nil
}

// total is how many routes there are of all types.
func total(count [network.Access + 1]int) (n int) {
	for _, of := range count {
		n += of
	}
	return n
}

func showRouteSummary(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	count := s.VirtualRouter().Network().RouteCounts()
	return new(result.Record).
		Line("Unicast routes used for forwarding:").
		Line("{total} total routes", total(count)).
		Line("    {connected} connected routes", count[network.Connected]).
		Line("    {static} static routes", count[network.Static]).
		Line("    {access} access routes", count[network.Access]), nil
}

// showIPTraffic has of the router's statistics what is counted here.
func showIPTraffic(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	vr := s.VirtualRouter()
	t := vr.IPTraffic()
	return new(result.Record).
		Line("IP statistics:").
		Line("  Rcvd:").
		Line("    {received} total, {delivered} local destination", t.Received(), t.Delivered).
		Line("  Sent:").
		Line("    {forwarded} forwarded, {generated} generated", t.Forwarded, t.Generated).
		Line("  Route:").
		Line("    {routes} routes in table", total(vr.Network().RouteCounts())).
		Line("ICMP statistics:").
		Line("  Rcvd:").
		Line("    {echoReplies} echo rpy", t.Delivered).
		Line("  Sent:").
		Line("    {echoRequests} echo req", t.Generated), nil
}
