package sshd

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
)

// packet is a message in the clear (RFC 4253 section 6).
func packet(payload []byte, padding byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(payload)+int(padding)+1))
	return append(append(append(b, padding), payload...), make([]byte, padding)...)
}

// TestOffer reads what a client supports, and nothing of what makes no sense.
func TestOffer(t *testing.T) {
	init := gossh.Marshal(struct {
		Cookie        [16]byte `sshtype:"20"`
		First, Second []string
		C, D, E, F    []string
		G, H, I, J    []string
		Follows       bool
		Reserved      uint32
	}{First: []string{"a", "b"}, Second: []string{"c"}})
	for name, c := range map[string]struct {
		in   []byte
		want bool
	}{
		"offer":            {packet(init, 7), true},
		"offer, then more": {append(packet(init, 7), 1, 2, 3), true},
		"another message":  {packet([]byte{1, 2, 3}, 4), false},
		"cut short":        {packet(init, 7)[:40], false},
		"no payload":       {packet(nil, 4), false},
		"padding only":     {[]byte{0, 0, 0, 4, 200, 0, 0, 0}, false},
		"length 0":         {[]byte{0, 0, 0, 0, 0}, false},
		"too large":        {packet(make([]byte, maxFirst+1), 4), false},
		"huge":             {[]byte{0xff, 0xff, 0xff, 0xff, 4, 20}, false},
		"wild lengths":     {packet(append([]byte{20}, bytes.Repeat([]byte{0xff}, 60)...), 4), false},
		"nothing":          {nil, false},
	} {
		o := readOffer(bytes.NewReader(c.in))
		if (o != nil) != c.want {
			t.Errorf("%s: got %v", name, o)
		}
		if o != nil && (!slices.Equal(o.keyExchanges, []string{"a", "b"}) || !slices.Equal(o.hostKeys, []string{"c"})) {
			t.Errorf("%s: got %q", name, *o)
		}
	}
	for text, want := range map[string]int{
		"SSH-2.0-x\r\nrest": 4, "SSH-2.0-x\nrest": 4, "hello\r\nSSH-2.0-x\r\nrest": 4, "SSH-2.0-x": -1, "": -1, "GET / HTTP/1.1\r\n\r\n": -1,
		strings.Repeat("x", maxHello) + "\nSSH-2.0-x\r\n": -1,
	} {
		in := strings.NewReader(text)
		if ok := readVersion(in); ok != (want >= 0) || ok && in.Len() != want {
			t.Errorf("%.20q: %v, %d are left", text, ok, in.Len())
		}
	}
}

// TestAlgorithms offers curves of NIST to who has nothing better.
func TestAlgorithms(t *testing.T) {
	keys, err := hostKeys(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		offer    *offer
		exchange bool
		hostKey  bool
	}{
		{nil, true, true}, {&offer{}, true, true},
		{&offer{[]string{"ecdh-sha2-nistp256"}, []string{"ecdsa-sha2-nistp256", "ssh-rsa"}}, true, true},
		{&offer{[]string{"ecdh-sha2-nistp256", "diffie-hellman-group-exchange-sha256"}, []string{"ecdsa-sha2-nistp256"}}, false, true},
		{&offer{[]string{"ecdh-sha2-nistp256"}, []string{"ecdsa-sha2-nistp256", "rsa-sha2-256"}}, true, false},
		{&offer{[]string{"curve25519-sha256@libssh.org"}, []string{"ssh-ed25519"}}, false, false},
	} {
		exchanges, offered := c.offer.algorithms(keys)
		if slices.Contains(exchanges, gossh.KeyExchangeECDHP256) != c.exchange || has(offered, gossh.KeyAlgoECDSA256) != c.hostKey {
			t.Errorf("%v is offered %q and %q", c.offer, exchanges, kinds(offered))
		}
		for _, list := range [][]string{exchanges, macs, ciphers} {
			if slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, "sha1") || strings.Contains(s, "cbc") }) {
				t.Errorf("offered are %q", list)
			}
		}
	}
}
