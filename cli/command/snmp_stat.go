package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/result"
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
			"are what a host sent in place of an acknowledgement. Below are the times that hosts took to acknowledge informs which were " +
			"sent once, since the host is there. With delta the counters are those since baseline snmp.",
		Run: cli.Show(deltaArgs{}, showTrapStat),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, snmpWord, notificationLog),
		Summary: "Show the notification log, oldest entry first",
		Run:     cli.Show(cli.None{}, showNotificationLog),
	},
}

// trapCounters are the counters of an agent in the order they are shown.
var trapCounters = []struct {
	name, text string
	of         func(c notify.Counters) uint32
}{
	{"received", "Traps received", func(c notify.Counters) uint32 { return c.Received }},
	{"receivedLocal", "  raised in this virtual router", func(c notify.Counters) uint32 { return c.Local }},
	{"receivedByProxy", "  raised in others, by trap proxy", func(c notify.Counters) uint32 { return c.Proxied }},
	{"discarded", "Traps discarded", func(c notify.Counters) uint32 { return c.Discarded }},
	{"discardedBySwitch", "  by category, filter or switch", func(c notify.Counters) uint32 { return c.GlobalDiscards }},
	{"noMemory", "  no memory", func(c notify.Counters) uint32 { return c.NoMemory }},
	{"queueFull", "  no room in a queue", func(c notify.Counters) uint32 { return c.NoQueue }},
	{"notAble", "  agent not able to send", func(c notify.Counters) uint32 { return c.NotAble }},
	{"out", "Traps out", func(c notify.Counters) uint32 { return c.Out }},
	{"outByProxy", "  raised in others, by trap proxy", func(c notify.Counters) uint32 { return c.ProxyOut }},
}

func showTrapStat(_ context.Context, s *cli.Session, a deltaArgs) (result.Value, error) {
	all := result.Group{Between: "\n", Parts: []result.Part{
		{Name: "counters", Value: trapCounterTable(s, a.Delta)}, {Name: "hosts", Value: hostCounterTable(s, a.Delta)},
	}}
	if t := ackTimeTable(s); len(t.Rows) > 0 {
		all.Parts = append(all.Parts, result.Part{Name: "acknowledgements", Value: t})
	}
	return all, nil
}

// ackTimeTable has how long hosts take to acknowledge informs, no rows if none has.
func ackTimeTable(s *cli.Session) *result.Table {
	t := &result.Table{Columns: result.Columns("Address", "Informs", "Min", "P50", "P99", "Max")}
	traps := trapsOf(s)
	if len(traps.Traps()) > 1 {
		t.Columns = append(t.Columns, result.Column{Head: "Side"})
	}
	ms := func(d time.Duration) result.Shown {
		return result.As(d.Seconds()*1000, fmt.Sprintf("%.2fms", d.Seconds()*1000))
	}
	for _, a := range traps.AckTimes() {
		row := []any{a.Address, a.Count, ms(a.Min), ms(a.P50), ms(a.P99), ms(a.Max), a.Side}
		t.Add(row[:len(t.Columns)]...)
	}
	return t
}

func trapCounterTable(s *cli.Session, delta bool) *result.Table {
	t := &result.Table{Columns: []result.Column{{Head: "Counter", Width: 34}}}
	rows := make([][]any, len(trapCounters))
	for i, c := range trapCounters {
		rows[i] = []any{result.As(c.name, c.text)}
	}
	sides := trapsOf(s).Traps()
	for _, of := range sides {
		head, counters := "Value", of.Counters
		if len(sides) > 1 {
			head = sideHeads[of.Side]
		}
		if delta {
			counters = counters.Since(of.Base)
		}
		t.Columns = append(t.Columns, result.Column{Head: head, Width: 10})
		for i, c := range trapCounters {
			rows[i] = append(rows[i], c.of(counters))
		}
	}
	for _, row := range rows {
		t.Add(row...)
	}
	return t
}

// sideHeads are the headings of the sides, where there are more than one.
var sideHeads = [...]string{side.Ordinary: "Ordinary", side.Secure: "Secure"}

func hostCounterTable(s *cli.Session, delta bool) *result.Table {
	t := &result.Table{Columns: []result.Column{
		{Head: "Address"}, {Head: "Type"}, {Head: "Pending"}, {Head: "Sent"}, {Head: "Acknow-\nledged", Name: "acknowledged"}, {Head: "Discards"},
		{Head: "Bad\nEncoding"}, {Head: "Queue\nFull"}, {Head: "No\nResponse"}, {Head: "Reports"}}}
	traps := trapsOf(s)
	if len(traps.Traps()) > 1 {
		t.Columns = append(t.Columns, result.Column{Head: "Side"})
	}
	for _, h := range traps.Hosts() {
		c := h.Counters
		if delta {
			c = c.Since(h.Base)
		}
		row := []any{h.Address, trapOrInform(h.Informs), h.Pending, c.Sent, c.Acknowledged, c.Discards, c.BadEncoding, c.QueueFull, c.NoResponse, c.Reports, h.Side}
		t.Add(row[:len(t.Columns)]...)
	}
	return t
}

// trapOrInform is what a host is sent.
func trapOrInform(informs bool) string {
	if informs {
		return "inform"
	}
	return "trap"
}

func showNotificationLog(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	log := s.VirtualRouter().Traps().Log()
	age := result.As(0, "never")
	if n := log.AgeOut(); n > 0 {
		age = counted(int(n), "minute")
	}
	totals := new(result.Record).
		Line("Age out: {ageOut}", age).
		Line("Entry limit: {entryLimit}", log.EntryLimit()).
		Line("Notifications: {logged} logged, {bumped} bumped", log.Logged(), log.Bumped())
	logs := &result.Table{Columns: []result.Column{
		{Head: "Log", Width: 15}, {Head: "Status", Width: 8, Name: "enabled"}, {Head: "Varbinds", Width: 8}, {Head: "Logged", Width: 10}, {Head: "Bumped", Width: 10}}}
	entries := &result.Table{Columns: []result.Column{
		{Head: "Log", Width: 15}, {Head: "Index", Width: 5}, {Head: "Time"}, {Head: "Notification"}, {Head: "Varbinds"}}}
	for _, l := range log.Logs() {
		logs.Add(l.Name, onOff(l.Enabled), result.Choose(l.IncludeVarbinds, "included", "excluded"), l.Logged, l.Bumped)
		for _, e := range log.Entries(l.Name) {
			entries.Add(l.Name, e.Index, result.As(e.Time, cli.Timestamp(e.Time)), notificationName(e.Notification), logVarbinds(s, e))
		}
	}
	return result.Group{Between: "\n", Parts: []result.Part{{Value: totals}, {Name: "logs", Value: logs}, {Name: "entries", Value: entries}}}, nil
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
func logVarbinds(s *cli.Session, e notify.LogEntry) result.Shown {
	all := []string{}
	for _, vb := range e.Varbinds {
		text := notify.RenderVarbind(vb)
		if !s.Reaches(cli.LevelSecrets) && vb.Name.HasPrefix(mib.AuthFailCommunity.OID) {
			text = mib.AuthFailCommunity.Name + ".0 = " + cli.Hidden
		}
		all = append(all, text)
	}
	return result.As(all, strings.Join(all, ", "))
}
