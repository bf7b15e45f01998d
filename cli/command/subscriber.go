package command

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/cli/result"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/ppp"
)

var (
	subscriberWord = kw("subscriber", "A subscriber")
	subscriberName = param("NAME", grammar.Word("NAME", 1, network.MaxUserName), "The user name of the subscriber").From(subscriberNames)
	hexType        = grammar.Value("HEX", "not 1 to 64 octets in hexadecimal",
		func(word string) ([]byte, bool) {
			b, err := hex.DecodeString(word)
			return b, err == nil && len(b) > 0 && len(b) <= 64
		},
		func(b []byte) (string, bool) { return hex.EncodeToString(b), true })
)

// loginLine is a login without what an Access-Accept brings.
type loginLine struct {
	Name             string              `cli:"NAME"`
	Interface        network.InterfaceID `cli:"INTERFACE"`
	Address          netip.Addr          `cli:"ADDRESS"`
	L2TP             bool                `cli:"l2tp"`
	Router           string              `cli:"ROUTER"`
	AcctSessionID    string              `cli:"acct-session-id value"`
	AgentCircuitID   string              `cli:"agent-circuit-id value"`
	AgentRemoteID    string              `cli:"agent-remote-id value"`
	CallingStationID string              `cli:"calling-station-id value"`
	DHCPOption82     string              `cli:"dhcp-option-82 value"`
	NASPortID        string              `cli:"nas-port-id value"`
}

func (l *loginLine) subscriber() network.Subscriber {
	return network.Subscriber{
		Name: l.Name, Address: l.Address, Interface: l.Interface, L2TP: l.L2TP,
		AcctSessionID: l.AcctSessionID, AgentCircuitID: l.AgentCircuitID, AgentRemoteID: l.AgentRemoteID,
		CallingStationID: l.CallingStationID, DHCPOption82: l.DHCPOption82, NASPortID: l.NASPortID,
	}
}

// acceptedLine is a login with the mirroring attributes of its Access-Accept.
type acceptedLine struct {
	loginLine
	Action   *uint32     `cli:"ACTION"`
	Handle   []byte      `cli:"HANDLE"`
	Analyzer *netip.Addr `cli:"ANALYZER"`
	Port     *uint32     `cli:"PORT"`
}

// attributes are the mirroring attributes, nil if there are none.
func (l *acceptedLine) attributes() *mirror.Attributes {
	if l.Action == nil && l.Handle == nil && l.Analyzer == nil && l.Port == nil {
		return nil
	}
	return &mirror.Attributes{Action: l.Action, Handle: l.Handle, Analyzer: l.Analyzer, Port: l.Port}
}

// decidedLine is a login that, with a password, is still to be decided on.
type decidedLine struct {
	acceptedLine
	Password string `cli:"PASSWORD"`
	CHAP     bool   `cli:"chap"`
}

// failLine is a login or session that fails.
type failLine struct {
	acceptedLine
	Reason network.TerminationReason `cli:"REASON"`
}

// logoutLine ends one session or all.
type logoutLine struct {
	All    bool                      `cli:"all"`
	Name   string                    `cli:"NAME"`
	Router string                    `cli:"ROUTER"`
	Reason network.TerminationReason `cli:"REASON"`
}

// textAttributes are the attributes of a login that are text, by keyword, with
// what help says of them.
var textAttributes = [][2]string{
	{"acct-session-id", "Acct-Session-Id; the router makes one if none is given"},
	{"agent-circuit-id", "Agent-Circuit-Id of the DSL Forum"},
	{"agent-remote-id", "Agent-Remote-Id of the DSL Forum"},
	{"calling-station-id", "Calling-Station-Id"},
	{"dhcp-option-82", "DHCP option 82"},
	{"nas-port-id", "NAS-Port-Id"},
}

