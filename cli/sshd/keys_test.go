package sshd

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	gossh "golang.org/x/crypto/ssh"

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

func TestUserName(t *testing.T) {
	for name, want := range map[string]string{
		"joe": "joe", "": "", "a b\x1b[2J": "a?b?[2J", "jürgen": "jürgen",
		fmt.Sprintf("%040d", 0): fmt.Sprintf("%032d", 0),
	} {
		if got := userName(name); got != want {
			t.Errorf("%q is shown as %q", name, got)
		}
	}
}
