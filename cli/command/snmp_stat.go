package command

import (
	"context"
	"fmt"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/mib"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
)

var snmpStatCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, snmpWord, kw("trapstat", "Counters of traps and trap hosts"), opt(deltaWord)),
		Summary: "Show the counters of traps and trap hosts",
		Description: "Sent are traps that left and informs that were acknowledged or given up. Discards are by category, filter " +
			"or view. No response counts traps to a host that answered no ping and informs that were not acknowledged. Reports " +
			"are what a host sent in place of an acknowledgement. With delta the counters are those since baseline snmp.",
		Run: cli.Text(showTrapStat),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, snmpWord, notificationLog),
		Summary: "Show the notification log, oldest entry first",
		Run:     cli.Text(showNotificationLog),
	},
}

// trapCounters are the counters of an agent in the order they are shown.
var trapCounters = []struct {
	text string
	of   func(c notify.Counters) uint32
}{
	{"Traps received", func(c notify.Counters) uint32 { return c.Received }},
	{"  raised in this virtual router", func(c notify.Counters) uint32 { return c.Local }},
	{"  raised in others, by trap proxy", func(c notify.Counters) uint32 { return c.Proxied }},
	{"Traps discarded", func(c notify.Counters) uint32 { return c.Discarded }},
	{"  by category, filter or switch", func(c notify.Counters) uint32 { return c.GlobalDiscards }},
	{"  no memory", func(c notify.Counters) uint32 { return c.NoMemory }},
	{"  no room in a queue", func(c notify.Counters) uint32 { return c.NoQueue }},
	{"  agent not able to send", func(c notify.Counters) uint32 { return c.NotAble }},
	{"Traps out", func(c notify.Counters) uint32 { return c.Out }},
	{"  raised in others, by trap proxy", func(c notify.Counters) uint32 { return c.ProxyOut }},
}

func showTrapStat(_ context.Context, s *cli.Session, a grammar.Args) error {
	traps, secure := s.VirtualRouter().Traps(), s.SeesSecure()
	counters := func(of side.Side) notify.Counters {
		if a.Has("delta") {
			return traps.Counters(of).Since(traps.BaselineOf(of))
		}
		return traps.Counters(of)
	}
	all := cli.Table{Header: [][]string{{"Counter", "Value"}}, Widths: []int{34, 10}}
	if secure {
		all.Header, all.Widths = [][]string{{"Counter", "Ordinary", "Secure"}}, []int{34, 10, 10}
	}
	for _, c := range trapCounters {
		row := []string{c.text, fmt.Sprint(c.of(counters(side.Ordinary)))}
		if secure {
			row = append(row, fmt.Sprint(c.of(counters(side.Secure))))
		}
		all.Rows = append(all.Rows, row)
	}
	hosts := cli.Table{Header: [][]string{
		{"Address", "Type", "Pending", "Sent", "Acknow-", "Discards", "Bad", "Queue", "No", "Reports"},
		{"", "", "", "", "ledged", "", "Encoding", "Full", "Response", ""}}}
	if secure {
		hosts.Header[0] = append(hosts.Header[0], "Side")
		hosts.Header[1] = append(hosts.Header[1], "")
	}
	for _, h := range traps.Hosts(viewer(s)) {
		row := []string{h.Address.String(), "trap"}
		if h.Informs {
			row[1] = "inform"
		}
		c := h.Counters
		if a.Has("delta") {
			c = c.Since(h.Base)
		}
		for _, n := range []uint32{uint32(h.Pending), c.Sent, c.Acknowledged, c.Discards, c.BadEncoding, c.QueueFull, c.NoResponse, c.Reports} {
			row = append(row, fmt.Sprint(n))
		}
		if secure {
			row = append(row, h.Side.String())
		}
		hosts.Rows = append(hosts.Rows, row)
	}
	s.Print(all.String() + "\n" + hosts.String())
	return nil
}

func showNotificationLog(_ context.Context, s *cli.Session, _ grammar.Args) error {
	log := s.VirtualRouter().Traps().Log()
	age := "never"
	if n := log.AgeOut(); n > 0 {
		age = plural(int(n), "minute")
	}
	s.Printf("Age out: %s\nEntry limit: %d\nNotifications: %d logged, %d bumped\n\n", age, log.EntryLimit(), log.Logged(), log.Bumped())
	logs := cli.Table{Header: [][]string{{"Log", "Status", "Varbinds", "Logged", "Bumped"}}, Widths: []int{15, 8, 8, 10, 10}}
	entries := cli.Table{Header: [][]string{{"Log", "Index", "Time", "Notification", "Varbinds"}}, Widths: []int{15, 5}}
	for _, l := range log.Logs() {
		varbinds := "excluded"
		if l.IncludeVarbinds {
			varbinds = "included"
		}
		logs.Rows = append(logs.Rows, []string{l.Name, enabled(l.Enabled), varbinds, fmt.Sprint(l.Logged), fmt.Sprint(l.Bumped)})
		for _, e := range log.Entries(l.Name) {
			entries.Rows = append(entries.Rows, []string{
				l.Name, fmt.Sprint(e.Index), cli.Timestamp(e.Time), notificationName(e.Notification), logVarbinds(s, e),
			})
		}
	}
	s.Print(logs.String() + "\n" + entries.String())
	return nil
}

func notificationName(oid mib.OID) string {
	for _, n := range mib.Notifications {
		if n.OID.Compare(oid) == 0 {
			return n.Name
		}
	}
	return oid.String()
}

// logVarbinds hides the community of a refused request from levels that see no
// communities.
func logVarbinds(s *cli.Session, e notify.LogEntry) string {
	var all []string
	for _, vb := range e.Varbinds {
		text := notify.RenderVarbind(vb)
		if s.Level() < cli.LevelSecrets && vb.Name.HasPrefix(mib.AuthFailCommunity.OID) {
			text = mib.AuthFailCommunity.Name + ".0 = " + cli.Hidden
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}
