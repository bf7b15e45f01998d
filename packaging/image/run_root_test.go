//go:build root

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

// patience bounds every wait.
const patience = 30 * time.Second

const script = `enable 15
mirror-enable
configure terminal
snmp-server user mirrorUser group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"
snmp-server host 10.77.0.1 version v3 mirrorUser udp-port 9162 packetMirror
snmp-server enable traps packetMirror
mirror trap-enable
end
test mirror traps sessionStart
`

// host is a network namespace with the receiver, and another with the router,
// joined by a cable.
type host struct {
	t        *testing.T
	receiver string // name of the namespace
	router   string
}

func newHost(t *testing.T) *host {
	h := &host{t, fmt.Sprintf("mirrorsh-%d-out", os.Getpid()), fmt.Sprintf("mirrorsh-%d-in", os.Getpid())}
	for _, ns := range []string{h.receiver, h.router} {
		run(t, "ip", "netns", "add", ns)
		t.Cleanup(func() { run(t, "ip", "netns", "delete", ns) })
	}
	run(t, "ip", "-n", h.receiver, "link", "add", "out", "type", "veth", "peer", "name", "eth0", "netns", h.router)
	for ns, c := range map[string][2]string{h.receiver: {"out", "10.77.0.1/24"}, h.router: {"eth0", "10.77.0.2/24"}} {
		run(t, "ip", "-n", ns, "address", "add", c[1], "dev", c[0])
		run(t, "ip", "-n", ns, "link", "set", c[0], "up")
		run(t, "ip", "-n", ns, "link", "set", "lo", "up")
	}
	return h
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// said is output that may be read while it is written.
type said struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// unpack returns the image that build makes, and its files.
func unpack(t *testing.T) (v1.Image, string) {
	t.Helper()
	dir := t.TempDir()
	run(t, "./build", runtime.GOARCH, dir)
	all, err := filepath.Glob(filepath.Join(dir, "*.tar"))
	if err != nil || len(all) != 1 {
		t.Fatalf("images: %v, %v", all, err)
	}
	oci, root := filepath.Join(dir, "oci"), filepath.Join(dir, "rootfs")
	for _, d := range []string{oci, root} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	run(t, "tar", "-xf", all[0], "-C", oci)
	index, err := layout.ImageIndexFromPath(oci)
	if err != nil {
		t.Fatal(err)
	}
	m, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	img, err := index.Image(m.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	files := mutate.Extract(img)
	defer files.Close()
	tar := exec.Command("tar", "-xp", "--numeric-owner", "-C", root)
	tar.Stdin = files
	if out, err := tar.CombinedOutput(); err != nil {
		t.Fatalf("tar: %v\n%s", err, out)
	}
	return img, root
}

// bundle writes what runc runs: the image as its configuration says, in
// namespaces, with nothing of root, a volume and a script.
func bundle(t *testing.T, img v1.Image, root, volumeDir, scriptPath, netns string, args []string) string {
	t.Helper()
	file, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	c := file.Config
	type m = map[string]any
	config := m{
		"ociVersion": "1.0.2",
		"hostname":   "router7",
		"root":       m{"path": root, "readonly": true},
		"process": m{
			"user": m{"uid": user, "gid": user}, "args": append(c.Entrypoint, args...), "env": c.Env, "cwd": c.WorkingDir,
			"noNewPrivileges": true, "capabilities": m{},
		},
		"mounts": []m{
			{"destination": "/proc", "type": "proc", "source": "proc"},
			{"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"},
			{"destination": volume, "type": "bind", "source": volumeDir, "options": []string{"bind", "rw"}},
			{"destination": "/etc/mirrorsh/start.scr", "type": "bind", "source": scriptPath, "options": []string{"bind", "ro"}},
		},
		"linux": m{"namespaces": []m{{"type": "pid"}, {"type": "mount"}, {"type": "ipc"}, {"type": "uts"}, {"type": "network", "path": "/run/netns/" + netns}}},
	}
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// container is a router that runs.
type container struct {
	t    *testing.T
	id   string
	err  said
	done chan error
}

func start(t *testing.T, id, bundle string) *container {
	t.Helper()
	c := &container{t: t, id: id, done: make(chan error, 1)}
	cmd := exec.Command("runc", "run", "--bundle", bundle, id)
	cmd.Stderr, cmd.Stdout = &c.err, &c.err
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = exec.Command("runc", "delete", "--force", id).Run() })
	go func() { c.done <- cmd.Wait() }()
	c.until("it is ready", func() bool { return strings.Contains(c.err.String(), "mirrorsh: ready\n") })
	return c
}

func (c *container) until(what string, ok func() bool) {
	c.t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(20 * time.Millisecond) {
		select {
		case err := <-c.done:
			c.t.Fatalf("the container ended: %v\n%s", err, c.err.String())
		default:
		}
		if time.Now().After(end) {
			c.t.Fatalf("not in time: %s\n%s", what, c.err.String())
		}
	}
}

var engine = regexp.MustCompile(`^engine ID (0x[0-9a-f]+), boots (\d+), time \d+\n$`)

// health runs the health check of the image in the container.
func (c *container) health(check []string) (id, boots string) {
	c.t.Helper()
	out := run(c.t, "runc", append([]string{"exec", c.id}, check...)...)
	m := engine.FindStringSubmatch(out)
	if m == nil {
		c.t.Fatalf("the health check prints %q", out)
	}
	return m[1], m[2]
}

// stop sends the signal of the image and waits for the container to end.
func (c *container) stop(signal string) {
	c.t.Helper()
	run(c.t, "runc", "kill", c.id, signal)
	select {
	case err := <-c.done:
		if err != nil {
			c.t.Errorf("it ends with %v", err)
		}
	case <-time.After(patience):
		c.t.Fatal("it does not stop")
	}
}

// TestContainer runs the image without privileges: its trap reaches a receiver
// outside, and what it keeps is there after a stop.
func TestContainer(t *testing.T) {
	h := newHost(t)
	img, root := unpack(t)
	file, err := img.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	check, signal := file.Config.Healthcheck.Test[1:], file.Config.StopSignal
	state := t.TempDir()
	if err := os.Chown(state, user, user); err != nil {
		t.Fatal(err)
	}
	scr := filepath.Join(t.TempDir(), "start.scr")
	if err := os.WriteFile(scr, []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	with := func(more ...string) string {
		return bundle(t, img, root, state, scr, h.router, append(append([]string{}, file.Config.Cmd...), more...))
	}
	id := fmt.Sprintf("mirrorsh-%d", os.Getpid())

	var trap, told said
	receive := exec.Command("ip", "netns", "exec", h.receiver, filepath.Join(root, programPath), "receive", "10.77.0.1:9162", "--count", "1",
		"--user", "mirrorUser SHA $AUTH AES $PRIV")
	receive.Env = append(os.Environ(), "AUTH=auth passphrase", "PRIV=priv passphrase")
	receive.Stdout, receive.Stderr = &trap, &told
	if err := receive.Start(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(patience); !strings.Contains(told.String(), "receiving on"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the receiver says %s", told.String())
		}
	}
	c := start(t, id, with("/etc/mirrorsh/start.scr"))
	first, boots := c.health(check)
	if err := receive.Wait(); err != nil || !strings.HasPrefix(trap.String(), "juniPacketMirrorSessionStart:") || !strings.Contains(trap.String(), first) {
		t.Errorf("received %s%s, %v", trap.String(), told.String(), err)
	}
	c.stop(signal)

	c = start(t, id+"-again", with())
	again, next := c.health(check)
	if again != first || boots != "1" || next != "2" {
		t.Errorf("engine ID %s, boots %s; after a stop %s, %s", first, boots, again, next)
	}
	c.stop(signal)

	// Without a volume, the name of the container is the identity.
	c = start(t, id+"-name", with("--ephemeral"))
	named, _ := c.health(check)
	c.stop(signal)
	c = start(t, id+"-name2", with("--ephemeral"))
	if same, _ := c.health(check); same != named || named == first {
		t.Errorf("router7 is %s, then %s", named, same)
	}
	c.stop(signal)
}
