package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/gopacket/gopacket/pcapgo"
)

// TestPcapsThatAreRefused: the router does not start, and the file stays.
func TestPcapsThatAreRefused(t *testing.T) {
	dir := t.TempDir()
	shared, states, link := filepath.Join(dir, "shared"), filepath.Join(dir, "s"), filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(shared, []byte("kept"), 0o600), os.Chmod(shared, 0o644), os.Symlink(states, link)); err != nil {
		t.Fatal(err)
	}
	mirrorsh(t, 0, "enable 15\nshow clock > x\n", "--state", states)
	for name, c := range map[string]struct{ file, want string }{
		"shared":                 {shared, "mirrorsh: --pcap: " + shared + ": others may read or write it: chmod it to 600, or name another file\n"},
		"directory":              {dir, "regular file"},
		"nowhere":                {filepath.Join(dir, "none", "x"), "no such file or directory"},
		"files of the router":    {filepath.Join(states, "files", "x.pcap"), "operators of the router may read it"},
		"the same by a link":     {filepath.Join(link, "files", "x.pcap"), "operators of the router may read it"},
		"saved configuration":    {filepath.Join(states, "startup.cnf"), "operators of the router may read it"},
		"files of the router ..": {filepath.Join(states, "..", "s", "files", "x.pcap"), "operators of the router may read it"},
	} {
		if _, stderr := mirrorsh(t, exitStart, "show clock\n", "--state", states, "--pcap", c.file); !strings.HasSuffix(stderr, c.want) && !strings.Contains(stderr, c.want) {
			t.Errorf("%s: %s", name, stderr)
		}
	}
	if b, _ := os.ReadFile(shared); string(b) != "kept" {
		t.Errorf("%q", b)
	}
}

const someTraps = mirrorPreamble + `snmp-server user mirrorUser group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"
snmp-server host 127.0.0.1 version v3 mirrorUser udp-port 9162 packetMirror
snmp-server enable traps packetMirror
mirror trap-enable
end
`

// packets counts those of a capture, which ends with one that is whole.
func packets(t *testing.T, path string) (n int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := pcapgo.NewReader(f)
	for err == nil {
		if _, _, err = r.ReadPacketData(); err == nil {
			n++
		}
	}
	if err != io.EOF {
		t.Error(err)
	}
	return n
}

// TestPcapOfAKilledRouter has all that has left.
func TestPcapOfAKilledRouter(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		path := filepath.Join(t.TempDir(), "out.pcap")
		cmd := exec.Command("mirrorsh", "--pcap", path)
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		var out syncBuffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		_, err = io.WriteString(in, someTraps+"test mirror traps all count 2\n")
		eventually(t, "traps", func() bool {
			return strings.Contains(out.String(), "20 traps raised, 20 to hosts") && exists(path) && size(path) > 20*100
		})
		if err := errors.Join(err, cmd.Process.Signal(signal)); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if n := packets(t, path); n != 20 {
			t.Errorf("%v: %d packets\n%s", signal, n, &out)
		}
	}
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// TestPcapOnAFullDisk: that is said once, the capture can be read, and traps go on.
func TestPcapOnAFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.pcap")
	cmd := exec.Command("sh", "-c", "ulimit -f 8; exec mirrorsh --pcap "+path)
	cmd.Stdin = strings.NewReader(someTraps + "test mirror traps all count 100\nshow snmp trap\n")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), "1000 traps raised, 1000 to hosts") {
		t.Errorf("%v: %s", err, out)
	}
	if got := errs.String(); strings.Count(got, "no more is recorded, the router goes on") != 1 || !strings.Contains(got, "file too large") {
		t.Errorf("standard error: %s", got)
	}
	if n := packets(t, path); n < 5 || n > 100 {
		t.Errorf("%d packets", n)
	}
}
