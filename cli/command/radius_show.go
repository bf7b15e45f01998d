package command

import (
	"context"
	"fmt"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore/radius"
)

var baselineWord = kw("baseline", "Let statistics count from now on")

var radiusShowCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, radiusWord, dynamicWord, kw("servers", "The servers that may make them")),
		Summary: "Show the RADIUS servers that may make dynamic requests",
		Run:     cli.Text(showRADIUSServers),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, radiusWord, dynamicWord, kw("statistics", "What became of them"), opt(kw("delta", "Since the baseline"))),
		Summary: "Show what became of the dynamic requests of RADIUS servers",
		Description: "Requests is the sum of accepts, rejects, bad authenticators, packets dropped and retransmissions. Packets are " +
			"dropped where the type is not accepted or the Event-Timestamp is wrong. Packets from addresses that are no server of the port are " +
			"counted for the whole router.",
		Run: cli.Text(showRADIUSStatistics),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:      seq(baselineWord, radiusWord, kw("dynamic-request", "Statistics of dynamic requests")),
		Summary:     "Set a baseline for the statistics of dynamic requests",
		Description: "It is what the delta keyword of show radius dynamic-request statistics counts from, in the virtual router.",
		Run: cli.Text(func(_ context.Context, s *cli.Session, _ grammar.Args) error {
			s.Router().RADIUS().Baseline(s.VirtualRouter().Name(), s.SeesSecure())
			return nil
		}),
	},
}

func showRADIUSServers(_ context.Context, s *cli.Session, _ grammar.Args) error {
	t := cli.Table{Header: [][]string{{"Address", "UDP Port", "Port State", "Authorization Change", "Subscriber Disconnect", "Key"}}}
	for _, c := range s.Router().RADIUS().Clients(s.VirtualRouter().Name()) {
		state, key := "closed", "none"
		if c.Open {
			state = "open"
		}
		if c.Key != "" {
			key = "configured"
		}
		t.Rows = append(t.Rows, []string{c.Address.String(), fmt.Sprint(c.Port), state, enabled(c.CoA), enabled(c.Disconnect), key})
	}
	s.Print(t.String())
	return nil
}

// radiusCounters are the rows of the statistics of a server.
var radiusCounters = []struct {
	name string
	of   func(radius.Counters) uint64
}{
	{"Requests", func(c radius.Counters) uint64 { return c.Requests }},
	{"Accepts", func(c radius.Counters) uint64 { return c.Accepts }},
	{"Rejects", func(c radius.Counters) uint64 { return c.Rejects }},
	{"No session ID", func(c radius.Counters) uint64 { return c.NoSessionID }},
	{"Bad authenticators", func(c radius.Counters) uint64 { return c.BadAuthenticators }},
	{"Packets dropped", func(c radius.Counters) uint64 { return c.Dropped }},
	{"Retransmissions", func(c radius.Counters) uint64 { return c.Retransmissions }},
}

func showRADIUSStatistics(_ context.Context, s *cli.Session, a grammar.Args) error {
	st := s.Router().RADIUS().Statistics(s.VirtualRouter().Name(), a.Has("delta"))
	s.Printf("Invalid client addresses: %d\n", st.InvalidClients)
	for _, c := range st.Clients {
		s.Printf("\nServer %s\n", c.Address)
		s.Printf("    UDP port:             %d\n", c.Port)
		s.Printf("    Unknown packet types: %d\n", c.UnknownTypes)
		s.Printf("    No secret:            %d\n", c.NoSecret)
		s.Printf("    Bad lengths:          %d\n\n", c.BadLengths)
		t := cli.Table{Header: [][]string{{"Counter", "Disconnect", "CoA"}}}
		columns := []radius.Counters{c.Disconnect, c.CoA}
		if s.SeesSecure() {
			t.Header[0] = append(t.Header[0], "Packet Mirroring")
			columns = append(columns, c.Mirroring)
		}
		for _, counter := range radiusCounters {
			row := []string{counter.name}
			for _, column := range columns {
				row = append(row, fmt.Sprint(counter.of(column)))
			}
			t.Rows = append(t.Rows, row)
		}
		s.Print(t.String())
	}
	return nil
}
