package command

import (
	"mirrorsh/cli"
	"mirrorsh/trapcore"
)

// The places that are configured in Global Configuration.
var (
	ofRouter = cli.Place[*trapcore.Router]{
		Modes: inGlobal,
		Of:    func(s *cli.Session) (*trapcore.Router, error) { return s.Router(), nil },
		At: func(sh *cli.Shell, vr *trapcore.VirtualRouter) (*trapcore.Router, bool) {
			return sh.Router, vr == sh.Router.Default()
		},
	}
	ofVirtualRouter = cli.Place[*trapcore.VirtualRouter]{
		Modes: inGlobal,
		Of:    func(s *cli.Session) (*trapcore.VirtualRouter, error) { return s.VirtualRouter(), nil },
		At:    func(_ *cli.Shell, vr *trapcore.VirtualRouter) (*trapcore.VirtualRouter, bool) { return vr, true },
	}
)

// setOne adapts a method that cannot fail.
func setOne[P, V any](set func(p P, v V)) func(P, V) error {
	return func(p P, v V) error {
		set(p, v)
		return nil
	}
}
