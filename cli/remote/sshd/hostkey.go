package sshd

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	gossh "golang.org/x/crypto/ssh"

	"mirrorsh/trapcore/state"
)

// hostKeyKinds are the keys of a router, best first, and where the store keeps
// them.
var hostKeyKinds = []struct {
	kind, file string
	make       func() (crypto.PrivateKey, error)
}{
	{gossh.KeyAlgoED25519, "ssh_host_ed25519_key", func() (crypto.PrivateKey, error) {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	}},
	{gossh.KeyAlgoRSA, "ssh_host_rsa_key", func() (crypto.PrivateKey, error) {
		return rsa.GenerateKey(rand.Reader, 3072)
	}},
	{gossh.KeyAlgoECDSA256, "ssh_host_ecdsa_key", func() (crypto.PrivateKey, error) {
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}},
}

// HostKeys returns the host keys of the store. Those that it lacks are made, and
// kept. A file that holds none is a [*state.DamagedError]; it may hold one of
// another kind, which then stands for both.
func HostKeys(store state.Store) ([]gossh.AlgorithmSigner, error) {
	var keys []gossh.AlgorithmSigner
	add := func(key gossh.AlgorithmSigner) {
		if !has(keys, key.PublicKey().Type()) {
			keys = append(keys, key)
		}
	}
	var lacking []int
	for n, k := range hostKeyKinds {
		key, err := readHostKey(store, k.file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			lacking = append(lacking, n)
		case err != nil:
			return nil, err
		default:
			add(key)
		}
	}
	for _, n := range lacking {
		k := hostKeyKinds[n]
		if has(keys, k.kind) {
			continue
		}
		key, err := newHostKey(store, k.file, k.make)
		if err != nil {
			return nil, fmt.Errorf("SSH host key: %w", err)
		}
		add(key)
	}
	return keys, nil
}

func has(keys []gossh.AlgorithmSigner, kind string) bool {
	return slices.ContainsFunc(keys, func(k gossh.AlgorithmSigner) bool { return k.PublicKey().Type() == kind })
}

func readHostKey(store state.Store, file string) (gossh.AlgorithmSigner, error) {
	data, err := store.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("SSH host key: %w", err)
	}
	key, err := parseHostKey(data)
	if err != nil {
		return nil, &state.DamagedError{
			Path:   store.Path(file),
			Reason: err.Error(),
			Remedy: "restore it, or remove it, which gives the router a new host key",
		}
	}
	return key, nil
}

// parseHostKey reads a private key of any kind that can be one of a host.
func parseHostKey(data []byte) (gossh.AlgorithmSigner, error) {
	key, err := gossh.ParsePrivateKey(data)
	if err != nil {
		return nil, err
	}
	signer, ok := key.(gossh.AlgorithmSigner)
	if !ok || !slices.Contains(hostKeyTypes, key.PublicKey().Type()) {
		return nil, fmt.Errorf("a host cannot have a key of type %s", key.PublicKey().Type())
	}
	return signer, nil
}

var hostKeyTypes = []string{
	gossh.KeyAlgoED25519, gossh.KeyAlgoRSA, gossh.KeyAlgoECDSA256, gossh.KeyAlgoECDSA384, gossh.KeyAlgoECDSA521,
}

func newHostKey(store state.Store, file string, generate func() (crypto.PrivateKey, error)) (gossh.AlgorithmSigner, error) {
	key, err := generate()
	if err != nil {
		return nil, err
	}
	block, err := gossh.MarshalPrivateKey(key, "")
	if err != nil {
		return nil, err
	}
	data := pem.EncodeToMemory(block)
	if err := store.WriteFile(file, data, 0o600); err != nil {
		return nil, err
	}
	return parseHostKey(data)
}

// hostKey is a key that tells when it is used, which it is when the client has
// done its part of a key exchange (RFC 4253 section 8).
type hostKey struct {
	gossh.AlgorithmSigner
	used func()
}

// Algorithms leaves out signatures with SHA-1.
func (k *hostKey) Algorithms() []string {
	if kind := k.PublicKey().Type(); kind != gossh.KeyAlgoRSA {
		return []string{kind}
	}
	return []string{gossh.KeyAlgoRSASHA512, gossh.KeyAlgoRSASHA256}
}

func (k *hostKey) Sign(rand io.Reader, data []byte) (*gossh.Signature, error) {
	return k.SignWithAlgorithm(rand, data, "")
}

func (k *hostKey) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*gossh.Signature, error) {
	k.used()
	return k.AlgorithmSigner.SignWithAlgorithm(rand, data, algorithm)
}
