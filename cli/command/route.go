package command

import (
	"context"
	"net/netip"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore/network"
)

var (
	routeWord   = kw("route", "Configure a static route")
	routePrefix = seq(param("NETWORK", grammar.IPv4(), "The network"), param("MASK", maskType, "The mask of the network"))
	routeHop    = param("NEXT-HOP", grammar.IPv4(), "The address of the next hop")
)

var routeCommands = []cli.Command{
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax:      seq(ipWord, routeWord, routePrefix, alt(routeHop, interfaceName())),
		No:          seq(ipWord, routeWord, routePrefix, opt(alt(routeHop, interfaceName()))),
		Summary:     "Configure a static route",
		Description: "A route counts while its next hop can be reached or its interface is up. The no version without a next hop removes all routes to the network.",
		Examples:    []string{"ip route 0.0.0.0 0.0.0.0 10.1.1.2", "ip route 192.168.99.0 255.255.255.0 atm 2/1.2"},
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			rt := network.Route{
				Prefix:  netip.PrefixFrom(a.Addr("NETWORK"), a.Int("MASK", 32)),
				NextHop: a.Addr("NEXT-HOP"), Out: interfaceOf(a),
			}
			r := s.VirtualRouter().Network()
			if a.Form != grammar.Affirmative {
				return r.RemoveRoute(rt)
			}
			return r.AddRoute(rt)
		}),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, showIP, kw("route", "The routes")),
		Summary: "Show the routes that work",
		Run:     cli.Text(showRoutes),
	},
}

func routeLine(rt network.Route) string {
	hop := rt.NextHop.String()
	if !rt.NextHop.IsValid() {
		hop = interfaceText(rt.Out)
	}
	return "ip route " + rt.Prefix.Addr().String() + " " + maskText(rt.Prefix) + " " + hop
}

// distances are the preference and metric of each type of route.
var distances = map[network.RouteType]string{network.Connected: "0/0", network.Static: "1/0", network.Access: "2/0"}

func showRoutes(_ context.Context, s *cli.Session, _ grammar.Args) error {
	t := cli.Table{
		Header: [][]string{{"Prefix/Length", "Type", "Next Hop", "Dist/Met", "Interface"}},
		Widths: []int{18, 9, 15, 10, 18},
	}
	for _, r := range s.VirtualRouter().Network().RoutingTable() {
		hop := r.NextHop.String()
		if !r.NextHop.IsValid() {
			hop = r.Prefix.Addr().String()
		}
		t.Rows = append(t.Rows, []string{r.Prefix.String(), r.Type.String(), hop, distances[r.Type], r.Out.Compact()})
	}
	s.Print(t.String())
	return nil
}
