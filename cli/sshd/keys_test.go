package sshd

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/sys/unix"

	"mirrorsh/trapcore/state"
)

func TestHostKeyIsMadeOnceAndKept(t *testing.T) {
	dir := t.TempDir()
	var seen []byte
	for range 2 {
		store, err := state.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		key, err := HostKey(store)
		if err != nil {
			t.Fatal(err)
		}
		if public := key.PublicKey().Marshal(); seen != nil && !bytes.Equal(public, seen) {
			t.Error("another host key in the second run")
		} else {
			seen = public
		}
		if key.PublicKey().Type() != gossh.KeyAlgoED25519 {
			t.Errorf("key type %s", key.PublicKey().Type())
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(filepath.Join(dir, hostKeyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("host key: %v, %v", info, err)
	}
}

// TestHostKeyTellsOfItsUse whatever its kind is.
func TestHostKeyTellsOfItsUse(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	block, err := gossh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	store := state.NewMemory(nil)
	if err := store.WriteFile(hostKeyFile, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	signer, err := HostKey(store)
	if err != nil {
		t.Fatal(err)
	}
	used := 0
	key := &hostKey{signer, func() { used++ }}
	data := []byte("exchange hash")
	for n, sign := range []func() (*gossh.Signature, error){
		func() (*gossh.Signature, error) { return key.Sign(rand.Reader, data) },
		func() (*gossh.Signature, error) {
			return key.SignWithAlgorithm(rand.Reader, data, gossh.KeyAlgoRSASHA256)
		},
	} {
		signature, err := sign()
		if err != nil || key.PublicKey().Verify(data, signature) != nil || used != n+1 {
			t.Errorf("signature %v, %v, told of %d", signature, err, used)
		}
	}
}

func TestDamagedHostKey(t *testing.T) {
	store := state.NewMemory(nil)
	if err := store.WriteFile(hostKeyFile, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	var damaged *state.DamagedError
	if _, err := HostKey(store); !errors.As(err, &damaged) {
		t.Errorf("got %v", err)
	}
}

func TestAuthorizedKeys(t *testing.T) {
	signer, _, _ := newKey(t)
	line := string(bytes.TrimSpace(gossh.MarshalAuthorizedKey(signer.PublicKey())))
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"plain":        {line, true},
		"comment":      {line + " joe@desk", true},
		"among others": {"# keys\n\nssh-bogus AAAA x\n" + line + "\n", true},
		"harmless":     {"no-port-forwarding,no-X11-forwarding " + line, true},
		"from":         {`from="10.0.0.1" ` + line, false},
		"command":      {`command="show version" ` + line, false},
		"commented":    {"#" + line, false},
		"empty":        {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "authorized_keys")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			keys, any, err := OpenKeys(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := keys.Contains(signer.PublicKey()); got != c.want || any != c.want {
				t.Errorf("key is found: %v, file has keys: %v", got, any)
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if keys.Contains(signer.PublicKey()) {
				t.Error("the key still works when its file is gone")
			}
		})
	}
}

func TestAuthorizedKeysOpenToOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "authorized_keys")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for mode, want := range map[os.FileMode]bool{0o600: true, 0o644: true, 0o664: false, 0o666: false} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, _, err := OpenKeys(path); (err == nil) != want {
			t.Errorf("mode %v: %v", mode, err)
		}
	}
	if _, _, err := OpenKeys(path + "x"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// TestAuthorizedKeysOfWrongKind reads neither a pipe, for whose other end each
// login would wait, nor what is no list of keys by its size.
func TestAuthorizedKeysOfWrongKind(t *testing.T) {
	signer, keys, _ := newKey(t)
	line := gossh.MarshalAuthorizedKey(signer.PublicKey())
	for name, c := range map[string]struct {
		replace func(path string) error
		want    string
	}{
		"pipe":      {func(path string) error { return unix.Mkfifo(path, 0o600) }, "is not a regular file"},
		"directory": {func(path string) error { return os.Mkdir(path, 0o700) }, "is not a regular file"},
		"too large": {func(path string) error {
			return os.WriteFile(path, append(line, make([]byte, MaxKeys)...), 0o600)
		}, "is larger than 1048576 bytes"},
		"large": {func(path string) error {
			return os.WriteFile(path, append(line, bytes.Repeat([]byte("\n"), MaxKeys-len(line))...), 0o600)
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.Remove(keys.path); err != nil {
				t.Fatal(err)
			}
			if err := c.replace(keys.path); err != nil {
				t.Fatal(err)
			}
			answer := make(chan error, 1)
			found := make(chan bool, 1)
			go func() {
				_, _, err := OpenKeys(keys.path)
				answer <- err
				found <- keys.Contains(signer.PublicKey())
			}()
			select {
			case err := <-answer:
				if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
					t.Errorf("got %v", err)
				}
			case <-time.After(patience):
				t.Fatal("the file is waited for")
			}
			if got := <-found; got != (c.want == "") {
				t.Errorf("the key works: %v", got)
			}
		})
	}
}

func TestUserName(t *testing.T) {
	for name, want := range map[string]string{
		"joe": "joe", "": "", "a b\x1b[2J": `a\x20b\x1b[2J`, "jürgen": `j\xc3\xbcrgen`,
		"0123456789012345678901234567ü": `0123456789012345678901234567\xc3`, "012345678901234567890123456789ü": "012345678901234567890123456789",
		fmt.Sprintf("%040d", 0): fmt.Sprintf("%032d", 0),
	} {
		if got := userName(name); got != want {
			t.Errorf("%q is shown as %q", name, got)
		}
	}
}
