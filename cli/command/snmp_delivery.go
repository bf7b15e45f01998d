package command

import (
	"context"
	"net/netip"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
)

// Where traps leave from, who else's traps leave, and the notification log.

var (
	trapSourceWord = kw("trap-source", "The interface whose address traps leave from")
	trapProxyWord  = kw("trap-proxy", "Send the traps of other virtual routers too")

	notificationLog = kw("notificationLog", "The notification log")
	logOfHost       = seq(kw("log", "The log of a trap host"), param("ADDRESS", grammar.IP(), "The address of the host").From(hostNames))
	adminStatus     = kw("adminStatus", "The log is on")
	includeVarbinds = kw("includeVarbinds", "Name and index of the log are added to the traps of the host")
)

// sourceLine is the interface whose address traps leave from.
type sourceLine struct {
	Interface network.InterfaceID `cli:"INTERFACE"`
}

var trapSources = &cli.Setting[*trapcore.VirtualRouter, sourceLine]{
	Place:   ofVirtualRouter,
	Syntax:  seq(serverKey, trapSourceWord, interfaceName()),
	No:      seq(serverKey, kw("trap-source", "Let the system choose the address that traps leave from"), opt(interfaceName())),
	Summary: "Set the interface whose address traps leave from",
	Description: "If this machine does not have the address, the system chooses, which is logged once; v1 traps carry the " +
		"address in any case. The interface may be configured later.",
	Examples: []string{"snmp-server trap-source fastEthernet 6/0"},
	Set: func(_ context.Context, _ *cli.Session, vr *trapcore.VirtualRouter, l sourceLine) error {
		vr.Traps().SetSource(l.Interface)
		return nil
	},
	Clear: func(_ context.Context, _ *cli.Session, vr *trapcore.VirtualRouter, _ sourceLine) error {
		vr.Traps().SetSource(network.InterfaceID{})
		return nil
	},
	Lines: func(vr *trapcore.VirtualRouter, _ side.Clearance) []sourceLine {
		if id := vr.Traps().Settings().Source; id.Spec != "" {
			return []sourceLine{{id}}
		}
		return nil
	},
}

var trapProxy = cli.Switch[*trapcore.VirtualRouter]{
	Place: ofVirtualRouter,
	Words: seq(serverKey, trapProxyWord), Off: seq(serverKey, kw("trap-proxy", "Leave the traps of other virtual routers to them")),
	Summary: "Send the traps of the other virtual routers to the hosts of the default one too",
	Description: "They carry the engine ID of the default virtual router and the context of the one that raised them. " +
		"It is configured in the default virtual router.",
	Get: func(vr *trapcore.VirtualRouter) bool { return vr.Traps().Settings().Proxy },
	Set: func(vr *trapcore.VirtualRouter, on bool) error { return vr.Traps().SetProxy(on) },
}

// logLine is the notification log of a host.
type logLine struct {
	Host     netip.Addr `cli:"ADDRESS"`
	Enabled  bool       `cli:"adminStatus"`
	Varbinds bool       `cli:"includeVarbinds"`
}

var hostLogs = &cli.Setting[*trapcore.VirtualRouter, logLine]{
	Place:   ofVirtualRouter,
	Syntax:  seq(serverKey, notificationLog, logOfHost, opt(adminStatus), opt(includeVarbinds)),
	No:      seq(serverKey, notificationLog, logOfHost, opt(alt(adminStatus, includeVarbinds))),
	Summary: "Log the traps of a host",
	Description: "Repeating the line replaces it: without adminStatus the log is kept and nothing is added. Its no version " +
		"removes the log with its entries, or turns off what is named.",
	Examples: []string{"snmp-server notificationLog log 10.10.4.4 adminStatus includeVarbinds"},
	Set: func(_ context.Context, _ *cli.Session, vr *trapcore.VirtualRouter, l logLine) error {
		return vr.Traps().Log().Set(l.Host, l.Enabled, l.Varbinds)
	},
	Clear: func(_ context.Context, _ *cli.Session, vr *trapcore.VirtualRouter, l logLine) error {
		log := vr.Traps().Log()
		if !l.Enabled && !l.Varbinds {
			return log.Remove(l.Host)
		}
		for _, have := range log.Logs() {
			if have.Host == l.Host {
				return log.Set(l.Host, have.Enabled && !l.Enabled, have.IncludeVarbinds && !l.Varbinds)
			}
		}
		return notify.ErrNoLog
	},
	Lines: func(vr *trapcore.VirtualRouter, _ side.Clearance) (all []logLine) {
		for _, l := range vr.Traps().Log().Logs() {
			all = append(all, logLine{l.Host, l.Enabled, l.IncludeVarbinds})
		}
		return all
	},
}

var logAge = cli.Scalar[*trapcore.VirtualRouter, uint32]{
	Place:   ofVirtualRouter,
	Words:   seq(serverKey, notificationLog, kw("ageOut", "How long entries are kept")),
	Value:   param("MINUTES", grammar.Int(0, notify.MaxAgeOut), "Minutes, 0 for ever"),
	Off:     seq(serverKey, notificationLog, kw("ageOut", "Keep entries for 1440 minutes")),
	Summary: "Set how long the notification log keeps entries",
	Default: notify.DefaultAgeOut,
	Get:     func(vr *trapcore.VirtualRouter) uint32 { return vr.Traps().Log().AgeOut() },
	Set:     func(vr *trapcore.VirtualRouter, n uint32) error { return vr.Traps().Log().SetAgeOut(n) },
}

var logLimit = cli.Scalar[*trapcore.VirtualRouter, uint32]{
	Place:   ofVirtualRouter,
	Words:   seq(serverKey, notificationLog, kw("entryLimit", "How many entries are kept")),
	Value:   param("ENTRIES", grammar.Int(1, notify.MaxLogEntries), "How many"),
	Off:     seq(serverKey, notificationLog, kw("entryLimit", "Keep as many entries as other virtual routers leave")),
	Summary: "Set how many entries the notification log of the virtual router keeps",
	Description: "All virtual routers share 500 entries. What one is given by this command no other one can have; one without " +
		"it uses what is left.",
	Get: func(vr *trapcore.VirtualRouter) uint32 { return vr.Traps().Log().ConfiguredLimit() },
	Set: func(vr *trapcore.VirtualRouter, n uint32) error { return vr.Traps().Log().SetEntryLimit(n) },
}

// addressOrNone shows an address that may be none.
func addressOrNone(a netip.Addr) result.Shown {
	if !a.IsValid() {
		return result.As(nil, "none")
	}
	return result.As(a, a.String())
}
