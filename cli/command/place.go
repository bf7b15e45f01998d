package command

import (
	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
)

// The places that are configured in Global Configuration.
var (
	ofRouter = cli.Place[*trapcore.Router]{
		Modes: inGlobal,
		Of:    func(s *cli.Session) (*trapcore.Router, error) { return s.Router(), nil },
		At: func(sh *cli.Shell, vr *trapcore.VirtualRouter, _ side.Clearance) (*trapcore.Router, bool) {
			return sh.Router, vr == sh.Router.Default()
		},
	}
	ofVirtualRouter = cli.Place[*trapcore.VirtualRouter]{
		Modes: inGlobal,
		Of:    func(s *cli.Session) (*trapcore.VirtualRouter, error) { return s.VirtualRouter(), nil },
		At: func(_ *cli.Shell, vr *trapcore.VirtualRouter, _ side.Clearance) (*trapcore.VirtualRouter, bool) {
			return vr, true
		},
	}
)

// ofAccess are the lines, the banners and the passwords, which belong to the
// router as a whole.
var ofAccess = cli.Place[*access.Access]{
	Modes: inGlobal,
	Of:    func(s *cli.Session) (*access.Access, error) { return s.Shell().Access(), nil },
	At: func(sh *cli.Shell, vr *trapcore.VirtualRouter, _ side.Clearance) (*access.Access, bool) {
		return sh.Access(), vr == sh.Router.Default()
	},
}

// ofShell is the shell itself, which the router as a whole has.
var ofShell = cli.Place[*cli.Shell]{
	Modes: inGlobal,
	Of:    func(s *cli.Session) (*cli.Shell, error) { return s.Shell(), nil },
	At: func(sh *cli.Shell, vr *trapcore.VirtualRouter, _ side.Clearance) (*cli.Shell, bool) {
		return sh, vr == sh.Router.Default()
	},
}

// ifAny is what Lines of a setting returns for words that say nothing if they are
// empty.
func ifAny[T comparable](words T) []T {
	var empty T
	if words == empty {
		return nil
	}
	return []T{words}
}

// able shows a switch.
func able(on bool) result.Shown { return result.Choose(on, "enabled", "disabled") }

// scope is a virtual router and the router that it is part of.
type scope struct {
	router *trapcore.Router
	vr     *trapcore.VirtualRouter
}

// exists refuses a virtual router that has been removed.
func (p scope) exists() error {
	if now, _ := p.router.VirtualRouter(p.vr.Name()); now != p.vr {
		return trapcore.ErrNoVirtualRouter
	}
	return nil
}

var ofScope = cli.Place[scope]{
	Modes: inGlobal,
	Of:    func(s *cli.Session) (scope, error) { return scope{s.Router(), s.VirtualRouter()}, nil },
	At: func(sh *cli.Shell, vr *trapcore.VirtualRouter, _ side.Clearance) (scope, bool) {
		return scope{sh.Router, vr}, true
	},
}

// The places of secure settings.
var (
	ofSecure      = cli.SecureIn(ofRouter, func(r *trapcore.Router) *trapcore.Router { return r })
	ofSecureScope = cli.SecureIn(ofScope, scope.of)
)

// of is the router that a place is in.
func (p scope) of() *trapcore.Router { return p.router }

// inMode is the place that a mode configures; none refuses where there is none.
func inMode[P any](m grammar.Mode, none error) cli.Place[P] {
	return cli.Place[P]{
		Modes: []grammar.Mode{m},
		Of: func(s *cli.Session) (P, error) {
			p, ok := s.Subject().(P)
			if !ok {
				return p, none
			}
			return p, nil
		},
	}
}

// setOne adapts a method that cannot fail.
func setOne[P, V any](set func(p P, v V)) func(P, V) error {
	return func(p P, v V) error {
		set(p, v)
		return nil
	}
}
