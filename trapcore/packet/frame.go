package packet

import (
	"encoding/binary"
	"fmt"

	"github.com/gopacket/gopacket/layers"
)

// Types of what an Ethernet frame holds.
const (
	etherIPv4  = 0x0800
	etherIPv6  = 0x86dd
	etherVLAN  = 0x8100 // IEEE 802.1Q
	etherQinQ  = 0x88a8 // IEEE 802.1ad
	etherSVLAN = 0x9100 // the S-VLAN tag of an E-series router, unless svlan ethertype says otherwise
	etherPPPoE = 0x8864 // RFC 2516
)

// Numbers of packets in PPP frames.
const (
	pppIPv4 = 0x0021 // RFC 1332
	pppIPv6 = 0x0057 // RFC 5072
)

// Link types that package layers has no names for: raw IP, as some systems number
// it in files, and PPP after an octet that says which way it went.
const (
	linkRawBSD       = layers.LinkType(12)
	linkRawOpenBSD   = layers.LinkType(14)
	linkPPPDirection = layers.LinkType(204)
)

// linkError is the error for a link type that is not known here.
type linkError layers.LinkType

func (e linkError) Error() string {
	return fmt.Sprintf("packets of link type %d (%v) are not known: IP, Ethernet, PPP and Linux cooked captures are", int(e), layers.LinkType(e))
}

// inFrame returns what a frame holds, if that may be an IP packet, else nil.
func inFrame(link layers.LinkType, f []byte) ([]byte, error) {
	switch link {
	case layers.LinkTypeRaw, layers.LinkTypeIPv4, layers.LinkTypeIPv6, linkRawBSD, linkRawOpenBSD:
		return f, nil
	case layers.LinkTypeNull, layers.LinkTypeLoop:
		return after(f, 4), nil
	case layers.LinkTypeEthernet:
		return typed(f, 12, 14), nil
	case layers.LinkTypeLinuxSLL:
		return typed(f, 14, 16), nil
	case layers.LinkTypeLinuxSLL2:
		return typed(f, 0, 20), nil
	case layers.LinkTypePPP, layers.LinkTypePPP_HDLC:
		return inPPP(f), nil
	case linkPPPDirection:
		return inPPP(after(f, 1)), nil
	case layers.LinkTypePPPEthernet:
		return inPPP(after(f, 6)), nil
	}
	return nil, linkError(link)
}

func after(f []byte, n int) []byte {
	if len(f) < n {
		return nil
	}
	return f[n:]
}

// typed returns what is in a frame by the Ethernet type at an offset; rest is
// where it begins.
func typed(f []byte, at, rest int) []byte {
	for len(f) >= rest {
		kind := binary.BigEndian.Uint16(f[at:])
		f = f[rest:]
		switch kind {
		case etherIPv4, etherIPv6:
			return f
		case etherPPPoE:
			return inPPP(after(f, 6))
		case etherVLAN, etherQinQ, etherSVLAN:
			at, rest = 2, 4
		default:
			return nil
		}
	}
	return nil
}

// inPPP returns the IP packet of a PPP frame, of which address, control and the
// first octet of the protocol may be left out (RFC 1661 section 6).
func inPPP(f []byte) []byte {
	if len(f) > 1 && f[0] == 0xff && f[1] == 0x03 {
		f = f[2:]
	}
	number := 0
	for len(f) > 0 {
		number = number<<8 | int(f[0])
		f = f[1:]
		switch {
		case number == pppIPv4, number == pppIPv6:
			return f
		case number != 0:
			return nil
		}
	}
	return nil
}
