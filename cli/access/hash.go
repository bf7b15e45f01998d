package access

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"strings"

	"golang.org/x/crypto/scrypt"
)

// A Hash is a password at rest, as show secret and show configuration write it.
// It is as long as the column of show secret (reference cli.md 1.4), 20
// characters: the version, 6 of salt and 13 of a scrypt digest, 36 and 78 bits
// in the alphabet of base64url. "" is no password.
type Hash string

// HashLength is the length of a Hash in characters.
const HashLength = hashVersion + saltLength + digestLength

const (
	version1     = "1"
	hashVersion  = len(version1)
	saltLength   = 6
	digestLength = 13
)

// Cost of version 1 in scrypt's terms: 8 MB and a few hundredths of a second.
const (
	costN = 1 << 13
	costR = 8
	costP = 1
)

// hashing bounds how many passwords are hashed at once, and so the memory that
// guesses can take.
var hashing = make(chan struct{}, 2)

// errHash is the error for what is no hash of this package.
var errHash = errors.New("not an encrypted password of this router")

// NewHash hashes a password with a salt of its own.
func NewHash(password string) (Hash, error) {
	salt := make([]byte, saltLength)
	rand.Read(salt)
	text := base64.RawURLEncoding.EncodeToString(salt)[:saltLength]
	digest, err := digest(password, text)
	if err != nil {
		return "", err
	}
	return Hash(version1 + text + digest), nil
}

// ParseHash reads a hash that was shown. The error is [errHash].
func ParseHash(s string) (Hash, error) {
	if len(s) != HashLength || !strings.HasPrefix(s, version1) {
		return "", errHash
	}
	for _, c := range []byte(s[hashVersion:]) {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
			return "", errHash
		}
	}
	return Hash(s), nil
}

// Matches reports whether the hash is that of the password; what is no hash,
// such as "", matches none.
// It takes about as long either way.
func (h Hash) Matches(password string) bool {
	stored := h
	if len(stored) != HashLength {
		stored = Hash(version1 + strings.Repeat("A", saltLength+digestLength))
	}
	got, err := digest(password, string(stored[hashVersion:hashVersion+saltLength]))
	if err != nil {
		return false
	}
	same := subtle.ConstantTimeCompare([]byte(got), []byte(stored[hashVersion+saltLength:])) == 1
	return same && stored == h
}

func digest(password, salt string) (string, error) {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	sum, err := scrypt.Key([]byte(password), []byte(salt), costN, costR, costP, 32)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(sum)[:digestLength], nil
}
