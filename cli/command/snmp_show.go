package command

import (
	"context"
	"fmt"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/mib"
	"mirrorsh/trapcore/notify"
)

var snmpShowCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, snmpWord, alt(kw("trap", "Trap categories, filters and hosts"), kw("traps", "The same as trap"))),
		Summary: "Show trap categories, filters and hosts",
		Run:     cli.Text(showSNMPTrap),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, snmpWord, kw("engineID", "The SNMP engine of each virtual router")),
		Summary: "Show the SNMP engine of each virtual router",
		Description: "The engine ID is written as snmptrapd's createUser -e takes it. Boots and time are those of " +
			"the authoritative engine (RFC 3414 section 2.2).",
		Run: cli.Text(showEngineID),
	},
}

// showSNMPTrap has the layouts of the reference (snmp.md 4.3): the one of 7.2,
// and the block per category of 15.1 where there is something in it.
func showSNMPTrap(_ context.Context, s *cli.Session, _ grammar.Args) error {
	traps := s.VirtualRouter().Traps()
	set := traps.Settings()
	var names []string
	for _, c := range set.Enabled.Members() {
		if !c.Secure || s.SeesSecure() {
			names = append(names, c.Name)
		}
	}
	s.Print(strings.TrimRight("Enabled Categories: "+strings.Join(names, ", "), " ") + "\n")
	s.Printf("SNMP authentication failure trap is %s\n", enabled(set.AuthenticationFailure))
	s.Printf("Trap Source: %s\nTrap Proxy: %s\n", trapSource(traps), enabled(set.Proxy))
	s.Printf("Global Trap Severity Level: %s\n\n", filterText(set.GlobalFilter))
	if filters := categoryFilters(set, s.SeesSecure()); len(filters) > 0 {
		s.Print(cli.Table{
			Header: [][]string{{"Trap Severity Level", "TrapCategories"}},
			Widths: []int{19, 19}, Fixed: true, Gap: "    ",
			Rows: filters,
		}.String() + "\n")
	}
	hosts := cli.Table{
		Header: [][]string{{"Address", "Security String", "Ver", "Port", "Trap Categories"}},
		Widths: []int{15, 32, 3, 5, 16}, Fixed: true,
	}
	queues := cli.Table{
		Header: [][]string{
			{"Address", "TrapSeverityFilter", "Ping", "Maximum", "Queue", "Queue Full"},
			{"", "", "TimeOut", "QueueSize", "DrainRate", "discrd methd"}},
		Widths: []int{15, 18, 7, 9, 9, 13}, Fixed: true,
	}
	for _, h := range traps.As(s.Clearance()).Hosts() {
		address := h.Address.String()
		hosts.Rows = append(hosts.Rows, []string{address, securityString(s, h), h.Version.String(), fmt.Sprint(h.Port), hostCategories(h)})
		queues.Rows = append(queues.Rows, []string{address, filterText(h.Filter), fmt.Sprint(h.PingTimeout), fmt.Sprint(h.Size), fmt.Sprint(h.DrainRate), h.Full.String()})
	}
	s.Print(hosts.String() + "\n" + queues.String())
	return nil
}

// securityString hides communities from levels that may not see them in the
// configuration either.
func securityString(s *cli.Session, h notify.HostView) string {
	if h.Version != notify.V3 && s.Level() < cli.LevelSecrets {
		return cli.Hidden
	}
	return h.SecurityString
}

// hostCategories are run together, as the captured layout has them.
func hostCategories(h notify.HostView) string {
	var b strings.Builder
	for _, c := range h.Categories.Members() {
		b.WriteString(c.HostName)
	}
	return b.String()
}

// categoryFilters are the categories with a filter of their own. Where the
// secure one is seen it is always among them, since what applies to it cannot
// be told from the global level alone.
func categoryFilters(set notify.Settings, secure bool) [][]string {
	var rows [][]string
	for _, c := range set.OwnFilters().Members() {
		f, _ := set.CategoryFilter(c.Category)
		rows = append(rows, []string{filterText(f), strings.ToLower(c.Keyword)})
	}
	if secure {
		f, whose := mirrorFilter(set)
		rows = append(rows, []string{f, strings.ToLower(mib.PacketMirror.String()) + whose})
	}
	return rows
}

// mirrorFilter is the filter that applies to packetMirror, and a mark if it is
// the global one.
func mirrorFilter(set notify.Settings) (filter, whose string) {
	f, own := set.CategoryFilter(mib.PacketMirror)
	if !own {
		whose = " (global)"
	}
	return filterText(f), whose
}

func showEngineID(_ context.Context, s *cli.Session, _ grammar.Args) error {
	t := cli.Table{Header: [][]string{{"Virtual Router", "Engine ID", "Context", "Boots", "Time"}}}
	for _, vr := range s.Router().VirtualRouters() {
		now := s.Router().Engine().Now()
		t.Rows = append(t.Rows, []string{vr.Name(), vr.EngineID().String(), vr.ContextName(), fmt.Sprint(now.Boots), fmt.Sprint(now.Time)})
	}
	s.Print(t.String())
	return nil
}
