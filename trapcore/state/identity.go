package state

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"maps"
	"math"
	"net"
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
	err := d.enter(".")
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
	err := d.enter(".")
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

// EphemeralMAC is the MAC address of the chassis of a store in memory.
const EphemeralMAC = "02:00:00:00:00:01"

func (d *Dir) ChassisMAC() (net.HardwareAddr, error) {
	err := d.enter(".")
	defer d.mu.Unlock()
	var mac net.HardwareAddr
	if err == nil {
		mac, err = d.readMAC()
	}
	if errors.Is(err, fs.ErrNotExist) {
		mac = make(net.HardwareAddr, 6)
		rand.Read(mac)
		mac[0] = 0x02 // locally administered, unicast
		err = d.writeMAC(mac)
	}
	if err != nil {
		return nil, fmt.Errorf("chassis MAC: %w", bare(err))
	}
	return mac, nil
}

// OtherMACError says that a state directory has another chassis MAC than it was
// to keep: it is of another router.
type OtherMACError struct {
	Dir        string
	Kept, Want net.HardwareAddr
}

func (e *OtherMACError) Error() string {
	return fmt.Sprintf("%s is of another router: its chassis MAC is %v, not %v", e.Dir, e.Kept, e.Want)
}

// KeepMAC makes mac the chassis MAC of a directory that has none yet;
// [OtherMACError] is its error for one that has another.
func (d *Dir) KeepMAC(mac net.HardwareAddr) error {
	err := d.enter(".")
	defer d.mu.Unlock()
	var kept net.HardwareAddr
	if err == nil {
		kept, err = d.readMAC()
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = d.writeMAC(mac)
	case err == nil && !bytes.Equal(kept, mac):
		return &OtherMACError{Dir: d.path, Kept: kept, Want: mac}
	}
	if err != nil {
		return fmt.Errorf("chassis MAC: %w", bare(err))
	}
	return nil
}

// writeMAC keeps the MAC address. The caller holds mu.
func (d *Dir) writeMAC(mac net.HardwareAddr) error {
	return d.replace(macName, seal([]byte(mac.String()+"\n")), 0o600)
}

func (d *Dir) readMAC() (net.HardwareAddr, error) {
	data, err := d.read(macName)
	if err != nil {
		return nil, err
	}
	body, ok := unseal(data)
	mac, err := ParseMAC(strings.TrimSuffix(string(body), "\n"))
	if !ok || err != nil {
		return nil, d.damaged(macName, "wrong content or checksum")
	}
	return mac, nil
}

// errMAC is the error of [ParseMAC].
var errMAC = errors.New("invalid chassis MAC address")

// ParseMAC reads the MAC address of a chassis: six octets, separated by colons
// or hyphens, or in groups of four digits separated by dots; a unicast address
// other than zero.
func ParseMAC(s string) (net.HardwareAddr, error) {
	mac, err := net.ParseMAC(s)
	switch {
	case err != nil || len(mac) != 6:
		return nil, fmt.Errorf("%w %q: want six octets such as %s", errMAC, s, EphemeralMAC)
	case mac[0]&1 != 0:
		return nil, fmt.Errorf("%w %q: a group address cannot be a chassis", errMAC, s)
	case bytes.Equal(mac, make([]byte, 6)):
		return nil, fmt.Errorf("%w %q: zero", errMAC, s)
	}
	return mac, nil
}

// seal appends a checksum line to a body that ends in a line end.
func seal(body []byte) []byte {
	return fmt.Appendf(body[:len(body):len(body)], "crc32 %08x\n", crc32.ChecksumIEEE(body))
}

// unseal returns the body of sealed data, and whether it is as seal made it.
func unseal(data []byte) ([]byte, bool) {
	end := bytes.LastIndex(data, []byte("\ncrc32 ")) + 1
	body := data[:end]
	return body, end > 0 && bytes.Equal(data, seal(body))
}
