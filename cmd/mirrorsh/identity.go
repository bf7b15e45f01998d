package main

import (
	"errors"
	"os"

	"golang.org/x/term"

	"mirrorsh/trapcore"
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
