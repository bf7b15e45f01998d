package command

import (
	"context"
	"errors"
	"slices"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
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
		"The default is radius. Where no accounting server is configured nothing is accounted for. A record that no server takes is dropped. "+
			"What is set counts for sessions that begin then: those that began before are accounted for to their end, or not at all.",
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

// stopLine switches a record of logins that came to nothing.
type stopLine struct {
	State string `cli:"state"`
}

// accountingStop is a switch of such records.
func accountingStop(word, help, summary, description string, of func(*ppp.Settings) *bool) cli.Row {
	standard := ppp.DefaultSettings()
	byDefault := *of(&standard)
	what := seq(aaaWord, kw("accounting", "What is accounted for"), kw("acct-stop", "Logins that come to nothing"), kw(word, help))
	state := words("state", "disable", "They are not", "enable", "They are")
	return &cli.Setting[scope, stopLine]{
		Place:  ofScope,
		Syntax: seq(what, state), No: seq(what, opt(state)),
		Summary: summary, Description: description,
		Set: func(_ context.Context, _ *cli.Session, p scope, l stopLine) error {
			return p.setPPP(func(s *ppp.Settings) { *of(s) = l.State == "enable" })
		},
		Clear: func(_ context.Context, _ *cli.Session, p scope, _ stopLine) error {
			return p.setPPP(func(s *ppp.Settings) { *of(s) = byDefault })
		},
		Lines: func(p scope, _ side.Clearance) []stopLine {
			s := p.router.PPP().Settings(p.vr.Network())
			switch on := *of(&s); {
			case on == byDefault:
				return nil
			case on:
				return []stopLine{{"enable"}}
			}
			return []stopLine{{"disable"}}
		},
	}
}

// pppTimeout is a time-out of sessions in seconds.
func pppTimeout(word, help, summary, description string, least, most time.Duration, of func(*ppp.Settings) *time.Duration) cli.Row {
	seconds := param("SECONDS", grammar.Int(int64(least/time.Second), int64(most/time.Second)), "The seconds")
	words := seq(aaaWord, timeoutWord, kw(word, help))
	return cli.Scalar[scope, int]{
		Place: ofScope,
		Words: words, Value: seconds, Off: seq(words, opt(seconds.As("VALUE"))),
		Summary: summary, Description: description,
		Examples: []string{"aaa timeout " + word + " 3600", "no aaa timeout " + word},
		Get: func(p scope) int {
			s := p.router.PPP().Settings(p.vr.Network())
			return int(*of(&s) / time.Second)
		},
		Set: func(p scope, n int) error {
			return p.setPPP(func(s *ppp.Settings) {
				*of(s) = time.Duration(n) * time.Second
				s.IngressOnly = s.IngressOnly && s.Idle > 0
			})
		},
	}.Row()
}

var (
	timeoutWord = kw("timeout", "How long sessions last")
	idleWord    = kw("idle", "Without packets")

	pppStops = []cli.Row{
		accountingStop("on-aaa-failure", "Those that a server has accepted", "Set whether a login that a server has accepted and that fails is accounted for",
			"It is by default, with Acct-Status-Type Stop: the address that was granted is impossible or another's, or the Access-Accept is malformed.",
			func(s *ppp.Settings) *bool { return &s.StopOnFailure }),
		accountingStop("on-access-deny", "Those that a server has refused", "Set whether a login that a server refuses is accounted for",
			"It is not by default.", func(s *ppp.Settings) *bool { return &s.StopOnDeny }),
	}
	pppTimeouts = []cli.Row{
		pppTimeout("idle", "Without packets", "Set after how long without packets a session ends",
			"There is no such time by default. The Idle-Timeout of an Access-Accept goes before it, moved into the same bounds; 0 is none. It is looked "+
				"at once a minute.", ppp.MinIdle, ppp.MaxIdle, func(s *ppp.Settings) *time.Duration { return &s.Idle }),
		cli.Switch[scope]{
			Place:   ofScope,
			Words:   seq(aaaWord, timeoutWord, idleWord, kw("ingress-only", "Packets to the subscriber do not count")),
			Summary: "Let packets to the subscriber not count for the idle time-out", Description: "It needs an idle time-out, and goes with it.",
			Get: func(p scope) bool { return p.router.PPP().Settings(p.vr.Network()).IngressOnly },
			Set: func(p scope, on bool) error {
				if on && p.router.PPP().Settings(p.vr.Network()).Idle == 0 {
					return errNoIdle
				}
				return p.setPPP(func(s *ppp.Settings) { s.IngressOnly = on })
			},
		}.Row(),
		pppTimeout("session", "In all", "Set how long a session lasts",
			"It lasts as long as it likes by default. The Session-Timeout of an Access-Accept goes before it; 0 is none.",
			ppp.MinSession, ppp.MaxSession, func(s *ppp.Settings) *time.Duration { return &s.Session }),
	}
)

var errNoIdle = errors.New("no idle timeout is set")

func (p scope) setPPP(f func(*ppp.Settings)) error {
	if err := p.exists(); err != nil {
		return err
	}
	p.router.PPP().Set(p.vr.Network(), f)
	return nil
}
