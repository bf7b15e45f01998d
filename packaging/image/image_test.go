package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// built makes the image of this very program, with a file of each kind beside it.
func built(t *testing.T) v1.Image {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	share := t.TempDir()
	for _, name := range []string{"mirrorsh/mibs/X.mib", "doc/mirrorsh/copyright"} {
		path := filepath.Join(share, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	img, err := build(program, "1.2.3", share)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestImage(t *testing.T) {
	at, err := layout.Write(t.TempDir(), mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: built(t)}))
	if err != nil {
		t.Fatal(err)
	}
	index, err := at.ImageIndex()
	if err != nil {
		t.Fatal(err)
	}
	if err := validate.Index(index); err != nil {
		t.Fatal(err)
	}
	list, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	img, err := index.Image(list.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := img.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	if manifest.MediaType != types.OCIManifestSchema1 || manifest.Config.MediaType != types.OCIConfigJSON || manifest.Layers[0].MediaType != types.OCILayer {
		t.Errorf("the manifest is of Docker: %+v", manifest)
	}
	file, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	c := file.Config
	if c.User != "65532:65532" || c.StopSignal != "SIGTERM" || c.Healthcheck == nil || c.Entrypoint[0] != programPath {
		t.Errorf("the configuration is %+v", c)
	}
	if _, ok := c.Volumes[volume]; !ok {
		t.Errorf("the volumes are %v", c.Volumes)
	}
	names := map[string]*tar.Header{}
	all := mutate.Extract(img)
	defer all.Close()
	for r := tar.NewReader(all); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		names[filepath.Clean(h.Name)] = h
	}
	for name, want := range map[string]struct {
		mode  int64
		owner int
	}{
		"usr/bin/mirrorsh": {0o755, 0}, "var/lib/mirrorsh": {0o700, user}, "tmp": {0o1777, 0}, "etc/passwd": {0o644, 0},
		"usr/share/mirrorsh/mibs/X.mib": {0o644, 0}, "usr/share/doc/mirrorsh/copyright": {0o644, 0}, "etc/mirrorsh": {0o755, 0},
	} {
		if h := names[name]; h == nil || h.Mode != want.mode || h.Uid != want.owner || h.Gid != want.owner {
			t.Errorf("%s is %+v, want %+v", name, h, want)
		}
	}
}

// TestSameImage: the same files make the same bytes.
func TestSameImage(t *testing.T) {
	var first []byte
	for range 2 {
		path := filepath.Join(t.TempDir(), "x.tar")
		if err := save(built(t), "mirrorsh:1.2.3", path); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = got
		} else if !bytes.Equal(got, first) {
			t.Error("the bytes differ")
		}
	}
}
