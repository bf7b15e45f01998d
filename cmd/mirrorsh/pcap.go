package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"mirrorsh/trapcore/pcap"
	"mirrorsh/trapcore/state"
)

// errPcapInside is the error of a capture that operators of the router could read.
var errPcapInside = errors.New("it is in the state directory, where operators of the router may read it: name another file")

// record opens the capture of what leaves, if there is to be one. stop ends it.
func (m *machine) record() (stop func(), err error) {
	if m.pcap == "" {
		return func() {}, nil
	}
	if dir, ok := m.store.(*state.Dir); ok {
		inside, err := isInside(m.pcap, dir.Path(""))
		if err == nil && inside {
			err = fmt.Errorf("%s: %w", m.pcap, errPcapInside)
		}
		if err != nil {
			return nil, fmt.Errorf("--pcap: %w", err)
		}
	}
	m.capture, err = pcap.Open(m.pcap, func(err error) {
		slog.Error("--pcap: no more is recorded, the router goes on", "file", m.pcap, "error", err)
	})
	if err != nil {
		return nil, fmt.Errorf("--pcap: %w", err)
	}
	return func() {
		if err := m.capture.Close(); err != nil {
			slog.Error("--pcap", "file", m.pcap, "error", err)
		}
	}, nil
}

// isInside reports whether a file is below a directory, or can be made there, by
// whatever names.
func isInside(path, dir string) (bool, error) {
	root, err := os.Stat(dir)
	if err != nil {
		return false, err
	}
	at, err := filepath.Abs(filepath.Dir(path))
	if err == nil {
		at, err = filepath.EvalSymlinks(at)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // nor can it be made
	}
	if err != nil {
		return false, err
	}
	for ; ; at = filepath.Dir(at) {
		if info, err := os.Stat(at); err == nil && os.SameFile(info, root) {
			return true, nil
		}
		if at == filepath.Dir(at) {
			return false, nil
		}
	}
}
