package snmp

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Vectors for "maplesyrup" and the engine 00..02: RFC 3414 A.3.1 and A.3.2 for
// MD5 and SHA; the extension of SHA is that of draft-blumenthal-aes-usm-04; the
// others are computed with another implementation of SHA-2.
var keyTests = []struct {
	auth        AuthProtocol
	ku, kul     string
	extended    string // Kul extended or cut to 32 octets, what AES-256 takes
	mac, keyLen int
}{
	{MD5,
		"9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b",
		"526f5eed9fcce26f8964c2930787d82bfa24a92467426c2f4b09192be10dfaec", 12, 16},
	{SHA,
		"9fb5cc0381497b3793528939ff788d5d79145211", "6695febc9288e36282235fc7151f128497b38f3f",
		"6695febc9288e36282235fc7151f128497b38f3f505e07eb9af25568fa1f5dbe", 12, 20},
	{SHA224,
		"282a5867ee9aac639ad59df9572c7d3ac0fbc13a905b6df07dbbf00b", "0bd8827c6e29f8065e08e09237f177e410f69b90e1782be682075674",
		"0bd8827c6e29f8065e08e09237f177e410f69b90e1782be682075674e82d9bf0", 16, 28},
	{SHA256,
		"ab51014d1e077f6017df2b12bee5f5aa72993177e9bb569c4dff5a4ca0b4afac", "8982e0e549e866db361a6b625d84cccc11162d453ee8ce3a6445c2d6776f0f8b",
		"8982e0e549e866db361a6b625d84cccc11162d453ee8ce3a6445c2d6776f0f8b", 24, 32},
	{SHA384,
		"e06eccdf2c68a06ed034723c9c26e0db3b669e1e2efed49150b55377a2e98f383c86fb836857444654b287c93f51ff64",
		"3b298f16164a11184279d5432bf169e2d2a48307de02b3d3f7e2b4f36eb6f0455a53689a3937eea07319a633d2ccba78",
		"3b298f16164a11184279d5432bf169e2d2a48307de02b3d3f7e2b4f36eb6f045", 32, 48},
	{SHA512,
		"7e4396de5aadc77be853819b98c9406265b3a9c37cc3176569847a4e4f6fba63dd3a73d04924d31a63f95a601f9385af6be4ed1b37f87d040f7c6ed6f8d38a91",
		"22a5a36cedfcc085807a128d7bc6c2382167ad6c0dbc5fdff856740f3d84c099ad1ea87a8db096714d9788bd544047c9021e4229ce27e4c0a69250adfcffbb0b",
		"22a5a36cedfcc085807a128d7bc6c2382167ad6c0dbc5fdff856740f3d84c099", 48, 64},
}

func TestKeys(t *testing.T) {
	id := EngineID(strings.Repeat("\x00", 11) + "\x02")
	if len(keyTests) != len(AuthProtocols()) {
		t.Errorf("%d of %d protocols tested", len(keyTests), len(AuthProtocols()))
	}
	for _, tt := range keyTests {
		ku, err := MasterKey(tt.auth, "maplesyrup")
		if err != nil || ku.Hex() != tt.ku {
			t.Errorf("%v: Ku %s, %v", tt.auth, ku.Hex(), err)
		}
		if kul := localize(tt.auth, ku, id); kul.Hex() != tt.kul {
			t.Errorf("%v: Kul %s", tt.auth, kul.Hex())
		}
		for _, p := range PrivProtocols() {
			if p.Extension() == "Reeder" && p.KeyLen() > tt.keyLen {
				continue // as gosnmp and net-snmp make it, see there
			}
			k := localizePriv(tt.auth, p, ku, id)
			if k.Hex() != tt.extended[:2*p.KeyLen()] {
				t.Errorf("%v, %v: %s", tt.auth, p, k.Hex())
			}
		}
		if tt.auth.macLen() != tt.mac || tt.auth.KeyLen() != tt.keyLen || len(ku) != tt.keyLen {
			t.Errorf("%v: lengths %d, %d, %d", tt.auth, tt.auth.macLen(), tt.auth.KeyLen(), len(ku))
		}
		for _, s := range []string{tt.ku, "0x" + strings.ToUpper(tt.ku)} {
			if k, err := ParseKey(tt.auth, s); err != nil || k.Hex() != tt.ku {
				t.Errorf("%v: ParseKey(%s) = %s, %v", tt.auth, s, k.Hex(), err)
			}
		}
		for _, s := range []string{"", "0x", tt.ku[2:], tt.ku + "00", "zz" + tt.ku[2:]} {
			if _, err := ParseKey(tt.auth, s); !errors.Is(err, ErrKey) {
				t.Errorf("%v: ParseKey(%s): %v", tt.auth, s, err)
			}
		}
	}
}

func TestPassphraseLength(t *testing.T) {
	for n, ok := range map[int]bool{0: false, 7: false, 8: true, 255: true, 256: false} {
		_, err := MasterKey(SHA, strings.Repeat("p", n))
		if ok != (err == nil) || !ok && !errors.Is(err, ErrPassphrase) {
			t.Errorf("%d characters: %v", n, err)
		}
	}
	if _, err := MasterKey(NoAuth, "maplesyrup"); !errors.Is(err, ErrKey) {
		t.Errorf("no protocol: %v", err)
	}
}

func TestKeysDoNotPrint(t *testing.T) {
	k := Key("secret")
	u := User{Name: "u", AuthKey: k}
	for _, s := range []string{
		fmt.Sprint(k), fmt.Sprintf("%x", k), fmt.Sprintf("%s", k), fmt.Sprintf("%#v", k),
		fmt.Sprintf("%v", u), fmt.Sprintf("%+v", &u), fmt.Sprintf("%#v", u),
	} {
		if strings.Contains(s, "secret") || strings.Contains(s, "736563") || strings.Contains(s, "0x73") || strings.Contains(s, "115") {
			t.Errorf("a key prints as %s", s)
		}
	}
}

func TestKeywords(t *testing.T) {
	for _, p := range AuthProtocols() {
		if got, ok := AuthByKeyword(strings.ToUpper(p.String())); !ok || got != p {
			t.Errorf("%v: %v, %v", p, got, ok)
		}
	}
	for _, p := range PrivProtocols() {
		if got, ok := PrivByKeyword(strings.ToUpper(p.String())); !ok || got != p {
			t.Errorf("%v: %v, %v", p, got, ok)
		}
	}
	for _, s := range []string{"", "sha1", "aes128", "aes128c"} {
		if _, ok := AuthByKeyword(s); ok {
			t.Errorf("authentication %q known", s)
		}
		if _, ok := PrivByKeyword(s); ok {
			t.Errorf("privacy %q known", s)
		}
	}
}
