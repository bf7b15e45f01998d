package wire

import (
	"bytes"
	"encoding/binary"
	"testing"

	"layeh.com/radius/rfc2869"
)

// signed is a packet of 38 octets whose first attribute is a Message-Authenticator.
func signed(key string) []byte {
	p := make([]byte, header+18)
	p[0] = 1
	binary.BigEndian.PutUint16(p[2:], uint16(len(p)))
	for i := range 16 {
		p[4+i] = byte(i)
	}
	p[header], p[header+1] = byte(rfc2869.MessageAuthenticator_Type), 18
	Sign(p, key)
	return p
}

// TestSigned: any octet that differs, another key and a second one are noticed.
func TestSigned(t *testing.T) {
	p := signed("key")
	request := [16]byte(p[4:header])
	taken := func(p []byte, request [16]byte, key string) bool {
		valid, there := Signed(p, request, key)
		if !there {
			t.Errorf("%x: none is seen", p)
		}
		return valid
	}
	if !taken(p, request, "key") || taken(p, request, "yek") || taken(p, [16]byte{}, "key") {
		t.Error("the key or the request does not count")
	}
	for i := range p {
		if i >= 4 && i < header+2 {
			continue // covered by the request, or the frame of the attribute
		}
		bad := bytes.Clone(p)
		bad[i] ^= 1
		if taken(bad, request, "key") {
			t.Errorf("octet %d does not count", i)
		}
	}
	if taken(append(bytes.Clone(p), p[header:]...), request, "key") {
		t.Error("a second one is taken")
	}
	if valid, there := Signed(p[:header], request, "key"); !valid || there {
		t.Error("a packet without one is refused")
	}
}

// TestTrim: the length of the packet counts, not that of the datagram.
func TestTrim(t *testing.T) {
	p := signed("key")
	if got, ok := Trim(append(bytes.Clone(p), 7, 7)); !ok || !bytes.Equal(got, p) {
		t.Errorf("%x, %v", got, ok)
	}
	for n := range len(p) {
		if _, ok := Trim(p[:n]); ok {
			t.Errorf("%d of %d octets are taken", n, len(p))
		}
	}
}