// loginOptions are the options of test subscriber; those of the Access-Accept
// are secure, and a refused login has none.
func loginOptions(accepted bool, more ...grammar.Node) grammar.Node {
	nodes := append(more,

		seq(kw("interface", "The interface it comes in over"), interfaceName()),
		seq(kw("ip-address", "Its address; one of a pool if none is given"), param("ADDRESS", grammar.IPv4(), "The address")),
		kw("l2tp", "It comes through an L2TP tunnel"),
		seq(routerWord, routerName),
	)
	for _, t := range textAttributes {
		nodes = append(nodes, seq(kw(t[0], t[1]), param(t[0]+" value", grammar.Word("WORD", 1, network.MaxValue), "The value")))
	}
	if accepted {
		nodes = append(nodes,
			seq(kw("li-action", "LI-Action of the Access-Accept").Secure(), param("ACTION", grammar.Int(0, 1<<32-1), "0 off, 1 on, 2 no action")),
			seq(kw("med-dev-handle", "Med-Dev-Handle of the Access-Accept").Secure(), param("HANDLE", hexType, "The 4 or 8 octets in hexadecimal")),
			seq(kw("med-ip-address", "Med-IP-Address of the Access-Accept").Secure(), param("ANALYZER", grammar.IPv4(), "The address of the analyzer")),
			seq(kw("med-port", "Med-Port-Number of the Access-Accept").Secure(), param("PORT", grammar.Int(0, 1<<32-1), "The UDP port of the analyzer")))
	}
	return grammar.Any(nodes...)
}

// reasonWords are the termination reasons by name and by number.
func reasonWords() grammar.Node {
	nodes := []grammar.Node{param("REASON", grammar.Int(0, int64(len(network.TerminationReasons())-1)), "The reason by its number")}
	for n, name := range network.TerminationReasons() {
		nodes = append(nodes, kw(name, fmt.Sprintf("Reason %d", n)).As("REASON").Is(network.TerminationReason(n)))
	}
	return alt(nodes...)
}

var subscriberCommands = []cli.Command{
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:  seq(testWord, subscriberWord, kw("login", "A login that is accepted"), subscriberName, loginOptions(true, loginPassword)),
		Summary: "Log a subscriber in",
		Description: "With a password the methods of aaa authentication ppp decide on the login: an Access-Request goes to the RADIUS servers of " +
			"the virtual router, and what the Access-Accept grants is kept to. Without one the login is accepted. A login that the server refuses, " +
			"or for which no server answers, is refused here too.",
		Examples: []string{
			"test subscriber login jwbooth@isptheatre.com ip-address 192.168.105.25 interface atm 2/1.2",
			"test subscriber login jwbooth@isptheatre.com password secret chap",
		},
		Run: cli.Do(decidedLine{}, login),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:  seq(testWord, subscriberWord, kw("reject", "A login that is refused"), subscriberName, loginOptions(false)),
		Summary: "Let a login be refused",
		Run: cli.Do(loginLine{}, func(_ context.Context, s *cli.Session, l loginLine) error {
			r, err := routerNamed(s, l.Router)
			if err != nil {
				return err
			}
			return r.Reject(l.subscriber())
		}),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:      seq(testWord, subscriberWord, kw("fail", "A login or session that fails"), reasonWords(), subscriberName, loginOptions(true)),
		Summary:     "Let a login or a session fail",
		Description: "If the subscriber is logged in, its session fails and is gone; else it is a login that fails.",
		Run: cli.Do(failLine{}, func(_ context.Context, s *cli.Session, l failLine) error {
			r, err := routerNamed(s, l.Router)
			if err != nil {
				return err
			}
			return r.Fail(l.subscriber(), l.attributes(), l.Reason)
		}),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax: seq(kw("logout", "End the session"), kw("subscriber", "Log a subscriber out"),
			alt(kw("all", "All of them"), seq(subscriberName, opt(routerWord, routerName))),
			opt(kw("reason", "The termination reason, adminReset if none is given"), reasonWords())),
		Summary:  "Log a subscriber out",
		Examples: []string{"logout subscriber jwbooth@isptheatre.com reason userRequest", "logout subscriber all"},
		Run: cli.Do(logoutLine{Reason: network.AdminReset}, func(_ context.Context, s *cli.Session, l logoutLine) error {
			if l.All {
				s.Router().Network().LogoutAll(l.Reason)
				return nil
			}
			r, err := routerNamed(s, l.Router)
			if err != nil {
				return err
			}
			return r.Logout(l.Name, l.Reason)
		}),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("subscribers", "Who is logged in over the interfaces")),
		Summary: "Show the subscribers that are logged in",
		Run:     cli.Show(cli.None{}, showSubscribers),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax: seq(showWord, kw("subscribers", "Who is logged in over the interfaces"), kw("summary", "How many there are"),
			opt(alt(kw("port", "By the port they come in over"), kw("slot", "By its slot")))),
		Summary:     "Show how many subscribers are logged in, by virtual router, port or slot",
		Description: "Those that come in over no interface of the chassis are on no port.",
		Run:         cli.Show(summaryBy{}, showSubscriberSummary),
	},
}

