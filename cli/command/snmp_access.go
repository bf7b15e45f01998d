package command

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/mib"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/snmp"
)

// Communities, groups and views: who may reach which objects.

var (
	viewWord = kw("view", "The view")
	viewName = param("VIEW", grammar.Name("WORD", snmp.MaxName), "The name of the view").From(viewNames)
)

// subtree is the value of a view's subtree: an object identifier in which *
// stands for any number.
type subtree struct {
	oid  mib.OID
	mask []byte
}

func parseSubtree(word string) (any, bool) {
	var s subtree
	parts := strings.Split(strings.TrimPrefix(word, "."), ".")
	for i, p := range parts {
		if p != "*" {
			continue
		}
		for len(s.mask) <= i/8 {
			s.mask = append(s.mask, 0xff)
		}
		s.mask[i/8] &^= 0x80 >> (i % 8)
		parts[i] = "0"
	}
	if len(parts) == 1 { // iso, joint-iso-itu-t: too short for a name on the wire
		n, err := strconv.ParseUint(parts[0], 10, 32)
		s.oid = mib.OID{uint32(n)}
		return s, err == nil && n <= 2
	}
	var err error
	s.oid, err = mib.ParseOID(strings.Join(parts, "."))
	return s, err == nil
}

// subtreeText writes a family as the command takes it.
func subtreeText(f snmp.Family) string {
	parts := strings.Split(f.Subtree.String(), ".")
	for i := range parts {
		if i/8 < len(f.Mask) && f.Mask[i/8]&(0x80>>(i%8)) == 0 {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, ".")
}

var subtreeParam = param("OID", grammar.FuncWhy("OID", "not an object identifier", parseSubtree), "The object identifier of the subtree, * for any number in it")

func groupView(name, help string) grammar.Node {
	return seq(kw(name, help), param(name+"View", grammar.Name("WORD", snmp.MaxName), "The name of the view").From(viewNames))
}

var snmpAccessCommands = []cli.Command{
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax: seq(serverKey, kw("community", "Configure a community of SNMPv1 and SNMPv2c"),
			param("COMMUNITY", grammar.Name("WORD", snmp.MaxCommunity), "The community").From(communityNames).Secret(),
			opt(viewWord, viewName),
			opt(words("privilege", "admin", "Read and write everything", "ro", "Read", "rw", "Read and write")),
			opt(param("ACCESS-LIST", grammar.Name("WORD", snmp.MaxAccessList), "The access list that a source must pass").From(accessListNames))),
		No: seq(serverKey, kw("community", "Remove a community"),
			param("COMMUNITY", grammar.Name("WORD", snmp.MaxCommunity), "The community").From(communityNames).Secret()),
		Summary:     "Configure a community",
		Description: "Without a view it is user, with admin everything; without a privilege a community may read.",
		Examples:    []string{"snmp-server community public view everything ro"},
		Run: func(_ context.Context, s *cli.Session, a grammar.Args) error {
			users := s.VirtualRouter().Users()
			if a.Form != grammar.Affirmative {
				return users.RemoveCommunity(viewer(s), a.Text("COMMUNITY"))
			}
			c := snmp.Community{Name: a.Text("COMMUNITY"), View: a.Text("VIEW"), AccessList: a.Text("ACCESS-LIST")}
			for _, p := range []snmp.Privilege{snmp.ReadOnly, snmp.ReadWrite, snmp.Admin} {
				if a.Text("privilege") == p.String() {
					c.Privilege = p
				}
			}
			return users.SetCommunity(viewer(s), c)
		},
	},
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax: seq(serverKey, kw("view", "Configure a view"), viewName, subtreeParam,
			words("type", "excluded", "Leave the subtree out", "included", "Take the subtree in")),
		No:          seq(serverKey, kw("view", "Remove a view"), viewName, opt(subtreeParam)),
		Summary:     "Configure a view",
		Description: "The longest subtree that matches decides. The no version removes a subtree, or the whole view.",
		Examples:    []string{"snmp-server view interfaces 1.3.6.1.2.1.2 included", "snmp-server view second 1.3.6.1.2.1.2.2.1.*.2 included"},
		Run: func(_ context.Context, s *cli.Session, a grammar.Args) error {
			users := s.VirtualRouter().Users()
			tree, _ := a.Get("OID").(subtree)
			if a.Form != grammar.Affirmative {
				return users.RemoveView(viewer(s), a.Text("VIEW"), tree.oid)
			}
			return users.SetView(viewer(s), a.Text("VIEW"), snmp.Family{Subtree: tree.oid, Mask: tree.mask, Included: a.Text("type") == "included"})
		},
	},
	{
		Modes: inGlobal, Level: levelConfigure,
		Syntax: seq(serverKey, kw("group", "Configure a group of users"), param("GROUP", grammar.Name("WORD", snmp.MaxName), "The name of the group").From(groupNames),
			words("level", "auth", "Messages must be authenticated", "noauth", "Messages need no security", "priv", "Messages must be authenticated and encrypted"),
			opt(groupView("read", "The view to read")), opt(groupView("write", "The view to write")), opt(groupView("notify", "The view of notifications"))),
		No:          seq(serverKey, kw("group", "Remove a group of users"), param("GROUP", grammar.Name("WORD", snmp.MaxName), "The name of the group").From(groupNames)),
		Summary:     "Configure a group of users",
		Description: "A view that is not given gives no access.",
		Examples:    []string{"snmp-server group operators priv read everything notify everything"},
		Run: func(_ context.Context, s *cli.Session, a grammar.Args) error {
			users := s.VirtualRouter().Users()
			if a.Form != grammar.Affirmative {
				return users.RemoveGroup(viewer(s), a.Text("GROUP"))
			}
			var level snmp.SecurityLevel
			for _, l := range []snmp.SecurityLevel{snmp.NoAuthNoPriv, snmp.AuthNoPriv, snmp.AuthPriv} {
				if l.Keyword() == a.Text("level") {
					level = l
				}
			}
			if err := keepsSecureHosts(s, a.Text("GROUP"), a.Text("notifyView")); err != nil {
				return err
			}
			return users.SetGroup(viewer(s), snmp.NewGroup(a.Text("GROUP"), level, a.Text("readView"), a.Text("writeView"), a.Text("notifyView")))
		},
	},
	showAccess("community", "The communities", showCommunities),
	showAccess("user", "The users of SNMPv3", showSNMPUsers),
	showAccess("group", "The groups and their users", showGroups),
	showAccess("view", "The views and their subtrees", showViews),
	showAccess("access", "What the groups may reach", showGroupAccess),
}

