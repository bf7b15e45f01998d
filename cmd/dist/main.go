// Command dist makes an archive of each folder in a folder, and SHA256SUMS of
// them. The bytes depend on the names and contents of the files only: times are
// the epoch, owners root.
//
//	dist FROM TO
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: dist FROM TO")
		os.Exit(2)
	}
	if err := archiveAll(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

// archiveAll writes the archives and their checksums.
func archiveAll(from, to string) error {
	all, err := os.ReadDir(from) // by name
	if err != nil {
		return err
	}
	var sums bytes.Buffer
	for _, e := range all {
		data, err := archive(os.DirFS(filepath.Join(from, e.Name())), e.Name())
		if err != nil {
			return fmt.Errorf("%s: %w", e.Name(), err)
		}
		name := e.Name() + ".tar.gz"
		if err := os.WriteFile(filepath.Join(to, name), data, 0o644); err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(data), name)
	}
	return os.WriteFile(filepath.Join(to, "SHA256SUMS"), sums.Bytes(), 0o644)
}

// archive returns the files of a tree below a folder of the name.
func archive(tree fs.FS, name string) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	err := fs.WalkDir(tree, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return add(w, tree, p, path.Join(name, p))
	})
	if err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func add(w *tar.Writer, tree fs.FS, p, as string) error {
	info, err := fs.Stat(tree, p)
	if err != nil {
		return err
	}
	data, err := fs.ReadFile(tree, p)
	if err != nil {
		return err
	}
	mode := int64(0o644)
	if info.Mode()&0o100 != 0 {
		mode = 0o755
	}
	err = w.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: as, Size: int64(len(data)), Mode: mode, ModTime: time.Unix(0, 0),
		Uname: "root", Gname: "root", Format: tar.FormatUSTAR,
	})
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}
