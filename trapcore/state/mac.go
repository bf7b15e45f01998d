package state

import (
	"crypto/sha256"
	"encoding/binary"
	"net"
	"strconv"
)

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
