package snmp

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"strings"
)

// SecurityLevel is an SnmpSecurityLevel (RFC 3411); levels compare with <.
type SecurityLevel uint8

const (
	NoAuthNoPriv SecurityLevel = iota + 1
	AuthNoPriv
	AuthPriv
)

var levelNames = [...]struct{ name, keyword string }{
	NoAuthNoPriv: {"noAuthNoPriv", "noauth"},
	AuthNoPriv:   {"authNoPriv", "auth"},
	AuthPriv:     {"authPriv", "priv"},
}

func (l SecurityLevel) String() string { return levelNames[l].name }

// Keyword returns the word of the command line: noauth, auth, priv.
func (l SecurityLevel) Keyword() string { return levelNames[l].keyword }

// flags returns the level's bits of msgFlags (RFC 3412 section 6.4).
func (l SecurityLevel) flags() byte {
	return [...]byte{NoAuthNoPriv: 0, AuthNoPriv: flagAuth, AuthPriv: flagAuth | flagPriv}[l]
}

// AuthProtocol is an authentication protocol of USM.
type AuthProtocol uint8

const (
	NoAuth AuthProtocol = iota
	MD5                 // HMAC-MD5-96, RFC 3414 section 6
	SHA                 // HMAC-SHA-96, RFC 3414 section 7
	SHA224              // RFC 7860, as those below
	SHA256
	SHA384
	SHA512
)

var authTable = [...]struct {
	keyword string
	new     func() hash.Hash
	key     int // octets of Ku and Kul, the hash's size
	mac     int // octets of msgAuthenticationParameters
}{
	NoAuth: {},
	MD5:    {"md5", md5.New, 16, 12},
	SHA:    {"sha", sha1.New, 20, 12},
	SHA224: {"sha224", sha256.New224, 28, 16},
	SHA256: {"sha256", sha256.New, 32, 24},
	SHA384: {"sha384", sha512.New384, 48, 32},
	SHA512: {"sha512", sha512.New, 64, 48},
}

// AuthProtocols lists all but NoAuth in the order of the command line.
func AuthProtocols() []AuthProtocol {
	return []AuthProtocol{MD5, SHA, SHA224, SHA256, SHA384, SHA512}
}

// AuthByKeyword finds the protocol of a command line word in any case.
func AuthByKeyword(s string) (AuthProtocol, bool) {
	for _, p := range AuthProtocols() {
		if strings.EqualFold(p.String(), s) {
			return p, true
		}
	}
	return NoAuth, false
}

// String returns the command line word, "" for NoAuth.
func (p AuthProtocol) String() string { return authTable[p].keyword }

// KeyLen returns the octets of a master key.
func (p AuthProtocol) KeyLen() int { return authTable[p].key }

// macLen returns the octets of the truncated MAC in a message.
func (p AuthProtocol) macLen() int { return authTable[p].mac }

// PrivProtocol is a privacy protocol of USM.
type PrivProtocol uint8

const (
	NoPriv PrivProtocol = iota
	DES                 // CBC-DES, RFC 3414 section 8
	AES                 // CFB128-AES-128, RFC 3826
	AES192              // as AES, with the key extension of Blumenthal, as net-snmp
	AES256
	AES192C // as AES192 and AES256, with the key extension of Reeder
	AES256C
)

var privTable = [...]struct {
	keyword string
	key     int // octets of the localised key; DES: 8 key, 8 pre-IV
}{
	NoPriv:  {},
	DES:     {"des", 16},
	AES:     {"aes", 16},
	AES192:  {"aes192", 24},
	AES256:  {"aes256", 32},
	AES192C: {"aes192c", 24},
	AES256C: {"aes256c", 32},
}

// saltLen is the size of msgPrivacyParameters, the same for all of them.
const saltLen = 8

// PrivProtocols lists all but NoPriv in the order of the command line.
func PrivProtocols() []PrivProtocol {
	return []PrivProtocol{DES, AES, AES192, AES256, AES192C, AES256C}
}

// PrivByKeyword finds the protocol of a command line word in any case.
func PrivByKeyword(s string) (PrivProtocol, bool) {
	for _, p := range PrivProtocols() {
		if strings.EqualFold(p.String(), s) {
			return p, true
		}
	}
	return NoPriv, false
}

// String returns the command line word, "" for NoPriv.
func (p PrivProtocol) String() string { return privTable[p].keyword }

// Extension names how a key that is longer than the hash of the authentication
// protocol is made, "" where there is nothing to be made longer.
func (p PrivProtocol) Extension() string {
	switch p {
	case AES192, AES256:
		return "Blumenthal"
	case AES192C, AES256C:
		return "Reeder"
	}
	return ""
}

// KeyLen returns the octets of the localised key.
func (p PrivProtocol) KeyLen() int { return privTable[p].key }
