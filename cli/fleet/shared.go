package fleet

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"sync"

	"mirrorsh/trapcore/snmp"
)

// keyring makes the master key of a passphrase once for all routers: it takes
// milliseconds, and all run the same script. It knows passphrases by a keyed hash
// alone. mu guards keys.
type keyring struct {
	secret []byte
	mu     sync.Mutex
	keys   map[[sha256.Size]byte]snmp.Key
}

func newKeyring() *keyring {
	secret := make([]byte, sha256.Size)
	rand.Read(secret) // never fails
	return &keyring{secret: secret, keys: map[[sha256.Size]byte]snmp.Key{}}
}

// maxKeys is how many keys are kept; more passphrases are as slow as ever.
const maxKeys = 1000

// masterKey is [snmp.MasterKey].
func (k *keyring) masterKey(auth snmp.AuthProtocol, passphrase string) (snmp.Key, error) {
	h := hmac.New(sha256.New, k.secret)
	h.Write([]byte{byte(auth)})
	h.Write([]byte(passphrase))
	name := [sha256.Size]byte(h.Sum(nil))
	if key, ok := k.known(name); ok {
		return key, nil
	}
	key, err := snmp.MasterKey(auth, passphrase)
	if err == nil {
		k.keep(name, key)
	}
	return key, err
}

func (k *keyring) known(name [sha256.Size]byte) (snmp.Key, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key, ok := k.keys[name]
	return bytes.Clone(key), ok
}

func (k *keyring) keep(name [sha256.Size]byte, key snmp.Key) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.keys) < maxKeys {
		k.keys[name] = bytes.Clone(key)
	}
}

// maxTold is how many refusals are written; all are counted.
const maxTold = 20

// refusals counts refused commands and tells of some. mu guards both.
type refusals struct {
	out io.Writer
	mu  sync.Mutex
	n   uint64
}

func (r *refusals) count() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.n
}

// add counts a refusal; said is its line.
func (r *refusals) add(name, said string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n++; r.out == nil || r.n > maxTold {
		return
	}
	fmt.Fprintf(r.out, "%s: %s\n", name, said)
	if r.n == maxTold {
		fmt.Fprintln(r.out, "further refusals are counted only")
	}
}

// of is where the batch of a router writes its refusals, a line each.
func (r *refusals) of(name string) io.Writer { return refusalWriter{r, name} }

type refusalWriter struct {
	r    *refusals
	name string
}

func (w refusalWriter) Write(p []byte) (int, error) {
	w.r.add(w.name, string(bytes.TrimRight(p, "\n")))
	return len(p), nil
}
