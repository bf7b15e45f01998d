package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/agent"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// agentLine turns an agent on, or off with its no version.
type agentLine struct{ grammar.Form }

var snmpAgent = &cli.Setting[*trapcore.VirtualRouter, agentLine]{
	Place:       ofVirtualRouter,
	Syntax:      serverKey,
	No:          serverKey,
	Summary:     "Turn the SNMP agent of the virtual router on or off",
	Description: "It is on by default. Its no version stops answering and sending and empties the trap queues; the configuration stays.",
	Set:         setAgentOff(false),
	Clear:       setAgentOff(true),
	Reset:       setAgentOff(false),
	Lines: func(vr *trapcore.VirtualRouter, _ side.Clearance) []agentLine {
		if vr.Traps().Settings().Off {
			return []agentLine{{grammar.Negative}}
		}
		return nil
	},
}

func setAgentOff(off bool) func(context.Context, *cli.Session, *trapcore.VirtualRouter, agentLine) error {
	return func(_ context.Context, s *cli.Session, vr *trapcore.VirtualRouter, _ agentLine) error {
		s.Router().SetAgentOff(vr, off)
		return nil
	}
}

// systemText is a text of the system group.
func systemText(name, help string, get func(*trapcore.VirtualRouter) string, set func(*trapcore.VirtualRouter, string)) cli.Row {
	return cli.Scalar[*trapcore.VirtualRouter, string]{
		Place: ofVirtualRouter,
		Words: seq(serverKey, kw(name, help)), Value: param("VALUE", grammar.Text(agent.MaxSystemText), "The text"),
		Summary: help,
		Get:     get, Set: setOne(set),
	}.Row()
}

// userLine is a user of SNMPv3.
type userLine struct {
	Name     string            `cli:"NAME"`
	Group    string            `cli:"GROUP"`
	Auth     snmp.AuthProtocol `cli:"authProtocol"`
	AuthPass string            `cli:"authPassphrase"`
	AuthKey  string            `cli:"authKey"`
	Priv     snmp.PrivProtocol `cli:"privProtocol"`
	PrivPass string            `cli:"privPassphrase"`
	PrivKey  string            `cli:"privKey"`
	Side     side.Side         `cli:"-"`
}

var userName = param("NAME", grammar.Name("WORD", snmp.MaxName), "The name of the user").From(userNames)

var users = &cli.Setting[*trapcore.VirtualRouter, userLine]{
	Place: ofVirtualRouter,
	Syntax: seq(serverKey, kw("user", "Configure an SNMPv3 user"), userName,
		kw("group", "The group of the user"), groupName,
		opt(kw("authentication", "Authenticate messages"), authProtocols(), secret("auth", "authentication"),
			opt(kw("privacy", "Encrypt messages"), privProtocols(), secret("priv", "privacy")))),
	No:      seq(serverKey, kw("user", "Remove an SNMPv3 user"), userName),
	Summary: "Configure an SNMPv3 user",
	Description: "A passphrase has 8 to 255 characters; it becomes a master key (RFC 3414 A.2) and is forgotten. " +
		"After key comes the master key itself, in hexadecimal, as long as the authentication protocol's digest. Where that is shorter than the privacy key, aes192 and aes256 extend it after Blumenthal, aes192c and aes256c after Reeder; gosnmp, net-snmp and others use the same names.",
	Examples: []string{"snmp-server user ops group admin authentication sha256 \"a passphrase\" privacy aes \"another one\""},
	Set:      setUser,
	Clear: func(_ context.Context, s *cli.Session, vr *trapcore.VirtualRouter, l userLine) error {
		if namedBySecureHost(s, l.Name) {
			return fmt.Errorf("user %s %w", l.Name, errNamed)
		}
		return vr.Users(s.Clearance()).RemoveUser(l.Name)
	},
	Version: func(vr *trapcore.VirtualRouter) uint64 { return vr.Users(side.Clearance{}).Version() },
	Lines: func(vr *trapcore.VirtualRouter, c side.Clearance) (all []userLine) {
		for _, u := range vr.Users(c).Users() {
			l := userLine{Name: u.Name, Group: u.Group, Auth: u.Auth, Priv: u.Priv, Side: u.Side()}
			if u.Auth != snmp.NoAuth {
				l.AuthKey = u.AuthKey.Hex()
			}
			if u.Priv != snmp.NoPriv {
				l.PrivKey = u.PrivKey.Hex()
			}
			all = append(all, l)
		}
		return all
	},
	Side: func(l userLine) side.Side { return l.Side },
	Shadowed: func(vr *trapcore.VirtualRouter, c side.Clearance, l userLine) bool {
		return secureGroup(vr.Users(c), l.Group)
	},
}

