package command

import (
	"context"
	"fmt"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/mib"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
)

var (
	informs = seq(kw("informs", "Send informs, which the host acknowledges"), grammar.Any(
		seq(kw("retries", "How often an inform is sent again, 3 times if none is given"), param("RETRIES", grammar.Int(0, notify.MaxRetries), "How often")),
		seq(kw("timeout", "How long the host may take to acknowledge, 5 seconds if none is given"), param("SECONDS", grammar.Int(1, notify.MaxTimeout), "Seconds"))))

	hostWord    = kw("host", "Configure a host that receives traps")
	hostAddress = param("ADDRESS", grammar.IPv4(), "The address of the host").From(hostNames)
	secureOnly  = kw("packetMirror", "Only the host's record for secure traps").Secure()

	pingTimeOut = seq(kw("pingTimeOut", "How long the host is pinged before its traps are given up"),
		param("MINUTES", grammar.Int(notify.MinPingTimeout, notify.MaxPingTimeout), "Minutes"))
	trapQueue = seq(kw("trapQueue", "Configure the trap queue"), alt(queueOptions()...), grammar.Any(queueOptions()...))
)

func queueOptions() []grammar.Node {
	return []grammar.Node{
		seq(kw("drainRate", "The most traps a second"), param("RATE", grammar.Int(0, notify.MaxDrainRate), "Traps a second, 0 for no limit")),
		seq(kw("full", "What a full queue does"), words("method",
			notify.DropFirstIn.String(), "Drop the oldest trap",
			notify.DropLastIn.String(), "Drop the trap that arrives")),
		seq(kw("size", "The size of the queue"), param("SIZE", grammar.Int(notify.MinQueueSize, notify.MaxQueueSize), "How many traps it holds")),
	}
}

var (
	hostVersion  = kw("version", "The SNMP version of the traps, v1 if none is given")
	hostSecurity = param("SECURITY-STRING", grammar.Name("WORD", notify.MaxSecurityString), "The community, or the user of SNMPv3")
)

// versions are the ways to write the version of a host's traps.
var versions = map[string]notify.Version{"1": notify.V1, "v1": notify.V1, "2c": notify.V2c, "v2c": notify.V2c, "3": notify.V3, "v3": notify.V3}

var snmpHostCommands = []cli.Command{
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax: seq(serverKey, hostWord, hostAddress,
			alt(
				seq(hostVersion, words("version", "3", "SNMPv3", "v3", "SNMPv3"), hostSecurity.From(userNames)),
				seq(opt(hostVersion, words("version", "1", "SNMPv1", "2c", "SNMPv2c", "v1", "SNMPv1", "v2c", "SNMPv2c")), hostSecurity.From(communityNames).Secret())),
			grammar.Any(append(append(
				[]grammar.Node{seq(kw("udp-port", "The port of the host, 162 if none is given"), param("PORT", grammar.Int(1, 65535), "The port"))},
				categories(true, true)...),
				informs,
				seq(trapFilters, severity()))...)),
		No:      seq(serverKey, kw("host", "Remove a host"), hostAddress, opt(secureOnly)),
		Summary: "Send traps to a host",
		Description: "A host without a category gets every enabled category. Repeating the line replaces the host. " +
			"Informs are for v2c and v3; one that is not acknowledged in spite of all retries is counted as not answered. " +
			"At most 8 hosts can be configured in a virtual router. A community that begins like a word that can " +
			"stand in its place has to be quoted.",
		Examples: []string{"snmp-server host 10.10.10.10 version v2c public udp-port 1162 link cliSecurityAlert trapFilters notice",
			"snmp-server host 10.10.10.11 version v3 ops informs retries 5 timeout 2"},
		Run: cli.Text(snmpHost),
	},
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax: seq(serverKey, hostWord, hostAddress, alt(seq(pingTimeOut, opt(trapQueue)), seq(trapQueue, opt(pingTimeOut))), opt(secureOnly)),
		No: seq(serverKey, kw("host", "Remove a host"), hostAddress, alt(
			kw("pingTimeOut", "Restore the default ping time-out"),
			seq(kw("trapQueue", "Restore a default of the trap queue"), alt(
				kw("drainRate", "Restore the default drain rate"),
				kw("full", "Restore the default method"),
				kw("size", "Restore the default size")))), opt(secureOnly)),
		Summary:     "Configure the trap queue and the ping time-out of a host",
		Description: "It applies to the records of the host that the session sees. Whatever its size, a queue holds no more than 262144 traps.",
		Examples:    []string{"snmp-server host 10.10.10.10 trapQueue drainRate 600 full dropLastIn size 50", "snmp-server host 10.10.4.4 pingTimeOut 2"},
		Run:         cli.Text(snmpHostQueue),
	},
}

