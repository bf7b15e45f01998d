package radius

import (
	"encoding/binary"
	"net/netip"
	"time"
	"unicode"
	"unicode/utf8"

	"layeh.com/radius"

	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/radius/internal/wire"
	"mirrorsh/trapcore/side"
)

// request is what the attributes of a packet say. Mirroring attributes stay
// encrypted until the client is known.
type request struct {
	code       radius.Code
	seen       map[attributeID]bool
	fault      *network.RequestError // why it is refused; nil: nothing was found yet
	id         network.Identification
	identified bool // one of the attributes that can identify a session is there

	nasAddress, nasAddress6 netip.Addr
	nasIdentifier           string

	stamped  bool // there is an Event-Timestamp
	stamp    uint32
	badStamp bool // it is malformed, or there twice

	encrypted mirror.Encrypted   // mirroring attributes
	mirroring *mirror.Attributes // decrypted; nil: there are none
}

// window is how far an Event-Timestamp may be off (RFC 5176 section 6.3).
const window = 300 * time.Second

// timestamp reads an Event-Timestamp (RFC 2869 section 5.3).
func timestamp(req *request, value []byte) bool {
	if len(value) != 4 {
		return false
	}
	req.stamped, req.stamp = true, binary.BigEndian.Uint32(value)
	return true
}

// fresh reports whether a request has no Event-Timestamp or one of about now.
// Its seconds are those since 1970 modulo 2^32.
func (req *request) fresh(now time.Time) bool {
	off := time.Duration(int32(req.stamp-uint32(now.Unix()))) * time.Second
	return !req.badStamp && (!req.stamped || -window <= off && off <= window)
}

// str and addr are where values are kept.
type (
	str  = *string
	addr = *netip.Addr
)

// text reads one that identifies. The values of sessions are printable.
func text(to func(*request) str) func(*request, []byte) bool {
	return func(req *request, value []byte) bool {
		if len(value) == 0 || !printable(value) {
			return false
		}
		*to(req) = string(value)
		return true
	}
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

func address(to func(*request) addr) func(*request, []byte) bool {
	return func(req *request, value []byte) bool {
		a, ok := netip.AddrFromSlice(value)
		if !ok || !a.Is4() {
			return false
		}
		*to(req) = a
		return true
	}
}

func address6(to func(*request) addr) func(*request, []byte) bool {
	return func(req *request, value []byte) bool {
		a, ok := netip.AddrFromSlice(value)
		if !ok || !a.Is6() {
			return false
		}
		*to(req) = a
		return true
	}
}

// hidden keeps a mirroring attribute.
func hidden(number byte) func(*request, []byte) bool {
	return func(req *request, value []byte) bool { return req.encrypted.Keep(number, value) }
}

// zeros are what counts as the Request Authenticator of a dynamic request where
// something is computed of it (RFC 5176 section 2.3).
var zeros [16]byte

// decrypt reads the mirroring attributes.
func (req *request) decrypt(key string) {
	req.mirroring = req.encrypted.Decrypt(func(hidden []byte) []byte { return wire.Reveal(hidden, key, zeros) })
}

// side is that of an authentic request. What is malformed or cannot mirror
// anybody is an ordinary mistake.
func (req *request) side() side.Side { return side.Of(req.mirroring != nil && req.mirroring.Valid()) }

// clearance is that of an authentic request: mirroring attributes work on the
// secure side, right or wrong.
func (req *request) clearance() side.Clearance { return side.Clear(req.mirroring != nil) }
