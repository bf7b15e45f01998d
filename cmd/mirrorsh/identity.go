package main

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/term"

	"mirrorsh/trapcore"
	"mirrorsh/trapcore/chassis"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
	"mirrorsh/trapcore/state"
)

// isEphemeral reports whether nothing is kept.
func (c *config) isEphemeral(batch bool) bool { return c.ephemeral || batch && c.state == "" }

// hostIdentity is --identity for the name of this host.
const hostIdentity = "@hostname"

// identify gives the router the MAC address that its name makes; an ephemeral
// one of serve has the name of this host, so that two at a time do not share
// engine ID and boots.
func (c *config) identify(ephemeral bool) (err error) {
	if c.identity == hostIdentity || c.identity == "" && c.mac == nil && c.isServe && ephemeral {
		if c.identity, err = os.Hostname(); err != nil || c.identity == "" {
			return errors.New("this host has no name to make an engine ID from: give --identity NAME")
		}
	}
	if c.identity != "" {
		c.mac = state.IdentityMAC(c.identity, 0)
	}
	return nil
}

// keepMAC takes the MAC address that the store has, unless one is asked for. A
// state directory keeps the one of a name, and is refused under another name.
func (m *machine) keepMAC() (err error) {
	if m.mac == nil {
		m.mac, err = m.store.ChassisMAC()
		return err
	}
	err = m.store.KeepMAC(m.mac)
	if other := (*state.OtherMACError)(nil); errors.As(err, &other) {
		if m.identity == "" {
			return fmt.Errorf("%w: leave --chassis-mac out, or --state another one", err)
		}
		return fmt.Errorf("%w as --identity %s makes it: give the identity that the directory began with, or --state another one", err, m.identity)
	}
	return err
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
			if h.Host.Version == snmp.Version3 {
				say("every router without --identity, --chassis-mac or --state has the engine ID %v: give each a name with --identity where several run at a time",
					router.Default().EngineID())
				return
			}
		}
	}
}
