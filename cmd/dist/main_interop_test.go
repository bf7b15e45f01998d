//go:build interop

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"debug/buildinfo"
	"debug/elf"
	"errors"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// platforms are those of the test; packaging/try makes all archives.
var platforms = map[string]elf.Machine{"linux/amd64": elf.EM_X86_64, "linux/arm64": elf.EM_AARCH64}

// TestDistTwice: two trees of the same sources, in folders of other names, make the
// same archives.
func TestDistTwice(t *testing.T) {
	first, tree := map[string][]byte{}, ""
	for range 2 {
		tree = t.TempDir()
		copySources(t, tree)
		run(t, tree, "make", "-s", "dist", "PLATFORMS=linux/amd64 linux/arm64")
		dist := filepath.Join(tree, "dist")
		run(t, dist, "sha256sum", "--quiet", "--strict", "-c", "SHA256SUMS")
		all, err := filepath.Glob(filepath.Join(dist, "*"))
		if err != nil || len(all) != len(platforms)+1 {
			t.Fatalf("it makes %v, %v", all, err)
		}
		for _, path := range all {
			got, name := read(t, path), filepath.Base(path)
			if first[name] == nil {
				first[name] = got
			} else if !bytes.Equal(got, first[name]) {
				t.Errorf("%s: the bytes differ", name)
			}
		}
	}
	checkInstalled(t, tree)
	for platform, machine := range platforms {
		for name, data := range first {
			if strings.Contains(name, strings.ReplaceAll(platform, "/", "_")) {
				checkArchive(t, strings.TrimSuffix(name, ".tar.gz"), data, platform, machine)
			}
		}
	}
}

// checkInstalled: everybody may read what somebody has installed who lets nobody
// read files, and no file is left of it afterwards.
func checkInstalled(t *testing.T, tree string) {
	t.Helper()
	to := t.TempDir()
	files := func() (n int) {
		err := filepath.WalkDir(filepath.Join(to, "usr"), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			if err == nil && info.Mode().Perm()&0o444 != 0o444 {
				t.Errorf("%s has mode %v", path, info.Mode())
			}
			if !d.IsDir() {
				n++
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	run(t, tree, "sh", "-c", "umask 077; make install PREFIX=/usr DESTDIR="+to)
	if n := files(); n < 10 {
		t.Errorf("%d files are installed", n)
	}
	run(t, tree, "make", "uninstall", "PREFIX=/usr", "DESTDIR="+to)
	if n := files(); n != 0 {
		t.Errorf("%d files are left", n)
	}
}

// checkArchive looks for what a user of another machine needs: a program that
// needs nothing, and the licences of what is in it.
func checkArchive(t *testing.T, folder string, data []byte, platform string, machine elf.Machine) {
	t.Helper()
	files := unpack(t, data)
	program := files[folder+"/bin/mirrorsh"]
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		t.Fatalf("%s: %v", folder, err)
	}
	set := map[string]string{}
	for _, s := range info.Settings {
		set[s.Key] = s.Value
	}
	if got := set["GOOS"] + "/" + set["GOARCH"]; got != platform || set["CGO_ENABLED"] != "0" || set["-trimpath"] != "true" {
		t.Errorf("%s: made with %v", folder, set)
	}
	f, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		t.Fatalf("%s: %v", folder, err)
	}
	if libraries, err := f.ImportedLibraries(); f.Machine != machine || len(libraries) > 0 || err != nil {
		t.Errorf("%s: %v, needs %v, %v", folder, f.Machine, libraries, err)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			t.Errorf("%s: the program is not static", folder)
		}
	}
	notices := string(files[folder+"/share/doc/mirrorsh/copyright"])
	for _, m := range append([]string{info.GoVersion + ", LICENSE"}, modules(info)...) {
		if !strings.Contains(notices, "\n"+m) {
			t.Errorf("%s: no licence of %s", folder, m)
		}
	}
}

// modules are the titles of what a program was made of.
func modules(info *buildinfo.BuildInfo) (all []string) {
	for _, m := range info.Deps {
		all = append(all, m.Path+" "+m.Version+", ")
	}
	return all
}

// unpack returns the files of an archive by name.
func unpack(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		if files[h.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
}

func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
}

// copySources copies what a build reads, without the repository's history.
func copySources(t *testing.T, to string) {
	t.Helper()
	for _, name := range []string{"Makefile", "go.mod", "go.sum", "ascii", "cli", "cmd", "mib", "packaging", "securelog", "trapcore"} {
		run(t, ".", "cp", "-R", filepath.Join("..", "..", name), to)
	}
}
