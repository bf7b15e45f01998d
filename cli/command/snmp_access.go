package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/mib"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
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

func parseSubtree(word string) (s *subtree, ok bool) {
	s = &subtree{}
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

// text writes a subtree as the command takes it.
func (s *subtree) text() string {
	parts := strings.Split(s.oid.String(), ".")
	for i := range parts {
		if i/8 < len(s.mask) && s.mask[i/8]&(0x80>>(i%8)) == 0 {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, ".")
}

var subtreeParam = param("OID", grammar.Value("OID", "not an object identifier", parseSubtree, func(s *subtree) (string, bool) { return s.text(), true }),
	"The object identifier of the subtree, * for any number in it")

// communityLine is a community of SNMPv1 and SNMPv2c.
type communityLine struct {
	Name       string         `cli:"COMMUNITY"`
	View       string         `cli:"VIEW"`
	Privilege  snmp.Privilege `cli:"privilege"`
	AccessList string         `cli:"ACCESS-LIST"`
	Side       side.Side      `cli:"-"`
}

var communityName = param("COMMUNITY", grammar.Name("WORD", snmp.MaxCommunity), "The community").From(communityNames).Secret()

var communities = &cli.Setting[*trapcore.VirtualRouter, communityLine]{
	Place: ofVirtualRouter,
	Syntax: seq(serverKey, kw("community", "Configure a community of SNMPv1 and SNMPv2c"), communityName,
		opt(viewWord, viewName),
		opt(alt(
			kw("admin", "Read and write everything").As("privilege").Is(snmp.Admin),
			kw("ro", "Read").As("privilege").Is(snmp.ReadOnly),
			kw("rw", "Read and write").As("privilege").Is(snmp.ReadWrite))),
		opt(param("ACCESS-LIST", grammar.Name("WORD", snmp.MaxAccessList), "The access list that a source must pass").From(accessListNames))),
	No:          seq(serverKey, kw("community", "Remove a community"), communityName),
	Summary:     "Configure a community",
	Description: "Without a view it is user, with admin everything; without a privilege a community may read.",
	Examples:    []string{"snmp-server community public view everything ro"},
	Set: func(_ context.Context, s *cli.Session, vr *trapcore.VirtualRouter, l communityLine) error {
		return vr.Users(s.Clearance()).SetCommunity(snmp.Community{Name: l.Name, View: l.View, Privilege: l.Privilege, AccessList: l.AccessList})
	},
	Clear: func(_ context.Context, s *cli.Session, vr *trapcore.VirtualRouter, l communityLine) error {
		return vr.Users(s.Clearance()).RemoveCommunity(l.Name)
	},
	Version: func(vr *trapcore.VirtualRouter) uint64 { return vr.Users(side.Clearance{}).Version() },
	Lines: func(vr *trapcore.VirtualRouter, c side.Clearance) (all []communityLine) {
		for _, m := range vr.Users(c).Communities() {
			l := communityLine{m.Name, m.View, m.Privilege, m.AccessList, m.Side()}
			if m.Privilege == snmp.Admin {
				l.View = "" // it has everything
			}
			all = append(all, l)
		}
		return all
	},
	Side: func(l communityLine) side.Side { return l.Side },
	Shadowed: func(_ *trapcore.VirtualRouter, _ side.Clearance, l communityLine) bool {
		return l.View == snmp.ViewMirrorAdmin
	},
}

// viewLine is a subtree of a view.
type viewLine struct {
	View     string    `cli:"VIEW"`
	Subtree  *subtree  `cli:"OID"`
	Included bool      `cli:"type"`
	Side     side.Side `cli:"-"`
}

var views = &cli.Setting[*trapcore.VirtualRouter, viewLine]{
	Place: ofVirtualRouter,
	Syntax: seq(serverKey, kw("view", "Configure a view"), viewName, subtreeParam,
		alt(kw("excluded", "Leave the subtree out").As("type").Is(false), kw("included", "Take the subtree in").As("type").Is(true))),
	No:          seq(serverKey, kw("view", "Remove a view"), viewName, opt(subtreeParam)),
	Summary:     "Configure a view",
	Description: "The longest subtree that matches decides. The no version removes a subtree, or the whole view.",
	Examples:    []string{"snmp-server view interfaces 1.3.6.1.2.1.2 included", "snmp-server view second 1.3.6.1.2.1.2.2.1.*.2 included"},
	Set: func(_ context.Context, s *cli.Session, vr *trapcore.VirtualRouter, l viewLine) error {
		return vr.Users(s.Clearance()).SetView(l.View, snmp.Family{Subtree: l.Subtree.oid, Mask: l.Subtree.mask, Included: l.Included})
	},
	Clear: func(_ context.Context, s *cli.Session, vr *trapcore.VirtualRouter, l viewLine) error {
		if l.Subtree == nil {
			return vr.Users(s.Clearance()).RemoveView(l.View, nil)
		}
		return vr.Users(s.Clearance()).RemoveView(l.View, l.Subtree.oid)
	},
	Version: func(vr *trapcore.VirtualRouter) uint64 { return vr.Users(side.Clearance{}).ViewVersion() },
	Lines: func(vr *trapcore.VirtualRouter, c side.Clearance) (all []viewLine) {
		for _, v := range vr.Users(c).Views() {
			if v.Predefined {
				continue
			}
			for f := range v.Families() {
				all = append(all, viewLine{v.Name, &subtree{f.Subtree, f.Mask}, f.Included, v.Side})
			}
		}
		return all
	},
	Side: func(l viewLine) side.Side { return l.Side },
	Shadowed: func(_ *trapcore.VirtualRouter, _ side.Clearance, l viewLine) bool {
		return l.View == snmp.ViewMirrorAdmin
	},
}

// groupLine is a group of users and what they may reach.
type groupLine struct {
	Name   string             `cli:"GROUP"`
	Level  snmp.SecurityLevel `cli:"level"`
	Read   string             `cli:"readView"`
	Write  string             `cli:"writeView"`
	Notify string             `cli:"notifyView"`
	Side   side.Side          `cli:"-"`
}

func groupView(name, help string) grammar.Node {
	return opt(kw(name, help), param(name+"View", grammar.Name("WORD", snmp.MaxName), "The name of the view").From(viewNames))
}

var groupName = param("GROUP", grammar.Name("WORD", snmp.MaxName), "The name of the group").From(groupNames)

var groups = &cli.Setting[*trapcore.VirtualRouter, groupLine]{
	Place: ofVirtualRouter,
	Syntax: seq(serverKey, kw("group", "Configure a group of users"), groupName,
		alt(
			kw("auth", "Messages must be authenticated").As("level").Is(snmp.AuthNoPriv),
			kw("noauth", "Messages need no security").As("level").Is(snmp.NoAuthNoPriv),
			kw("priv", "Messages must be authenticated and encrypted").As("level").Is(snmp.AuthPriv)),
		groupView("read", "The view to read"), groupView("write", "The view to write"), groupView("notify", "The view of notifications")),
	No:          seq(serverKey, kw("group", "Remove a group of users"), groupName),
	Summary:     "Configure a group of users",
	Description: "A view that is not given gives no access.",
	Examples:    []string{"snmp-server group operators priv read everything notify everything"},
	Set: func(_ context.Context, s *cli.Session, vr *trapcore.VirtualRouter, l groupLine) error {
		if err := keepsSecureHosts(s, l.Name, l.Notify); err != nil {
			return err
		}
		return vr.Users(s.Clearance()).SetGroup(snmp.NewGroup(l.Name, l.Level, l.Read, l.Write, l.Notify))
	},
	Clear: func(_ context.Context, s *cli.Session, vr *trapcore.VirtualRouter, l groupLine) error {
		return vr.Users(s.Clearance()).RemoveGroup(l.Name)
	},
	Version: func(vr *trapcore.VirtualRouter) uint64 { return vr.Users(side.Clearance{}).Version() },
	Lines: func(vr *trapcore.VirtualRouter, c side.Clearance) (all []groupLine) {
		for _, g := range vr.Users(c).Groups() {
			if !g.Predefined() {
				all = append(all, groupLine{g.Name, g.Level, g.Views[snmp.Read], g.Views[snmp.Write], g.Views[snmp.Notify], g.Side()})
			}
		}
		return all
	},
	Side: func(l groupLine) side.Side { return l.Side },
	Shadowed: func(vr *trapcore.VirtualRouter, c side.Clearance, l groupLine) bool {
		return secureGroup(vr.Users(c), l.Name) || slices.Contains([]string{l.Read, l.Write, l.Notify}, snmp.ViewMirrorAdmin)
	},
}

var snmpAccessCommands = []cli.Command{
	showAccess("community", "The communities", showCommunities),
	showAccess("user", "The users of SNMPv3", showSNMPUsers),
	showAccess("group", "The groups and their users", showGroups),
	showAccess("view", "The views and their subtrees", showViews),
	showAccess("access", "What the groups may reach", showGroupAccess),
}

func showAccess(name, help string, table func(s *cli.Session) *result.Table) cli.Command {
	return cli.Command{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, snmpWord, kw(name, help)),
		Summary: "Show " + strings.ToLower(help[:1]) + help[1:],
		Run: cli.Show(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
			return table(s), nil
		}),
	}
}

