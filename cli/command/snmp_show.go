package command

import (
	"context"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/snmp"
)

var snmpShowCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:      seq(showWord, snmpWord, alt(kw("trap", "Trap categories, filters and hosts"), kw("traps", "The same as trap").For("trap")), opt(deltaWord)),
		Summary:     "Show trap categories, filters and hosts",
		Description: "With delta, what each host was sent since baseline snmp follows.",
		Run:         cli.Show(deltaArgs{}, showSNMPTrap),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, snmpWord, kw("engineID", "The SNMP engine of each virtual router")),
		Summary: "Show the SNMP engine of each virtual router",
		Description: "The engine ID is written as snmptrapd's createUser -e takes it. Boots and time are those of " +
			"the authoritative engine (RFC 3414 section 2.2). snmp-server engineID local sets another one.",
		Run: cli.Show(cli.None{}, showEngineID),
	},
}

// showSNMPTrap has the layouts of the manuals: that of release 7.2, and the block
// per category of 15.1 where there is something in it.
func showSNMPTrap(_ context.Context, s *cli.Session, a deltaArgs) (result.Value, error) {
	set := trapsOf(s).Settings()
	all := result.Group{Between: "\n", Parts: []result.Part{{Value: trapSwitches(s, set)}}}
	if filters := categoryFilters(set); len(filters.Rows) > 0 {
		all.Parts = append(all.Parts, result.Part{Name: "categoryFilters", Value: filters})
	}
	hosts, queues := trapHostTables(s)
	all.Parts = append(all.Parts, result.Part{Name: "hosts", Value: hosts}, result.Part{Name: "queues", Value: queues})
	if a.Delta {
		all.Parts = append(all.Parts, result.Part{Name: "delta", Value: hostCounterTable(s, true)})
	}
	return all, nil
}

func trapSwitches(s *cli.Session, set notify.Settings) *result.Record {
	keywords, names := []string{}, []string{}
	for _, c := range set.Enabled.Members() {
		keywords, names = append(keywords, c.Keyword), append(names, c.Name)
	}
	r := new(result.Record).
		Field(len("Enabled Categories: "), "Enabled Categories:", result.As(keywords, strings.Join(names, ", "))).
		Line("SNMP authentication failure trap is {authenticationFailure}", onOff(set.AuthenticationFailure))
	if id, addr := s.VirtualRouter().Traps().Source(); id.Spec == "" {
		r.Line("Trap Source: {trapSource}", result.As(nil, "not configured"))
	} else {
		r.Line("Trap Source: {trapSource}, Trap Source Address:{trapSourceAddress}", id, addressOrNone(addr))
	}
	return r.
		Line("Trap Proxy: {trapProxy}", onOff(set.Proxy)).
		Line("Global Trap Severity Level: {globalSeverity}", filterValue(set.GlobalFilter))
}

func trapHostTables(s *cli.Session) (hosts, queues *result.Table) {
	all := trapsOf(s).Hosts()
	wide := len("255.255.255.255")
	for _, h := range all { // an address of IPv6 may be longer
		wide = max(wide, len(h.Address.String()))
	}
	hosts = &result.Table{Fixed: true, Columns: []result.Column{
		{Head: "Address", Width: wide}, {Head: "Security String", Width: 32}, {Head: "Ver", Name: "version", Width: 3},
		{Head: "Port", Width: 5}, {Head: "Trap Categories", Width: 16}}}
	queues = &result.Table{Fixed: true, Columns: []result.Column{
		{Head: "Address", Width: wide}, {Head: "TrapSeverityFilter", Name: "severityFilter", Width: 18},
		{Head: "Ping\nTimeOut", Width: 7, Name: "pingTimeout"}, {Head: "Maximum\nQueueSize", Width: 9, Name: "queueSize"},
		{Head: "Queue\nDrainRate", Width: 9, Name: "drainRate"}, {Head: "Queue Full\ndiscrd methd", Width: 13, Name: "full"}}}
	for _, h := range all {
		hosts.Add(h.Address, securityString(s, h), h.Version, h.Port, hostCategories(h))
		queues.Add(h.Address, filterValue(h.Filter), h.PingTimeout, h.Size, h.DrainRate, h.Full)
	}
	return hosts, queues
}

// securityString hides communities from levels that may not see them in the
// configuration either.
func securityString(s *cli.Session, h notify.HostStatus) string {
	if h.Version != snmp.Version3 && !s.Reaches(cli.LevelSecrets) {
		return cli.Hidden
	}
	return h.SecurityString
}

// hostCategories are run together in the text, as the router has them.
func hostCategories(h notify.HostStatus) result.Shown {
	keywords, names := []string{}, ""
	for _, c := range h.Categories.Members() {
		keywords, names = append(keywords, c.Keyword), names+c.HostName
	}
	return result.As(keywords, names)
}

// categoryFilters are the categories with a filter of their own, and packetMirror.
func categoryFilters(set notify.Settings) *result.Table {
	t := &result.Table{Fixed: true, Gap: "    ", Columns: []result.Column{
		{Head: "Trap Severity Level", Width: 19, Name: "severity"}, {Head: "TrapCategories", Width: 19, Name: "category"}}}
	for _, f := range set.Filters() {
		t.Add(filterValue(f.Severity), strings.ToLower(f.Category.Keyword)+globalMark(f.Own))
	}
	return t
}

// globalMark marks a filter of packetMirror that is the global one.
func globalMark(own bool) string {
	if own {
		return ""
	}
	return " (global)"
}

func showEngineID(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	t := &result.Table{Columns: result.Columns("Virtual Router", "Engine ID", "Context", "Boots", "Time")}
	for _, vr := range s.Router().VirtualRouters() {
		now := vr.EngineTime()
		t.Add(vr.Name(), vr.EngineID(), vr.ContextName(), now.Boots, now.Time)
	}
	return t, nil
}
