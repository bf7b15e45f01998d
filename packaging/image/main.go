// Command image makes a container image of the static program, for docker load,
// podman load and ctr images import: an OCI image layout in a tar archive. It
// needs no daemon, and the same files make the same bytes.
//
//	image PROGRAM VERSION SHARE TO
//
// SHARE is the folder share of what make install installs.
package main

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: image PROGRAM VERSION SHARE TO")
		os.Exit(2)
	}
	img, err := build(os.Args[1], os.Args[2], os.Args[3])
	if err == nil {
		err = save(img, "mirrorsh:"+os.Args[2], os.Args[4])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

// user is whom the program runs as: nobody else's on a machine.
const user = 65532

// Where things are in the image. State is a folder of the router's own in the
// volume, since the top of a volume may hold what file systems put there.
const (
	programPath = "/usr/bin/mirrorsh"
	volume      = "/var/lib/mirrorsh"
)

// build makes the image of a program.
func build(program, version, share string) (v1.Image, error) {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return nil, err
	}
	layer, err := files(program, share)
	if err != nil {
		return nil, err
	}
	img := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	if img, err = mutate.Append(img, mutate.Addendum{Layer: layer, History: v1.History{CreatedBy: "packaging/image"}}); err != nil {
		return nil, err
	}
	return mutate.ConfigFile(img, configure(img, info, version))
}

// configure returns the configuration of the image.
func configure(img v1.Image, info *debug.BuildInfo, version string) *v1.ConfigFile {
	set := map[string]string{}
	for _, s := range info.Settings {
		set[s.Key] = s.Value
	}
	file, err := img.ConfigFile()
	if err != nil {
		panic(err) // of an image in memory
	}
	c := file.DeepCopy()
	c.OS, c.Architecture = set["GOOS"], set["GOARCH"]
	if t, err := time.Parse(time.RFC3339, set["vcs.time"]); err == nil {
		c.Created = v1.Time{Time: t}
	}
	c.Config = v1.Config{
		User:         fmt.Sprintf("%d:%d", user, user),
		Env:          []string{"PATH=/usr/bin", "HOME=" + volume, "XDG_STATE_HOME=" + volume},
		Entrypoint:   []string{programPath},
		Cmd:          []string{"serve", "--snmp", ":1161", "--radius", "0.0.0.0", "--ssh", "off"},
		WorkingDir:   volume,
		Volumes:      map[string]struct{}{volume: {}},
		ExposedPorts: map[string]struct{}{"1161/udp": {}, "2222/tcp": {}},
		StopSignal:   "SIGTERM",
		Healthcheck: &v1.HealthConfig{
			Test:     []string{"CMD", programPath, "health"},
			Interval: 30 * time.Second, Timeout: 5 * time.Second, StartPeriod: 5 * time.Second, Retries: 3,
		},
		Labels: map[string]string{
			"org.opencontainers.image.title":       "mirrorsh",
			"org.opencontainers.image.description": "a simulated router with an SNMPv3 trap engine",
			"org.opencontainers.image.version":     version,
			"org.opencontainers.image.revision":    set["vcs.revision"],
		},
	}
	return c
}
