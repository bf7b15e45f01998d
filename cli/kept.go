package cli

import (
	"slices"
	"sync"

	"mirrorsh/cli/internal/config"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
)

// keeping is the configuration as it was rendered last, so that a change is saved at
// the cost of what has changed: only virtual routers that somebody was at work in
// are rendered again, of these only rows whose version is another, and of rows of
// many lines only those that were edited. What comes out as it was is the same piece
// of text as before. mu guards the marks, touched and all; the rest belongs to the
// Saver, which asks for it under its lock.
type keeping struct {
	mu      sync.Mutex
	touched map[*trapcore.VirtualRouter]struct{}
	all     bool // all are touched

	routers []*keptRouter // in the order of the configuration
	blocks  []*keptBlock  // of neighbours
	of      map[*trapcore.VirtualRouter]*keptRouter
	dirty   []*keptRouter // to be rendered
	failed  bool          // something of some could not be rendered
	joined  [side.Count]config.Text
	stale   [side.Count]bool // it is not what the routers have
	scratch config.Text      // of assemble
}

// touch marks virtual routers as changed; none means all.
func (k *keeping) touch(routers ...*trapcore.VirtualRouter) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all = k.all || len(routers) == 0
	for _, vr := range routers {
		if k.touched == nil {
			k.touched = map[*trapcore.VirtualRouter]struct{}{}
		}
		k.touched[vr] = struct{}{}
	}
}

func (k *keeping) marks() (touched map[*trapcore.VirtualRouter]struct{}, all bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	touched, all = k.touched, k.all
	k.touched, k.all = nil, false
	return touched, all
}

// forget has all of it rendered again.
func (k *keeping) forget() { k.routers, k.blocks, k.of = nil, nil, nil }

// keptRouter is what is kept of a virtual router: a row for each setting. The line that
// leads to one that has no lines of a side stands among ordinary lines only.
type keptRouter struct {
	vr      *trapcore.VirtualRouter
	heading string // the line that leads to it
	block   *keptBlock
	first   bool // its lines need no heading
	dirty   bool // it is among those to be rendered
	rows    []keptRow
	text    [side.Count]config.Text
	err     [side.Count]error
}

// failed reports whether something of it could not be rendered.
func (r *keptRouter) failed() bool { return r.err != [side.Count]error{} }

// refresh renders what has changed. What is of the router as a whole is rendered
// for the default virtual router, whoever has changed it.
func (k *keeping) refresh(sh *Shell) {
	touched, all := k.marks()
	if k.routers != nil && len(touched) == 0 && !all && !k.failed {
		return // as for the other side
	}
	k.follow(sh.Router.VirtualRouters())
	k.mark(k.routers[0])
	for vr := range touched {
		k.mark(k.of[vr])
	}
	if all || k.failed {
		for _, r := range k.routers {
			if all || r.failed() {
				k.mark(r)
			}
		}
	}
	k.failed = false
	for _, r := range k.dirty {
		k.render(r, sh)
		k.failed = k.failed || r.failed()
	}
	clear(k.dirty)
	k.dirty = k.dirty[:0]
}

// mark has a virtual router rendered; nil: it has been removed.
func (k *keeping) mark(r *keptRouter) {
	if r != nil && !r.dirty {
		r.dirty, k.dirty = true, append(k.dirty, r)
	}
}

// follow keeps something of each virtual router there is, and of no other.
func (k *keeping) follow(order []*trapcore.VirtualRouter) {
	if slices.EqualFunc(k.routers, order, func(r *keptRouter, vr *trapcore.VirtualRouter) bool { return r.vr == vr }) {
		return
	}
	old := k.of
	k.routers, k.of = make([]*keptRouter, 0, len(order)), make(map[*trapcore.VirtualRouter]*keptRouter, len(order))
	for i, vr := range order {
		r := old[vr]
		if r == nil {
			r = &keptRouter{vr: vr, heading: routerHeading(vr) + "\n", first: i == 0}
			k.mark(r)
		}
		k.routers, k.of[vr] = append(k.routers, r), r
	}
	k.group()
	k.stale = [side.Count]bool{true, true}
}

// render brings what is kept of a virtual router up to date.
func (k *keeping) render(r *keptRouter, sh *Shell) {
	r.dirty = false
	n := 0
	for i := range sh.Sections {
		for _, row := range sh.Sections[i].Rows {
			if n == len(r.rows) {
				r.rows = append(r.rows, keptRow{})
			}
			row.keep(&r.rows[n], sh, r.vr)
			n++
		}
	}
	for _, of := range side.Both {
		k.assemble(r, of)
	}
}

// assemble puts the rows of a virtual router together, below its heading.
func (k *keeping) assemble(r *keptRouter, of side.Side) {
	all := append(k.scratch[:0], r.heading)
	r.err[of] = nil
	for i := range r.rows {
		all = append(all, r.rows[i].text[of]...)
		if r.err[of] == nil {
			r.err[of] = r.rows[i].err[of]
		}
	}
	k.scratch = all
	if r.first || of == side.Secure && len(all) == 1 {
		all = all[1:]
	}
	if text := all.Packed(); !slices.Equal(text, r.text[of]) {
		r.text[of], r.block.stale[of], k.stale[of] = text, true, true
	}
	clear(k.scratch) // of what is gone nothing is held
}