// orNone shows a text that is empty as dashes.
func orNone(s string) result.Shown { return result.As(s, cmp.Or(s, none)) }

func showCommunities(s *cli.Session) *result.Table {
	t := &result.Table{Columns: result.Columns("Community", "View", "Priv", "Access List")}
	for _, c := range usersOf(s).Communities() {
		name := c.Name
		if !s.Reaches(cli.LevelSecrets) {
			name = cli.Hidden
		}
		t.Add(name, c.View, c.Privilege, orNone(c.AccessList))
	}
	return t
}

func showSNMPUsers(s *cli.Session) *result.Table {
	t := &result.Table{Columns: result.Columns("User", "Group", "Auth", "Priv", "Key extension")}
	protocol := func(p fmt.Stringer, on bool) result.Shown {
		if !on {
			return orNone("")
		}
		return orNone(p.String())
	}
	for _, u := range usersOf(s).Users() {
		t.Add(u.Name, u.Group, protocol(u.Auth, u.Auth != snmp.NoAuth), protocol(u.Priv, u.Priv != snmp.NoPriv), orNone(u.KeyExtension()))
	}
	return t
}

func showGroups(s *cli.Session) *result.Table {
	t := &result.Table{Columns: result.Columns("Group", "Users")}
	users := usersOf(s)
	for _, g := range users.Groups() {
		names := []string{}
		for _, u := range users.Users() {
			if users.GroupOf(u) == g {
				names = append(names, u.Name)
			}
		}
		t.Add(g.Name, result.As(names, cmp.Or(strings.Join(names, ", "), none)))
	}
	return t
}

