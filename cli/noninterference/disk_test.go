package noninterference

import (
	"errors"
	"io/fs"
	"sync/atomic"
	"testing"

	"mirrorsh/trapcore/state"
)

// disk is the store of a twin. It has no room for files of more octets than
// its limit; the limit 0 is none.
type disk struct {
	state.Store
	limit atomic.Int64
}

var errFull = errors.New("no space left on device")

func (d *disk) fits(data []byte) bool {
	limit := d.limit.Load()
	return limit == 0 || int64(len(data)) <= limit
}

func (d *disk) WriteFile(name string, data []byte, perm fs.FileMode) error {
	if !d.fits(data) {
		return errFull
	}
	return d.Store.WriteFile(name, data, perm)
}

func (d *disk) Commit(files map[string][]byte) error {
	for _, data := range files {
		if !d.fits(data) {
			return errFull
		}
	}
	return d.Store.Commit(files)
}

// TestFullDisk: an ordinary change is saved, or is not, whatever becomes of the
// secure configuration: where that one has no room, where nothing has, and where
// there is room for a while in which only the secure side is at work.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1, plant{})
	startup, err := p.empty.store.ReadFile("startup.cnf")
	if err != nil {
		t.Fatal(err)
	}
	secure, err := p.busy.store.ReadFile("secure.cnf")
	if err != nil {
		t.Fatal(err)
	}
	between := int64(len(startup)+len(secure)) / 2
	if len(secure) < 2*len(startup) || between < int64(len(startup))+200 {
		t.Fatalf("%d and %d octets of configuration: no limit is between them", len(startup), len(secure))
	}
	limit := func(n int64) {
		p.did("(room for %d octets)", n)
		for _, w := range p.twins() {
			w.disk.limit.Store(n)
		}
	}
	const change = "configure terminal\nsnmp-server contact "
	for i, step := range []func(){
		func() { limit(between) },
		func() {}, // again
		func() { limit(1) },
		func() { limit(0); p.noise(); limit(1) }, // the noise is saved, or not
		func() { limit(between); p.noise() },
		func() { limit(0) },
	} {
		// All that is typed in the busy router is about the secure side.
		p.secretly("end\nconfigure terminal\nmirror username " + string(rune('a'+i)) + " ip secure-policy-list full\nend")
		step()
		if err := p.give(0, change+string(rune('a'+i))+"\nend"); err != nil {
			t.Fatal(err)
		}
		if brief && i != 2 {
			continue
		}
		if err := p.observe(); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.restart(9); err != nil {
		t.Fatal(err)
	}
	if err := p.observe(); err != nil {
		t.Fatal(err)
	}
}
