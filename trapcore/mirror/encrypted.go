package mirror

import (
	"encoding/binary"
	"math"
	"net/netip"
)

// Vendor is Juniper's number (JunosE Broadband Access, "Juniper Networks VSAs").
const Vendor = 4874

// Mirroring attributes of that vendor.
const (
	attributeAction   = 58 // LI-Action
	attributeHandle   = 59 // Med-Dev-Handle
	attributeAnalyzer = 60 // Med-IP-Address
	attributePort     = 61 // Med-Port-Number
)

// Encrypted are the mirroring attributes of a packet as they came, hidden with a
// salt. The zero value has none.
type Encrypted struct {
	values [attributePort - attributeAction + 1][]byte
}

// Keep keeps an attribute of [Vendor], and reports whether it is a mirroring
// attribute. Of one that is there twice neither can be meant.
func (e *Encrypted) Keep(number byte, value []byte) bool {
	if number < attributeAction || number > attributePort {
		return false
	}
	kept := &e.values[number-attributeAction]
	if *kept != nil {
		*kept = []byte{}
		return true
	}
	*kept = append([]byte{}, value...)
	return true
}

// Decrypt returns the attributes in the clear, nil if there are none. One that
// cannot be revealed or has the wrong length gets a value that is no valid one, so
// that it is refused and reported like any other.
func (e *Encrypted) Decrypt(reveal func(hidden []byte) []byte) *Attributes {
	var a Attributes
	found := false
	for i, hidden := range e.values {
		if hidden == nil {
			continue
		}
		found = true
		value := reveal(hidden)
		switch attributeAction + i {
		case attributeAction:
			a.Action = integer(value)
		case attributeHandle:
			a.Handle = append([]byte{}, value...)
		case attributeAnalyzer:
			address, _ := netip.AddrFromSlice(value)
			a.Analyzer = &address
		case attributePort:
			a.Port = integer(value)
		}
	}
	if !found {
		return nil
	}
	return &a
}

// integer returns an integer of 4 octets, or one that neither an action nor a port
// can have.
func integer(value []byte) *uint32 {
	n := uint32(math.MaxUint32)
	if len(value) == 4 {
		n = binary.BigEndian.Uint32(value)
	}
	return &n
}
