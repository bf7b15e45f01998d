package radius

import (
	"encoding/binary"
	"math"
	"net/netip"
	"unicode"
	"unicode/utf8"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2866"
	"layeh.com/radius/rfc2869"

	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
)

// Vendors and their attributes (reference packet-mirroring.md 2.2, 2.10).
const (
	vendorJuniper = 4874
	virtualRouter = 1
	liAction      = 58
	medDevHandle  = 59
	medIPAddress  = 60
	medPortNumber = 61
	dhcpOption82  = 159

	vendorADSLForum = 3561
	agentCircuitID  = 1
	agentRemoteID   = 2
)

// request is what the attributes of a packet say. Mirroring attributes stay
// encrypted until the client is known.
type request struct {
	id         network.Identification
	identified bool // one of the attributes that can identify a session is there
	mirroring  bool // one of the mirroring attributes is there
	unknown    bool // so is an unknown one of vendor 4874
	malformed  bool // an identification has the wrong form, or is there twice

	hidden [4][]byte // mirroring attributes from liAction on
}

// read takes the attributes of a packet apart. Those that neither identify a
// session nor belong to vendor 4874 are ignored.
func read(packet *radius.Packet) *request {
	req := &request{}
	for _, a := range packet.Attributes {
		switch a.Type {
		case rfc2865.UserName_Type:
			req.text(&req.id.UserName, a.Attribute)
		case rfc2865.FramedIPAddress_Type:
			req.address(a.Attribute)
		case rfc2865.CallingStationID_Type:
			req.text(&req.id.CallingStationID, a.Attribute)
		case rfc2866.AcctSessionID_Type:
			req.text(&req.id.AcctSessionID, a.Attribute)
		case rfc2869.NASPortID_Type:
			req.text(&req.id.NASPortID, a.Attribute)
		case rfc2865.VendorSpecific_Type:
			req.vendor(a.Attribute)
		}
	}
	return req
}

// vendor reads the attributes in a Vendor-Specific one (RFC 2865 section 5.26).
func (req *request) vendor(a radius.Attribute) {
	vendor, rest, err := radius.VendorSpecific(a)
	if err != nil {
		req.malformed = true
		return
	}
	if vendor != vendorJuniper && vendor != vendorADSLForum {
		return
	}
	subs, err := radius.ParseAttributes(rest)
	if err != nil {
		req.malformed = true
	}
	for _, sub := range subs {
		if vendor == vendorJuniper {
			req.juniper(int(sub.Type), sub.Attribute)
			continue
		}
		switch sub.Type {
		case agentCircuitID:
			req.text(&req.id.AgentCircuitID, sub.Attribute)
		case agentRemoteID:
			req.text(&req.id.AgentRemoteID, sub.Attribute)
		}
	}
}

func (req *request) juniper(number int, value []byte) {
	switch number {
	case virtualRouter:
		identified := req.identified
		req.text(&req.id.Router, value)
		req.identified = identified // not by that alone
	case dhcpOption82:
		req.text(&req.id.DHCPOption82, value)
	case liAction, medDevHandle, medIPAddress, medPortNumber:
		req.mirroring = true
		hidden := &req.hidden[number-liAction]
		if *hidden != nil {
			*hidden = []byte{} // twice: neither can be meant
			return
		}
		*hidden = append([]byte{}, value...)
	default:
		req.unknown = true
	}
}

// text reads an attribute that identifies a session. The values of sessions
// are printable.
func (req *request) text(to *string, value []byte) {
	req.identified = true
	if *to != "" || len(value) == 0 || !printable(value) {
		req.malformed = true
		return
	}
	*to = string(value)
}

func printable(text []byte) bool {
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return false
		}
		text = text[n:]
	}
	return true
}

func (req *request) address(value []byte) {
	req.identified = true
	a, ok := netip.AddrFromSlice(value)
	if !ok || !a.Is4() || req.id.Address.IsValid() {
		req.malformed = true
		return
	}
	req.id.Address = a
}

// attributes decrypts the mirroring attributes. One that cannot be decrypted
// or has the wrong length gets a value that is no valid one, so that package
// mirror refuses and reports it like any other.
func (req *request) attributes(key string) mirror.Attributes {
	var a mirror.Attributes
	if hidden := req.hidden[0]; hidden != nil {
		a.Action = number(reveal(hidden, key))
	}
	if hidden := req.hidden[medDevHandle-liAction]; hidden != nil {
		a.Handle = reveal(hidden, key)
	}
	if hidden := req.hidden[medIPAddress-liAction]; hidden != nil {
		address, _ := netip.AddrFromSlice(reveal(hidden, key))
		a.Analyzer = &address
	}
	if hidden := req.hidden[medPortNumber-liAction]; hidden != nil {
		a.Port = number(reveal(hidden, key))
	}
	return a
}

// number returns an integer of 4 octets, or one that neither an action nor a
// port can have.
func number(value []byte) *uint32 {
	n := uint32(math.MaxUint32)
	if len(value) == 4 {
		n = binary.BigEndian.Uint32(value)
	}
	return &n
}

// reveal decrypts a salt-encrypted value (RFC 2868 section 3.5, without a tag);
// in dynamic requests the Request Authenticator counts as zeros there. It is
// empty and not nil if that cannot be done.
func reveal(hidden []byte, key string) []byte {
	var zero [16]byte
	value, _, err := radius.TunnelPassword(hidden, []byte(key), zero[:])
	if err != nil {
		return []byte{}
	}
	return value
}
