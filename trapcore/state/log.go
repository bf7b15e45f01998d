package state

import (
	"bytes"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
)

// log is what .commit says that the files themselves do not have yet.
type log struct {
	renames []renaming
	edited  map[string]*edited
}

// renaming is one that is to be done.
type renaming struct{ From, To string }

// entry is what a record of .commit has of a file: From for a renaming, else Of
// and Edits.
type entry struct {
	From  string `json:"from,omitempty"` // temporary name
	To    string `json:"to"`
	Of    *sum   `json:"of,omitempty"` // what the file itself has
	Edits []Edit `json:"edits,omitempty"`
}

// sum tells one content of a file from others.
type sum struct {
	Size int    `json:"size"`
	CRC  uint32 `json:"crc32"`
}

func sumOf(data []byte) *sum { return &sum{len(data), crc32.ChecksumIEEE(data)} }

// entries are those of a record that says all of it.
func (l *log) entries() (all []entry) {
	for _, r := range l.renames {
		all = append(all, entry{From: r.From, To: r.To})
	}
	for _, name := range slices.Sorted(maps.Keys(l.edited)) {
		e := l.edited[name]
		for _, edits := range e.changes {
			all = append(all, entry{To: name, Of: e.of, Edits: edits})
		}
	}
	return all
}

// add takes an entry, unless it makes no sense.
func (l *log) add(x *entry) bool {
	switch {
	case strings.Contains(x.To, "/") || CheckName(x.To) != nil || (x.From == "") == (x.Of == nil):
		return false
	case x.Of == nil:
		l.renames = append(l.renames, renaming{x.From, x.To})
		return strings.HasPrefix(x.From, tempPrefix) && !strings.Contains(x.From, "/")
	}
	e := l.edited[x.To]
	if e == nil {
		e = newEdited(x.Of)
		l.edited[x.To] = e
	}
	return *e.of == *x.Of && e.takes(x.Edits)
}

// parseLog reads .commit, and returns how many octets its records have. A last
// record that is not whole was being appended when the router was killed, and
// does not count. The first one was put in place by a rename, and is whole.
func parseLog(data []byte) (l log, size int, reason string) {
	l.edited = map[string]*edited{}
	for size == 0 || size < len(data) {
		rest := data[size:]
		end := endOfRecord(rest)
		body, ok := unseal(rest[:end])
		if !ok && size > 0 && end == len(rest) {
			break
		}
		var entries []entry
		if !ok || json.Unmarshal(body, &entries) != nil {
			return log{}, 0, "wrong checksum"
		}
		for i := range entries {
			if !l.add(&entries[i]) {
				return log{}, 0, "unexpected names or edits"
			}
		}
		size += end
	}
	return l, size, ""
}

// endOfRecord is where the line after the first one ends, or the data.
func endOfRecord(data []byte) (end int) {
	for range 2 {
		i := bytes.IndexByte(data[end:], '\n')
		if i < 0 {
			return len(data)
		}
		end += i + 1
	}
	return end
}

// readLog reads .commit, if there is one. The caller holds mu.
func (d *Dir) readLog() error {
	data, err := d.read(journalName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	l, size, reason := parseLog(data)
	if reason != "" {
		return d.damaged(journalName, reason)
	}
	d.log, d.logSize, d.torn = l, size, size < len(data)
	return nil
}

// logged reports whether .commit says, or may say, something of a file that is
// edited. The caller holds mu.
func (d *Dir) logged(name string) bool { return d.torn || d.edited[name] != nil }

// putLog replaces .commit, durably: that is a commit point. It reports whether it
// is in place, also if it may not be so after a power failure. The caller holds mu.
func (d *Dir) putLog(l log) (taken bool, err error) {
	record, err := sealEntries(l.entries())
	if err != nil {
		return false, err
	}
	temp, err := d.writeTemp(".", record, 0o600)
	if err != nil {
		return false, err
	}
	if err := d.rename(temp, journalName); err != nil {
		return false, errors.Join(err, d.remove(temp))
	}
	d.log, d.logSize, d.torn = l, len(record), false
	return true, d.syncDir(".")
}

func sealEntries(entries []entry) ([]byte, error) {
	body, err := json.Marshal(entries)
	if err != nil {
		return nil, err
	}
	return seal(append(body, '\n')), nil
}

// appendLog adds a record of edits to .commit, durably: that is a commit point.
// The caller holds mu, and notes the edits.
func (d *Dir) appendLog(entries []entry) error {
	record, err := sealEntries(entries)
	if err != nil {
		return err
	}
	f, err := openRegular(d.root, journalName, os.O_WRONLY)
	if err != nil {
		return d.told(journalName, err)
	}
	defer f.Close()
	if d.torn {
		err = d.do(stepWrite, func() error { return f.Truncate(int64(d.logSize)) })
	}
	if err == nil {
		d.torn = true // until all of it is there
		err = d.do(stepWrite, func() error { _, err := f.WriteAt(record, int64(d.logSize)); return err })
	}
	if err == nil {
		err = d.do(stepSync, f.Sync)
	}
	if err == nil {
		d.torn, d.logSize = false, d.logSize+len(record)
	}
	return err
}

// endLog removes .commit once the files have all that it says. The caller holds mu.
func (d *Dir) endLog() error {
	if d.logSize == 0 || len(d.renames)+len(d.edited) > 0 {
		return nil
	}
	if err := d.remove(journalName); err != nil {
		return err
	}
	d.logSize, d.torn = 0, false
	return nil
}
