package cli

import (
	"slices"

	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
)

// position is where a session is: in a virtual router, and in a mode.
type position struct {
	vr    *trapcore.VirtualRouter
	modes []place // outermost first; never empty
}

// place is a mode and what it configures.
type place struct {
	mode    grammar.Mode
	subject any
	prompt  string // what it shows in the prompt
	secure  bool   // only secure commands lead there
}

// VirtualRouter returns the virtual router the session is in.
func (p *position) VirtualRouter() *trapcore.VirtualRouter { return p.vr }

// SetVirtualRouter changes the virtual router the session is in.
func (p *position) SetVirtualRouter(vr *trapcore.VirtualRouter) { p.vr = vr }

// Mode returns the current mode.
func (p *position) Mode() grammar.Mode { return p.modes[len(p.modes)-1].mode }

// inSecureMode reports whether only secure commands lead to the current mode.
func (p *position) inSecureMode() bool { return p.modes[len(p.modes)-1].secure }

// Subject returns what the current mode configures, as given to Enter.
func (p *position) Subject() any { return p.modes[len(p.modes)-1].subject }

// Enter goes from the current mode to one below it, which configures subject;
// Global Configuration, which has none, sits right above Exec.
func (p *position) Enter(m grammar.Mode, subject any) {
	if m == GlobalConfig {
		p.End()
	}
	p.modes = append(p.modes, place{m, subject, modePrompts[m], isSecureMode(m)})
}

// End goes to Exec from any configuration mode.
func (p *position) End() { p.keep(1) }

// Leaving drops the modes that configure what gone says is no more.
func (p *position) Leaving(gone func(subject any) bool) {
	p.dropFrom(func(at place) bool { return at.subject != nil && gone(at.subject) })
}

// leaveSecure leaves the modes to which only secure commands lead.
func (p *position) leaveSecure() {
	p.dropFrom(func(at place) bool { return at.secure })
}

// up goes one mode up, and reports whether there is one.
func (p *position) up() bool {
	if len(p.modes) == 1 {
		return false
	}
	p.keep(len(p.modes) - 1)
	return true
}

// backTo leaves the modes below a configuration mode, if the session is in one.
func (p *position) backTo(m grammar.Mode) {
	if i := slices.IndexFunc(p.modes, func(at place) bool { return at.mode == m }); i > 0 {
		p.keep(i + 1)
	}
}

// dropFrom leaves the first mode below Exec that is to be left, and those below it.
func (p *position) dropFrom(leave func(place) bool) {
	if i := slices.IndexFunc(p.modes, leave); i > 0 {
		p.keep(i)
	}
}

// keep leaves all but the n outermost modes.
func (p *position) keep(n int) { p.modes = p.modes[:min(n, len(p.modes))] }

// names appends the modes to all, outermost first.
func (p *position) names(all []grammar.Mode) []grammar.Mode {
	for _, at := range p.modes {
		all = append(all, at.mode)
	}
	return all
}
