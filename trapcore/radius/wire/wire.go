// Package wire has what layeh.com/radius leaves to its users and both ends of
// RADIUS need: the Message-Authenticator, and attributes that are hidden with a salt.
// It imports nothing of ours.
package wire

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/binary"

	"layeh.com/radius"
	"layeh.com/radius/rfc2869"
)

const header = 20 // octets before the attributes

// Trim cuts off what follows the packet in a datagram, which counts for nothing
// (RFC 2865 section 3); false: the datagram is too short or too long.
func Trim(datagram []byte) ([]byte, bool) {
	if len(datagram) < header {
		return nil, false
	}
	n := int(binary.BigEndian.Uint16(datagram[2:]))
	if n < header || n > radius.MaxPacketLength || n > len(datagram) {
		return nil, false
	}
	return datagram[:n], true
}

// Signed checks the Message-Authenticator of a packet, and whether it is there, which
// it need not be; it must not be repeated either: the HMAC-MD5 of the packet with the Request
// Authenticator in its place, in dynamic requests zeros, and zeros in place of the
// HMAC itself (RFC 3579 section 3.2, RFC 5176 section 3.4). The attributes have been
// parsed.
func Signed(packet []byte, request [16]byte, key string) (valid, there bool) {
	at := 0
	for rest, i := packet[header:], header; len(rest) > 0; {
		n := int(rest[1])
		if rest[0] == byte(rfc2869.MessageAuthenticator_Type) {
			if at != 0 || n != 2+md5.Size {
				return false, true
			}
			at = i
		}
		rest, i = rest[n:], i+n
	}
	if at == 0 {
		return true, false
	}
	return hmac.Equal(sum(packet, at, request, key), packet[at+2:at+2+md5.Size]), true
}

// Sign fills in the Message-Authenticator that is the first attribute of a request.
func Sign(packet []byte, key string) {
	copy(packet[header+2:], sum(packet, header, [16]byte(packet[4:header]), key))
}

// sum is the HMAC of a packet whose Message-Authenticator is at an offset.
func sum(packet []byte, at int, request [16]byte, key string) []byte {
	var zero [md5.Size]byte
	mac := hmac.New(md5.New, []byte(key))
	mac.Write(packet[:4])
	mac.Write(request[:])
	mac.Write(packet[header : at+2])
	mac.Write(zero[:])
	mac.Write(packet[at+2+md5.Size:])
	return mac.Sum(nil)
}

// Reveal decrypts a salt-encrypted value (RFC 2868 section 3.5, without a tag). It
// is empty and not nil if that cannot be done.
func Reveal(hidden []byte, key string, request [16]byte) []byte {
	value, _, err := radius.TunnelPassword(hidden, []byte(key), request[:])
	if err != nil {
		return []byte{}
	}
	return value
}
