package state

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// renaming is one line of the commit record.
type renaming struct {
	From string `json:"from"` // temporary name
	To   string `json:"to"`
}

func (d *Dir) Commit(files map[string][]byte) error {
	names, err := checkCommit(files)
	if err != nil || len(names) == 0 {
		return err
	}
	err = d.enter(".")
	defer d.mu.Unlock()
	switch name := names[0]; {
	case len(names) == 1 && (err == nil || d.waiting != nil && !d.waiting[name]):
		// One rename needs no record, and waits for no other file's.
		err = d.replace(name, files[name], 0o600)
	case err == nil:
		err = d.commit(names, files)
	}
	if err != nil {
		return fmt.Errorf("commit: %w", bare(err))
	}
	return nil
}

// commit follows the package comment. The caller holds mu.
func (d *Dir) commit(names []string, files map[string][]byte) (err error) {
	var record []renaming
	defer func() {
		if err != nil && !d.unfinished {
			for _, r := range record {
				_ = d.remove(r.From) // at worst the next Open removes it
			}
		}
	}()
	for _, name := range names {
		temp, err := d.writeTemp(".", files[name], 0o600)
		if err != nil {
			return err
		}
		record = append(record, renaming{temp, name})
	}
	// The record must not reach the disk before the names it is about.
	if err := d.syncDir("."); err != nil {
		return err
	}
	body, err := json.Marshal(record)
	if err != nil {
		return err
	}
	journal, err := d.writeTemp(".", seal(append(body, '\n')), 0o600)
	if err != nil {
		return err
	}
	if err := d.rename(journal, journalName); err != nil {
		return errors.Join(err, d.remove(journal))
	}
	d.unfinished, d.waiting = true, nil
	if err := d.syncDir("."); err != nil {
		return err
	}
	return d.finish()
}

// finish carries out what is left of a commit, as far as that can be done. The
// caller holds mu.
func (d *Dir) finish() error {
	if !d.unfinished {
		return nil
	}
	d.waiting = nil
	record, err := d.readRecord()
	if errors.Is(err, fs.ErrNotExist) {
		d.unfinished = false
		return nil
	}
	if err != nil {
		return err
	}
	d.waiting = map[string]bool{}
	for _, r := range record {
		// A file that is gone has its new name already.
		if e := d.rename(r.From, r.To); e != nil && !errors.Is(e, fs.ErrNotExist) {
			d.waiting[r.To] = true
			err = cmp.Or(err, e)
		}
	}
	if err != nil {
		return err
	}
	if err := d.syncDir("."); err != nil {
		return err
	}
	if err := d.remove(journalName); err != nil {
		return err
	}
	d.unfinished, d.waiting = false, nil
	return nil
}

func (d *Dir) readRecord() ([]renaming, error) {
	data, err := d.read(journalName)
	if err != nil {
		return nil, err
	}
	body, ok := unseal(data)
	var record []renaming
	if !ok || json.Unmarshal(body, &record) != nil {
		return nil, d.damaged(journalName, "wrong checksum")
	}
	for _, r := range record {
		if !strings.HasPrefix(r.From, tempPrefix) || strings.Contains(r.From, "/") || CheckName(r.To) != nil {
			return nil, d.damaged(journalName, "unexpected names")
		}
	}
	return record, nil
}
