package cli

import (
	"fmt"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
)

// namesSecure reports whether an argument is the name of something that only the
// secure side has, or has one in it.
func (sh *Shell) namesSecure(args grammar.Args) bool {
	var values []string
	for v := range args.Values() {
		if _, ordinary := v.(network.InterfaceID); !ordinary { // whatever its name is a trigger of
			values = append(values, fmt.Sprint(v))
		}
	}
	if len(values) == 0 {
		return false
	}
	for name := range sh.secureNames() {
		for _, v := range values {
			if mentions(v, name) {
				return true
			}
		}
	}
	return false
}

// mentions reports whether a name is in a text, on its own.
func mentions(text, name string) bool {
	for from := 0; name != "" && from <= len(text); {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:from+i])
		after, _ := utf8.DecodeRuneInString(text[from+i+len(name):])
		if !wordRune(before) && !wordRune(after) {
			return true
		}
		from += i + 1
	}
	return false
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// secureNames are the names and addresses of the secure side, in all virtual
// routers.
func (sh *Shell) secureNames() iter.Seq[string] {
	all := keeper(side.Secure) // the log leaves them out, it shows none
	return func(yield func(string) bool) {
		for _, vr := range sh.Router.VirtualRouters() {
			for _, name := range secureSNMPNames(vr, all) {
				if !yield(name) {
					return
				}
			}
		}
		for _, name := range sh.mirrorNames(all) {
			if !yield(name) {
				return
			}
		}
	}
}

// secureSNMPNames are the secure users, groups, views, communities and hosts.
func secureSNMPNames(vr *trapcore.VirtualRouter, c side.Clearance) (names []string) {
	lcd := vr.Users(c)
	for _, u := range lcd.Users() {
		if u.Side() == side.Secure {
			names = append(names, u.Name)
		}
	}
	for _, g := range lcd.Groups() {
		if g.Side() == side.Secure {
			names = append(names, g.Name)
		}
	}
	for _, v := range lcd.Views() {
		if v.Side == side.Secure {
			names = append(names, v.Name)
		}
	}
	for _, c := range lcd.Communities() {
		if c.Side() == side.Secure {
			names = append(names, c.Name)
		}
	}
	for _, h := range vr.Traps().As(c).Hosts() {
		if h.Side == side.Secure {
			names = append(names, h.Address.String())
		}
	}
	return names
}

// mirrorNames are the policy and classifier lists, the analyzers, the values of
// trigger rules and the subscribers that are mirrored.
func (sh *Shell) mirrorNames(c side.Clearance) (names []string) {
	secure, ok := sh.Router.Secure(c)
	if !ok {
		return nil
	}
	m := secure.Mirror()
	for _, l := range m.PolicyLists() {
		names = append(names, l.Name)
		for _, g := range l.Groups {
			if g.Classifier != "*" {
				names = append(names, g.Classifier)
			}
			if g.Action != nil && g.Action.Analyzer.IsValid() {
				names = append(names, g.Action.Analyzer.String())
			}
		}
	}
	for _, l := range m.ClassifierLists() {
		names = append(names, l.Name)
	}
	for _, r := range m.Rules() {
		names = append(names, r.Value, r.List)
	}
	for _, s := range m.Sessions() {
		if s.Subscriber != "" { // else it is an interface, which is ordinary
			names = append(names, s.Subscriber, s.Trigger)
		}
		names = append(names, s.Policy.Name)
	}
	return names
}
