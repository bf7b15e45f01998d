package snmp

import (
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"mirrorsh/trapcore/side"
)

// Key is a secret. It prints as [key], so that no message or log shows it.
type Key []byte

func (Key) String() string   { return "[key]" }
func (Key) GoString() string { return "[key]" }

// Format prints [key] for every verb, %x too.
func (Key) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[key]") }

// Hex returns the key for the configuration, as [ParseKey] reads it.
func (k Key) Hex() string { return hex.EncodeToString(k) }

// Lengths of a passphrase, in octets.
const (
	MinPassphrase = 8 // RFC 3414 section 11.2
	MaxPassphrase = 255
)

var (
	// ErrPassphrase is the error of a passphrase too short or too long.
	ErrPassphrase = fmt.Errorf("passphrase must have %d to %d characters", MinPassphrase, MaxPassphrase)
	// ErrKey is the error of a key that is no hex or not of the protocol's length.
	ErrKey = errors.New("invalid key")
)

// stretched is how many octets of repeated passphrase RFC 3414 A.2 hashes.
const stretched = 1 << 20

// MasterKey makes Ku of a passphrase (RFC 3414 A.2). It takes milliseconds. An
// error is [ErrPassphrase], or [ErrKey] for NoAuth.
func MasterKey(auth AuthProtocol, passphrase string) (Key, error) {
	if auth == NoAuth {
		return nil, fmt.Errorf("%w: no authentication protocol", ErrKey)
	}
	if len(passphrase) < MinPassphrase || len(passphrase) > MaxPassphrase {
		return nil, ErrPassphrase
	}
	return stretch(auth, []byte(passphrase)), nil
}

// stretch is the algorithm of RFC 3414 A.2, of a passphrase that is not empty.
func stretch(auth AuthProtocol, passphrase []byte) Key {
	chunk := make([]byte, 0, 64*len(passphrase))
	for range 64 {
		chunk = append(chunk, passphrase...)
	}
	h := authTable[auth].new()
	for left := stretched; left > 0; left -= len(chunk) {
		h.Write(chunk[:min(left, len(chunk))])
	}
	clear(chunk)
	return h.Sum(nil)
}

// ParseKey reads a master key in hex, with or without 0x, of auth.KeyLen
// octets. A privacy key too has the length of the authentication protocol.
func ParseKey(auth AuthProtocol, s string) (Key, error) {
	if len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' {
		s = s[2:]
	}
	k, err := hex.DecodeString(s)
	if err != nil || auth == NoAuth || len(k) != auth.KeyLen() {
		return nil, fmt.Errorf("%w: %d hexadecimal digits required", ErrKey, 2*auth.KeyLen())
	}
	return k, nil
}

// localize makes Kul of Ku for one engine (RFC 3414 section 2.6).
func localize(auth AuthProtocol, ku Key, id EngineID) Key {
	h := authTable[auth].new()
	h.Write(ku)
	h.Write([]byte(id))
	h.Write(ku)
	return h.Sum(nil)
}

// localizePriv makes a privacy key for one engine: Kul, cut to the protocol's
// length, or extended where the hash is shorter. By Blumenthal
// (draft-blumenthal-aes-usm-04 section 3.1.2.1, as in net-snmp) the hash of what
// there is follows it. By Reeder (draft-reeder-snmpv3-usm-3desede-00 section 2.1)
// what is there is the passphrase of what follows, which takes as long as
// [MasterKey] does.
func localizePriv(auth AuthProtocol, priv PrivProtocol, ku Key, id EngineID) Key {
	k := localize(auth, ku, id)
	for len(k) < priv.KeyLen() {
		if priv.Extension() == "Reeder" {
			k = append(k, localize(auth, stretch(auth, k), id)...)
			continue
		}
		h := authTable[auth].new()
		h.Write(k)
		k = h.Sum(k)
	}
	return k[:priv.KeyLen()]
}

// LocalKeys are a user's keys for one authoritative engine. It is safe for
// concurrent use.
type LocalKeys struct {
	user   string
	level  SecurityLevel
	auth   AuthProtocol
	priv   PrivProtocol
	side   side.Side
	engine EngineID // authoritative
	local  *Engine  // ours, whose boots are in the salt of DES
	authK  Key
	privK  Key
	aes    atomic.Uint64 // salt last used
	idle   sync.Pool     // of Sealers
}

// Localize makes the keys of u for the authoritative engine id. local is our
// own engine. Every [Sealer] of the same user and engine must be made from the
// same LocalKeys, since the counter of salts belongs to the key: see [LCD.Keys].
func (u *User) Localize(id EngineID, local *Engine) (*LocalKeys, error) {
	if err := u.Validate(); err != nil {
		return nil, err
	}
	if err := id.Valid(); err != nil {
		return nil, fmt.Errorf("user %s: %w", u.Name, err)
	}
	k := &LocalKeys{
		user: u.Name, level: u.Level(), auth: u.Auth, priv: u.Priv,
		side: u.side, engine: id, local: local,
	}
	if u.Auth != NoAuth {
		k.authK = localize(u.Auth, u.AuthKey, id)
	}
	if u.Priv != NoPriv {
		k.privK = localizePriv(u.Auth, u.Priv, u.PrivKey, id)
	}
	k.aes.Store(randomSalt())
	return k, nil
}

// salt returns a salt that this key has not seen.
func (k *LocalKeys) salt() (uint64, error) {
	if k.priv == DES {
		return k.local.desSalt(k.side)
	}
	return k.aes.Add(1), nil
}

// Secrets returns the localised keys, for the configuration of a receiver.
func (k *LocalKeys) Secrets() (auth, priv Key) { return k.authK, k.privK }

// Auth returns the authentication protocol of messages with these keys.
func (k *LocalKeys) Auth() AuthProtocol { return k.auth }

// Priv returns their privacy protocol.
func (k *LocalKeys) Priv() PrivProtocol { return k.priv }
