package command

import (
	"context"
	"fmt"
	"net/netip"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/radius"
	"mirrorsh/trapcore/side"
)

var (
	inRADIUS    = []grammar.Mode{cli.RADIUSServer}
	radiusWord  = kw("radius", "RADIUS")
	dynamicWord = kw("dynamic-request", "Requests that RADIUS servers make of the router")
)

// radiusServer is what RADIUS server mode configures.
type radiusServer struct {
	router  string
	address netip.Addr
}

var radiusCommands = []cli.Command{
	{
		Modes: inGlobal, Level: levelConfigure, Enters: cli.RADIUSServer,
		Syntax:  radiusServerSyntax("Configure a server that may make them", "The address of the server"),
		No:      radiusServerSyntax("Remove a server", "The address of the server"),
		Summary: "Configure a RADIUS server that may make dynamic requests",
		Description: "Requests are CoA and Disconnect (RFC 5176). A new server has no key, and nothing is accepted from it. Its UDP port is " +
			"opened when it gets a key or another port than 3799, and is one for all servers that share it. Servers belong to the virtual " +
			"router; a request that names none is about its own. " +
			"All identification in a request must match: of the session User-Name, Framed-IP-Address, Calling-Station-Id, Acct-Session-Id, " +
			"NAS-Port-Id, attributes 1 and 159 of vendor 4874, 1 and 2 of vendor 3561; of the router NAS-IP-Address and NAS-IPv6-Address, an " +
			"address of its interfaces or the one the request came to, and NAS-Identifier, its host name. An attribute that is not supported " +
			"refuses the request. State and Proxy-State come back. A request whose Event-Timestamp is more than 300 seconds from the clock of " +
			"the router, the one that clock set sets, is dropped. A repeated request gets the same answer, for 30 seconds; with an " +
			"Event-Timestamp for as long as that is good.",
		Examples: []string{"radius dynamic-request server 10.10.5.10", "no radius dynamic-request server 10.10.5.10"},
		Run:      cli.Text(enterRADIUSServer),
	},
	radiusSetting(
		seq(kw("authorization", "Change the authorization of a session"), kw("change", "Accept CoA requests")),
		"Accept CoA requests from the server", func(c *radius.Client, on bool, _ grammar.Args) { c.CoA = on }),
	radiusSetting(
		seq(kw("subscriber", "Subscribers that are logged in"), kw("disconnect", "Accept Disconnect requests")),
		"Accept Disconnect requests from the server", func(c *radius.Client, on bool, _ grammar.Args) { c.Disconnect = on }),
	{
		Modes: inRADIUS, Level: levelConfigure,
		Syntax:      seq(kw("key", "Set the secret shared with the server"), radiusKey()),
		No:          seq(kw("key", "Remove the secret"), opt(radiusKey())),
		Default:     kw("key", "Remove the secret"),
		Summary:     "Set the secret shared with the RADIUS server",
		Description: "Requests that were not made with it are dropped. Without a key all of them are.",
		Run: cli.Text(radiusChange(func(c *radius.Client, on bool, a grammar.Args) {
			if c.Key = ""; on {
				c.Key = a.Text("TEXT")
			}
		})),
	},
	{
		Modes: inRADIUS, Level: levelConfigure,
		Syntax:      seq(kw("udp-port", "Set the UDP port the router listens at"), radiusPort()),
		No:          seq(kw("udp-port", "Restore the default UDP port"), opt(radiusPort())),
		Default:     kw("udp-port", "Restore the default UDP port"),
		Summary:     "Set the UDP port for the requests of the RADIUS server",
		Description: "The default is 3799. A port that cannot be opened is refused, and everything stays as it was.",
		Run: cli.Text(radiusChange(func(c *radius.Client, on bool, a grammar.Args) {
			if c.Port = radius.DefaultPort; on {
				c.Port = uint16(a.Int("PORT", radius.DefaultPort))
			}
		})),
	},
}

func radiusServerSyntax(server, address string) grammar.Node {
	return seq(radiusWord, dynamicWord, kw("server", server), param("ADDRESS", grammar.IPv4(), address).From(radiusNames))
}

func radiusKey() grammar.Node {
	return param("TEXT", grammar.Word("TEXT", 1, radius.MaxKey), "The secret, 1 to 128 characters").Secret()
}

func radiusPort() grammar.Node {
	return param("PORT", grammar.Int(1, 65535), "The UDP port")
}

// radiusSetting is a command that turns something on or off.
func radiusSetting(syntax grammar.Node, summary string, set func(*radius.Client, bool, grammar.Args)) cli.Command {
	return cli.Command{
		Modes: inRADIUS, Level: levelConfigure,
		Syntax: syntax, No: syntax, Default: syntax,
		Summary: summary, Description: "It is off by default.",
		Run: cli.Text(radiusChange(set)),
	}
}

func enterRADIUSServer(_ context.Context, s *cli.Session, a grammar.Args) error {
	vr := s.VirtualRouter()
	subject := radiusServer{vr.Name(), a.Addr("ADDRESS")}
	if now, _ := s.Router().VirtualRouter(vr.Name()); now != vr {
		return trapcore.ErrNoVirtualRouter
	}
	server := s.Router().RADIUS()
	if a.Form == grammar.Affirmative {
		if err := server.Add(subject.router, subject.address); err != nil {
			return err
		}
		s.Enter(cli.RADIUSServer, subject)
		return nil
	}
	s.Leaving(func(gone any) bool { return gone == subject })
	return server.Remove(subject.router, subject.address)
}

// radiusChange is the handler of a command of RADIUS server mode.
func radiusChange(set func(c *radius.Client, on bool, a grammar.Args)) textHandler {
	return func(_ context.Context, s *cli.Session, a grammar.Args) error {
		subject, ok := s.Subject().(radiusServer)
		if !ok {
			return radius.ErrNoClient
		}
		return s.Router().RADIUS().Change(subject.router, subject.address, func(c *radius.Client) {
			set(c, a.Form == grammar.Affirmative, a)
		})
	}
}

// radiusSection has the servers of a virtual router. The port comes before the
// key, with which it is opened.
var radiusSection = cli.Section{
	Name: "radius",
	Lines: func(r *trapcore.Router, vr *trapcore.VirtualRouter, _ side.Clearance, reveal bool) []cli.Line {
		var lines []cli.Line
		for _, c := range r.RADIUS().Clients(vr.Name()) {
			lines = append(lines, cli.Line{Text: "radius dynamic-request server " + c.Address.String(), Block: radiusLines(c.Client, reveal)})
		}
		return lines
	},
}

func radiusLines(c radius.Client, reveal bool) []cli.Line {
	block := []cli.Line{}
	if c.Port != radius.DefaultPort {
		block = append(block, cli.Ordinary(fmt.Sprint("udp-port ", c.Port)))
	}
	if c.CoA {
		block = append(block, cli.Ordinary("authorization change"))
	}
	if c.Disconnect {
		block = append(block, cli.Ordinary("subscriber disconnect"))
	}
	if c.Key != "" {
		key := cli.Hidden
		if reveal {
			key = grammar.QuoteAlways(c.Key)
		}
		block = append(block, cli.Ordinary("key "+key))
	}
	return block
}
