package sshd

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"mirrorsh/trapcore/state"
)

// kinds are the types of keys, best first.
func kinds(keys []gossh.AlgorithmSigner) (list []string) {
	for _, k := range keys {
		list = append(list, k.PublicKey().Type())
	}
	return list
}

func private(t *testing.T, key crypto.PrivateKey) []byte {
	t.Helper()
	block, err := gossh.MarshalPrivateKey(key, "")
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(block)
}

// TestHostKeysAreMadeOnceAndKept in every start, also of a directory that has
// only some of them.
func TestHostKeysAreMadeOnceAndKept(t *testing.T) {
	dir := t.TempDir()
	seen := map[string][]byte{}
	for n, remove := range []string{"", "", "ssh_host_ecdsa_key", ""} {
		if remove != "" {
			if err := os.Remove(filepath.Join(dir, remove)); err != nil {
				t.Fatal(err)
			}
			delete(seen, gossh.KeyAlgoECDSA256)
		}
		store, err := state.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		keys, err := HostKeys(store)
		if err != nil {
			t.Fatal(err)
		}
		if got := kinds(keys); !slices.Contains(got, "ssh-ed25519") || !slices.Contains(got, "ssh-rsa") || !slices.Contains(got, "ecdsa-sha2-nistp256") || len(got) != 3 {
			t.Errorf("start %d: keys %q", n, got)
		}
		for _, k := range keys {
			kind, public := k.PublicKey().Type(), k.PublicKey().Marshal()
			if was, ok := seen[kind]; ok && !bytes.Equal(public, was) {
				t.Errorf("start %d: another key of type %s", n, kind)
			}
			seen[kind] = public
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, k := range hostKeyKinds {
		info, err := os.Stat(filepath.Join(dir, k.file))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", k.file, info, err)
		}
	}
}

// TestHostKeyOfAnotherKind stands for the key of its own kind, too.
func TestHostKeyOfAnotherKind(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	store := state.NewMemory(nil)
	if err := store.WriteFile("ssh_host_ed25519_key", private(t, key), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		keys, err := HostKeys(store)
		if err != nil {
			t.Fatal(err)
		}
		if got := kinds(keys); !slices.Equal(got, []string{"ecdsa-sha2-nistp256", "ssh-rsa"}) {
			t.Errorf("keys %q", got)
		}
	}
	if _, err := store.ReadFile("ssh_host_ecdsa_key"); err == nil {
		t.Error("another key of the kind is made")
	}
}

// TestHostKeyTellsOfItsUse whatever its kind is, and never signs with SHA-1.
func TestHostKeyTellsOfItsUse(t *testing.T) {
	keys, err := hostKeys(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, signer := range keys {
		used := 0
		key := &hostKey{signer, func() { used++ }}
		for n, algorithm := range key.Algorithms() {
			signature, err := key.SignWithAlgorithm(rand.Reader, []byte("exchange hash"), algorithm)
			if err != nil || key.PublicKey().Verify([]byte("exchange hash"), signature) != nil || used != n+1 {
				t.Errorf("%s: %v, %v, told of %d", algorithm, signature, err, used)
			}
			if signature.Format != algorithm || algorithm == gossh.KeyAlgoRSA {
				t.Errorf("%s signs as %s", algorithm, signature.Format)
			}
		}
	}
}

func TestDamagedHostKey(t *testing.T) {
	for _, k := range hostKeyKinds {
		store := state.NewMemory(nil)
		if err := store.WriteFile(k.file, []byte("no key"), 0o600); err != nil {
			t.Fatal(err)
		}
		var damaged *state.DamagedError
		if _, err := HostKeys(store); !errors.As(err, &damaged) || !strings.Contains(damaged.Path, k.file) {
			t.Errorf("%s: got %v", k.file, err)
		}
	}
}
