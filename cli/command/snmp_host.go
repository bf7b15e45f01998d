package command

import (
	"context"
	"net/netip"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/mib"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

var (
	informs = seq(kw("informs", "Send informs, which the host acknowledges"), grammar.Any(
		seq(kw("retries", "How often an inform is sent again, 3 times if none is given"), param("RETRIES", grammar.Int(0, notify.MaxRetries), "How often")),
		seq(kw("timeout", "How long the host may take to acknowledge, 5 seconds if none is given"), param("SECONDS", grammar.Int(1, notify.MaxTimeout), "Seconds"))))

	hostWord    = kw("host", "Configure a host that receives traps")
	hostAddress = param("ADDRESS", grammar.IP(), "The address of the host").From(hostNames)
	hostName    = param("HOST-NAME", hostNameType, "A host name, which is resolved now").Alias()
	secureOnly  = kw("packetMirror", "Only the host's record for secure traps").Secure()

	pingTimeOut = seq(kw("pingTimeOut", "How long the host is pinged before its traps are given up"),
		param("MINUTES", grammar.Int(notify.MinPingTimeout, notify.MaxPingTimeout), "Minutes"))
	trapQueue = seq(kw("trapQueue", "Configure the trap queue"), alt(queueOptions()...), grammar.Any(queueOptions()...))
)

func queueOptions() []grammar.Node {
	method := func(f notify.Full, help string) grammar.Node { return kw(f.String(), help).As("method").Is(f) }
	return []grammar.Node{
		seq(kw("drainRate", "The most traps a second"), param("RATE", grammar.Int(0, notify.MaxDrainRate), "Traps a second, 0 for no limit")),
		seq(kw("full", "What a full queue does"), alt(
			method(notify.DropFirstIn, "Drop the oldest trap"),
			method(notify.DropLastIn, "Drop the trap that arrives"))),
		seq(kw("size", "The size of the queue"), param("SIZE", grammar.Int(notify.MinQueueSize, notify.MaxQueueSize), "How many traps it holds")),
	}
}

// queueDefaults are the words that restore a default, with its value.
func queueDefaults() grammar.Node {
	def := notify.DefaultQueue()
	return alt(
		kw("pingTimeOut", "Restore the default ping time-out").As("MINUTES").Is(def.PingTimeout),
		seq(kw("trapQueue", "Restore a default of the trap queue"), alt(
			kw("drainRate", "Restore the default drain rate").As("RATE").Is(def.DrainRate),
			kw("full", "Restore the default method").As("method").Is(def.Full),
			kw("size", "Restore the default size").As("SIZE").Is(def.Size))))
}

var (
	hostVersion  = kw("version", "The SNMP version of the traps, v1 if none is given").As("versionWord")
	hostSecurity = param("SECURITY-STRING", grammar.Name("WORD", notify.MaxSecurityString), "The community, or the user of SNMPv3")
)

// versionWords are the ways to write the versions of a host's traps.
func versionWords(all ...snmp.Version) grammar.Node {
	var short, long []grammar.Node
	for _, v := range all {
		k := kw(v.String(), "SNMP"+v.String()).As("version").Is(v)
		short = append(short, kw(v.String()[1:], k.Help).As("version").Is(v).Alias())
		long = append(long, k)
	}
	return alt(append(short, long...)...)
}

// trapHosts are the hosts of a virtual router, or one of them.
type trapHosts struct {
	vr   *trapcore.VirtualRouter
	host *notify.HostStatus
}

var ofTrapHosts = cli.Place[trapHosts]{
	Modes: inGlobal,
	Of:    func(s *cli.Session) (trapHosts, error) { return trapHosts{vr: s.VirtualRouter()}, nil },
}

// hosts are the hosts and their queues, the ordinary records first: a queue line
// of a session that sees both would change both.
var hosts = &cli.Each[*trapcore.VirtualRouter, trapHosts]{
	Place: ofVirtualRouter,
	Of: func(vr *trapcore.VirtualRouter, c side.Clearance) (all []trapHosts) {
		for _, s := range side.Both {
			for _, h := range vr.Traps().As(c).Hosts() {
				if h.Side == s {
					all = append(all, trapHosts{vr, &h})
				}
			}
		}
		return all
	},
	Rows:    []cli.Row{hostRecords, hostQueues},
	Version: func(vr *trapcore.VirtualRouter) uint64 { return vr.Traps().Version() },
}

// hostLine is a host.
type hostLine struct {
	Address    netip.Addr     `cli:"ADDRESS"`
	Name       string         `cli:"HOST-NAME"` // until it is resolved
	Version    *snmp.Version  `cli:"version"`   // always shown
	Security   string         `cli:"SECURITY-STRING"`
	Port       uint16         `cli:"PORT"`
	Informs    bool           `cli:"informs"`
	Retries    int            `cli:"RETRIES"`
	Timeout    int            `cli:"SECONDS"`
	Categories []mib.Category `cli:"category"`
	Filter     mib.Severity   `cli:"severity"`
	SecureOnly bool           `cli:"packetMirror"`
}

var hostRecords = &cli.Setting[trapHosts, hostLine]{
	Place: ofTrapHosts,
	Syntax: seq(serverKey, hostWord, alt(hostAddress, hostName),
		alt(
			seq(hostVersion, versionWords(snmp.Version3), hostSecurity.From(userNames)),
			seq(opt(hostVersion, versionWords(snmp.Version1, snmp.Version2c)), hostSecurity.From(communityNames).Secret())),
		grammar.Any(append(append(
			[]grammar.Node{seq(kw("udp-port", "The port of the host, 162 if none is given"), param("PORT", grammar.Int(1, 65535), "The port")), informs},
			categories(side.Both[:]...)...),
			seq(trapFilters, severity()))...)),
	No:      seq(serverKey, kw("host", "Remove a host"), hostAddress, opt(secureOnly)),
	Summary: "Send traps to a host",
	Description: "A host without a category gets every enabled category. The name of a host, with its domain, is resolved once, when the line is typed, to its " +
		"first address of IPv4, else of IPv6; which that is is said, and kept in place of the name. Repeating the line replaces the host. " +
		"Informs are for v2c and v3; one that is not acknowledged in spite of all retries is counted as not answered. " +
		"At most 8 hosts can be configured in a virtual router. A community that begins like a word that can " +
		"stand in its place has to be quoted.",
	Examples: []string{"snmp-server host 10.10.10.10 version v2c public udp-port 1162 link cliSecurityAlert trapFilters notice",
		"snmp-server host 10.10.10.11 version v3 ops informs retries 5 timeout 2", "snmp-server host 2001:db8::1 version v3 ops", "snmp-server host collector.example version v2c public"},
	Defaults: hostLine{Port: notify.DefaultPort, Retries: notify.DefaultRetries, Timeout: notify.DefaultTimeout, Filter: notify.DefaultFilter},
	Set:      setHost,
	Clear: func(_ context.Context, s *cli.Session, p trapHosts, l hostLine) error {
		if l.SecureOnly {
			return p.vr.Traps().As(s.Clearance()).RemoveSecureHost(l.Address)
		}
		return p.vr.Traps().As(s.Clearance()).RemoveHost(l.Address)
	},
	Lines: func(p trapHosts, _ side.Clearance) []hostLine {
		h := p.host
		l := hostLine{
			Address: h.Address, Version: &h.Version, Security: h.SecurityString, Port: h.Port,
			Informs: h.Informs, Retries: h.Retries, Timeout: h.Timeout, Categories: membersOf(h.Categories), Filter: h.Filter,
		}
		return []hostLine{l}
	},
}

func setHost(ctx context.Context, s *cli.Session, p trapHosts, l hostLine) error {
	if l.Name != "" {
		var err error
		if l.Address, err = resolve(ctx, s, l.Name); err != nil {
			return err
		}
		s.Printf("%s is %v\n", l.Name, l.Address)
	}
	h := notify.NewHost(l.Address, l.Security)
	if l.Version != nil {
		h.Version = *l.Version
	}
	h.Port, h.Categories, h.Filter = l.Port, mib.NewCategorySet(l.Categories...), l.Filter
	h.Informs, h.Retries, h.Timeout = l.Informs, l.Retries, l.Timeout
	return p.vr.Traps().As(s.Clearance()).SetHost(h)
}

// queueLine has what a line says of the queue of a host.
type queueLine struct {
	Address     netip.Addr   `cli:"ADDRESS"`
	PingTimeout *int         `cli:"MINUTES"`
	DrainRate   *int         `cli:"RATE"`
	Full        *notify.Full `cli:"method"`
	Size        *int         `cli:"SIZE"`
	SecureOnly  bool         `cli:"packetMirror"`
}

var hostQueues = &cli.Setting[trapHosts, queueLine]{
	Place:       ofTrapHosts,
	Syntax:      seq(serverKey, hostWord, hostAddress, alt(seq(pingTimeOut, opt(trapQueue)), seq(trapQueue, opt(pingTimeOut))), opt(secureOnly)),
	No:          seq(serverKey, kw("host", "Remove a host"), hostAddress, queueDefaults(), opt(secureOnly)),
	Summary:     "Configure the trap queue and the ping time-out of a host",
	Description: "It applies to the records of the host that the session sees. Whatever its size, a queue holds no more than 262144 traps.",
	Examples:    []string{"snmp-server host 10.10.10.10 trapQueue drainRate 600 full dropLastIn size 50", "snmp-server host 10.10.4.4 pingTimeOut 2"},
	Set:         setQueue,
	Clear:       setQueue, // to the default that is named
	Lines: func(p trapHosts, _ side.Clearance) []queueLine {
		l := queueLine{Address: p.host.Address, SecureOnly: p.host.Side == side.Secure}
		q, def := p.host.Queue, notify.DefaultQueue()
		if q == def {
			return nil
		}
		l.PingTimeout, l.DrainRate = unless(q.PingTimeout, def.PingTimeout), unless(q.DrainRate, def.DrainRate)
		l.Full, l.Size = unless(q.Full, def.Full), unless(q.Size, def.Size)
		return []queueLine{l}
	},
}

// unless returns a value that is not the default, else nil.
func unless[V comparable](v, def V) *V {
	if v == def {
		return nil
	}
	return &v
}

func setQueue(_ context.Context, s *cli.Session, p trapHosts, l queueLine) error {
	change := notify.QueueChange{Size: l.Size, DrainRate: l.DrainRate, Full: l.Full, PingTimeout: l.PingTimeout}
	if l.SecureOnly {
		return p.vr.Traps().As(s.Clearance()).SetSecureQueue(l.Address, change)
	}
	return p.vr.Traps().As(s.Clearance()).SetQueue(l.Address, change)
}
