package command

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/radius/client"
	"mirrorsh/trapcore/side"
)

// askedLine is a RADIUS server that a virtual router asks or tells.
type askedLine struct {
	Kind    client.Kind `cli:"KIND"`
	Address netip.Addr  `cli:"ADDRESS"`
}

// askedKinds are the kinds as they are typed.
var askedKinds = []client.Kind{client.Authentication, client.Accounting}

func askedKind() grammar.Node {
	return alt(
		kw("accounting", "Servers that keep accounts").As("KIND").Is(client.Accounting),
		kw("authentication", "Servers that decide on logins").As("KIND").Is(client.Authentication))
}

func askedSyntax(server, address string) grammar.Node {
	return seq(radiusWord, askedKind(), kw("server", server), param("ADDRESS", grammar.IPv4(), address).From(askedNames))
}

// askedNames are the addresses of the servers of the virtual router.
func askedNames(s *cli.Session) (names []string) {
	for _, k := range askedKinds {
		for _, v := range s.VirtualRouter().RADIUSServers().Servers(k) {
			if name := v.Address.String(); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

var askedServers = &cli.Setting[*trapcore.VirtualRouter, askedLine]{
	Place:   ofVirtualRouter,
	Syntax:  askedSyntax("Configure a server that is asked", "The address of the server"),
	No:      askedSyntax("Remove a server", "The address of the server"),
	Summary: "Configure a RADIUS server that decides on logins, or keeps accounts",
	Description: "Servers of a virtual router are asked in the order they were configured in; a server that does not answer makes room for the " +
		"next one. A new server has no key, and is not asked. What a server answers has to be authentic and to come from its address and port; " +
		"all else is counted and dropped. An Access-Request has a Message-Authenticator; see message-authenticator for answers.",
	Examples: []string{"radius authentication server 10.10.5.10", "no radius accounting server 10.10.5.10"},
	Set: func(_ context.Context, _ *cli.Session, vr *trapcore.VirtualRouter, l askedLine) error {
		return vr.RADIUSServers().Add(l.Kind, l.Address)
	},
	Clear: func(_ context.Context, s *cli.Session, vr *trapcore.VirtualRouter, l askedLine) error {
		s.Leaving(func(gone any) bool { return gone == askedServer{vr, l} })
		return vr.RADIUSServers().Remove(l.Kind, l.Address)
	},
	There: func(vr *trapcore.VirtualRouter, l askedLine) bool { _, ok := (askedServer{vr, l}).find(); return ok },
	Lines: func(vr *trapcore.VirtualRouter, _ side.Clearance) (all []askedLine) {
		for _, k := range askedKinds {
			for _, v := range vr.RADIUSServers().Servers(k) {
				all = append(all, askedLine{k, v.Address})
			}
		}
		return all
	},
	Enters: cli.RADIUSClient,
	Into:   func(vr *trapcore.VirtualRouter, l askedLine) any { return askedServer{vr, l} },
	Block: []cli.Row{
		cli.Scalar[askedServer, string]{
			Place: ofAskedServer,
			Words: kw("key", "Set the secret shared with the server"), Value: askedKey,
			Off:         seq(kw("key", "Remove the secret"), opt(askedKey)),
			Restore:     kw("key", "Remove the secret"),
			Summary:     "Set the secret shared with the RADIUS server that is asked",
			Description: "Without a key the server is not asked.",
			Get:         func(p askedServer) string { return p.server().Key },
			Set:         func(p askedServer, key string) error { return p.change(func(s *client.Server) { s.Key = key }) },
		}.Row(),
		askedNumber("udp-port", "the UDP port of the server", "The UDP port", 1, 65535,
			"The default is 1812 for authentication and 1813 for accounting.", func(s *client.Server, n int) { s.Port = uint16(n) },
			func(s *client.Server) int { return int(s.Port) }),
		askedNumber("timeout", "after how long a request is sent again", "The seconds", 1, client.MaxTimeout,
			"The default is 3 seconds.", func(s *client.Server, n int) { s.Timeout = time.Duration(n) * time.Second },
			func(s *client.Server) int { return int(s.Timeout / time.Second) }),
		askedNumber("retransmit", "how often a request is sent again", "How often", 0, client.MaxRetry,
			"The default is 3 times. Then the next server is asked. From the fifth time on, records of sessions wait twice as long each time, 1000 seconds at most.", func(s *client.Server, n int) { s.Retry = n },
			func(s *client.Server) int { return s.Retry }),
		askedNumber("max-sessions", "how many requests may wait for an answer", "How many", client.MinSessions, client.MaxSessions,
			"The default is 255. One more goes to the next server.", func(s *client.Server, n int) { s.Sessions = n },
			func(s *client.Server) int { return s.Sessions }),
		askedNumber("deadtime", "how long a server that did not answer is left alone", "The minutes", 0, client.MaxDeadTime,
			"The default is 0: it is asked with every request. Where all servers are left alone, all are asked again.",
			func(s *client.Server, n int) { s.DeadTime = time.Duration(n) * time.Minute },
			func(s *client.Server) int { return int(s.DeadTime / time.Minute) }),
		cli.Switch[askedServer]{
			Place:   ofAskedServer,
			Words:   seq(kw("message-authenticator", "What answers must have"), kw("required", "From the first answer on")),
			Summary: "Take no answer to an Access-Request without a Message-Authenticator",
			Description: "By default such an answer is taken of a server that has sent none with a Message-Authenticator yet, as old servers do; " +
				"who can change packets on the way may then make an acceptance of a refusal (CVE-2024-3596). " + ownWord,
			Get: func(p askedServer) bool { return p.server().Signed },
			Set: func(p askedServer, on bool) error { return p.change(func(s *client.Server) { s.Signed = on }) },
		}.Row(),
	},
}

// algorithmLine says which server is asked first.
type algorithmLine struct {
	Algorithm string `cli:"algorithm value"`
}

const roundRobin = "round-robin"

var (
	algorithmWord  = kw("algorithm", "Which server is asked first")
	algorithmWords = words("algorithm value", "direct", "The first one that was configured, the default", roundRobin, "The next one, for each request")
	askedAlgorithm = &cli.Setting[*trapcore.VirtualRouter, algorithmLine]{
		Place:    ofVirtualRouter,
		Syntax:   seq(radiusWord, algorithmWord, algorithmWords),
		No:       seq(radiusWord, algorithmWord, opt(algorithmWords)),
		Summary:  "Set which RADIUS server is asked first",
		Examples: []string{"radius algorithm round-robin", "no radius algorithm"},
		Set: func(_ context.Context, _ *cli.Session, vr *trapcore.VirtualRouter, l algorithmLine) error {
			vr.RADIUSServers().SetRoundRobin(l.Algorithm == roundRobin)
			return nil
		},
		Clear: func(_ context.Context, _ *cli.Session, vr *trapcore.VirtualRouter, _ algorithmLine) error {
			vr.RADIUSServers().SetRoundRobin(false)
			return nil
		},
		Lines: func(vr *trapcore.VirtualRouter, _ side.Clearance) []algorithmLine {
			if vr.RADIUSServers().RoundRobin() {
				return []algorithmLine{{roundRobin}}
			}
			return nil
		},
	}
)

var (
	askedKey      = param("TEXT", grammar.Word("TEXT", 1, client.MaxKey), "The secret, 1 to 128 characters").Secret().Quoted().As("VALUE")
	ofAskedServer = inMode[askedServer](cli.RADIUSClient, client.ErrNoSuchServer)
)

// askedServer is what RADIUS client mode configures.
type askedServer struct {
	vr *trapcore.VirtualRouter
	askedLine
}

func (p askedServer) find() (client.Server, bool) {
	for _, v := range p.vr.RADIUSServers().Servers(p.Kind) {
		if v.Address == p.Address {
			return v.Server, true
		}
	}
	return client.NewServer(p.Kind, p.Address), false
}

// server returns the server; one that is gone has what a new one has.
func (p askedServer) server() client.Server { s, _ := p.find(); return s }

func (p askedServer) change(f func(*client.Server)) error {
	return p.vr.RADIUSServers().Change(p.Kind, p.Address, f)
}

// byDefault stands for the number that a new server has.
const byDefault = -1

// askedNumber is a setting of one number.
func askedNumber(word, what, value string, least, most int64, description string, set func(*client.Server, int), get func(*client.Server) int) cli.Row {
	number := param("NUMBER", grammar.Int(least, most), value)
	of := func(p askedServer) int { s := client.NewServer(p.Kind, p.Address); return get(&s) }
	return cli.Scalar[askedServer, int]{
		Place: ofAskedServer,
		Words: kw(word, "Set "+what), Value: number,
		Off:         seq(kw(word, "Restore the default"), opt(number.As("VALUE"))),
		Restore:     kw(word, "Restore the default"),
		Summary:     "Set " + what,
		Description: description,
		Default:     byDefault,
		Get: func(p askedServer) int {
			s := p.server()
			if n := get(&s); n != of(p) {
				return n
			}
			return byDefault
		},
		Set: func(p askedServer, n int) error {
			if n == byDefault {
				n = of(p)
			}
			return p.change(func(s *client.Server) { set(s, n) })
		},
	}.Row()
}
