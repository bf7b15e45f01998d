// Package pcap writes the datagrams that a router sends into a pcap file, as
// IP packets (LINKTYPE_RAW). The file tells who is mirrored, and
// what they send: only its owner may read it.
//
// Of ours it imports packet.
package pcap

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
	"golang.org/x/sys/unix"

	"mirrorsh/trapcore/packet"
)

// Errors of files that are not written to.
var (
	errShared  = errors.New("others may read or write it: chmod it to 600, or name another file")
	errForeign = errors.New("it belongs to another user: name another file")
	errInUse   = errors.New("another process writes it: name another file")
	errKind    = errors.New("it is no regular file: name another one")
)

// maxPacket is the longest IP packet there is.
const maxPacket = 1<<16 - 1

// File is a capture that is being written. Its methods may be called from any
// goroutine. mu guards all; what is recorded is with the system when they return,
// so that nothing is lost when the process is killed.
type File struct {
	failed func(error)

	mu     sync.Mutex
	file   *os.File // nil: it has ended
	size   int64    // of what was written
	batch  bytes.Buffer
	to     *pcapgo.Writer // into batch
	ends   []int64        // of the packets in batch, from its beginning
	packet []byte
	id     uint16
}

// Open begins a capture in a file of that name, which is made, with mode 0600, or
// emptied. failed is told once when no more can be written; what was recorded
// before stays readable.
func Open(path string, failed func(error)) (*File, error) {
	file, err := open(path)
	if err != nil {
		if e := (*fs.PathError)(nil); errors.As(err, &e) {
			err = e.Err
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f := &File{failed: failed, file: file}
	f.to = pcapgo.NewWriter(&f.batch)
	err = f.to.WriteFileHeader(maxPacket, layers.LinkTypeRaw)
	if err == nil {
		err = f.flush()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), file.Close())
	}
	return f, nil
}

func open(path string) (*os.File, error) {
	const flags = os.O_WRONLY | unix.O_NOFOLLOW | unix.O_NONBLOCK
	file, err := os.OpenFile(path, flags|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		err = file.Chmod(0o600) // whatever the umask left
	} else if errors.Is(err, fs.ErrExist) {
		file, err = os.OpenFile(path, flags, 0)
		if errors.Is(err, unix.ELOOP) || errors.Is(err, unix.EISDIR) || errors.Is(err, unix.ENXIO) {
			err = errKind // a link, a directory, a FIFO
		}
	}
	if file == nil {
		return nil, err
	}
	if err == nil {
		err = check(file)
	}
	if err == nil {
		if err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); errors.Is(err, unix.EWOULDBLOCK) {
			err = errInUse
		}
	}
	if err == nil {
		err = file.Truncate(0)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func check(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	owner, known := info.Sys().(*syscall.Stat_t)
	switch {
	case !info.Mode().IsRegular():
		return errKind
	case info.Mode().Perm()&0o077 != 0:
		return errShared
	case known && int(owner.Uid) != os.Geteuid():
		return errForeign
	}
	return nil
}

// Record adds datagrams that have left. Headers are those of all of them but for
// the identification.
func (f *File) Record(headers packet.Datagram, payloads [][]byte) {
	if err := f.record(headers, payloads); err != nil {
		f.failed(err)
	}
}

// record returns what has ended the capture.
func (f *File) record(headers packet.Datagram, payloads [][]byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil || len(payloads) == 0 {
		return nil
	}
	at := gopacket.CaptureInfo{Timestamp: time.Now()}
	for _, p := range payloads {
		f.id++
		headers.ID = f.id
		f.packet = headers.Append(f.packet[:0], p)
		at.CaptureLength, at.Length = len(f.packet), len(f.packet)
		_ = f.to.WritePacket(at, f.packet) // into memory
		f.ends = append(f.ends, int64(f.batch.Len()))
	}
	err := f.flush()
	if err != nil {
		err = f.end(err)
	}
	return err
}

// flush writes what is in batch. After an error, size is that of the packets that
// are whole. The caller holds mu.
func (f *File) flush() error {
	n, err := f.file.Write(f.batch.Bytes())
	written := int64(n)
	if err != nil {
		written = 0
		for _, end := range f.ends {
			if end <= int64(n) {
				written = end
			}
		}
	}
	f.size += written
	f.batch.Reset()
	f.ends = f.ends[:0]
	return err
}

// end ends the capture behind the last packet that is whole. The caller holds mu.
func (f *File) end(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		err = e.Err
	}
	err = errors.Join(err, f.file.Truncate(f.size), f.file.Close())
	f.file = nil
	return err
}

// Close ends the capture.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil {
		return nil
	}
	err := errors.Join(f.file.Sync(), f.file.Close())
	f.file = nil
	if err != nil {
		return fmt.Errorf("capture: %w", err)
	}
	return nil
}