func snmpHost(_ context.Context, s *cli.Session, a grammar.Args) error {
	traps, addr := trapsOf(s), a.Addr("ADDRESS")
	if a.Form != grammar.Affirmative {
		if a.Has("packetMirror") {
			return traps.RemoveSecureHost(addr)
		}
		return traps.RemoveHost(addr)
	}
	h := notify.NewHost(addr, a.Text("SECURITY-STRING"))
	if v := a.All("version"); len(v) > 0 {
		h.Version = versions[v[len(v)-1]]
	}
	h.Port = uint16(a.Int("PORT", notify.DefaultPort))
	h.Categories = categoriesOf(a)
	h.Informs = a.Has("informs")
	h.Retries = a.Int("RETRIES", notify.DefaultRetries)
	h.Timeout = a.Int("SECONDS", notify.DefaultTimeout)
	if a.Has("trapFilters") {
		h.Filter = severityOf(a)
	}
	return traps.SetHost(h)
}

func snmpHostQueue(_ context.Context, s *cli.Session, a grammar.Args) error {
	def := notify.DefaultQueue()
	var change notify.QueueChange
	if a.Has("size") {
		n := a.Int("SIZE", def.Size)
		change.Size = &n
	}
	if a.Has("drainRate") {
		n := a.Int("RATE", def.DrainRate)
		change.DrainRate = &n
	}
	if a.Has("full") {
		full := def.Full
		if a.Text("method") == notify.DropFirstIn.String() {
			full = notify.DropFirstIn
		}
		change.Full = &full
	}
	if a.Has("pingTimeOut") {
		n := a.Int("MINUTES", def.PingTimeout)
		change.PingTimeout = &n
	}
	traps := trapsOf(s)
	if a.Has("packetMirror") {
		return traps.SetSecureQueue(a.Addr("ADDRESS"), change)
	}
	return traps.SetQueue(a.Addr("ADDRESS"), change)
}

// hostLines are the hosts and their queues, the ordinary records first: a
// queue line of a session that sees both would change both.
func hostLines(vr *trapcore.VirtualRouter, c side.Clearance, reveal bool) []cli.Line {
	var lines []cli.Line
	for _, of := range side.Both {
		for _, h := range vr.Traps().As(c).Hosts() {
			if h.Side == of {
				for _, text := range hostRecord(h, reveal) {
					lines = append(lines, cli.Line{Text: text, Secure: of == side.Secure})
				}
			}
		}
	}
	return lines
}

func hostRecord(h notify.HostView, reveal bool) []string {
	name := grammar.Quote(h.SecurityString)
	if h.Version != notify.V3 && !reveal {
		name = cli.Hidden
	}
	head := "snmp-server host " + h.Address.String()
	line := head + " version " + h.Version.String() + " " + name
	if h.Port != notify.DefaultPort {
		line += fmt.Sprint(" udp-port ", h.Port)
	}
	if h.Informs {
		line += " informs"
		if h.Retries != notify.DefaultRetries {
			line += fmt.Sprint(" retries ", h.Retries)
		}
		if h.Timeout != notify.DefaultTimeout {
			line += fmt.Sprint(" timeout ", h.Timeout)
		}
	}
	for _, c := range h.Categories.Members() {
		line += " " + c.Keyword
	}
	if h.Filter != notify.DefaultFilter {
		line += " trapFilters " + h.Filter.String()
	}
	return append([]string{line}, queueLine(head, h)...)
}

// queueLine has what differs from a new host's queue.
func queueLine(head string, h notify.HostView) []string {
	def := notify.DefaultQueue()
	queue, line := "", head
	if h.DrainRate != def.DrainRate {
		queue += fmt.Sprint(" drainRate ", h.DrainRate)
	}
	if h.Full != def.Full {
		queue += " full " + h.Full.String()
	}
	if h.Size != def.Size {
		queue += fmt.Sprint(" size ", h.Size)
	}
	if h.PingTimeout != def.PingTimeout {
		line += fmt.Sprint(" pingTimeOut ", h.PingTimeout)
	}
	if queue != "" {
		line += " trapQueue" + queue
	}
	switch {
	case line == head:
		return nil
	case h.Side == side.Secure:
		line += " " + mib.PacketMirror.String()
	}
	return []string{line}
}