// loginPassword is what a login is decided by.
var loginPassword = seq(kw("password", "Let the methods of aaa authentication ppp decide"),
	param("PASSWORD", grammar.Word("PASSWORD", 1, ppp.MaxPassword), "The password of the subscriber").Secret(),
	opt(alt(kw("chap", "It answers a challenge"), kw("pap", "It sends the password, the default"))))

// errGranted refuses what only an Access-Accept can say of a login with a password.
var errGranted = errors.New("the RADIUS server says what comes with the Access-Accept")

func login(ctx context.Context, s *cli.Session, l decidedLine) error {
	r, err := routerNamed(s, l.Router)
	switch {
	case err != nil:
		return err
	case l.Password == "":
		return r.Login(l.subscriber(), l.attributes())
	case l.attributes() != nil:
		return errGranted
	}
	return s.Router().PPP().Login(ctx, r, l.subscriber(), ppp.Password{Text: l.Password, CHAP: l.CHAP})
}

// routerNamed is the virtual router of a name, else the session's.
func routerNamed(s *cli.Session, name string) (*network.Router, error) {
	if name == "" {
		return s.VirtualRouter().Network(), nil
	}
	r, ok := s.Router().Network().Router(name)
	if !ok {
		return nil, network.ErrNoRouter
	}
	return r, nil
}

func showSubscribers(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	t := &result.Table{Columns: []result.Column{
		{Head: "User Name", Width: 24}, {Head: "Type", Width: 4}, {Head: "Address", Width: 15}, {Head: "Interface", Width: 18},
		{Head: "Virtual Router", Width: 15}, {Head: "State", Width: 5}, {Head: "Acct-Session-Id", Width: 15},
	}}
	for _, sub := range s.Router().Network().Subscribers() {
		on := sub.Dynamic.Compact()
		if sub.Interface.Spec != "" {
			on = sub.Interface.Compact()
		}
		kind := "ip"
		if sub.L2TP {
			kind = "l2tp"
		}
		t.Add(sub.Name, kind, sub.Address, on, sub.Router.Name(), upDown(sub.Up), sub.AcctSessionID)
	}
	return t, nil
}

// summaryBy is what subscribers are counted by; neither: virtual routers.
type summaryBy struct {
	Port bool `cli:"port"`
	Slot bool `cli:"slot"`
}

func showSubscriberSummary(_ context.Context, s *cli.Session, by summaryBy) (result.Value, error) {
	net, total := s.Router().Network(), 0
	t := &result.Table{Columns: result.Columns("Virtual Router", "Count")}
	add := func(of any, n int) {
		t.Add(of, n)
		total += n
	}
	switch {
	case by.Port:
		t.Columns[0].Head = "Port"
		for _, p := range net.SubscribersByPort() {
			place := fmt.Sprint(p.Slot, "/", p.Port.Port)
			if net.Adapters() {
				place = fmt.Sprint(p.Slot, "/", p.Adapter, "/", p.Port.Port)
			}
			add(place, p.Count)
		}
	case by.Slot:
		t.Columns[0].Head = "Slot"
		count := map[int]int{}
		for _, p := range net.SubscribersByPort() {
			count[p.Slot] += p.Count
		}
		for _, slot := range slices.Sorted(maps.Keys(count)) {
			add(slot, count[slot])
		}
	default:
		for _, r := range net.Routers() {
			add(r.Name(), r.SubscriberCount())
		}
	}
	return result.Group{Between: "\n", Parts: []result.Part{
		{Name: "counts", Value: t}, {Value: new(result.Record).Line("Total subscribers: {total}", total)},
	}}, nil
}
