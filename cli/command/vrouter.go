package command

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore"
)

var (
	routerWord = kw("virtual-router", "A virtual router")
	routerName = param("ROUTER", grammar.Name("WORD", trapcore.MaxVirtualRouterName), "The name of the virtual router").From(routerNames)
)

// whichRouter names a virtual router.
type whichRouter struct {
	Name string `cli:"ROUTER"`
}

var virtualRouterCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Switches: true,
		Syntax:  seq(kw("virtual-router", "Go to another virtual router"), routerName),
		Summary: "Go to another virtual router",
		Run: cli.Do(whichRouter{}, func(_ context.Context, s *cli.Session, which whichRouter) error {
			vr, ok := s.Router().VirtualRouter(which.Name)
			if !ok {
				return trapcore.ErrNoVirtualRouter
			}
			s.SetVirtualRouter(vr)
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("virtual-router", "The virtual routers"), opt(routerName)),
		Summary: "Show the virtual routers",
		Run:     cli.Show(whichRouter{}, showVirtualRouters),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:      seq(showWord, showIP, kw("vrf", "The VRFs of this virtual router")),
		Summary:     "Show the VRFs of this virtual router",
		Description: "They are the virtual routers whose names begin with that of this one and a colon.",
		Run:         cli.Show(cli.None{}, showVRFs),
	},
}

// virtualRouters makes virtual routers. Its lines are the headings above those of
// each in the configuration.
var virtualRouters = &cli.Setting[*trapcore.Router, whichRouter]{
	Place: ofRouter, Switches: true,
	Syntax:  seq(kw("virtual-router", "Go to a virtual router, and make it if it does not exist"), routerName),
	No:      seq(kw("virtual-router", "Remove a virtual router"), routerName),
	Summary: "Make a virtual router and go to it",
	Description: "Interfaces, routes, subscribers, SNMP users and trap hosts belong to a virtual router. The no version removes it with all of " +
		"them: its subscribers are logged out, its interfaces deleted. A session that is in it goes to the default one. There can be 1000 at once.",
	Examples: []string{"virtual-router isp1"},
	Set: func(_ context.Context, s *cli.Session, r *trapcore.Router, which whichRouter) (err error) {
		vr, ok := r.VirtualRouter(which.Name)
		if !ok {
			if vr, err = r.Create(which.Name); err != nil {
				return err
			}
		}
		s.SetVirtualRouter(vr)
		return nil
	},
	Clear: func(_ context.Context, s *cli.Session, r *trapcore.Router, which whichRouter) error {
		if err := r.Remove(which.Name); err != nil {
			return err
		}
		if s.VirtualRouter().Name() == which.Name {
			s.SetVirtualRouter(r.Default())
		}
		return nil
	},
	There: func(r *trapcore.Router, which whichRouter) bool {
		_, ok := r.VirtualRouter(which.Name)
		return ok
	},
}

var (
	vrfWord = kw("vrf", "A virtual router for routing and forwarding")
	vrfName = param("VRF", grammar.Name("WORD", trapcore.MaxVirtualRouterName), "The name of the VRF").From(vrfNames)
)

// vrfsOf are the VRFs of a virtual router: those whose names begin with its own
// and a colon. Their names come without that.
func vrfsOf(s *cli.Session, of *trapcore.VirtualRouter) map[string]*trapcore.VirtualRouter {
	all := map[string]*trapcore.VirtualRouter{}
	for _, vr := range s.Router().VirtualRouters() {
		if name, ok := strings.CutPrefix(vr.Name(), of.Name()+":"); ok {
			all[name] = vr
		}
	}
	return all
}

func vrfNames(s *cli.Session) []string {
	return slices.Sorted(maps.Keys(vrfsOf(s, s.VirtualRouter())))
}

// vrfNamed is a VRF of the session's virtual router, or with "" that itself.
func vrfNamed(s *cli.Session, name string) (*trapcore.VirtualRouter, error) {
	if name == "" {
		return s.VirtualRouter(), nil
	}
	if vr, ok := s.Router().VirtualRouter(s.VirtualRouter().Name() + ":" + name); ok {
		return vr, nil
	}
	return nil, errNoVRF
}

var errNoVRF = errors.New("no such VRF")

// showVRFs has no route distinguishers, since there is no BGP.
func showVRFs(_ context.Context, s *cli.Session, _ cli.None) (result.Value, error) {
	t := &result.Table{Columns: result.Columns("VRF", "Default RD", "Interfaces")}
	vrfs := vrfsOf(s, s.VirtualRouter())
	for _, name := range slices.Sorted(maps.Keys(vrfs)) {
		t.Add(name, orNone(""), vrfs[name].Network().InterfaceCount())
	}
	return t, nil
}

// showVirtualRouters shows what belongs to a virtual router and can be counted by
// whoever sees it.
func showVirtualRouters(_ context.Context, s *cli.Session, which whichRouter) (result.Value, error) {
	t := &result.Table{Columns: result.Columns("Virtual Router", "SNMP Agent", "Interfaces")}
	add := func(vr *trapcore.VirtualRouter) {
		t.Add(vr.Name(), able(!vr.Traps().Settings().Off), vr.Network().InterfaceCount())
	}
	if which.Name != "" {
		vr, ok := s.Router().VirtualRouter(which.Name)
		if !ok {
			return nil, trapcore.ErrNoVirtualRouter
		}
		add(vr)
		return t, nil
	}
	for _, vr := range s.Router().VirtualRouters() {
		add(vr)
	}
	return t, nil
}
