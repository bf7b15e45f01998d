package eventlog

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"
)

// FileName is the nv-file, the name that it has among the router's files.
const FileName = "system.log"

// filePath is where a store has the operator's files.
const filePath = "files/" + FileName

// maxFile is the most octets of the nv-file: its oldest lines go first.
const maxFile = 128 << 10

// fileSink appends to the nv-file. The store can only replace a file as a
// whole, so it is read, extended and written, once a second at most; what
// cannot be written now is tried again as long as it fits.
type fileSink struct {
	log     *Log
	pending []byte
	lines   int // in pending
}

func (s *fileSink) deliver(batch []Entry) (sent, failed int, again bool) {
	for _, e := range batch {
		s.pending = append(append(s.pending, e.Line(s.log.Timestamps())...), '\n')
		s.lines++
	}
	if s.lines == 0 {
		return 0, 0, false // the second after a write has passed
	}
	before, err := s.log.opts.Files.ReadFile(filePath)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		all, _ := newest(slices.Concat(before, s.pending))
		err = s.log.opts.Files.WriteFile(filePath, all, 0o600)
	}
	if err != nil {
		var gone int
		s.pending, gone = newest(s.pending)
		s.lines -= gone
		return 0, gone, true
	}
	sent = s.lines
	s.pending, s.lines = nil, 0
	return sent, 0, true
}

func (s *fileSink) close() {}

// newest cuts whole lines off the beginning of what is longer than maxFile, and
// says how many.
func newest(text []byte) ([]byte, int) {
	if len(text) <= maxFile {
		return text, 0
	}
	at := len(text) - maxFile
	if i := bytes.IndexByte(text[at-1:], '\n'); i >= 0 {
		at += i
	}
	return text[at:], bytes.Count(text[:at], []byte{'\n'})
}