func showAccess(name, help string, table func(s *cli.Session) cli.Table) cli.Command {
	return cli.Command{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, snmpWord, kw(name, help)),
		Summary: "Show " + strings.ToLower(help[:1]) + help[1:],
		Run: func(_ context.Context, s *cli.Session, _ grammar.Args) error {
			s.Print(table(s).String())
			return nil
		},
	}
}

func orNone(s string) string {
	if s == "" {
		return none
	}
	return s
}

func showCommunities(s *cli.Session) cli.Table {
	t := cli.Table{Header: [][]string{{"Community", "View", "Priv", "Access List"}}}
	for _, c := range s.VirtualRouter().Users().Communities(viewer(s)) {
		name := c.Name
		if s.Level() < cli.LevelSecrets {
			name = cli.Hidden
		}
		t.Rows = append(t.Rows, []string{name, c.View, c.Privilege.String(), orNone(c.AccessList)})
	}
	return t
}

func showSNMPUsers(s *cli.Session) cli.Table {
	t := cli.Table{Header: [][]string{{"User", "Group", "Auth", "Priv"}}}
	protocol := func(name string, on bool) string {
		if !on {
			return none
		}
		return name
	}
	for _, u := range s.VirtualRouter().Users().Users(viewer(s)) {
		t.Rows = append(t.Rows, []string{u.Name, u.Group,
			protocol(u.Auth.String(), u.Auth != snmp.NoAuth), protocol(u.Priv.String(), u.Priv != snmp.NoPriv)})
	}
	return t
}

func showGroups(s *cli.Session) cli.Table {
	t := cli.Table{Header: [][]string{{"Group", "Users"}}}
	lcd := s.VirtualRouter().Users()
	snap := lcd.Snapshot()
	for _, g := range lcd.Groups(viewer(s)) {
		var names []string
		for _, u := range lcd.Users(viewer(s)) {
			if snap.GroupOf(u) == g {
				names = append(names, u.Name)
			}
		}
		t.Rows = append(t.Rows, []string{g.Name, orNone(strings.Join(names, ", "))})
	}
	return t
}

