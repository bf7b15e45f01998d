package main

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// save writes an OCI image layout of the image into a tar archive, under a name.
func save(img v1.Image, name, to string) error {
	dir, err := os.MkdirTemp(filepath.Dir(to), "image")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	at, err := layout.Write(dir, empty.Index)
	if err != nil {
		return err
	}
	file, err := img.ConfigFile()
	if err != nil {
		return err
	}
	err = at.AppendImage(img, layout.WithPlatform(v1.Platform{OS: file.OS, Architecture: file.Architecture}), layout.WithAnnotations(map[string]string{
		"org.opencontainers.image.ref.name": name, // podman and ctr
		"io.containerd.image.name":          "docker.io/library/" + name,
	}))
	if err != nil {
		return err
	}
	if err := oldManifest(img, name, filepath.Join(dir, "manifest.json")); err != nil {
		return err
	}
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	return errors.Join(pack(f, os.DirFS(dir)), f.Close())
}

// oldManifest writes what docker load before version 25 looks for.
func oldManifest(img v1.Image, name, path string) error {
	config, err := img.ConfigName()
	if err != nil {
		return err
	}
	layers, err := img.Layers()
	if err != nil {
		return err
	}
	blob := func(h v1.Hash) string { return "blobs/" + h.Algorithm + "/" + h.Hex }
	var paths []string
	for _, l := range layers {
		h, err := l.Digest()
		if err != nil {
			return err
		}
		paths = append(paths, blob(h))
	}
	text, err := json.Marshal([]map[string]any{{"Config": blob(config), "RepoTags": []string{name}, "Layers": paths}})
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}

// pack writes the files of a folder as a tar archive, in the order of their names.
func pack(f *os.File, from fs.FS) error {
	l := archive{tar.NewWriter(f)}
	if err := l.tree("", from); err != nil {
		return err
	}
	return l.Close()
}
