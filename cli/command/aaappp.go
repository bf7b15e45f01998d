package command

import (
	"context"
	"slices"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore/ppp"
	"mirrorsh/trapcore/side"
)

var aaaWord = kw("aaa", "Authentication, authorization and accounting")

// methodsLine are the methods of a list.
type methodsLine struct {
	RADIUS bool `cli:"radius"`
	None   bool `cli:"none"`
}

func (l methodsLine) methods() (all []ppp.Method) {
	if l.RADIUS {
		all = append(all, ppp.RADIUS)
	}
	if l.None {
		all = append(all, ppp.None)
	}
	return all
}

func methodsOf(all []ppp.Method) methodsLine {
	return methodsLine{slices.Contains(all, ppp.RADIUS), slices.Contains(all, ppp.None)}
}

// pppMethods is a list of methods for PPP subscribers.
func pppMethods(word, help, summary, description string, of func(*ppp.Settings) *[]ppp.Method, none, radius string) cli.Row {
	words := seq(aaaWord, kw(word, help), kw("ppp", "PPP subscribers"), kw("default", "The methods, in the order they are tried"))
	standard := ppp.DefaultSettings()
	return &cli.Setting[scope, methodsLine]{
		Place:       ofScope,
		Syntax:      seq(words, alt(kw("none", none), seq(kw("radius", radius), opt(kw("none", "Where no server answers: "+none))))),
		No:          words,
		Summary:     summary,
		Description: description,
		Examples:    []string{"aaa " + word + " ppp default radius none", "no aaa " + word + " ppp default"},
		Set: func(_ context.Context, _ *cli.Session, p scope, l methodsLine) error {
			return p.setPPP(func(s *ppp.Settings) { *of(s) = l.methods() })
		},
		Clear: func(_ context.Context, _ *cli.Session, p scope, _ methodsLine) error {
			return p.setPPP(func(s *ppp.Settings) { *of(s) = *of(&standard) })
		},
		Lines: func(p scope, _ side.Clearance) []methodsLine {
			s := p.router.PPP().Settings(p.vr.Network())
			if slices.Equal(*of(&s), *of(&standard)) {
				return nil
			}
			return []methodsLine{methodsOf(*of(&s))}
		},
	}
}

var (
	pppAuthentication = pppMethods("authentication", "Who may log in", "Set what decides on the logins of PPP subscribers",
		"The default is radius. A login for which no server answers goes to the next method, and fails if there is none. Methods decide on "+
			"logins with a password: test subscriber login without one stands for a login that was accepted.",
		func(s *ppp.Settings) *[]ppp.Method { return &s.Authentication }, "Everybody may log in", "The RADIUS servers of the virtual router")
	pppAccounting = pppMethods("accounting", "What is accounted for", "Set where the sessions of PPP subscribers are accounted for",
		"The default is radius. Where no accounting server is configured nothing is accounted for. A record that no server takes is dropped.",
		func(s *ppp.Settings) *[]ppp.Method { return &s.Accounting }, "Nothing is accounted for", "The RADIUS servers of the virtual router")

	pppInterim = cli.Scalar[scope, int]{
		Place: ofScope,
		Words: seq(aaaWord, kw("user", "Users"), kw("accounting", "What is accounted for"), kw("interval", "The time between records of a session")),
		Value: param("MINUTES", grammar.Int(int64(ppp.MinInterim/time.Minute), int64(ppp.MaxInterim/time.Minute)), "The minutes"),
		Off: seq(aaaWord, kw("user", "Users"), kw("accounting", "What is accounted for"), kw("interval", "No records of a session that goes on"),
			opt(param("MINUTES", grammar.Int(int64(ppp.MinInterim/time.Minute), int64(ppp.MaxInterim/time.Minute)), "The minutes").As("VALUE"))),
		Summary:     "Set how often a session that goes on is accounted for",
		Description: "There is no such record by default. The Acct-Interim-Interval of an Access-Accept goes before it.",
		Get:         func(p scope) int { return int(p.router.PPP().Settings(p.vr.Network()).Interim / time.Minute) },
		Set: func(p scope, n int) error {
			return p.setPPP(func(s *ppp.Settings) { s.Interim = time.Duration(n) * time.Minute })
		},
	}.Row()
)

func (p scope) setPPP(f func(*ppp.Settings)) error {
	if err := p.exists(); err != nil {
		return err
	}
	p.router.PPP().Set(p.vr.Network(), f)
	return nil
}