func showViews(s *cli.Session) *result.Table {
	t := &result.Table{Columns: result.Columns("View", "Subtree", "Type")}
	for _, v := range usersOf(s).Views() {
		for f := range v.Families() {
			t.Add(v.Name, (&subtree{f.Subtree, f.Mask}).text(), familyType(f))
		}
		if v.Size() == 0 {
			t.Add(v.Name, orNone(""), orNone(""))
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

func showGroupAccess(s *cli.Session) *result.Table {
	t := &result.Table{Columns: result.Columns("Group", "Level", "Read View", "Write View", "Notify View")}
	for _, g := range usersOf(s).Groups() {
		t.Add(g.Name, g.Level.Keyword(), orNone(g.Views[snmp.Read]), orNone(g.Views[snmp.Write]), orNone(g.Views[snmp.Notify]))
	}
	return t
}

// keepsSecureHosts refuses to take notifications of packet mirroring away from
// a group with users that secure hosts send as.
func keepsSecureHosts(s *cli.Session, group, notifyView string) error {
	if notifyView == snmp.ViewMirrorAdmin {
		return nil
	}
	for _, u := range usersOf(s).Users() {
		if u.Group == group && u.Side() == side.Secure && namedBySecureHost(s, u.Name) {
			return fmt.Errorf("user %s %w", u.Name, errNamed)
		}
	}
	return nil
}

// secureGroup reports whether a secure group has the name.
func secureGroup(users snmp.Visible, name string) bool {
	g, ok := users.Group(name)
	return ok && g.Side() == side.Secure
}
