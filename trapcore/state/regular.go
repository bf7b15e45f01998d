package state

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"golang.org/x/sys/unix"
)

// irregular says what stands where a regular file should. Links are never
// followed, not even inside the directory: one in files/ would lead to the
// secure configuration.
type irregular string

func (e irregular) Error() string { return string(e) }

// notA returns the irregular that a mode is, for what should be there.
func notA(want string, m fs.FileMode) irregular {
	is := "a device"
	switch {
	case m.IsRegular():
		is = "a file"
	case m.IsDir():
		is = "a directory"
	case m&fs.ModeSymlink != 0:
		is = "a symbolic link"
	case m&fs.ModeNamedPipe != 0:
		is = "a FIFO"
	case m&fs.ModeSocket != 0:
		is = "a socket"
	}
	return irregular(is + ", not a " + want)
}

// lstatRegular makes sure that a name stands for a regular file.
func lstatRegular(root *os.Root, name string) (fs.FileInfo, error) {
	info, err := root.Lstat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = notA("regular file", info.Mode())
	}
	return info, err
}

// openRegular opens a regular file that exists, and nothing else: opening a FIFO
// would wait for its other end.
func openRegular(root *os.Root, name string, flag int) (*os.File, error) {
	before, err := lstatRegular(root, name)
	if err != nil {
		return nil, err
	}
	// Whoever changes the directory between the two looks gains nothing.
	f, err := root.OpenFile(name, flag|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !os.SameFile(before, info) {
		err = irregular("replaced while it was opened")
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// read returns the content of a file within its bound. The caller holds mu.
func (d *Dir) read(name string) ([]byte, error) {
	f, err := openRegular(d.root, name, os.O_RDONLY)
	if err != nil {
		return nil, d.told(name, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit(name)+1))
	if err == nil {
		err = checkSize(name, data)
	}
	return data, d.told(name, err)
}

// told turns what is wrong with a file into what its reader is told: a file of
// the router is damaged; of the operator's, only regular files exist.
func (d *Dir) told(name string, err error) error {
	var what irregular
	isIrregular, inFiles := errors.As(err, &what), path.Dir(name) == Files
	switch {
	case isIrregular && inFiles:
		return fs.ErrNotExist
	case isIrregular || errors.Is(err, ErrSize) && !inFiles:
		return d.damaged(name, err.Error())
	}
	return err
}

// checkFiles makes sure that the operator's files, if there are any, are in a
// directory and not behind a link. The caller holds mu.
func (d *Dir) checkFiles() error {
	info, err := d.root.Lstat(Files)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && !info.IsDir() {
		err = d.damaged(Files, notA("directory", info.Mode()).Error())
	}
	return err
}

const (
	bootsRemedy = "restore it, or remove it together with " + macName + ", which gives the router a new engine ID"
	macRemedy   = "restore it, or remove it, which gives the router a new engine ID"
)

// remedies are for what the store keeps for itself.
var remedies = map[string]string{
	lockName:    "remove it while no router uses the directory",
	bootsName:   bootsRemedy,
	macName:     macRemedy,
	modelName:   "remove it, and give --model when the router starts",
	journalName: "remove it and check the configuration files, which may be of different saves",
	Files:       "move it away, and the router makes the directory when it needs one",
}

func (d *Dir) damaged(name, reason string) error {
	return &DamagedError{Path: d.Path(name), Reason: reason, Remedy: cmp.Or(remedies[name], "restore it, or move it away")}
}

// ErrSize is the error for a file of more octets than a file of its kind can
// have: [MaxFile] in [Files], else [maxOwn].
var ErrSize = errors.New("file is too large")

func checkSize(name string, data []byte) error {
	if max := limit(name); int64(len(data)) > max {
		return fmt.Errorf("%w: more than %d octets", ErrSize, max)
	}
	return nil
}