// text returns the lines of a side, or what went wrong first in their order.
func (k *keeping) text(of side.Side) (config.Text, error) {
	if k.failed {
		for _, r := range k.routers {
			if r.err[of] != nil {
				return nil, r.err[of]
			}
		}
	}
	if k.stale[of] {
		k.joined[of], k.stale[of] = k.join(of), false
	}
	return k.joined[of], nil
}

// join puts virtual routers together, the default one first.
func (k *keeping) join(of side.Side) config.Text {
	if len(k.routers) == 1 {
		return k.routers[0].text[of]
	}
	pieces := 1
	for _, b := range k.blocks {
		pieces += len(b.join(of))
	}
	all := make(config.Text, 0, pieces)
	for _, b := range k.blocks {
		all = append(all, b.text[of]...)
	}
	if len(all) > 0 {
		all = append(all, k.routers[0].heading)
	}
	return all
}

// routerHeading is the line that leads to a virtual router.
func routerHeading(vr *trapcore.VirtualRouter) string {
	return "virtual-router " + grammar.Quote(vr.Name())
}

// sided is a text of each side.
type sided [side.Count]string

// keptRow is what is kept of a row.
type keptRow struct {
	valid   bool // all of it was rendered, nothing of it in vain
	version uint64
	text    [side.Count]config.Text
	err     [side.Count]error
	lines   any // *keptLines of a row of many
}

// begin forgets what went wrong, and reports whether what is kept can be used.
func (k *keptRow) begin() (valid bool) {
	valid = k.valid
	k.valid, k.err = true, [side.Count]error{}
	return valid
}

// current reports whether what is kept is that of a version, which has been asked for
// before the lines: what comes meanwhile has another.
func (k *keptRow) current(version uint64) bool {
	if k.valid && k.version == version {
		return true
	}
	k.version = version
	return false
}

func (k *keptRow) fail(of side.Side, err error) {
	k.valid = false
	if k.err[of] == nil {
		k.err[of] = err
	}
}

// render renders all of a row. A side that it cannot have lines of is not asked for.
func (k *keptRow) render(may func(of side.Side) bool, lines func(side.Clearance) ([]Line, error)) {
	k.begin()
	for _, of := range side.Both {
		if may(of) {
			all, err := lines(keeper(of))
			k.take(of, all, err)
		}
	}
}

// take has the lines of a side, unless they failed.
func (k *keptRow) take(of side.Side, all []Line, err error) {
	if err != nil {
		k.fail(of, err)
		return
	}
	k.text[of] = nil
	if text := config.Render(all, of); text != "" {
		k.text[of] = config.Text{text}
	}
}

func (x *Setting[P, T]) keep(k *keptRow, sh *Shell, vr *trapcore.VirtualRouter) {
	p, ok := x.Place.At(sh, vr, keeper(side.Secure))
	if !ok || x.Lines == nil {
		*k = keptRow{}
		return
	}
	if x.Crowd != nil {
		x.Crowd.keep(k, x, p)
		return
	}
	switch {
	case x.Version != nil:
		if k.current(x.Version(p)) {
			return
		}
	case x.Into == nil && x.Shadowed == nil && x.bound().Fixed():
		x.keepWords(k, p)
		return
	}
	k.render(x.may, func(c side.Clearance) ([]Line, error) { return x.at(sh, vr, c, true) })
}

// keepWords renders a row whose lines say no more than their words, if these have
// changed.
func (x *Setting[P, T]) keepWords(k *keptRow, p P) {
	kept, ok := k.lines.(*[side.Count][]T)
	if !ok {
		kept = new([side.Count][]T)
		k.lines = kept
	}
	valid := k.begin() && ok
	for _, of := range side.Both {
		if !x.may(of) {
			continue
		}
		words := x.Lines(p, keeper(of))
		if valid && slices.EqualFunc(words, kept[of], func(a, b T) bool { return any(a) == any(b) }) {
			continue
		}
		kept[of] = words
		all, err := x.linesOf(p, keeper(of), words, true)
		k.take(of, all, err)
	}
}

// may reports whether lines of it may be of a side.
func (x *Setting[P, T]) may(of side.Side) bool {
	if of == side.Secure {
		return x.maySecure()
	}
	return !x.Place.Secure
}

// sort finds out which lines may be secure.
func (x *Setting[P, T]) sort() {
	x.sorting.Do(func() {
		x.ordinary = !x.Place.Secure && x.Side == nil && !grammar.HasSecure(x.Syntax) && !grammar.HasSecure(x.Shown) && !grammar.HasSecure(x.No)
		for _, row := range x.Block {
			if row.maySecure() {
				x.secure = append(x.secure, row)
			}
		}
	})
}

func (x *Setting[P, T]) maySecure() bool {
	x.sort()
	return !x.ordinary || len(x.secure) > 0
}

// textOf renders the line of words for a side. That of a secure one is not looked
// for where there can be none.
func (x *Setting[P, T]) textOf(p P, of side.Side, words T) (string, error) {
	if of == side.Secure {
		if !x.maySecure() {
			return "", nil
		}
		if x.ordinary {
			block, err := linesOf(x.secure, x.Into(p, words), keeper(of), true)
			if err != nil || len(block) == 0 {
				return "", err
			}
		}
	}
	l, seen, err := x.line(p, keeper(of), words, true)
	if err != nil || !seen {
		return "", err
	}
	return config.Render([]Line{l}, of), nil
}
