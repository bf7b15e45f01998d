package state

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
)

func (d *Dir) Commit(files map[string][]byte) error {
	names, err := checkCommit(files)
	if err != nil || len(names) == 0 {
		return err
	}
	err = d.enter(names...)
	defer d.mu.Unlock()
	switch name := names[0]; {
	case err != nil:
	case len(names) == 1 && !d.logged(name):
		// One rename needs no record, and waits for no other file's.
		delete(d.written, name)
		if err = d.replace(name, files[name], 0o600); err == nil {
			d.written[name] = sumOf(files[name])
		}
	default:
		err = d.commit(names, files)
	}
	if err != nil {
		return fmt.Errorf("commit: %w", bare(err))
	}
	return nil
}

// commit follows the package comment. The caller holds mu.
func (d *Dir) commit(names []string, files map[string][]byte) (err error) {
	next := log{edited: maps.Clone(d.edited)}
	for _, r := range d.renames { // of other files, which cannot be done
		if files[r.To] == nil {
			next.renames = append(next.renames, r)
		}
	}
	kept, taken := len(next.renames), false
	defer func() {
		if err != nil && !taken {
			for _, r := range next.renames[kept:] {
				_ = d.remove(r.From) // at worst the next Open removes it
			}
		}
	}()
	for _, name := range names {
		delete(d.written, name)
		delete(next.edited, name)
		temp, err := d.writeTemp(".", files[name], 0o600)
		if err != nil {
			return err
		}
		next.renames = append(next.renames, renaming{temp, name})
	}
	// The record must not reach the disk before the names it is about.
	if err := d.syncDir("."); err != nil {
		return err
	}
	if taken, err = d.putLog(next); err != nil {
		return err
	}
	if err := d.finishFor(names...); err != nil {
		return err
	}
	for _, name := range names {
		d.written[name] = sumOf(files[name])
	}
	return nil
}

// finish carries out what is left of a commit, as far as that can be done. The
// caller holds mu.
func (d *Dir) finish() error {
	d.waiting = nil
	if len(d.renames) == 0 {
		return d.endLog()
	}
	waiting, err := map[string]bool{}, error(nil)
	for _, r := range d.renames {
		// A file that is gone has its new name already.
		if e := d.rename(r.From, r.To); e != nil && !errors.Is(e, fs.ErrNotExist) {
			waiting[r.To] = true
			err = cmp.Or(err, e)
		}
	}
	d.waiting = waiting
	if err != nil {
		return err
	}
	if err := d.syncDir("."); err != nil {
		d.waiting = nil
		return err
	}
	d.renames, d.waiting = nil, nil
	return d.endLog()
}

// finishFor is finish for some files: that it cannot be done because of others is no
// trouble of theirs. The caller holds mu.
func (d *Dir) finishFor(names ...string) error {
	if err := d.finish(); slices.ContainsFunc(names, d.waitsFor) {
		return err
	}
	return nil
}

// waitsFor reports whether a commit cannot be finished because of a file, or may
// not be because of any.
func (d *Dir) waitsFor(name string) bool { return d.waiting == nil || d.waiting[name] }
