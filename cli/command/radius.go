package command

import (
	"context"
	"net/netip"
	"slices"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore/radius"
	"mirrorsh/trapcore/side"
)

var (
	radiusWord  = kw("radius", "RADIUS")
	dynamicWord = kw("dynamic-request", "Requests that RADIUS servers make of the router")
)

// radiusLine is a RADIUS server of a virtual router.
type radiusLine struct {
	Address netip.Addr `cli:"ADDRESS"`
}

var radiusServers = &cli.Setting[scope, radiusLine]{
	Place:   ofScope,
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
	Set: func(_ context.Context, _ *cli.Session, p scope, l radiusLine) error {
		if err := p.exists(); err != nil {
			return err
		}
		return p.router.RADIUS().Add(p.vr.Name(), l.Address)
	},
	Clear: func(_ context.Context, s *cli.Session, p scope, l radiusLine) error {
		if err := p.exists(); err != nil {
			return err
		}
		s.Leaving(func(gone any) bool { return gone == radiusServer{p, l.Address} })
		return p.router.RADIUS().Remove(p.vr.Name(), l.Address)
	},
	There: func(p scope, l radiusLine) bool {
		return slices.ContainsFunc(p.router.RADIUS().Clients(p.vr.Name()), func(c radius.ClientView) bool { return c.Address == l.Address })
	},
	Lines: func(p scope, _ side.Clearance) (all []radiusLine) {
		for _, c := range p.router.RADIUS().Clients(p.vr.Name()) {
			all = append(all, radiusLine{c.Address})
		}
		return all
	},
	Enters: cli.RADIUSServer,
	Into:   func(p scope, l radiusLine) any { return radiusServer{p, l.Address} },
	// The port comes before the key, with which it is opened.
	Block: []cli.Row{
		cli.Scalar[radiusServer, uint16]{
			Place: ofRADIUSServer,
			Words: kw("udp-port", "Set the UDP port the router listens at"), Value: radiusPort,
			Off:         seq(kw("udp-port", "Restore the default UDP port"), opt(radiusPort)),
			Restore:     kw("udp-port", "Restore the default UDP port"),
			Summary:     "Set the UDP port for the requests of the RADIUS server",
			Description: "The default is 3799. A port that cannot be opened is refused, and everything stays as it was.",
			Default:     radius.DefaultPort,
			Get:         func(p radiusServer) uint16 { return p.client().Port },
			Set:         func(p radiusServer, port uint16) error { return p.change(func(c *radius.Client) { c.Port = port }) },
		}.Row(),
		radiusSwitch(
			seq(kw("authorization", "Change the authorization of a session"), kw("change", "Accept CoA requests")),
			"Accept CoA requests from the server", func(c *radius.Client) *bool { return &c.CoA }),
		radiusSwitch(
			seq(kw("subscriber", "Subscribers that are logged in"), kw("disconnect", "Accept Disconnect requests")),
			"Accept Disconnect requests from the server", func(c *radius.Client) *bool { return &c.Disconnect }),
		cli.Scalar[radiusServer, string]{
			Place: ofRADIUSServer,
			Words: kw("key", "Set the secret shared with the server"), Value: radiusKey,
			Off:         seq(kw("key", "Remove the secret"), opt(radiusKey)),
			Restore:     kw("key", "Remove the secret"),
			Summary:     "Set the secret shared with the RADIUS server",
			Description: "Requests that were not made with it are dropped. Without a key all of them are.",
			Get:         func(p radiusServer) string { return p.client().Key },
			Set:         func(p radiusServer, key string) error { return p.change(func(c *radius.Client) { c.Key = key }) },
		}.Row(),
	},
}

func radiusServerSyntax(server, address string) grammar.Node {
	return seq(radiusWord, dynamicWord, kw("server", server), param("ADDRESS", grammar.IPv4(), address).From(radiusNames))
}

var (
	radiusKey  = param("TEXT", grammar.Word("TEXT", 1, radius.MaxKey), "The secret, 1 to 128 characters").Secret().Quoted().As("VALUE")
	radiusPort = param("PORT", grammar.Int(1, 65535), "The UDP port").As("VALUE")

	ofRADIUSServer = inMode[radiusServer](cli.RADIUSServer, radius.ErrNoClient)
)

// radiusServer is what RADIUS server mode configures.
type radiusServer struct {
	scope
	address netip.Addr
}

// client returns the server; one that is gone has what a new one has.
func (p radiusServer) client() radius.Client {
	for _, c := range p.router.RADIUS().Clients(p.vr.Name()) {
		if c.Address == p.address {
			return c.Client
		}
	}
	return radius.Client{Port: radius.DefaultPort}
}

func (p radiusServer) change(f func(c *radius.Client)) error {
	return p.router.RADIUS().Change(p.vr.Name(), p.address, f)
}

// radiusSwitch is a setting that is off by default.
func radiusSwitch(words grammar.Node, summary string, of func(c *radius.Client) *bool) cli.Row {
	return cli.Switch[radiusServer]{
		Place: ofRADIUSServer,
		Words: words, Summary: summary, Description: "It is off by default.",
		Get: func(p radiusServer) bool { c := p.client(); return *of(&c) },
		Set: func(p radiusServer, on bool) error { return p.change(func(c *radius.Client) { *of(c) = on }) },
	}.Row()
}

var radiusSection = cli.Section{Name: "radius", Rows: slices.Concat(
	[]cli.Row{radiusServers, askedServers, askedAlgorithm, pppAuthentication, pppAccounting, pppInterim}, pppStops, pppTimeouts)}
