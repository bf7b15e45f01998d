package command

import (
	"context"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
)

// What the agent says of interfaces, and whether it proxies.

var (
	serverInterfaces = seq(serverKey, kw("interfaces", "How SNMP shows interfaces"))
	linkStatus       = seq(kw("trap", "Traps of links"), kw("ip", "IP interfaces"), kw("link-status", "The traps linkUp and linkDown"))
)

// ofNetwork is the network of the whole router.
var ofNetwork = cli.Place[*network.Network]{
	Modes: inGlobal,
	Of:    func(s *cli.Session) (*network.Network, error) { return s.Router().Network(), nil },
	At: func(sh *cli.Shell, vr *trapcore.VirtualRouter, _ side.Clearance) (*network.Network, bool) {
		return sh.Router.Network(), vr == sh.Router.Default()
	},
}

var snmpInterfaceRows = []cli.Row{
	cli.Switch[*trapcore.VirtualRouter]{
		Place:   ofVirtualRouter,
		Words:   seq(serverKey, kw("proxy", "Requests for other virtual routers"), kw("disable", "Pass none on through this virtual router")),
		Summary: "Pass no requests on between this virtual router and the others",
		Description: "Requests for the contexts of other virtual routers go through the default one, while both have their proxy on, as is the " +
			"default. It is juniSnmpProxyStatus.",
		Get: func(vr *trapcore.VirtualRouter) bool { return !vr.Agent().Proxy() },
		Set: func(vr *trapcore.VirtualRouter, off bool) error {
			vr.Agent().SetProxy(!off)
			return nil
		},
	}.Row(),
	cli.Switch[*trapcore.VirtualRouter]{
		Place:   ofVirtualRouter,
		Words:   seq(serverInterfaces, kw("compress", "Leave sublayers out of the interface tables")),
		Summary: "Leave sub-interfaces and those of subscribers out of the interface tables",
		Get:     (*trapcore.VirtualRouter).Compressed, Set: setOne((*trapcore.VirtualRouter).SetCompressed),
	}.Row(),
	cli.Switch[*trapcore.VirtualRouter]{
		Place: ofVirtualRouter,
		Words: seq(serverInterfaces, kw("compress-restriction", "Leave interfaces out of the interface tables by their state"),
			kw("ifadminstatusdown", "Those that are administratively down")),
		Summary: "Leave interfaces that are administratively down out of the interface tables",
		Get:     (*trapcore.VirtualRouter).WithoutDown, Set: setOne((*trapcore.VirtualRouter).SetWithoutDown),
	}.Row(),
	cli.Switch[*network.Network]{
		Place:   ofNetwork,
		Words:   seq(serverInterfaces, kw("rfc1213", "Number interfaces without gaps")),
		Summary: "Number interfaces without gaps",
		Description: "An interface that is made gets the smallest ifIndex that is free (RFC 1213), in place of one that none has had (RFC 2863). " +
			"Those that are there keep theirs until the router starts again. It is one for all virtual routers.",
		Get: (*network.Network).Contiguous, Set: setOne((*network.Network).SetContiguous),
	}.Row(),
	cli.Switch[*trapcore.VirtualRouter]{
		Place: ofVirtualRouter, Default: true,
		Words:   seq(serverKey, linkStatus),
		Summary: "Raise linkUp and linkDown",
		Description: "They are raised by default, and leave if the category link is enabled. Its no version keeps them back for the whole virtual " +
			"router; in Interface Configuration, where the command begins with snmp, for the interface.",
		Get: (*trapcore.VirtualRouter).LinkTraps, Set: setOne((*trapcore.VirtualRouter).SetLinkTraps),
	}.Row(),
}

var interfaceLinkTraps = cli.Switch[port]{
	Place: ofInterface, Default: true,
	Words:       seq(kw("snmp", "SNMP of the interface"), linkStatus),
	Summary:     "Raise linkUp and linkDown for the interface",
	Description: "They are raised by default. It is ifLinkUpDownTrapEnable.",
	Get:         func(p port) bool { return !p.now().NoLinkTraps },
	Set:         func(p port, on bool) error { return p.network().SetLinkTraps(p.id, on) },
}.Row()

var snmpInterfaceCommands = []cli.Command{{
	Modes: inExec, Level: levelShow, Shows: true,
	Syntax:      seq(showWord, snmpWord, kw("interfaces", "How SNMP shows interfaces")),
	Summary:     "Show what the interface tables leave out, and how interfaces are numbered",
	Description: "The numbering is that of interfaces that will be made.",
	Run:         cli.Show(cli.None{}, showSNMPInterfaces),
}}

func showSNMPInterfaces(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	vr := s.VirtualRouter()
	removed := []string{}
	if vr.Compressed() {
		removed = append(removed, "sublayers")
	}
	if vr.WithoutDown() {
		removed = append(removed, "ifAdminStatus down")
	}
	text := strings.Join(removed, ", ")
	if text == "" {
		text = "none"
	}
	return new(result.Record).
		Line("Compressed (Removed) Interfaces").
		Line("    From ifTables:      {removed}", result.As(removed, text)).
		Line("    From ifStackTables: "+text).
		Line("Armed Interface Numbering Mode: {numberingMode}", result.Choose(s.Router().Network().Contiguous(), "RFC1213", "Sparse ifIndex")).
		Line("Interface Description Setting: {description}", "Proprietary"), nil
}
