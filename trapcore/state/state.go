// Package state keeps what outlives a run of the router: configuration, host
// key, files, the boots of the SNMP engine and the MAC address of the chassis.
// A [Store] is either a directory on disk ([Open]), owned by one process at a
// time, or memory ([NewMemory]).
//
// # On disk
//
// The directory has mode 0700 and holds
//
//	lock           marks a state directory; held by flock, names the process that holds it
//	engine-boots   snmpEngineBoots of the current run, and before each engine ID that was set
//	chassis-mac    made, or given, once
//	chassis-model  if one was chosen
//	files/         files of the operator
//	.commit        a commit that is being carried out, and edits
//	.tmp-*         files that are being written
//
// and the files of the store. A directory without the mark of lock, and without
// engine-boots or chassis-mac, is somebody else's unless it is empty. engine-boots, chassis-mac,
// chassis-model and .commit end in a checksum: a changed one is reported, never guessed at.
//
// Only regular files of mode 0600, or 0400, within the bound of their kind
// count. Links are not followed, FIFOs and devices not opened: one that stands
// for a file of the router is damage, and in files/ it is not there. A write
// puts a file in its place.
//
// A file is written under a temporary name, synced, renamed over the old one,
// and the directory synced. At any moment the name stands for the old or the
// new content, whole; once the write has returned, for the new one.
//
// A commit of several files writes and syncs them all under temporary names,
// then puts the list of renames in place as .commit, itself by a rename: that
// rename is the commit point. Only then are the files renamed, and .commit is
// removed when all are. A process that finds a .commit, in [Open] or because
// its own commit failed half-way, carries out the renames that are missing
// before it reads or writes anything else but files/ and what no such rename is
// about. All that needs disk space comes before the commit point. A commit of
// one file is a write.
//
// Edits of files are a record at the end of .commit: that it is there, synced and
// with its checksum, is their commit point. A file is written whole again by
// [Dir.Rewrite], by a commit of it, and in Close; until then it is what the file
// itself has with the edits, each of which says of what octets it is. A new
// .commit, put in place by a rename, says what of the old one still counts.
//
// It imports nothing of ours.
package state

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Store keeps files and the identity of the SNMP engine. Names are as
// [CheckName] has it. Methods may be called from any goroutine. After Close
// they fail with [fs.ErrClosed].
type Store interface {
	// ReadFile returns the content of a file; [fs.ErrNotExist] if there is none,
	// [ErrSize] if it is larger than a file in [Files] can be. A file elsewhere
	// that is too large, or no regular file, is a [*DamagedError].
	ReadFile(name string) ([]byte, error)
	// Open opens a file in [Files] to be read from its beginning, however large it
	// is; [fs.ErrNotExist] if there is none.
	Open(name string) (io.ReadCloser, error)
	// WriteFile replaces a file, durably. perm is its exact mode, whatever the
	// umask, 0600 or less. [ErrSize] is its error for data that could not be read
	// again. After an error the file is the old or the new one, whole.
	WriteFile(name string, data []byte, perm fs.FileMode) error
	// Remove removes a file, durably; [fs.ErrNotExist] if there is none. It
	// removes nothing that ReadFile would not read because of what it is.
	Remove(name string) error
	// List returns the files of a folder, "" or [Files], sorted by name. What the
	// store keeps for itself is not listed, nor what is no regular file.
	List(folder string) ([]File, error)
	// Commit replaces several files outside [Files], with mode 0600, durably and
	// all or none; [ErrSize] as for WriteFile. Its errors do not say which file
	// they are about. It keeps none of the data.
	Commit(files map[string][]byte) error
	// Edit is a commit of what has changed in files, at the cost of that. [ErrWhole]
	// is its error, and nothing happens, if one of them has to be written whole: this
	// run has not done so yet, or too much of it has changed since. It keeps the data.
	Edit(files map[string][]Edit) error
	// Rewrite writes a file whole that has been edited, so that others read it as it
	// is. Until then, and after an error, the Store alone does.
	Rewrite(name string) error
	// NextBoots counts snmpEngineBoots up and returns the new value, 1 to
	// [maxBoots], where it stays (RFC 3414 section 2.2.2). No two calls, in this
	// or any later run on the same store, return the same value below maxBoots.
	NextBoots() (int32, error)
	// BootsBefore returns what snmpEngineBoots was before the engine ID was first
	// asked for, and makes that durable; 0 for one that was asked for before
	// anything was counted. What was asked for in this run, or a run before
	// NextBoots, needs no disk. [errEngines] is its error when there are too many.
	BootsBefore(engineID string) (int32, error)
	// ChassisMAC returns the MAC address of the chassis, the same in every run.
	ChassisMAC() (net.HardwareAddr, error)
	// KeepMAC gives a chassis that has no MAC address one, durably. The error is
	// [OtherMACError] if it has another one. A store in memory keeps none.
	KeepMAC(net.HardwareAddr) error
	// Model returns the keyword that SetModel has kept, "" if it has none.
	Model() (string, error)
	// SetModel keeps the keyword of the model of the chassis, durably.
	SetModel(keyword string) error
	// Path says where a file is, for messages.
	Path(name string) string
	// Close gives the store back.
	Close() error
}

// File describes a file of a store.
type File struct {
	Name     string // without the folder
	Size     int64  // octets
	Modified time.Time
}

// Files is the folder of the operator's files.
const Files = "files"

// maxEngines is how many engine IDs have boots of their own.
const maxEngines = 500

// errEngines is the error of one more than [maxEngines].
var errEngines = fmt.Errorf("no more than %d engine IDs can be remembered", maxEngines)

// errName is the error for a name that no file of a store can have.
var errName = errors.New("invalid file name")

// LockedError says that another process has the state directory.
type LockedError struct {
	Dir string
	PID int // 0 if the holder has not said
}

func (e *LockedError) Error() string {
	holder := "another process"
	if e.PID != 0 {
		holder = fmt.Sprintf("process %d", e.PID)
	}
	return fmt.Sprintf("state directory %s is in use by %s: stop it, or use another directory", e.Dir, holder)
}

// ForeignError says that a directory is not empty and no state directory.
type ForeignError struct {
	Dir  string
	Name string // of something in it
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("%s is not a state directory of a router, and not empty (%q is in it): use another directory, or an empty one", e.Dir, e.Name)
}

// DamagedError says that a file of the state cannot be trusted.
type DamagedError struct {
	Path   string
	Line   int // where it is damaged, from 1; 0: as a whole
	Reason string
	Remedy string // what the operator can do, in the imperative
}

func (e *DamagedError) Error() string {
	at := e.Path
	if e.Line > 0 {
		at = fmt.Sprintf("%s:%d", at, e.Line)
	}
	return fmt.Sprintf("%s is damaged (%s): %s", at, e.Reason, e.Remedy)
}

// DefaultDir returns the state directory of a user who names none:
// $XDG_STATE_HOME/mirrorsh, else ~/.local/state/mirrorsh. A relative
// XDG_STATE_HOME does not count (XDG Base Directory Specification).
func DefaultDir() (string, error) {
	if base := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(base) {
		return filepath.Join(base, "mirrorsh"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("default state directory: %w", err)
	}
	return filepath.Join(home, ".local", "state", "mirrorsh"), nil
}
