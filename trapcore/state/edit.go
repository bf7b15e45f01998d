package state

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
)

// Edit puts octets in place of others in a file.
type Edit struct {
	At  int    `json:"at"`            // offset of the first, before any other of the same change
	Cut int    `json:"cut,omitempty"` // how many are taken away
	Put []byte `json:"put,omitempty"`
}

// ErrWhole is the error of edits of a file that has to be written whole.
var ErrWhole = errors.New("the file has to be written whole")

// maxEdits is by how many octets a file is edited at most before it is written
// whole, and an edit counts as editOverhead more than it puts.
const (
	maxEdits     = 4 << 20
	editOverhead = 40
)

// edited is a file whose edits are in .commit, and not yet in the file itself.
type edited struct {
	of      *sum     // what the file itself has
	changes [][]Edit // each of what the one before has made
	size    int      // of the file with all of them
	octets  int      // of them
}

// newEdited is a file that has no edits.
func newEdited(of *sum) *edited {
	if of == nil {
		return &edited{}
	}
	return &edited{of: of, size: of.Size}
}

// takes notes a change, unless it is of a file of another size, or too much.
func (e *edited) takes(edits []Edit) bool {
	at, size, octets := 0, e.size, e.octets
	for i := range edits {
		x := &edits[i]
		if x.At < at || x.Cut < 0 || x.Cut > e.size-x.At {
			return false
		}
		at = x.At + x.Cut
		size += len(x.Put) - x.Cut
		octets += len(x.Put) + editOverhead
	}
	if size > maxOwn || octets > maxEdits {
		return false
	}
	e.changes, e.size, e.octets = append(e.changes, edits), size, octets
	return true
}

// content is what the file is, given what it has itself. It costs what changes are,
// and one copy.
func (e *edited) content(data []byte) (_ []byte, ok bool) {
	if *e.of != *sumOf(data) {
		return nil, false
	}
	return e.made(data), true
}

// made is what the edits make of what the file has.
func (e *edited) made(data []byte) []byte {
	now, before := [][]byte{data}, [][]byte(nil)
	for _, edits := range e.changes {
		now, before = apply(before[:0], now, edits), now
	}
	return bytes.Join(now, nil)
}

// apply appends to out the pieces of a content once edits, which takes has found good,
// are applied.
func apply(out, pieces [][]byte, edits []Edit) [][]byte {
	var rest []byte // of the piece before pieces
	at := 0
	for i := range edits {
		x := &edits[i]
		out, rest, pieces = take(out, rest, pieces, x.At-at)
		if len(x.Put) > 0 {
			out = append(out, x.Put)
		}
		_, rest, pieces = take(nil, rest, pieces, x.Cut)
		at = x.At + x.Cut
	}
	if len(rest) > 0 {
		out = append(out, rest)
	}
	return append(out, pieces...)
}

// take appends the next n octets to out, and returns what comes after them.
func take(out [][]byte, rest []byte, pieces [][]byte, n int) ([][]byte, []byte, [][]byte) {
	for n > 0 {
		if len(rest) == 0 {
			rest, pieces = pieces[0], pieces[1:]
		}
		m := min(n, len(rest))
		out, rest, n = append(out, rest[:m]), rest[m:], n-m
	}
	return out, rest, pieces
}

func (d *Dir) Edit(files map[string][]Edit) error {
	names, err := checkNames(files)
	if err != nil || len(names) == 0 {
		return err
	}
	err = d.enter(names...)
	defer d.mu.Unlock()
	if err != nil {
		return fmt.Errorf("commit: %w", bare(err))
	}
	next := log{d.renames, maps.Clone(d.edited)}
	var entries []entry
	for _, name := range names {
		e := d.edited[name]
		if e == nil {
			e = newEdited(d.written[name])
		}
		if e.of == nil {
			return ErrWhole
		}
		now := *e
		if !now.takes(files[name]) {
			return ErrWhole
		}
		next.edited[name] = &now
		entries = append(entries, entry{To: name, Of: now.of, Edits: files[name]})
	}
	if d.logSize == 0 {
		_, err = d.putLog(next)
	} else if err = d.appendLog(entries); err == nil {
		d.log = next
	}
	if err != nil {
		return fmt.Errorf("commit: %w", bare(err))
	}
	return nil
}

// Rewrite writes and syncs the file outside mu, so that commits go on meanwhile.
func (d *Dir) Rewrite(name string) error {
	d.rewriting.Lock()
	defer d.rewriting.Unlock()
	if err := d.rewrite(name); err != nil {
		return fmt.Errorf("write %s: %w", name, bare(err))
	}
	return nil
}

func (d *Dir) rewrite(name string) error {
	f, e, err := d.openEdited(name)
	if f == nil || err != nil {
		return err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxOwn+1))
	_ = f.Close()
	if err != nil {
		return err
	}
	whole, ok := e.content(data)
	if !ok {
		return d.notEdited(name)
	}
	temp, err := d.writeTemp(".", whole, 0o600)
	if err != nil {
		return err
	}
	taken, err := d.putRewritten(name, temp, &e, sumOf(whole))
	if !taken {
		err = errors.Join(err, d.remove(temp))
	}
	return err
}

// openEdited opens a file that has been edited, nil if it has not, and returns
// the edits by then.
func (d *Dir) openEdited(name string) (*os.File, edited, error) {
	err := d.enter(name)
	defer d.mu.Unlock()
	e := d.edited[name]
	if err != nil || e == nil {
		return nil, edited{}, err
	}
	f, err := openRegular(d.root, name, os.O_RDONLY)
	return f, *e, d.told(name, err)
}

// putRewritten puts a temporary file that has some edits of a file in its place,
// unless that has been written meanwhile; edits that have come since stay.
func (d *Dir) putRewritten(name, temp string, with *edited, of *sum) (taken bool, err error) {
	err = d.enter(name)
	defer d.mu.Unlock()
	now := d.edited[name]
	if err != nil || now == nil || now.of != with.of || len(now.changes) < len(with.changes) {
		return false, err
	}
	if err := d.syncDir("."); err != nil {
		return false, err
	}
	rest := newEdited(of)
	for _, edits := range now.changes[len(with.changes):] {
		_ = rest.takes(edits) // as it was taken before
	}
	next := log{append(slices.Clone(d.renames), renaming{temp, name}), maps.Clone(d.edited)}
	if next.edited[name] = rest; len(rest.changes) == 0 {
		delete(next.edited, name)
	}
	delete(d.written, name)
	if taken, err = d.putLog(next); err == nil {
		err = d.finishFor(name)
	}
	if err == nil {
		d.written[name] = of
	}
	return taken, err
}

// notEdited is the error for a file that is not the one whose edits are in .commit.
func (d *Dir) notEdited(name string) error {
	return &DamagedError{
		Path: d.Path(name), Reason: "not the file that the edits in " + journalName + " are of",
		Remedy: "restore it, or remove " + journalName + " to do without the last edits",
	}
}

// forget makes .commit say nothing of a file that is about to be replaced or
// removed: what it has with its edits is written whole. The caller holds mu.
func (d *Dir) forget(name string) error {
	delete(d.written, name)
	e := d.edited[name]
	if e == nil {
		return nil
	}
	data, err := d.read(name)
	if err != nil {
		return err
	}
	whole, ok := e.content(data)
	if !ok {
		return d.notEdited(name)
	}
	err = d.commit([]string{name}, map[string][]byte{name: whole})
	delete(d.written, name)
	return err
}

// allEdited returns the files that have been edited.
func (d *Dir) allEdited() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Sorted(maps.Keys(d.edited))
}
