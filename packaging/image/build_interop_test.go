//go:build interop

package main

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/validate"

	"mirrorsh/packaging/internal/program"
)

// TestArchitectures: the images of all have manifests that say so, the static
// program of their own, and the licences of what is in it.
func TestArchitectures(t *testing.T) {
	for arch := range program.Architectures {
		dir := t.TempDir()
		if out, err := exec.Command("./build", arch, dir).CombinedOutput(); err != nil {
			t.Fatalf("build: %v\n%s", err, out)
		}
		all, err := filepath.Glob(filepath.Join(dir, "*_linux_"+arch+".image.tar"))
		if err != nil || len(all) != 1 {
			t.Fatalf("images: %v, %v", all, err)
		}
		oci := filepath.Join(dir, "oci")
		untar(t, all[0], oci)
		index, err := layout.ImageIndexFromPath(oci)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate.Index(index); err != nil {
			t.Error(err)
		}
		list, err := index.IndexManifest()
		if err != nil || len(list.Manifests) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		m := list.Manifests[0]
		if m.Platform == nil || m.Platform.OS != "linux" || m.Platform.Architecture != arch {
			t.Errorf("%s: the index says %+v", arch, m.Platform)
		}
		img, err := index.Image(m.Digest)
		if err != nil {
			t.Fatal(err)
		}
		file, err := img.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		if file.OS != "linux" || file.Architecture != arch {
			t.Errorf("%s: the configuration says %s/%s", arch, file.OS, file.Architecture)
		}
		root := filepath.Join(dir, "root")
		files := mutate.Extract(img)
		unpackTo(t, files, root)
		_ = files.Close()
		program.CheckStatic(t, arch, filepath.Join(root, programPath))
		notices, err := os.ReadFile(filepath.Join(root, "usr/share/doc/mirrorsh/copyright"))
		if err != nil || !strings.Contains(string(notices), "github.com/gosnmp/gosnmp v") {
			t.Errorf("%s: the licences: %v", arch, err)
		}
		checkOld(t, oci, arch)
	}
}

// checkOld: what docker load before version 25 reads names files that are there.
func checkOld(t *testing.T, oci, arch string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(oci, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var old []struct {
		Config   string
		RepoTags []string
		Layers   []string
	}
	if err := json.Unmarshal(text, &old); err != nil || len(old) != 1 || !strings.HasPrefix(old[0].RepoTags[0], "mirrorsh:") {
		t.Fatalf("%s: %s, %v", arch, text, err)
	}
	for _, name := range append(old[0].Layers, old[0].Config) {
		if _, err := os.Stat(filepath.Join(oci, name)); err != nil {
			t.Errorf("%s: %v", arch, err)
		}
	}
}

func untar(t *testing.T, path, to string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unpackTo(t, f, to)
}

// unpackTo writes the files of an archive, whoever owns them.
func unpackTo(t *testing.T, from io.Reader, to string) {
	t.Helper()
	for r := tar.NewReader(from); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		path := filepath.Join(to, filepath.FromSlash(h.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, h.FileInfo().Mode().Perm())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(f, r); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
