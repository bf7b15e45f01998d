package main

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/term"

	"mirrorsh/trapcore"
	"mirrorsh/trapcore/chassis"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/state"
)

// isEphemeral reports whether nothing is kept.
func (c *config) isEphemeral(batch bool) bool { return c.ephemeral || batch && c.state == "" }

// identify gives an ephemeral router the MAC address that its name or that of
// this host makes, so that two at a time do not share engine ID and boots.
func (c *config) identify() error {
	if c.identity == "" && c.mac == nil && c.isServe {
		name, err := os.Hostname()
		if err != nil {
			return errors.New("this host has no name to make an engine ID from: give --identity NAME")
		}
		c.identity = name
	}
	if c.identity != "" {
		c.mac = state.IdentityMAC(c.identity)
	}
	return nil
}

// modelOf returns the chassis of a router: the one that is asked for, which the
// store keeps from then on, else the one it has kept.
func modelOf(store state.Store, asked *chassis.Model) (*chassis.Model, error) {
	kept, err := store.Model()
	switch {
	case asked != nil && err == nil && kept == asked.Keyword:
		return asked, nil
	case asked != nil:
		return asked, store.SetModel(asked.Keyword)
	case err != nil:
		return nil, err
	case kept == "":
		return chassis.Default, nil
	}
	m, ok := chassis.Find(kept)
	if !ok {
		return nil, fmt.Errorf("the state directory is of a model that is not known, %q: give --model", kept)
	}
	return m, nil
}

// warnShared says that other ephemeral routers have the same engine ID, where a
// receiver of SNMPv3 could mistake one for the other: at a terminal, and of the
// secure side only to who has seen it.
func (m *machine) warnShared(router *trapcore.Router, saw side.Clearance) {
	if !m.shared || !term.IsTerminal(int(os.Stderr.Fd())) {
		return
	}
	for _, v := range router.VirtualRouters() {
		for _, h := range v.Traps().As(saw).Hosts() {
			if h.Host.Version == notify.V3 {
				say("every router without --identity, --chassis-mac or --state has the engine ID %v: give each a name with --identity where several run at a time",
					router.Default().EngineID())
				return
			}
		}
	}
}
