package command

import (
	"context"
	"fmt"
	"net/netip"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/notify"
)

// Where traps leave from, who else's traps leave, and the notification log.

var (
	trapSourceWord = kw("trap-source", "The interface whose address traps leave from")
	trapProxyWord  = kw("trap-proxy", "Send the traps of other virtual routers too")

	notificationLog = kw("notificationLog", "The notification log")
	logOfHost       = seq(kw("log", "The log of a trap host"), param("ADDRESS", grammar.IPv4(), "The address of the host").From(hostNames))
	adminStatus     = kw("adminStatus", "The log is on")
	includeVarbinds = kw("includeVarbinds", "Name and index of the log are added to the traps of the host")
)

var snmpDeliveryCommands = []cli.Command{
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax:  seq(serverKey, trapSourceWord, interfaceName()),
		No:      seq(serverKey, kw("trap-source", "Let the system choose the address that traps leave from"), opt(interfaceName())),
		Summary: "Set the interface whose address traps leave from",
		Description: "If this machine does not have the address, the system chooses, which is logged once; v1 traps carry the " +
			"address in any case. The interface may be configured later.",
		Examples: []string{"snmp-server trap-source fastEthernet 6/0"},
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			id := network.InterfaceID{}
			if a.Form == grammar.Affirmative {
				id = interfaceOf(a)
			}
			s.VirtualRouter().Traps().SetSource(id)
			return nil
		}),
	},
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax:  seq(serverKey, trapProxyWord),
		No:      seq(serverKey, kw("trap-proxy", "Leave the traps of other virtual routers to them")),
		Summary: "Send the traps of the other virtual routers to the hosts of the default one too",
		Description: "They carry the engine ID of the default virtual router and the context of the one that raised them. " +
			"It is configured in the default virtual router.",
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			return s.VirtualRouter().Traps().SetProxy(a.Form == grammar.Affirmative)
		}),
	},
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax:  seq(serverKey, notificationLog, logOfHost, opt(adminStatus), opt(includeVarbinds)),
		No:      seq(serverKey, notificationLog, logOfHost, opt(alt(adminStatus, includeVarbinds))),
		Summary: "Log the traps of a host",
		Description: "Repeating the line replaces it: without adminStatus the log is kept and nothing is added. Its no version " +
			"removes the log with its entries, or turns off what is named.",
		Examples: []string{"snmp-server notificationLog log 10.10.4.4 adminStatus includeVarbinds"},
		Run:      cli.Text(notificationLogOf),
	},
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax:  seq(serverKey, notificationLog, kw("ageOut", "How long entries are kept"), param("MINUTES", grammar.Int(0, notify.MaxAgeOut), "Minutes, 0 for ever")),
		No:      seq(serverKey, notificationLog, kw("ageOut", "Keep entries for 1440 minutes")),
		Summary: "Set how long the notification log keeps entries",
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			return s.VirtualRouter().Traps().Log().SetAgeOut(uint32(a.Int("MINUTES", notify.DefaultAgeOut)))
		}),
	},
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax:  seq(serverKey, notificationLog, kw("entryLimit", "How many entries are kept"), param("ENTRIES", grammar.Int(1, notify.MaxLogEntries), "How many")),
		No:      seq(serverKey, notificationLog, kw("entryLimit", "Keep as many entries as other virtual routers leave")),
		Summary: "Set how many entries the notification log of the virtual router keeps",
		Description: "All virtual routers share 500 entries. What one is given by this command no other one can have; one without " +
			"it uses what is left.",
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			return s.VirtualRouter().Traps().Log().SetEntryLimit(uint32(a.Int("ENTRIES", 0)))
		}),
	},
}

func notificationLogOf(_ context.Context, s *cli.Session, a grammar.Args) error {
	log, addr := s.VirtualRouter().Traps().Log(), a.Addr("ADDRESS")
	admin, include := a.Has("adminStatus"), a.Has("includeVarbinds")
	switch {
	case a.Form == grammar.Affirmative:
		return log.Set(addr, admin, include)
	case !admin && !include:
		return log.Remove(addr)
	}
	for _, l := range log.Logs() {
		if l.Name == addr.String() {
			return log.Set(addr, l.Enabled && !admin, l.IncludeVarbinds && !include)
		}
	}
	return notify.ErrNoLog
}

// trapSource is the source of traps as show snmp trap writes it.
func trapSource(traps *notify.Originator) string {
	id, addr := traps.Source()
	if id.Spec == "" {
		return "not configured"
	}
	return fmt.Sprintf("%v, Trap Source Address:%s", id, addressText(addr))
}

func addressText(a netip.Addr) string {
	if !a.IsValid() {
		return "none"
	}
	return a.String()
}

// deliveryLines are trap source, trap proxy and the notification log.
func deliveryLines(vr *trapcore.VirtualRouter) []cli.Line {
	set, log := vr.Traps().Settings(), vr.Traps().Log()
	var lines []cli.Line
	add := func(text string) { lines = append(lines, cli.Ordinary("snmp-server "+text)) }
	if set.Source.Spec != "" {
		add("trap-source " + interfaceText(set.Source))
	}
	if set.Proxy {
		add("trap-proxy")
	}
	for _, l := range log.Logs() {
		line := "notificationLog log " + l.Name
		if l.Enabled {
			line += " adminStatus"
		}
		if l.IncludeVarbinds {
			line += " includeVarbinds"
		}
		add(line)
	}
	if n := log.AgeOut(); n != notify.DefaultAgeOut {
		add(fmt.Sprint("notificationLog ageOut ", n))
	}
	if n := log.ConfiguredLimit(); n != 0 {
		add(fmt.Sprint("notificationLog entryLimit ", n))
	}
	return lines
}
