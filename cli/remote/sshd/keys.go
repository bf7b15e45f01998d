package sshd

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/sys/unix"
)

// Keys are the keys of an authorized_keys file. They are read again with each
// login, so that a key that was taken out no longer works. Keys with options
// that would restrict what they may do are left out, because the restriction
// could not be kept.
type Keys struct{ path string }

// harmless are options that forbid what no session here can do anyway.
var harmless = []string{"no-port-forwarding", "no-agent-forwarding", "no-x11-forwarding", "no-user-rc"}

// DefaultKeys returns where a user's keys are: ~/.ssh/authorized_keys, "" if
// there is no such file.
func DefaultKeys() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	path := filepath.Join(home, ".ssh", "authorized_keys")
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// OpenKeys makes sure that the file can be read, that others cannot change it,
// and that it makes sense. Any reports whether there is a key in it.
func OpenKeys(path string) (k *Keys, any bool, err error) {
	k = &Keys{path}
	keys, err := k.read(true)
	if err != nil {
		return nil, false, err
	}
	return k, len(keys) > 0, nil
}

// Contains reports whether a key is among them now.
func (k *Keys) Contains(key gossh.PublicKey) bool {
	keys, err := k.read(false)
	if err != nil {
		slog.Warn("ssh: authorized keys", "error", err)
		return false
	}
	return slices.ContainsFunc(keys, func(other gossh.PublicKey) bool { return bytes.Equal(other.Marshal(), key.Marshal()) })
}

func (k *Keys) read(report bool) ([]gossh.PublicKey, error) {
	data, err := k.readFile()
	if err != nil {
		return nil, fmt.Errorf("authorized keys: %w", err)
	}
	var keys []gossh.PublicKey
	for line := range bytes.Lines(data) {
		key, _, options, _, err := gossh.ParseAuthorizedKey(line)
		switch {
		case err != nil: // blank, a comment, or of a kind that is not known
		case slices.ContainsFunc(options, func(o string) bool { return !slices.Contains(harmless, strings.ToLower(o)) }):
			if report {
				slog.Warn("ssh: authorized key with options is not used", "file", k.path, "options", options)
			}
		default:
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// maxKeys is how large an authorized_keys file may be, in bytes.
const maxKeys = 1 << 20

// readFile returns what is in the file now. Nothing else than a regular file is
// read, so that no login waits for whoever writes into a pipe.
func (k *Keys) readFile() ([]byte, error) {
	f, err := os.OpenFile(k.path, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	switch {
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file (mode %v)", k.path, info.Mode())
	}
	if err := strict(k.path, info, os.Geteuid()); err != nil {
		return nil, err
	}
	if err := strictPath(k.path, os.Geteuid()); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxKeys+1))
	if err == nil && len(data) > maxKeys {
		err = fmt.Errorf("%s is larger than %d bytes", k.path, maxKeys)
	}
	return data, err
}

// strictPath refuses a file that others could put another in place of, as
// StrictModes of sshd_config(5) does: the directories that lead to it are of
// the user or root, too, and nobody else writes there.
func strictPath(path string, uid int) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	if path, err = filepath.Abs(path); err != nil {
		return err
	}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil {
			return err
		}
		if err := strict(dir, info, uid); err != nil {
			return err
		}
		if dir == filepath.Dir(dir) {
			return nil
		}
	}
}

// strict refuses a file or directory that somebody else than the user or root
// owns or may write. In a directory with the sticky bit, nobody replaces what
// is another's.
func strict(path string, info fs.FileInfo, uid int) error {
	if owner, ok := info.Sys().(*syscall.Stat_t); ok && owner.Uid != 0 && int(owner.Uid) != uid {
		return fmt.Errorf("%s is owned by user ID %d: it has to be yours or root's", path, owner.Uid)
	}
	if info.IsDir() && info.Mode()&fs.ModeSticky != 0 {
		return nil
	}
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return fmt.Errorf("%s can be changed by others (mode %v): chmod it to %o", path, mode, mode&^0o022)
	}
	return nil
}
