package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/snmp"
)

// maxSystemText is the size of sysContact and sysLocation (RFC 3418).
const maxSystemText = 255

var snmpServerCommands = []cli.Command{
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax:      serverKey,
		No:          serverKey,
		Summary:     "Turn the SNMP agent of the virtual router on or off",
		Description: "It is on by default. Its no version stops answering and sending and empties the trap queues; the configuration stays.",
		Run: func(_ context.Context, s *cli.Session, a grammar.Args) error {
			s.Router().SetAgentOff(s.VirtualRouter(), a.Form == grammar.Negative) // on by default
			return nil
		},
	},
	systemText("contact", "Set the contact of the router", (*trapcore.VirtualRouter).SetContact),
	systemText("location", "Set the location of the router", (*trapcore.VirtualRouter).SetLocation),
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax: seq(serverKey, kw("user", "Configure an SNMPv3 user"), param("NAME", grammar.Name("WORD", snmp.MaxName), "The name of the user").From(userNames),
			kw("group", "The group of the user"), param("GROUP", grammar.Name("WORD", snmp.MaxName), "The name of the group").From(groupNames),
			opt(kw("authentication", "Authenticate messages"), authProtocols(), secret("auth", "authentication"),
				opt(kw("privacy", "Encrypt messages"), privProtocols(), secret("priv", "privacy")))),
		No:      seq(serverKey, kw("user", "Remove an SNMPv3 user"), param("NAME", grammar.Name("WORD", snmp.MaxName), "The name of the user").From(userNames)),
		Summary: "Configure an SNMPv3 user",
		Description: "A passphrase has 8 to 255 characters; it becomes a master key (RFC 3414 A.2) and is forgotten. " +
			"After key comes the master key itself, in hexadecimal, as long as the authentication protocol's digest.",
		Examples: []string{"snmp-server user ops group admin authentication sha256 \"a passphrase\" privacy aes \"another one\""},
		Run:      snmpUser,
	},
}

func systemText(name, help string, set func(*trapcore.VirtualRouter, string)) cli.Command {
	return cli.Command{
		Modes: inGlobal, Level: levelConfigure,
		Syntax:  seq(serverKey, kw(name, help), param("TEXT", grammar.Text(maxSystemText), "The text")),
		No:      seq(serverKey, kw(name, help)),
		Summary: help,
		Run: func(_ context.Context, s *cli.Session, a grammar.Args) error {
			set(s.VirtualRouter(), a.Text("TEXT"))
			return nil
		},
	}
}

func authProtocols() grammar.Node {
	var pairs []string
	for _, p := range snmp.AuthProtocols() {
		pairs = append(pairs, p.String(), fmt.Sprintf("HMAC-%s, a key of %d octets", strings.ToUpper(p.String()), p.KeyLen()))
	}
	return words("authProtocol", pairs...)
}

func privProtocols() grammar.Node {
	var pairs []string
	for _, p := range snmp.PrivProtocols() {
		pairs = append(pairs, p.String(), fmt.Sprintf("%s, a key of %d bits", strings.ToUpper(p.String()), 8*p.KeyLen()))
	}
	return words("privProtocol", pairs...)
}

// secret is a passphrase, or a master key after the word key; what was typed
// is recorded under which+"Passphrase" or which+"Key".
func secret(which, help string) grammar.Node {
	return alt(
		param(which+"Passphrase", grammar.Word("WORD", snmp.MinPassphrase, snmp.MaxPassphrase), "The "+help+" passphrase, 8 to 255 characters").Secret(),
		seq(kw("key", "A master key follows").As(which+"IsKey"),
			param(which+"Key", grammar.Word("HEX", 2, 128), "The "+help+" master key in hexadecimal").Secret()))
}

// viewer is the side a session works on.
func viewer(s *cli.Session) snmp.Side {
	if s.SeesSecure() {
		return snmp.Secure
	}
	return snmp.Ordinary
}

