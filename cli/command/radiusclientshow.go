package command

import (
	"context"
	"fmt"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore/radius/client"
)

// askedKindLine says about which kind of servers; nil: both.
type askedKindLine struct {
	Kind *client.Kind `cli:"KIND"`
}

// askedStatisticsLine says since when to count, too.
type askedStatisticsLine struct {
	askedKindLine
	Delta bool `cli:"delta"`
}

func (l askedKindLine) kinds() []client.Kind {
	if l.Kind != nil {
		return []client.Kind{*l.Kind}
	}
	return askedKinds
}

var askedShowCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:      seq(showWord, radiusWord, opt(askedKind()), kw("servers", "The servers that are asked")),
		Summary:     "Show the RADIUS servers that decide on logins or keep accounts",
		Description: "They are those of the virtual router, in the order they are asked.",
		Run:         cli.Show(askedKindLine{}, showAskedServers),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, radiusWord, opt(askedKind()), kw("statistics", "What they were asked and answered"), opt(kw("delta", "Since the baseline"))),
		Summary: "Show what RADIUS servers were asked and answered",
		Description: "Requests are without retransmissions; rollover requests are those that came from a server that did not answer. Packets are " +
			"dropped where nobody waits for them any more.",
		Run: cli.Show(askedStatisticsLine{}, showAskedStatistics),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:      seq(baselineWord, kw("radius", "Statistics of RADIUS servers that are asked")),
		Summary:     "Set a baseline for the statistics of RADIUS servers",
		Description: "It is what the delta keyword of show radius statistics counts from, in the virtual router.",
		Run: cli.Do(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) error {
			for _, k := range askedKinds {
				s.VirtualRouter().RADIUSServers().Baseline(k)
			}
			return nil
		}),
	},
}

// askedHeads are the headings of the kinds.
var askedHeads = map[client.Kind]string{client.Authentication: "Authentication", client.Accounting: "Accounting"}

func showAskedServers(_ context.Context, s *cli.Session, l askedKindLine) (result.Value, error) {
	g := result.Group{Between: "\n"}
	for _, k := range l.kinds() {
		t := &result.Table{Columns: result.Columns("IP Address", "Udp\nPort", "Retry\nCount", "Timeout", "Maximum\nSessions", "Dead\nTime", "Secret", "State"), Centred: true}
		t.Columns[7].Name = "available"
		for _, v := range s.VirtualRouter().RADIUSServers().Servers(k) {
			t.Add(v.Address, v.Port, v.Retry, int(v.Timeout/time.Second), v.Sessions, int(v.DeadTime/time.Minute),
				result.Choose(v.Key != "", "configured", "none"), result.Choose(!v.Dead, "available", "dead"))
		}
		head := "RADIUS " + askedHeads[k] + " Configuration"
		g.Parts = append(g.Parts, result.Part{Value: new(result.Record).Line(head)}, result.Part{Name: k.String(), Value: t})
	}
	return g, nil
}

// askedCounter is a row of the statistics of a server.
type askedCounter struct {
	name string
	of   func(st *client.ServerStatistics) any
}

// askedCounters are the rows of each kind.
var askedCounters = map[client.Kind][]askedCounter{
	client.Authentication: {
		{"Access Requests", func(st *client.ServerStatistics) any { return st.Requests }},
		{"Rollover Requests", func(st *client.ServerStatistics) any { return st.Rollovers }},
		{"Retransmissions", func(st *client.ServerStatistics) any { return st.Retransmissions }},
		{"Access Accepts", func(st *client.ServerStatistics) any { return st.Answers.Accepts }},
		{"Access Rejects", func(st *client.ServerStatistics) any { return st.Answers.Rejects }},
		{"Access Challenges", func(st *client.ServerStatistics) any { return st.Answers.Challenges }},
	},
	client.Accounting: {
		{"Requests", func(st *client.ServerStatistics) any { return st.Requests }},
		{"Start Requests", func(st *client.ServerStatistics) any { return st.Accounted.Requests.Starts }},
		{"Interim Requests", func(st *client.ServerStatistics) any { return st.Accounted.Requests.Interims }},
		{"Stop Requests", func(st *client.ServerStatistics) any { return st.Accounted.Requests.Stops }},
		{"Rollover Requests", func(st *client.ServerStatistics) any { return st.Rollovers }},
		{"Retransmissions", func(st *client.ServerStatistics) any { return st.Retransmissions }},
		{"Responses", func(st *client.ServerStatistics) any { return st.Accounted.Responses.All() }},
		{"Start Responses", func(st *client.ServerStatistics) any { return st.Accounted.Responses.Starts }},
		{"Interim Responses", func(st *client.ServerStatistics) any { return st.Accounted.Responses.Interims }},
		{"Stop Responses", func(st *client.ServerStatistics) any { return st.Accounted.Responses.Stops }},
	},
}

// askedFaults are the rows that both kinds end with.
var askedFaults = []askedCounter{
	{"Malformed Responses", func(st *client.ServerStatistics) any { return st.Malformed }},
	{"Bad Authenticators", func(st *client.ServerStatistics) any { return st.BadAuthenticators }},
	{"Requests Pending", func(st *client.ServerStatistics) any { return st.Pending }},
	{"Request Timeouts", func(st *client.ServerStatistics) any { return st.Timeouts }},
	{"Unknown Responses", func(st *client.ServerStatistics) any { return st.UnknownTypes }},
	{"Packets Dropped", func(st *client.ServerStatistics) any { return st.Dropped }},
}

func showAskedStatistics(_ context.Context, s *cli.Session, l askedStatisticsLine) (result.Value, error) {
	g := result.Group{Between: "\n"}
	for _, k := range l.kinds() {
		all, invalid := s.VirtualRouter().RADIUSServers().Statistics(k, l.Delta)
		r := new(result.Record).Line("RADIUS "+askedHeads[k]+" Statistics").Line("Invalid server addresses: {invalidServerAddresses}", invalid)
		var servers result.List
		for i := range all {
			servers.Items = append(servers.Items, askedRecord(k, &all[i]))
		}
		g.Parts = append(g.Parts, result.Part{Name: k.String(), Value: r.Part("servers", servers)})
	}
	return g, nil
}

// askedRecord are the statistics of a server. The time is in hundredths of a second.
func askedRecord(k client.Kind, st *client.ServerStatistics) *result.Record {
	const width = 25
	r := new(result.Record).Line("").Line("Server {address}", st.Address).
		Field(width, "    UDP Port", st.Port).
		Field(width, "    Round Trip Time", int64(st.RoundTrip/(10*time.Millisecond)))
	for _, rows := range [][]askedCounter{askedCounters[k], askedFaults} {
		for _, row := range rows {
			r.Field(width, fmt.Sprint("    ", row.name), row.of(st))
		}
	}
	return r
}