func showViews(s *cli.Session) cli.Table {
	t := cli.Table{Header: [][]string{{"View", "Subtree", "Type"}}}
	for _, v := range s.VirtualRouter().Users().Views(viewer(s)) {
		for i := len(v.Families) - 1; i >= 0; i-- { // shorter subtrees first
			t.Rows = append(t.Rows, []string{v.Name, subtreeText(v.Families[i]), familyType(v.Families[i])})
		}
		if len(v.Families) == 0 {
			t.Rows = append(t.Rows, []string{v.Name, none, none})
		}
	}
	return t
}

func familyType(f snmp.Family) string {
	if f.Included {
		return "included"
	}
	return "excluded"
}

func showGroupAccess(s *cli.Session) cli.Table {
	t := cli.Table{Header: [][]string{{"Group", "Level", "Read View", "Write View", "Notify View"}}}
	for _, g := range s.VirtualRouter().Users().Groups(viewer(s)) {
		t.Rows = append(t.Rows, []string{g.Name, g.Level.Keyword(),
			orNone(g.Views[snmp.Read]), orNone(g.Views[snmp.Write]), orNone(g.Views[snmp.Notify])})
	}
	return t
}

// keepsSecureHosts refuses to take notifications of packet mirroring away from
// a group with users that secure hosts send as.
func keepsSecureHosts(s *cli.Session, group, notifyView string) error {
	if notifyView == snmp.ViewMirrorAdmin {
		return nil
	}
	for _, u := range s.VirtualRouter().Users().Users(viewer(s)) {
		if u.Group == group && u.Side() == snmp.Secure && namedBySecureHost(s, u.Name) {
			return fmt.Errorf("user %s %w", u.Name, errNamed)
		}
	}
	return nil
}

// accessLines are views, then the groups that name them, then communities.
func accessLines(vr *trapcore.VirtualRouter, reveal bool) []cli.Line {
	var lines []cli.Line
	lcd := vr.Users()
	for _, v := range lcd.Views(snmp.Secure) {
		for i := len(v.Families) - 1; i >= 0 && !v.Predefined; i-- {
			f := v.Families[i]
			lines = append(lines, cli.Line{Secure: v.Side == snmp.Secure, Blind: v.Side != snmp.Secure && v.Name == snmp.ViewMirrorAdmin,
				Text: fmt.Sprintf("snmp-server view %s %s %s", grammar.Quote(v.Name), subtreeText(f), familyType(f))})
		}
	}
	for _, g := range lcd.Groups(snmp.Secure) {
		if g.Predefined() {
			continue
		}
		text := "snmp-server group " + grammar.Quote(g.Name) + " " + g.Level.Keyword()
		for i, word := range []string{snmp.Read: "read", snmp.Write: "write", snmp.Notify: "notify"} {
			if g.Views[i] != "" {
				text += " " + word + " " + grammar.Quote(g.Views[i])
			}
		}
		blind := g.Side() != snmp.Secure && (secureGroup(lcd, g.Name) || slices.Contains(g.Views[:], snmp.ViewMirrorAdmin))
		lines = append(lines, cli.Line{Text: text, Secure: g.Side() == snmp.Secure, Blind: blind})
	}
	for _, c := range lcd.Communities(snmp.Secure) {
		name := grammar.Quote(c.Name)
		if !reveal {
			name = cli.Hidden
		}
		text := "snmp-server community " + name
		if c.Privilege != snmp.Admin {
			text += " view " + grammar.Quote(c.View)
		}
		text += " " + c.Privilege.String()
		if c.AccessList != "" {
			text += " " + grammar.Quote(c.AccessList)
		}
		blind := c.Side() != snmp.Secure && c.View == snmp.ViewMirrorAdmin
		lines = append(lines, cli.Line{Text: text, Secure: c.Side() == snmp.Secure, Blind: blind})
	}
	return lines
}

// secureGroup reports whether a secure group has the name.
func secureGroup(lcd *snmp.LCD, name string) bool {
	g, ok := lcd.Snapshot().GroupFor(snmp.Secure, name)
	return ok && g.Side() == snmp.Secure
}
