package state

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// The names a directory keeps for itself. Those with a leading dot are no
// valid names anyway.
const (
	lockName    = "lock"
	bootsName   = "engine-boots"
	macName     = "chassis-mac"
	modelName   = "chassis-model"
	journalName = ".commit"
	tempPrefix  = ".tmp-"
)

var reserved = []string{lockName, bootsName, macName, modelName, Files}

// marker is how the lock begins: the directory is a state directory, whoever
// holds it and whatever else is lost.
const marker = "mirrorsh state directory\n"

const maxName = 128

// Bounds of a file, in octets: what is larger is neither written nor read.
const (
	MaxFile   = 1 << 20  // in [Files]
	maxOwn    = 64 << 20 // elsewhere: a configuration of some 500 000 lines
	maxSealed = 64 << 10 // of engine-boots and what is of the chassis
)

// limit returns the bound of a file.
func limit(name string) int64 {
	switch {
	case path.Dir(name) == Files:
		return MaxFile
	case slices.Contains(reserved, name):
		return maxSealed
	}
	return maxOwn
}

// isOurs reports whether a regular file of that name is the router's: in a
// directory that is also used for something else, others are left alone.
func isOurs(name string) bool {
	if path.Dir(name) == Files {
		return CheckName(name) == nil
	}
	return slices.Contains(reserved, name) || name == journalName || strings.HasSuffix(name, ".cnf") ||
		strings.HasSuffix(name, ".cnf.bak") || strings.HasSuffix(name, "_key")
}

// CheckName reports whether a file can have the name: 1 to 128 ASCII letters,
// digits, '.', '_' and '-', the first neither '.' nor '-', optionally after
// "files/". The names that the store uses itself are refused outside "files/".
// The error is [errName], wrapped.
func CheckName(name string) error {
	base, inFiles := strings.CutPrefix(name, Files+"/")
	ok := len(base) >= 1 && len(base) <= maxName && base[0] != '.' && base[0] != '-' && strings.Trim(base, nameOctets) == ""
	// Trim stops at the first octet that is not allowed, from either side.
	if !ok || !inFiles && slices.Contains(reserved, base) {
		return fmt.Errorf("%w %q", errName, name)
	}
	return nil
}

const nameOctets = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

// checkOperators is CheckName for a file in [Files].
func checkOperators(name string) error {
	if err := CheckName(name); err != nil || path.Dir(name) != Files {
		return fmt.Errorf("%w %q", errName, name)
	}
	return nil
}

func checkFolder(folder string) error {
	if folder != "" && folder != Files {
		return fmt.Errorf("%w %q", errName, folder)
	}
	return nil
}

func checkPerm(name string, perm fs.FileMode) error {
	if perm&^0o600 != 0 {
		return fmt.Errorf("write %s: mode %v is more than 0600", name, perm)
	}
	return nil
}

// checkCommit returns the names in a fixed order.
func checkCommit(files map[string][]byte) ([]string, error) {
	names, err := checkNames(files)
	for _, name := range names {
		if err := checkSize(name, files[name]); err != nil {
			return nil, fmt.Errorf("commit: %w", err)
		}
	}
	return names, err
}

// checkNames returns the names of what a commit is about in a fixed order.
func checkNames[T any](files map[string]T) ([]string, error) {
	names := slices.Sorted(maps.Keys(files))
	for _, name := range names {
		if err := CheckName(name); err != nil {
			return nil, err
		}
		if strings.Contains(name, "/") {
			return nil, fmt.Errorf("commit: %w %q", errName, name)
		}
	}
	return names, nil
}
