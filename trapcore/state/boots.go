package state

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// maxBoots is where snmpEngineBoots stays (RFC 3414 section 2.2.2): every
// message then counts as outside the time window, and the engine needs a new
// engine ID.
const maxBoots = math.MaxInt32

const bootsPrefix = "snmpEngineBoots "

func (d *Dir) NextBoots() (int32, error) {
	err := d.enter(bootsName)
	defer d.mu.Unlock()
	var r bootsRecord
	if err == nil {
		r, err = d.readBoots()
	}
	if err == nil {
		d.engines = r.before
	}
	if err == nil && r.boots < maxBoots {
		r.boots++
		err = d.replace(bootsName, r.sealed(), 0o600)
	}
	if err != nil {
		return 0, fmt.Errorf("engine boots: %w", bare(err))
	}
	return r.boots, nil
}

func (d *Dir) BootsBefore(engineID string) (int32, error) {
	id := hex.EncodeToString([]byte(engineID))
	err := d.enter(bootsName)
	defer d.mu.Unlock()
	if before, ok := d.engines[id]; ok && d.root != nil {
		return before, nil
	}
	var r bootsRecord
	if err == nil {
		r, err = d.readBoots()
	}
	if _, ok := r.before[id]; err == nil && !ok {
		if len(r.before) >= maxEngines {
			return 0, errEngines
		}
		r.before[id] = max(r.boots-1, 0)
		err = d.replace(bootsName, r.sealed(), 0o600)
	}
	if err != nil {
		return 0, fmt.Errorf("engine boots: %w", bare(err))
	}
	d.engines = r.before
	return r.before[id], nil
}

// bootsRecord is what engine-boots holds.
type bootsRecord struct {
	boots  int32
	before map[string]int32 // by engine ID in hex
}

func (r *bootsRecord) sealed() []byte {
	body := fmt.Appendf(nil, "%s%d\n", bootsPrefix, r.boots)
	for _, id := range slices.Sorted(maps.Keys(r.before)) {
		body = fmt.Appendf(body, "%s %d\n", id, r.before[id])
	}
	return seal(body)
}

// readBoots returns the boots of the last run, 0 on a new directory. The
// caller holds mu.
func (d *Dir) readBoots() (bootsRecord, error) {
	data, err := d.read(bootsName)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := d.root.Lstat(macName); err != nil {
			return bootsRecord{before: map[string]int32{}}, nil
		}
		return bootsRecord{}, d.damaged(bootsName, "missing, while the engine ID is kept")
	}
	if err != nil {
		return bootsRecord{}, err
	}
	body, ok := unseal(data)
	r, parsed := parseBoots(string(body))
	if !ok || !parsed || string(r.sealed()) != string(data) {
		// Boots that fall back would let old messages be replayed.
		return bootsRecord{}, d.damaged(bootsName, "wrong content or checksum")
	}
	return r, nil
}

func parseBoots(body string) (bootsRecord, bool) {
	lines := strings.Split(strings.TrimSuffix(body, "\n"), "\n")
	text, found := strings.CutPrefix(lines[0], bootsPrefix)
	boots, err := strconv.ParseInt(text, 10, 32)
	r := bootsRecord{boots: int32(boots), before: map[string]int32{}}
	if !found || err != nil || boots < 1 {
		return r, false
	}
	for _, line := range lines[1:] {
		id, text, _ := strings.Cut(line, " ")
		before, err := strconv.ParseInt(text, 10, 32)
		if id == "" || err != nil || before < 0 || before >= boots {
			return r, false
		}
		r.before[id] = int32(before)
	}
	return r, true
}
