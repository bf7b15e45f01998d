package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"unicode"

	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/state"
)

// Bounds of the operator's files. They keep a router in memory small.
const (
	MaxFile  = state.MaxFile // octets of a file
	MaxFiles = 128           // files
	MaxSpace = 16 << 20      // octets of all files
)

// Refusals of file commands, worded for the operator.
var (
	errFileName   = errors.New("invalid file name")
	errPlace      = errors.New("files are copied on disk0: alone, and a file is not named so")
	ErrNoFile     = errors.New("no such file")
	errFileSize   = fmt.Errorf("file would be larger than %d octets", MaxFile)
	errFileLarge  = fmt.Errorf("file is larger than %d octets", MaxFile)
	errFileSpace  = errors.New("no space left for files")
	errConfigName = errors.New("the configuration is no file of that name, and a file is not named so")
	errLogFile    = fmt.Errorf("%s is written by log destination nv-file", eventlog.FileName)
)

// disk is the name of the file system, which may stand before a file name.
const disk = "disk0:"

// Files are the operator's files: one folder of the store that no name leads
// out of. Its methods may be called from any goroutine; mu makes a change one
// with what it was based on.
type Files struct {
	store state.Store
	mu    sync.Mutex
}

// filePath checks a name and returns where the store has the file.
func filePath(name string) (string, error) {
	path := state.Files + "/" + strings.TrimPrefix(name, disk)
	switch {
	case meansPlace(name):
		return "", errPlace
	case state.CheckName(path) != nil:
		return "", errFileName
	}
	return path, nil
}

// List returns the files, by name.
func (f *Files) List() ([]state.File, error) {
	files, err := f.store.List(state.Files)
	return files, worded("files cannot be listed", err)
}

// Read returns the content of a file.
func (f *Files) Read(name string) (string, error) {
	path, err := filePath(name)
	if err != nil {
		return "", err
	}
	return f.read(path)
}

func (f *Files) read(path string) (string, error) {
	data, err := f.store.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", ErrNoFile
	case errors.Is(err, state.ErrSize): // put there from outside
		return "", errFileLarge
	}
	return string(data), worded("file cannot be read", err)
}

// Open opens a file to be read, however large it is.
func (f *Files) Open(name string) (io.ReadCloser, error) {
	path, err := filePath(name)
	if err != nil {
		return nil, err
	}
	r, err := f.store.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoFile
	}
	if err != nil {
		return nil, worded("file cannot be read", err)
	}
	return r, nil
}

// Write replaces a file, or makes it.
func (f *Files) Write(name, text string) error { return f.write(name, text, false) }

// Append adds to the end of a file, or makes it.
func (f *Files) Append(name, text string) error { return f.write(name, text, true) }

func (f *Files) write(name, text string, extend bool) error {
	path, err := filePath(name)
	if err != nil {
		return err
	}
	if path == state.Files+"/"+eventlog.FileName {
		return errLogFile
	}
	if meansConfiguration(strings.TrimPrefix(path, state.Files+"/")) {
		return errConfigName
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if extend {
		before, err := f.read(path)
		if err != nil && !errors.Is(err, ErrNoFile) {
			return err
		}
		text = before + text
	}
	if err := f.room(path, len(text)); err != nil {
		return err
	}
	return worded("file cannot be written", f.store.WriteFile(path, []byte(text), 0o600))
}

// room checks that a file of size octets fits the bounds. A file that is larger
// than one can be was put there from outside, and takes no space of theirs.
func (f *Files) room(path string, size int) error {
	if size > MaxFile {
		return errFileSize
	}
	files, err := f.List()
	if err != nil {
		return err
	}
	count, space := 1, int64(size)
	for _, other := range files {
		if state.Files+"/"+other.Name != path && other.Size <= MaxFile {
			count++
			space += other.Size
		}
	}
	if count > MaxFiles || space > MaxSpace {
		return errFileSpace
	}
	return nil
}

// Delete removes a file.
func (f *Files) Delete(name string) error {
	path, err := filePath(name)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	err = f.store.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNoFile
	}
	return worded("file cannot be deleted", err)
}

// Printable is text that a terminal cannot act on, as files may hold anything:
// lines as they are, carriage returns left out, other characters that are not
// printable as question marks.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return -1
		case r == '\n', r == '\t', unicode.IsPrint(r):
			return r
		}
		return '?'
	}, text)
}

// worded says in the operator's words what could not be done, and why, without
// where the files are.
func worded(what string, err error) error {
	if err == nil {
		return nil
	}
	if damaged := (*state.DamagedError)(nil); errors.As(err, &damaged) {
		err = errors.New(damaged.Reason)
	} else if cause := errors.Unwrap(err); cause != nil {
		err = cause
	}
	return fmt.Errorf("%s: %w", what, err)
}
