package pcap

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
	"golang.org/x/sys/unix"

	"mirrorsh/trapcore/packet"
)

var headers = packet.Datagram{
	From: netip.MustParseAddrPort("192.0.2.1:30030"), To: netip.MustParseAddrPort("192.0.2.2:30030"), TTL: 255,
}

func fail(t *testing.T) func(error) { return func(err error) { t.Error(err) } }

// read returns the payloads of a capture, and when they were recorded.
func read(t *testing.T, path string) (payloads []string, at []time.Time) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := pcapgo.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	if r.LinkType() != layers.LinkTypeRaw {
		t.Error("link type", r.LinkType())
	}
	for {
		p, info, err := r.ReadPacketData()
		if err == io.EOF {
			return payloads, at
		}
		if err != nil {
			t.Fatal(err)
		}
		payloads, at = append(payloads, string(p[28:])), append(at, info.Timestamp)
	}
}

// TestRecord: what is recorded is on disk at once, whoever ends the process, in a
// file that is its owner's alone.
func TestRecord(t *testing.T) {
	for _, umask := range []int{0, 0o777} {
		path := filepath.Join(t.TempDir(), "out.pcap")
		old := unix.Umask(umask)
		f, err := Open(path, fail(t))
		unix.Umask(old)
		if err != nil {
			t.Fatal(err)
		}
		f.Record(headers, [][]byte{[]byte("a"), []byte("bc")})
		f.Record(headers, nil)
		f.Record(headers, [][]byte{[]byte("d")})
		got, at := read(t, path)
		if strings.Join(got, " ") != "a bc d" || time.Since(at[0]).Abs() > time.Minute {
			t.Errorf("%q at %v", got, at)
		}
		if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
			t.Errorf("umask %o: %v, %v", umask, info.Mode(), err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		f.Record(headers, [][]byte{[]byte("e")})
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		// The next one begins anew.
		if f, err = Open(path, fail(t)); err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if got, _ := read(t, path); len(got) > 0 {
			t.Errorf("%q", got)
		}
	}
}

// TestFilesThatAreRefused stay as they were.
func TestFilesThatAreRefused(t *testing.T) {
	write := func(mode os.FileMode) func(path string) error {
		return func(path string) error {
			return errors.Join(os.WriteFile(path, []byte("kept"), 0o600), os.Chmod(path, mode))
		}
	}
	for name, c := range map[string]struct {
		make func(path string) error
		want error
	}{
		"read by the group":  {write(0o640), errShared},
		"read by others":     {write(0o604), errShared},
		"written by others":  {write(0o602), errShared},
		"a link":             {func(path string) error { return os.Symlink("elsewhere", path) }, errKind},
		"a directory":        {func(path string) error { return os.Mkdir(path, 0o700) }, errKind},
		"a FIFO":             {func(path string) error { return unix.Mkfifo(path, 0o600) }, errKind},
		"a socket":           {func(path string) error { return socket(path) }, errKind},
		"of another process": {func(path string) error { _, err := Open(path, nil); return err }, errInUse},
		"in no directory":    {func(path string) error { return os.Remove(filepath.Dir(path)) }, os.ErrNotExist},
		"in no directory at all": {func(path string) error {
			return errors.Join(os.Remove(filepath.Dir(path)), os.WriteFile(filepath.Dir(path), nil, 0o600))
		}, unix.ENOTDIR},
	} {
		path := filepath.Join(t.TempDir(), "d", "p")
		if err := errors.Join(os.Mkdir(filepath.Dir(path), 0o700), c.make(path)); err != nil {
			t.Fatal(name, err)
		}
		before, _ := os.Lstat(path)
		f, err := Open(path, fail(t))
		if f != nil || !errors.Is(err, c.want) || strings.Count(err.Error(), path) != 1 {
			t.Errorf("%s: %v", name, err)
		}
		if after, _ := os.Lstat(path); before != nil && (after.Size() != before.Size() || after.Mode() != before.Mode()) {
			t.Errorf("%s: was %v, is %v", name, before, after)
		}
	}
}

func socket(path string) error {
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err == nil {
		l.SetUnlinkOnClose(false)
		err = l.Close()
	}
	return err
}