func snmpUser(_ context.Context, s *cli.Session, a grammar.Args) error {
	users := s.VirtualRouter().Users()
	if a.Form != grammar.Affirmative {
		if namedBySecureHost(s, a.Text("NAME")) {
			return fmt.Errorf("user %s %w", a.Text("NAME"), errNamed)
		}
		return users.RemoveUser(viewer(s), a.Text("NAME"))
	}
	u := snmp.User{Name: a.Text("NAME"), Group: a.Text("GROUP")}
	u.Auth, _ = snmp.AuthByKeyword(a.Text("authProtocol"))
	u.Priv, _ = snmp.PrivByKeyword(a.Text("privProtocol"))
	var err error
	if u.Auth != snmp.NoAuth {
		if u.AuthKey, err = masterKey(u.Auth, a, "auth"); err != nil {
			return err
		}
	}
	if u.Priv != snmp.NoPriv {
		if u.PrivKey, err = masterKey(u.Auth, a, "priv"); err != nil {
			return err
		}
	}
	if g, ok := users.Snapshot().GroupFor(viewer(s), u.Group); ok && namedBySecureHost(s, u.Name) &&
		(u.Level() != snmp.AuthPriv || g.Views[snmp.Notify] != snmp.ViewMirrorAdmin) {
		return fmt.Errorf("user %s %w", u.Name, errNamed)
	}
	return users.SetUser(viewer(s), u)
}

// errNamed refuses to take away what a secure host needs: its line could not be
// run again from the saved configuration.
var errNamed = errors.New("is named by a packetMirror host")

// namedBySecureHost reports whether a secure host that the session sees sends
// as the user.
func namedBySecureHost(s *cli.Session, name string) bool {
	return slices.ContainsFunc(s.VirtualRouter().Traps().Hosts(viewer(s)), func(h notify.HostView) bool {
		return h.Side == snmp.Secure && h.SecurityString == name
	})
}

func masterKey(p snmp.AuthProtocol, a grammar.Args, which string) (snmp.Key, error) {
	if a.Has(which + "IsKey") {
		return snmp.ParseKey(p, a.Text(which+"Key"))
	}
	return snmp.MasterKey(p, a.Text(which+"Passphrase"))
}

// snmpSection has the snmp-server lines of a virtual router in the order that
// an empty one can run them: users before the hosts that name them.
var snmpSection = cli.Section{
	Name: "snmp",
	Lines: func(_ *trapcore.Router, vr *trapcore.VirtualRouter, reveal bool) []cli.Line {
		var lines []cli.Line
		for _, set := range []struct{ name, text string }{{"contact", vr.Contact()}, {"location", vr.Location()}} {
			if set.text != "" {
				lines = append(lines, cli.Ordinary("snmp-server "+set.name+" "+grammar.QuoteAlways(set.text)))
			}
		}
		lines = append(lines, packetSizeLines(vr)...)
		lines = append(lines, accessLines(vr, reveal)...)
		for _, u := range vr.Users().Users(snmp.Secure) {
			lines = append(lines, cli.Line{
				Text: userLine(u, reveal), Secure: u.Side() == snmp.Secure,
				Blind: u.Side() != snmp.Secure && secureGroup(vr.Users(), u.Group),
			})
		}
		lines = append(lines, trapLines(vr)...)
		lines = append(lines, hostLines(vr, reveal)...)
		lines = append(lines, deliveryLines(vr)...)
		if vr.Traps().Settings().Off {
			lines = append(lines, cli.Ordinary("no snmp-server"))
		}
		return lines
	},
}

func userLine(u *snmp.User, reveal bool) string {
	line := "snmp-server user " + grammar.Quote(u.Name) + " group " + grammar.Quote(u.Group)
	key := func(k snmp.Key) string {
		if reveal {
			return " key " + k.Hex()
		}
		return " key " + cli.Hidden
	}
	if u.Auth != snmp.NoAuth {
		line += " authentication " + u.Auth.String() + key(u.AuthKey)
	}
	if u.Priv != snmp.NoPriv {
		line += " privacy " + u.Priv.String() + key(u.PrivKey)
	}
	return line
}
