package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// stateDir is a state directory with all a router keeps.
func stateDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "state")
	mirrorsh(t, 0, mirrorPreamble+"mirror trap-enable\nhostname lab\nline vty 0 4\npassword secret\nend\nshow clock > a.txt\n",
		"--state", dir, "--ssh", "127.0.0.1:0")
	for _, name := range []string{"engine-boots", "chassis-mac", "startup.cnf", "secure.cnf", hostKey, rsaKey, ecdsaKey, "lock", "files/a.txt"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const (
	hostKey  = "ssh_host_ed25519_key"
	rsaKey   = "ssh_host_rsa_key"
	ecdsaKey = "ssh_host_ecdsa_key"
)

// TestChassisMACIsKept: a persistent router has one, given or not.
func TestChassisMACIsKept(t *testing.T) {
	const given, other = "02:00:00:00:11:22", "02:00:00:00:11:33"
	for _, first := range [][]string{{"--chassis-mac", given}, nil} {
		dir := filepath.Join(t.TempDir(), "state")
		id := func(status int, args ...string) (stdout, stderr string) {
			t.Helper()
			stdout, stderr = mirrorsh(t, status, "", append([]string{"--state", dir, "--quiet", "--level", "15", "-c", "show snmp engineID"}, args...)...)
			if status == 0 && !strings.Contains(stdout, "0x8000130a05") {
				t.Fatalf("%v: %s", args, stdout)
			}
			return stdout, stderr
		}
		engine := func(out string) string {
			at := strings.Index(out, "0x")
			return out[at:][:len("0x8000130a0502000000112280000001")]
		}
		out, _ := id(0, first...)
		want := engine(out)
		if first != nil && want != "0x8000130a0502000000112280000001" {
			t.Errorf("%v: the engine ID is %s", first, want)
		}
		for _, again := range [][]string{nil, first} {
			if out, _ := id(0, again...); engine(out) != want {
				t.Errorf("%v, then %v: the engine ID is %s, was %s", first, again, engine(out), want)
			}
		}
		if _, stderr := id(exitStart, "--chassis-mac", other); !strings.Contains(stderr, other) || !strings.Contains(stderr, "leave --chassis-mac out") {
			t.Errorf("%v, then another: %s", first, stderr)
		}
		if out, _ := id(0); engine(out) != want {
			t.Errorf("%v, and another refused: the engine ID is %s, was %s", first, engine(out), want)
		}
	}
}

// TestStartRefusesWhatIsNoFile in the place of each file of the router, says what
// to do, and does not wait for the other end of a FIFO.
func TestStartRefusesWhatIsNoFile(t *testing.T) {
	dir := stateDir(t)
	kinds := map[string]func(path string) error{
		"a FIFO":          func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a directory":     func(path string) error { return os.Mkdir(path, 0o700) },
		"a symbolic link": func(path string) error { return os.Symlink(filepath.Base(path)+".kept", path) },
	}
	for name, remedy := range map[string]string{
		"engine-boots": "restore it, or remove it", "chassis-mac": "restore it, or remove it", "chassis-model": "remove it, and give --model", ".commit": "remove it and check",
		"startup.cnf": "restore it", "secure.cnf": "restore it", hostKey: "restore it",
		rsaKey: "restore it", ecdsaKey: "restore it", "files": "move it away", "lock": "remove it while",
	} {
		for kind, place := range kinds {
			if name == "files" && kind == "a directory" {
				continue
			}
			path := filepath.Join(dir, name)
			// The link leads to what was there.
			if err := os.Rename(path, path+".kept"); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			if err := place(path); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			out, _ := exec.CommandContext(ctx, "mirrorsh", "--state", dir, "--ssh", "127.0.0.1:0", "-c", "show clock").CombinedOutput()
			if err := ctx.Err(); err != nil {
				t.Errorf("%s is %s: %v", name, kind, err)
			}
			cancel()
			damage := fmt.Sprintf("%s is damaged (%s, not a ", path, kind)
			if text := string(out); !strings.Contains(text, damage) || !strings.Contains(text, remedy) || strings.Count(text, "\n") != 1 {
				t.Errorf("%s is %s: %s", name, kind, text)
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(path+".kept", path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
		}
	}
	mirrorsh(t, 0, "show clock\n", "--state", dir, "--ssh", "127.0.0.1:0")
}

// TestStartRefusesATruncatedConfiguration, which is not an empty one.
func TestStartRefusesATruncatedConfiguration(t *testing.T) {
	for _, name := range []string{"startup.cnf", "secure.cnf"} {
		for _, cut := range []int64{0, 40} {
			dir := stateDir(t)
			path := filepath.Join(dir, name)
			if err := os.Truncate(path, cut); err != nil {
				t.Fatal(err)
			}
			out, stderr := mirrorsh(t, 4, "show clock\n", "--state", dir)
			if out != "" || !strings.HasPrefix(stderr, "mirrorsh: "+path+" is damaged (") || !strings.HasSuffix(stderr, "configure again\n") {
				t.Errorf("%s cut to %d: %s%s", name, cut, out, stderr)
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			mirrorsh(t, 0, "show clock\n", "--state", dir)
		}
	}
}

// TestModesAreRepairedAndSaidOnce of everything a router keeps, and the warning
// names no file: it is the same for one of the secure side.
func TestModesAreRepairedAndSaidOnce(t *testing.T) {
	dir := stateDir(t)
	modes := func() (open []string) {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			if err == nil && info.Mode().Perm()&0o177 != 0 && info.Mode().Perm() != 0o700 {
				open = append(open, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return open
	}
	var said []string
	for _, some := range [][]string{{"*", "files/*"}, {"secure.cnf"}, {"files/a.txt"}, {"files"}, {"."}} {
		for _, pattern := range some {
			names, err := filepath.Glob(filepath.Join(dir, pattern))
			if err != nil || len(names) == 0 {
				t.Fatal(pattern, err)
			}
			for _, name := range names {
				mode := fs.FileMode(0o666)
				if info, err := os.Lstat(name); err == nil && info.IsDir() {
					mode = 0o755
				}
				if err := os.Chmod(name, mode); err != nil {
					t.Fatal(err)
				}
			}
		}
		if len(modes()) == 0 {
			t.Fatal("no mode is wrong")
		}
		_, stderr := mirrorsh(t, 0, "show clock\n", "--state", dir)
		if open := modes(); len(open) > 0 {
			t.Errorf("%v: still open: %v", some, open)
		}
		if _, warning, ok := strings.Cut(stderr, "level=WARN"); !ok {
			t.Errorf("%v: standard error is %q", some, stderr)
		} else {
			said = append(said, warning)
		}
	}
	for _, warning := range said {
		if warning != said[0] || strings.Count(warning, "\n") != 1 {
			t.Errorf("%q, and %q", said[0], warning)
		}
	}
	if _, stderr := mirrorsh(t, 0, "show clock\n", "--state", dir); stderr != "" {
		t.Errorf("said again: %s", stderr)
	}
}

// TestFIFOAmongTheFilesKeepsNobodyWaiting, nor does what is too large.
func TestFIFOAmongTheFilesKeepsNobodyWaiting(t *testing.T) {
	dir := stateDir(t)
	huge := filepath.Join(dir, "files", "huge")
	if err := errors.Join(syscall.Mkfifo(filepath.Join(dir, "files", "pipe"), 0o600), os.WriteFile(huge, nil, 0o600), os.Truncate(huge, 400<<20)); err != nil {
		t.Fatal(err)
	}
	b := startBatch(t, "--state", dir, "--level", "15", "--keep-going")
	b.send("more pipe\nmore huge\nconfigure terminal\nhostname other\ndo show privilege\n")
	b.expect("Privilege level")
	b.in.Close()
	if status := b.wait(); status != 1 {
		t.Errorf("exit status %d", status)
	}
	if want := "stdin:1: % no such file\nstdin:2: % file is larger than 1048576 octets\n"; !strings.HasPrefix(b.stderr.String(), want) {
		t.Errorf("standard error is %q", &b.stderr)
	}
	// In the largest moment of its life it has not held what it refused.
	if usage := b.cmd.ProcessState.SysUsage().(*syscall.Rusage); usage.Maxrss > 200<<10 {
		t.Errorf("%d kB of memory", usage.Maxrss)
	}
}

// TestStartLeavesOtherDirectoriesAlone, and says why.
func TestStartLeavesOtherDirectoriesAlone(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "my.cnf")
	if err := errors.Join(os.WriteFile(file, []byte("[mysqld]\n"), 0o600), os.Chmod(file, 0o644), os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	_, stderr := mirrorsh(t, 4, "show clock\n", "--state", dir)
	if want := "mirrorsh: " + dir + ` is not a state directory of a router, and not empty ("my.cnf" is in it): use another directory, or an empty one` + "\n"; stderr != want {
		t.Errorf("standard error is %q, want %q", stderr, want)
	}
	for path, want := range map[string]fs.FileMode{dir: 0o755, file: 0o644} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}