func authProtocols() grammar.Node {
	var nodes []grammar.Node
	for _, p := range snmp.AuthProtocols() {
		nodes = append(nodes, kw(p.String(), fmt.Sprintf("HMAC-%s, a key of %d octets", strings.ToUpper(p.String()), p.KeyLen())).As("authProtocol").Is(p))
	}
	return alt(nodes...)
}

func privProtocols() grammar.Node {
	var nodes []grammar.Node
	for _, p := range snmp.PrivProtocols() {
		help := fmt.Sprintf("%s, a key of %d bits", strings.ToUpper(p.String()), 8*p.KeyLen())
		if by := p.Extension(); by != "" {
			help += ", extended after " + by
		}
		nodes = append(nodes, kw(p.String(), help).As("privProtocol").Is(p))
	}
	return alt(nodes...)
}

// secret is a passphrase, recorded under which+"Passphrase", or a master key
// after the word key, recorded under which+"Key".
func secret(which, help string) grammar.Node {
	return alt(
		param(which+"Passphrase", grammar.Word("WORD", snmp.MinPassphrase, snmp.MaxPassphrase), "The "+help+" passphrase, 8 to 255 characters").Secret(),
		seq(kw("key", "A master key follows"),
			param(which+"Key", grammar.Word("HEX", 2, 128), "The "+help+" master key in hexadecimal").Secret()))
}

func setUser(_ context.Context, s *cli.Session, vr *trapcore.VirtualRouter, l userLine) error {
	u := snmp.User{Name: l.Name, Group: l.Group, Auth: l.Auth, Priv: l.Priv}
	var err error
	if u.Auth != snmp.NoAuth {
		if u.AuthKey, err = masterKey(s.Shell().MasterKey, u.Auth, l.AuthPass, l.AuthKey); err != nil {
			return err
		}
	}
	if u.Priv != snmp.NoPriv {
		if u.PrivKey, err = masterKey(s.Shell().MasterKey, u.Auth, l.PrivPass, l.PrivKey); err != nil {
			return err
		}
	}
	if g, ok := vr.Users(s.Clearance()).Group(u.Group); ok && namedBySecureHost(s, u.Name) &&
		(u.Level() != snmp.AuthPriv || g.Views[snmp.Notify] != snmp.ViewMirrorAdmin) {
		return fmt.Errorf("user %s %w", u.Name, errNamed)
	}
	return vr.Users(s.Clearance()).SetUser(u)
}

// errNamed refuses to take away what a secure host needs: its line could not be
// run again from the saved configuration.
var errNamed = errors.New("is named by a packetMirror host")

// namedBySecureHost reports whether a secure host that the session sees sends
// as the user.
func namedBySecureHost(s *cli.Session, name string) bool {
	return slices.ContainsFunc(trapsOf(s).Hosts(), func(h notify.HostStatus) bool {
		return h.Side == side.Secure && h.SecurityString == name
	})
}

func masterKey(of func(snmp.AuthProtocol, string) (snmp.Key, error), p snmp.AuthProtocol, passphrase, key string) (snmp.Key, error) {
	if key != "" {
		return snmp.ParseKey(p, key)
	}
	return of(p, passphrase)
}

var packetSize = cli.Scalar[*trapcore.VirtualRouter, int]{
	Place:   ofVirtualRouter,
	Words:   seq(serverKey, kw("packetsize", "Set the largest SNMP message")),
	Value:   param("OCTETS", grammar.Int(agent.MinPacketSize, agent.MaxPacketSize), "Octets"),
	Off:     seq(serverKey, kw("packetsize", "Restore the default size")),
	Summary: "Set the largest SNMP message",
	Default: agent.DefaultPacketSize,
	Get:     func(vr *trapcore.VirtualRouter) int { return vr.Agent().PacketSize() },
	Set:     func(vr *trapcore.VirtualRouter, n int) error { return vr.Agent().SetPacketSize(n) },
}

// snmpSection has the snmp-server lines of a virtual router in the order that an
// empty one can run them: views before the groups that name them, users before
// hosts.
var snmpSection = cli.Section{
	Name: "snmp",
	Rows: slices.Concat([]cli.Row{
		systemText("contact", "Set the contact of the router", (*trapcore.VirtualRouter).Contact, (*trapcore.VirtualRouter).SetContact),
		systemText("location", "Set the location of the router", (*trapcore.VirtualRouter).Location, (*trapcore.VirtualRouter).SetLocation),
		engineIDs.Row(), views, groups, communities, users,
		packetSize.Row(), trapSettings, hosts,
		trapSources, trapProxy.Row(), hostLogs, logAge.Row(), logLimit.Row(),
	}, snmpInterfaceRows, []cli.Row{snmpAgent}),
}
