package command

import (
	"cmp"
	"context"
	"net/netip"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/tacacs"
)

var (
	tacacsWord     = kw("tacacs-server", "Configure the TACACS+ servers")
	tacacsKeyValue = param("KEY", grammar.Word("TEXT", 1, tacacs.MaxKey), "The key, 1 to 100 characters").Secret().Quoted()
	tacacsSeconds  = grammar.Int(1, int64(tacacs.MaxTimeout/time.Second))
)

// ofTACACS is the client of the router as a whole.
var ofTACACS = cli.Place[*tacacs.Client]{
	Modes: inGlobal,
	Of:    func(s *cli.Session) (*tacacs.Client, error) { return s.Router().TACACS(), nil },
	At: func(sh *cli.Shell, vr *trapcore.VirtualRouter, _ side.Clearance) (*tacacs.Client, bool) {
		return sh.Router.TACACS(), vr == sh.Router.Default()
	},
}

// tacacsLine is a server. Port and time-out are nought where they are those of all.
type tacacsLine struct {
	Address netip.Addr    `cli:"ADDRESS"`
	Port    uint16        `cli:"PORT"`
	Timeout time.Duration `cli:"SECONDS"`
	Key     string        `cli:"KEY"`
	Primary bool          `cli:"primary"`
}

func (l tacacsLine) server() tacacs.Server {
	return tacacs.Server{
		Address: l.Address, Port: cmp.Or(l.Port, tacacs.DefaultPort), Timeout: l.Timeout * time.Second, Key: l.Key, Primary: l.Primary,
	}
}

func tacacsLines(c *tacacs.Client) (all []tacacsLine) {
	for _, s := range c.Servers() {
		l := tacacsLine{Address: s.Address, Timeout: s.Timeout / time.Second, Key: s.Key, Primary: s.Primary}
		if s.Port != tacacs.DefaultPort {
			l.Port = s.Port
		}
		all = append(all, l)
	}
	return all
}

func tacacsHost(namer cli.Namer) grammar.Node {
	return param("ADDRESS", grammar.IPv4(), "The address of the server").From(namer)
}

var tacacsOptions = grammar.Any(
	seq(kw("port", "Its TCP port, 49 if none is given").As("portWord"), param("PORT", grammar.Int(1, 65535), "The TCP port")),
	seq(kw("timeout", "How long it has to answer").As("timeoutWord"), param("SECONDS", tacacsSeconds, "The time in seconds")),
	seq(kw("key", "The key shared with it").As("keyWord"), tacacsKeyValue),
	kw("primary", "It is asked before others"))

var tacacsHostWords = kw("host", "A server")

var tacacsServers = &cli.Setting[*tacacs.Client, tacacsLine]{
	Place:   ofTACACS,
	Syntax:  seq(tacacsWord, tacacsHostWords, tacacsHost(tacacsNames), tacacsOptions),
	No:      seq(tacacsWord, tacacsHostWords, tacacsHost(tacacsNames)),
	Summary: "Configure a TACACS+ server",
	Description: "Servers are asked in the order in which they were given, those that are primary first; one that does not answer in time, or " +
		"answers nonsense, is passed over, one without any key as well. Without a key or time-out of its own a server has that of all. " +
		"No more than 8 can be given.",
	Examples: []string{"tacacs-server host 192.168.1.27 port 10 timeout 3 key your_secret primary"},
	Set: func(_ context.Context, _ *cli.Session, c *tacacs.Client, l tacacsLine) error {
		return c.SetServer(l.server())
	},
	Clear: func(_ context.Context, _ *cli.Session, c *tacacs.Client, l tacacsLine) error {
		return c.RemoveServer(l.Address)
	},
	Lines: func(c *tacacs.Client, _ side.Clearance) []tacacsLine { return tacacsLines(c) },
}

var tacacsNames = named(
	func(s *cli.Session) []tacacs.Server { return s.Router().TACACS().Servers() },
	func(s tacacs.Server) string { return s.Address.String() })

var tacacsKey = cli.Scalar[*tacacs.Client, string]{
	Place: ofTACACS, Words: seq(tacacsWord, kw("key", "The key shared with servers that have none of their own").As("keyWord")), Value: tacacsKeyValue.As("VALUE"),
	Off:     seq(tacacsWord, kw("key", "Remove the key").As("keyWord")),
	Summary: "Set the key shared with the TACACS+ servers",
	Get:     (*tacacs.Client).Key, Set: setOne((*tacacs.Client).SetKey),
}.Row()

