package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore/radius"
)

var baselineWord = kw("baseline", "Let statistics count from now on")

// statisticsLine says since when to count.
type statisticsLine struct {
	Delta bool `cli:"delta"`
}

var radiusShowCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, radiusWord, dynamicWord, kw("servers", "The servers that may make them")),
		Summary: "Show the RADIUS servers that may make dynamic requests",
		Run:     cli.Show(cli.None{}, showRADIUSServers),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, radiusWord, dynamicWord, kw("statistics", "What became of them"), opt(kw("delta", "Since the baseline"))),
		Summary: "Show what became of the dynamic requests of RADIUS servers",
		Description: "Requests is the sum of accepts, rejects, bad authenticators, packets dropped and retransmissions. Packets are " +
			"dropped where the type is not accepted or the Event-Timestamp is wrong. Packets from addresses that are no server of the port are " +
			"counted for the whole router.",
		Run: cli.Show(statisticsLine{}, showRADIUSStatistics),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:      seq(baselineWord, radiusWord, kw("dynamic-request", "Statistics of dynamic requests")),
		Summary:     "Set a baseline for the statistics of dynamic requests",
		Description: "It is what the delta keyword of show radius dynamic-request statistics counts from, in the virtual router.",
		Run: cli.Do(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) error {
			s.Router().RADIUS().Baseline(s.VirtualRouter().Name(), s.Clearance())
			return nil
		}),
	},
}

func showRADIUSServers(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	t := &result.Table{Columns: result.Columns("Address", "UDP Port", "Port State", "Authorization Change", "Subscriber Disconnect", "Key")}
	for _, c := range s.Router().RADIUS().Clients(s.VirtualRouter().Name()) {
		t.Add(c.Address, c.Port, result.Choose(c.Open, "open", "closed"), able(c.CoA), able(c.Disconnect), result.Choose(c.Key != "", "configured", "none"))
	}
	return t, nil
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

func showRADIUSStatistics(_ context.Context, s *cli.Session, a statisticsLine) (result.Value, error) {
	st := s.Router().RADIUS().Statistics(s.VirtualRouter().Name(), s.Clearance(), a.Delta)
	var servers result.List
	for i := range st.Clients {
		c := &st.Clients[i]
		servers.Items = append(servers.Items, new(result.Record).
			Line("").
			Line("Server {address}", c.Address).
			Line("    UDP port:             {udpPort}", c.Port).
			Line("    Unknown packet types: {unknownPacketTypes}", c.UnknownTypes).
			Line("    No secret:            {noSecret}", c.NoSecret).
			Line("    Bad lengths:          {badLengths}", c.BadLengths).
			Line("").
			Part("counters", countersOf(c)))
	}
	return new(result.Record).Line("Invalid client addresses: {invalidClientAddresses}", st.InvalidClients).Part("servers", servers), nil
}

// countersOf are the counters by type of request.
func countersOf(c *radius.ClientStatistics) *result.Table {
	t := &result.Table{Columns: result.Columns("Counter", "Disconnect", "CoA")}
	t.Columns[2].Name = "coa"
	columns := []radius.Counters{c.Disconnect, c.CoA}
	if c.Mirroring != nil {
		t.Columns = append(t.Columns, result.Column{Head: "Packet Mirroring"})
		columns = append(columns, *c.Mirroring)
	}
	for _, counter := range radiusCounters {
		row := []any{counter.name}
		for _, column := range columns {
			row = append(row, counter.of(column))
		}
		t.Add(row...)
	}
	return t
}
