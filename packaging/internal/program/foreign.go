package program

import (
	"debug/buildinfo"
	"debug/elf"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

// Architectures are those that packages and images are made for.
var Architectures = map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}

// emulators run programs of other architectures.
var emulators = map[string]string{"amd64": "qemu-x86_64-static", "arm64": "qemu-aarch64-static"}

// Command runs a program of an architecture, under qemu where it is another one's.
func Command(arch, path string, args ...string) *exec.Cmd {
	if arch == runtime.GOARCH {
		return exec.Command(path, args...)
	}
	return exec.Command(emulators[arch], append([]string{path}, args...)...)
}

// CheckStatic fails the test unless the file is a Linux program of the architecture
// that needs no library, and runs.
func CheckStatic(t *testing.T, arch, path string) {
	t.Helper()
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	set := map[string]string{}
	for _, s := range info.Settings {
		set[s.Key] = s.Value
	}
	if set["GOOS"] != "linux" || set["GOARCH"] != arch || set["CGO_ENABLED"] != "0" {
		t.Errorf("%s: made with %v", arch, set)
	}
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if libraries, err := f.ImportedLibraries(); f.Machine != Architectures[arch] || len(libraries) > 0 || err != nil {
		t.Errorf("%s: the program is of %v, needs %v, %v", arch, f.Machine, libraries, err)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			t.Errorf("%s: the program is not static", arch)
		}
	}
	out, err := Command(arch, path, "--version").CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "mirrorsh ") || !strings.Contains(string(out), " linux/"+arch) {
		t.Errorf("%s: the program prints %s, %v", arch, out, err)
	}
}
