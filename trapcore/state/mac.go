package state

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strconv"
	"strings"
)

// EphemeralMAC is the MAC address of the chassis of a store in memory.
const EphemeralMAC = "02:00:00:00:00:01"

func (d *Dir) ChassisMAC() (net.HardwareAddr, error) {
	err := d.enter(macName)
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
	err := d.enter(macName)
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

// MaxFleet is how many routers have addresses from one name, beside the router of
// that name.
const MaxFleet = 100_000

// Of the 46 bits of an address that are its own, a router and its fleet take a
// block; the blocks of names that differ in the number at their end alone follow
// one another, as many as numberDigits can say.
const (
	blockBits    = 17
	numberDigits = 8
)

// IdentityMAC is the MAC address that a name makes, the same in every run. Member
// is 0 for the router of that name, else the number of a router of its fleet.
//
// Names that differ in the number at their end alone, as those of the pods of a
// StatefulSet, never make the same address. Others do as seldom as hashes do.
func IdentityMAC(name string, member int) net.HardwareAddr {
	row, number := splitNumber(name)
	sum := sha256.Sum256([]byte("mirrorsh identity " + row))
	at := binary.BigEndian.Uint64(sum[:]) + number<<blockBits + uint64(member)
	mac := binary.BigEndian.AppendUint64(nil, at)[2:]
	mac[0] = mac[0]<<2 | 0x02 // locally administered, unicast
	return mac
}

// splitNumber returns a name without the number at its end, and one more than the
// number; 0 for none.
func splitNumber(name string) (row string, number uint64) {
	row = name
	for i := len(name) - 1; i >= 0 && len(name)-i <= numberDigits && '0' <= name[i] && name[i] <= '9'; i-- {
		if name[i] == '0' && i < len(name)-1 {
			continue // 07 ends in 7, and 107 in 107
		}
		n, _ := strconv.ParseUint(name[i:], 10, 64) // digits only
		row, number = name[:i], n+1
	}
	return row, number
}
