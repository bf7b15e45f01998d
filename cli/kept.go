package cli

import (
	"sync"

	"mirrorsh/cli/internal/config"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
)

// keeping is the configuration as it was rendered last, so that a change is saved at
// the cost of what has changed: only virtual routers that somebody was at work in
// are rendered again, of these only rows whose version is another, and of rows of
// many lines only those that were edited. mu guards the marks, touched and all; the
// rest belongs to the Saver, which asks for it under its lock.
type keeping struct {
	mu      sync.Mutex
	touched map[*trapcore.VirtualRouter]struct{}
	all     bool // all are touched

	order   []*trapcore.VirtualRouter
	routers map[*trapcore.VirtualRouter]*keptRouter
	failed  bool // something of it could not be rendered
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
func (k *keeping) forget() { k.routers = nil }

// keptRouter is what is kept of a virtual router: a row for each setting.
type keptRouter struct {
	heading string
	rows    []keptRow
	text    [side.Count]config.Text
	err     [side.Count]error
}

// refresh renders what has changed. What is of the router as a whole is rendered
// for the default virtual router, whoever has changed it.
func (k *keeping) refresh(sh *Shell) {
	touched, all := k.marks()
	if k.routers != nil && len(touched) == 0 && !all && !k.failed {
		return // as for the other side
	}
	k.failed = false
	k.order = sh.Router.VirtualRouters()
	old := k.routers
	k.routers = make(map[*trapcore.VirtualRouter]*keptRouter, len(k.order))
	for _, vr := range k.order {
		r := old[vr]
		_, dirty := touched[vr]
		if r == nil {
			r, dirty = &keptRouter{heading: routerHeading(vr)}, true
		}
		if dirty || all || vr == sh.Router.Default() || r.err != [side.Count]error{} {
			r.refresh(sh, vr)
		}
		k.failed = k.failed || r.err != [side.Count]error{}
		k.routers[vr] = r
	}
}

func (r *keptRouter) refresh(sh *Shell, vr *trapcore.VirtualRouter) {
	n := 0
	r.text, r.err = [side.Count]config.Text{}, [side.Count]error{}
	for i := range sh.Sections {
		for _, row := range sh.Sections[i].Rows {
			if n == len(r.rows) {
				r.rows = append(r.rows, keptRow{})
			}
			at := &r.rows[n]
			n++
			row.keep(at, sh, vr)
			for _, of := range side.Both {
				r.text[of] = append(r.text[of], at.text[of]...)
				if r.err[of] == nil {
					r.err[of] = at.err[of]
				}
			}
		}
	}
}

// text returns the lines of a side.
func (k *keeping) text(of side.Side) (config.Text, error) {
	all := make([]config.Piece, 0, len(k.order))
	for _, vr := range k.order {
		r := k.routers[vr]
		if r.err[of] != nil {
			return nil, r.err[of]
		}
		all = append(all, config.Piece{Heading: r.heading, Text: r.text[of]})
	}
	return config.Join(all, of), nil
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

func (k *keptRow) fail(of side.Side, err error) {
	k.valid = false
	if k.err[of] == nil {
		k.err[of] = err
	}
}

// render renders all of a row.
func (k *keptRow) render(lines func(side.Clearance) ([]Line, error)) {
	k.begin()
	for _, of := range side.Both {
		all, err := lines(keeper(of))
		if err != nil {
			k.fail(of, err)
			continue
		}
		k.text[of] = nil
		if text := config.Render(all, of); text != "" {
			k.text[of] = config.Text{text}
		}
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
	if x.Version != nil {
		version := x.Version(p) // before the lines: what comes meanwhile has another
		if k.valid && k.version == version {
			return
		}
		k.version = version
	}
	k.render(func(c side.Clearance) ([]Line, error) { return x.at(sh, vr, c, true) })
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
