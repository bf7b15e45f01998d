package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// limitFiles sets how large a file of the router may become, as a full disk does.
func (r *reloadLab) limitFiles(octets uint64) {
	r.t.Helper()
	if err := unix.Prlimit(r.cmd.Process.Pid, unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: octets, Max: unix.RLIM_INFINITY}, nil); err != nil {
		r.t.Fatal(err)
	}
}

// TestReloadThatCannotBe leaves the router, its sessions, its boots and what it
// says of itself as they were, and the next one that can be works.
func TestReloadThatCannotBe(t *testing.T) {
	r := startReloadLab(t)
	witness, err := r.login(t.Context(), "witness")
	if err != nil {
		t.Fatal(err)
	}
	defer witness.close()
	change := func(name string, data []byte) func() func() {
		return func() func() {
			path := filepath.Join(r.dir, name)
			kept, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			return func() { _ = os.WriteFile(path, kept, 0o600) }
		}
	}
	replace := func(name string) func() func() {
		return func() func() {
			path := filepath.Join(r.dir, name)
			if err := errors.Join(os.Rename(path, path+".kept"), os.Mkdir(path, 0o700)); err != nil {
				t.Fatal(err)
			}
			return func() { _ = errors.Join(os.Remove(path), os.Rename(path+".kept", path)) }
		}
	}
	full := func() func() { r.limitFiles(0); return func() { r.limitFiles(unix.RLIM_INFINITY) } }
	for _, tc := range []struct {
		name   string
		before string // commands that run meanwhile
		breaks func() func()
		says   string
	}{
		{"full disk, boots", "", full, "engine boots: file too large"},
		{"full disk, configuration", "configure terminal; hostname host1x; end; ", full, "configuration not saved: commit: file too large"},
		{"full disk, secure configuration", "mirror-enable; configure terminal; secure ip policy-list x; end; ", full, "configuration not saved: commit: file too large"},
		{"boots damaged", "", change("engine-boots", []byte("1\n")), "engine-boots is damaged"},
		{"boots are a directory", "", replace("engine-boots"), "engine-boots is damaged"},
		{"configuration cut short", "", change("startup.cnf", []byte("!\n")), "startup.cnf is damaged"},
		{"configuration without its heading", "", change("startup.cnf", []byte("configure terminal x\n! End of configuration script\n")), "startup.cnf:1 is damaged"},
		{"configuration is a directory", "", replace("startup.cnf"), "startup.cnf is damaged"},
		{"secure configuration cut short", "mirror-enable; ", change("secure.cnf", nil), "secure.cnf is damaged"},
		{"directory gone", "", func() func() {
			if err := os.Rename(r.dir, r.dir+".kept"); err != nil {
				t.Fatal(err)
			}
			return func() { _ = os.Rename(r.dir+".kept", r.dir) }
		}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before, kept, warm := r.boots()
			mend := tc.breaks()
			out, status := r.exec("enable 15; " + tc.before + "reload")
			mend()
			if tc.says == "" && status == 0 { // a directory that is only elsewhere is as good
				return
			}
			if status != 1 || !strings.Contains(out, "% reload failed: ") || !strings.Contains(out, tc.says) || strings.Contains(out, "commencing") {
				t.Errorf("%q, %d", out, status)
			}
			if shown, now, w := r.boots(); shown != before || now < kept || w != warm {
				t.Errorf("boots are %d on disk %d after %d on disk %d; %d warmStarts after %d", shown, now, before, kept, w, warm)
			}
			if _, err := witness.do(t.Context(), "show version"); err != nil {
				t.Errorf("a session has ended: %v", err)
			}
		})
	}
	before, kept, warm := r.boots()
	if out, status := r.exec("enable 15; reload"); status != 0 {
		t.Fatalf("%q, %d", out, status)
	}
	if shown, now, w := r.boots(); shown <= before || shown != kept+1 || now != shown || w != warm+1 {
		t.Errorf("boots are %d on disk %d after %d on disk %d; %d warmStarts after %d", shown, now, before, kept, w, warm)
	}
}
