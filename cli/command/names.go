package command

import (
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/acl"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/radius"
	"mirrorsh/trapcore/snmp"
)

// What exists by name, as a session sees it, for the parameters that name it.

// named makes a namer of a list and what is the name of a thing in it.
func named[T any](list func(*cli.Session) []T, name func(T) string) cli.Namer {
	return func(s *cli.Session) []string { return namesOf(list(s), name) }
}

// namesOf are the names of things.
func namesOf[T any](list []T, name func(T) string) []string {
	var names []string
	for _, thing := range list {
		names = append(names, name(thing))
	}
	return names
}

var (
	routerNames = named(
		func(s *cli.Session) []*trapcore.VirtualRouter { return s.Router().VirtualRouters() },
		(*trapcore.VirtualRouter).Name)
	userNames = named(
		func(s *cli.Session) []*snmp.User { return usersOf(s).Users() },
		func(u *snmp.User) string { return u.Name })
	groupNames = named(
		func(s *cli.Session) []*snmp.Group { return usersOf(s).Groups() },
		func(g *snmp.Group) string { return g.Name })
	viewNames = named(
		func(s *cli.Session) []*snmp.View { return usersOf(s).Views() },
		func(v *snmp.View) string { return v.Name })
	hostNames = named(
		func(s *cli.Session) []notify.HostStatus { return trapsOf(s).Hosts() },
		func(h notify.HostStatus) string { return h.Address.String() })
	accessListNames = named(
		func(s *cli.Session) []acl.List { return s.VirtualRouter().AccessLists().All() },
		func(l acl.List) string { return l.Name })
	subscriberNames = cli.CrowdNamer(func(s *cli.Session, prefix string, visit func(string) bool) (left int) {
		eachValue(s, network.UserName, prefix, visit)
		return 0
	})
	ordinaryPolicyNames = cli.CrowdNamer(func(s *cli.Session, prefix string, visit func(string) bool) (left int) {
		return s.Router().Policies().EachName(prefix, visit)
	})
	ordinaryClassifierNames = cli.CrowdNamer(func(s *cli.Session, prefix string, visit func(string) bool) (left int) {
		return s.Router().Policies().EachClassifierName(prefix, visit)
	})
	policyNames = cli.SecureCrowdNames(func(_ *cli.Session, x *trapcore.Secure, prefix string, visit func(string) bool) (left int) {
		return x.Mirror().EachPolicyName(prefix, visit)
	})
	classifierNames = cli.SecureCrowdNames(func(_ *cli.Session, x *trapcore.Secure, prefix string, visit func(string) bool) (left int) {
		return x.Mirror().EachClassifierName(prefix, visit)
	})
	radiusNames = named(
		func(s *cli.Session) []radius.ClientStatus {
			return s.Router().RADIUS().Clients(s.VirtualRouter().Name())
		},
		func(c radius.ClientStatus) string { return c.Address.String() })
)

// eachValue gives out what subscribers of all virtual routers have of an attribute.
func eachValue(s *cli.Session, of network.Attribute, prefix string, visit func(string) bool) {
	if strings.Contains(prefix, `\`) { // in quotes, where it stands for another character
		prefix = ""
	}
	s.Router().Network().EachValue(of, prefix, func(value string) { visit(value) })
}

// communityNames lists communities to who may see them in the configuration.
func communityNames(s *cli.Session) []string {
	if !s.Reaches(grammar.LevelMax) {
		return nil
	}
	return named(
		func(s *cli.Session) []*snmp.Community {
			return usersOf(s).Communities()
		},
		func(c *snmp.Community) string { return c.Name })(s)
}

// interfaceNames lists the specifiers of the interfaces of a type.
func interfaceNames(t network.InterfaceType) cli.CrowdNamer {
	return func(s *cli.Session, prefix string, visit func(string) bool) (left int) {
		return s.VirtualRouter().Network().EachSpecifier(t, prefix, visit)
	}
}

// syslogNames lists the servers that log messages go to.
func syslogNames(s *cli.Session) []string {
	var names []string
	for _, d := range s.Router().EventLog().Destinations() {
		if d.Server.IsValid() {
			names = append(names, d.Server.Addr().String())
		}
	}
	return names
}

// policyNamesOf lists the policy lists of one protocol that commands may change.
func policyNamesOf(p mirror.Protocol) cli.CrowdNamer {
	return cli.SecureCrowdNames(func(_ *cli.Session, x *trapcore.Secure, prefix string, visit func(string) bool) (left int) {
		return x.Mirror().EachPolicyNameOf(p, prefix, visit)
	})
}
