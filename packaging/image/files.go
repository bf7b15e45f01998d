package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// archive is a tar archive as it is written.
type archive struct{ *tar.Writer }

// files returns the layer of all files.
func files(program, share string) (v1.Layer, error) {
	var b bytes.Buffer
	l := archive{tar.NewWriter(&b)}
	for _, dir := range []string{"etc", "etc/mirrorsh", "usr", "usr/bin", "usr/share", "var", "var/lib"} {
		if err := l.folder(dir, 0o755, 0); err != nil {
			return nil, err
		}
	}
	if err := l.folder("tmp", 0o1777, 0); err != nil {
		return nil, err
	}
	if err := l.folder(volume[1:], 0o700, user); err != nil {
		return nil, err
	}
	passwd := fmt.Sprintf("root:x:0:0::/:\nmirrorsh:x:%d:%d::%s:\n", user, user, volume)
	if err := l.file("etc/passwd", 0o644, []byte(passwd)); err != nil {
		return nil, err
	}
	if err := l.file("etc/group", 0o644, fmt.Appendf(nil, "root:x:0:\nmirrorsh:x:%d:\n", user)); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(program)
	if err != nil {
		return nil, err
	}
	if err := l.file(programPath[1:], 0o755, text); err != nil {
		return nil, err
	}
	if err := l.tree("usr/share/mirrorsh", os.DirFS(filepath.Join(share, "mirrorsh"))); err != nil {
		return nil, err
	}
	if err := l.tree("usr/share/doc", os.DirFS(filepath.Join(share, "doc"))); err != nil {
		return nil, err
	}
	if err := l.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }, tarball.WithMediaType(types.OCILayer))
}

// epoch is when every file was changed.
var epoch = time.Unix(0, 0)

func (l archive) folder(name string, mode int64, owner int) error {
	return l.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: mode, Uid: owner, Gid: owner, ModTime: epoch, Format: tar.FormatPAX})
}

func (l archive) file(name string, mode int64, text []byte) error {
	err := l.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(text)), Mode: mode, ModTime: epoch, Format: tar.FormatPAX})
	if err == nil {
		_, err = l.Write(text)
	}
	return err
}

// tree adds a folder, with all that is in it, as the folder to; "" is the top.
func (l archive) tree(to string, from fs.FS) error {
	return fs.WalkDir(from, ".", func(p string, d fs.DirEntry, err error) error {
		name := path.Join(to, p)
		switch {
		case err != nil || name == ".":
			return err
		case d.IsDir():
			return l.folder(name, 0o755, 0)
		}
		text, err := fs.ReadFile(from, p)
		if err != nil {
			return err
		}
		return l.file(name, 0o644, text)
	})
}
