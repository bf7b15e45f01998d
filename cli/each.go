package cli

import (
	"fmt"

	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
)

// Each describes settings of the things in a place: the lines of all of them for
// the first thing, then those for the second.
type Each[P, Q any] struct {
	Place Place[P]
	// Of returns the things that the clearance sees, each as the place of Rows.
	Of   func(p P, c side.Clearance) []Q
	Rows []Row
	// Version counts the changes of what lines of Rows are made of; nil: they are made
	// anew for each save.
	Version func(p P) uint64
}

// Commands returns the commands of the settings.
func (x *Each[P, Q]) Commands() []Command {
	var all []Command
	for _, row := range x.Rows {
		all = append(all, row.Commands()...)
	}
	return all
}

func (x *Each[P, Q]) lines(place any, c side.Clearance, reveal bool) ([]Line, error) {
	p, ok := place.(P)
	if !ok {
		return nil, fmt.Errorf("settings of the things in %T, not in %T", p, place)
	}
	var all []Line
	for _, q := range x.Of(p, c) {
		lines, err := linesOf(x.Rows, q, c, reveal)
		if err != nil {
			return nil, err
		}
		all = append(all, lines...)
	}
	return all, nil
}

func (x *Each[P, Q]) at(sh *Shell, vr *trapcore.VirtualRouter, c side.Clearance, reveal bool) ([]Line, error) {
	if p, ok := x.Place.At(sh, vr, c); ok {
		return x.lines(p, c, reveal)
	}
	return nil, nil
}

func (x *Each[P, Q]) keep(k *keptRow, sh *Shell, vr *trapcore.VirtualRouter) {
	p, ok := x.Place.At(sh, vr, keeper(side.Secure))
	if !ok {
		*k = keptRow{}
		return
	}
	if x.Version != nil && k.current(x.Version(p)) {
		return
	}
	k.render(func(side.Side) bool { return true }, func(c side.Clearance) ([]Line, error) { return x.at(sh, vr, c, true) })
}

// maySecure: the things may be.
func (x *Each[P, Q]) maySecure() bool { return true }

// linesOf returns the lines of rows in a place; there is always a list of them.
func linesOf(rows []Row, place any, c side.Clearance, reveal bool) ([]Line, error) {
	all := []Line{}
	for _, r := range rows {
		lines, err := r.lines(place, c, reveal)
		if err != nil {
			return nil, err
		}
		all = append(all, lines...)
	}
	return all, nil
}