var tacacsTimeout = cli.Scalar[*tacacs.Client, int64]{
	Place: ofTACACS, Words: seq(tacacsWord, kw("timeout", "How long servers have to answer").As("timeoutWord")),
	Value:   param("SECONDS", tacacsSeconds, "The time in seconds").As("VALUE"),
	Off:     seq(tacacsWord, kw("timeout", "Restore the default of 5 seconds").As("timeoutWord")),
	Summary: "Set how long TACACS+ servers have to answer",
	Get:     func(c *tacacs.Client) int64 { return int64(c.Timeout() / time.Second) },
	Set: func(c *tacacs.Client, n int64) error {
		c.SetTimeout(time.Duration(n) * time.Second)
		return nil
	},
}.Row()

// tacacsSourceLine is where requests come from.
type tacacsSourceLine struct {
	Address netip.Addr `cli:"ADDRESS"`
}

var tacacsSource = &cli.Setting[*tacacs.Client, tacacsSourceLine]{
	Place:   ofTACACS,
	Syntax:  seq(tacacsWord, kw("source-address", "Where requests come from"), param("ADDRESS", grammar.IPv4(), "An address of this machine")),
	No:      seq(tacacsWord, kw("source-address", "Let the system choose where requests come from")),
	Summary: "Set the address that requests to TACACS+ servers come from",
	Set: func(_ context.Context, _ *cli.Session, c *tacacs.Client, l tacacsSourceLine) error {
		c.SetSource(l.Address)
		return nil
	},
	Clear: func(_ context.Context, _ *cli.Session, c *tacacs.Client, _ tacacsSourceLine) error {
		c.SetSource(netip.Addr{})
		return nil
	},
	Lines: func(c *tacacs.Client, _ side.Clearance) []tacacsSourceLine {
		return ifAny(tacacsSourceLine{c.Source()})
	},
}

var secureTACACSWord = kw("secure", "Servers that are told of secure commands")

var secureTACACSNames = cli.SecureNames(func(_ *cli.Session, x *trapcore.Secure) []string {
	return namesOf(x.TACACS().Servers(), func(s tacacs.Server) string { return s.Address.String() })
})

var secureTACACSServers = &cli.Setting[cli.Secured[*trapcore.Router], tacacsLine]{
	Place:       ofSecure,
	Syntax:      seq(tacacsWord, secureTACACSWord, tacacsHostWords, tacacsHost(secureTACACSNames), tacacsOptions),
	No:          seq(tacacsWord, secureTACACSWord, tacacsHostWords, tacacsHost(secureTACACSNames)),
	Summary:     "Configure a TACACS+ server that is told of secure commands",
	Description: "It is told by aaa accounting commands secure, and asked nothing. Each has a key of its own. No more than 8 can be given.",
	Set: func(_ context.Context, _ *cli.Session, x cli.Secured[*trapcore.Router], l tacacsLine) error {
		return x.TACACS().SetServer(l.server())
	},
	Clear: func(_ context.Context, _ *cli.Session, x cli.Secured[*trapcore.Router], l tacacsLine) error {
		return x.TACACS().RemoveServer(l.Address)
	},
	Lines: func(x cli.Secured[*trapcore.Router], _ side.Clearance) []tacacsLine { return tacacsLines(x.TACACS()) },
}

var tacacsCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:      seq(showWord, kw("tacacs", "The TACACS+ servers")),
		Summary:     "Show how TACACS+ servers are configured",
		Description: "An asterisk marks what a server has from all of them. Keys are shown at level 15 only.",
		Run:         cli.Show(cli.None{}, showTACACS),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:      seq(showWord, kw("statistics", "Counters"), kw("tacacs", "Of requests to TACACS+ servers")),
		Summary:     "Show what became of requests to TACACS+ servers",
		Description: "An error is an answer that says there is one, or that was not made with the key.",
		Run:         cli.Show(cli.None{}, showTACACSStatistics),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("aaa", "Who decides about operators"), kw("method-lists", "By which methods")),
		Summary: "Show the method lists",
		Run:     cli.Show(cli.None{}, showMethodLists),
	},
}
