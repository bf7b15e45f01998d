package command

import (
	"context"
	"fmt"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore"
)

var (
	routerWord = kw("virtual-router", "A virtual router")
	routerName = param("ROUTER", grammar.Name("WORD", trapcore.MaxVirtualRouterName), "The name of the virtual router").From(routerNames)
)

var virtualRouterCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Switches: true,
		Syntax:  seq(kw("virtual-router", "Go to another virtual router"), routerName),
		Summary: "Go to another virtual router",
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			vr, ok := s.Router().VirtualRouter(a.Text("ROUTER"))
			if !ok {
				return trapcore.ErrNoVirtualRouter
			}
			s.SetVirtualRouter(vr)
			return nil
		}),
	},
	{
		Modes: inGlobal, Level: levelConfigure, Switches: true,
		Syntax:  seq(kw("virtual-router", "Go to a virtual router, and make it if it does not exist"), routerName),
		No:      seq(kw("virtual-router", "Remove a virtual router"), routerName),
		Summary: "Make a virtual router and go to it",
		Description: "Interfaces, routes, subscribers, SNMP users and trap hosts belong to a virtual router. The no version removes it with all of " +
			"them: its subscribers are logged out, its interfaces deleted. A session that is in it goes to the default one. There can be 1000 at once.",
		Examples: []string{"virtual-router isp1"},
		Run:      cli.Text(virtualRouter).Leading(thereIsVirtualRouter),
	},
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:  seq(showWord, kw("virtual-router", "The virtual routers"), opt(routerName)),
		Summary: "Show the virtual routers",
		Run:     cli.Text(showVirtualRouters),
	},
}

func thereIsVirtualRouter(s *cli.Session, a grammar.Args) bool {
	_, ok := s.Router().VirtualRouter(a.Text("ROUTER"))
	return ok
}

// showVirtualRouters shows what belongs to a virtual router and can be counted by
// whoever sees it.
func showVirtualRouters(_ context.Context, s *cli.Session, a grammar.Args) error {
	t := cli.Table{Header: [][]string{{"Virtual Router", "SNMP Agent", "Interfaces"}}}
	for _, vr := range s.Router().VirtualRouters() {
		if name := vr.Name(); !a.Has("ROUTER") || name == a.Text("ROUTER") {
			t.Rows = append(t.Rows, []string{name, enabled(!vr.Traps().Settings().Off), fmt.Sprint(vr.Network().InterfaceCount())})
		}
	}
	if len(t.Rows) == 0 {
		return trapcore.ErrNoVirtualRouter
	}
	s.Print(t.String())
	return nil
}

func virtualRouter(_ context.Context, s *cli.Session, a grammar.Args) error {
	r, name := s.Router(), a.Text("ROUTER")
	if a.Form != grammar.Affirmative {
		if err := r.Remove(name); err != nil {
			return err
		}
		if s.VirtualRouter().Name() == name {
			s.SetVirtualRouter(r.Default())
		}
		return nil
	}
	vr, ok := r.VirtualRouter(name)
	if !ok {
		var err error
		if vr, err = r.Create(name); err != nil {
			return err
		}
	}
	s.SetVirtualRouter(vr)
	return nil
}
