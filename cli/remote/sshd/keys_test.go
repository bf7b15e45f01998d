package sshd

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/sys/unix"
)

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

// TestAuthorizedKeysOpenToOthers refuses a file that others may write, or put in
// its place.
func TestAuthorizedKeysOpenToOthers(t *testing.T) {
	for _, c := range []struct {
		file, dir, above os.FileMode
		want             string // "" for none, else what is named
	}{
		{0o600, 0o700, 0o755, ""}, {0o644, 0o755, 0o755, ""}, {0o400, 0o500, 0o755, ""}, {0o600, 0o777 | os.ModeSticky, 0o755, ""},
		{0o664, 0o700, 0o755, "authorized_keys can be changed by others (mode -rw-rw-r--): chmod it to 644"},
		{0o666, 0o700, 0o755, "authorized_keys can be changed by others (mode -rw-rw-rw-): chmod it to 644"},
		{0o602, 0o700, 0o755, "authorized_keys can be changed by others (mode -rw-----w-): chmod it to 600"},
		{0o600, 0o770, 0o755, ".ssh can be changed by others (mode -rwxrwx---): chmod it to 750"},
		{0o600, 0o777, 0o755, ".ssh can be changed by others (mode -rwxrwxrwx): chmod it to 755"},
		{0o600, 0o700, 0o775, "home can be changed by others (mode -rwxrwxr-x): chmod it to 755"},
		{0o664, 0o777 | os.ModeSticky, 0o755, "authorized_keys can be changed by others"},
	} {
		t.Run(fmt.Sprint(c.file, c.dir, c.above), func(t *testing.T) {
			home := filepath.Join(t.TempDir(), "home")
			path := filepath.Join(home, ".ssh", "authorized_keys")
			link := filepath.Join(t.TempDir(), "link")
			for _, err := range []error{
				os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, nil, 0o600), os.Symlink(path, link),
				os.Chmod(path, c.file), os.Chmod(filepath.Dir(path), c.dir), os.Chmod(home, c.above),
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
			for _, name := range []string{path, link} {
				_, _, err := OpenKeys(name)
				if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) && name == path) {
					t.Errorf("%s: got %v", name, err)
				}
			}
		})
	}
	if _, _, err := OpenKeys(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// info is a file of an owner.
type info struct {
	os.FileInfo
	mode  os.FileMode
	owner uint32
}

func (i info) Mode() os.FileMode { return i.mode }
func (i info) IsDir() bool       { return i.mode.IsDir() }
func (i info) Sys() any          { return &syscall.Stat_t{Uid: i.owner} }

// TestAuthorizedKeysOfOthers refuses what is neither the user's nor root's.
func TestAuthorizedKeysOfOthers(t *testing.T) {
	for _, c := range []struct {
		owner uint32
		uid   int
		want  bool
	}{
		{0, 0, true}, {1000, 1000, true}, {0, 1000, true}, {1000, 0, false}, {1001, 1000, false}, {1 << 31, 1000, false},
	} {
		for _, mode := range []os.FileMode{0o600, 0o700 | os.ModeDir, 0o777 | os.ModeDir | os.ModeSticky} {
			err := strict("x", info{mode: mode, owner: c.owner}, c.uid)
			if (err == nil) != c.want || err != nil && err.Error() != fmt.Sprintf("x is owned by user ID %d: it has to be yours or root's", c.owner) {
				t.Errorf("mode %v of %d for %d: %v", mode, c.owner, c.uid, err)
			}
		}
	}
	if os.Geteuid() != 0 {
		return // nobody else can give a file away
	}
	signer, keys, _ := newKey(t)
	if !keys.Contains(signer.PublicKey()) {
		t.Fatal("the key does not work")
	}
	if err := os.Chown(keys.path, 12345, 0); err != nil {
		t.Fatal(err)
	}
	if keys.Contains(signer.PublicKey()) {
		t.Error("the key works in a file of user 12345")
	}
	if _, _, err := OpenKeys(keys.path); err == nil || !strings.Contains(err.Error(), "owned by user ID 12345") {
		t.Errorf("got %v", err)
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
			return os.WriteFile(path, append(line, make([]byte, maxKeys)...), 0o600)
		}, "is larger than 1048576 bytes"},
		"large": {func(path string) error {
			return os.WriteFile(path, append(line, bytes.Repeat([]byte("\n"), maxKeys-len(line))...), 0o600)
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
