package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/sys/unix"
)

// reloadLab is a router whose reloads are counted.
type reloadLab struct {
	*lab
	dir  string
	port int // of dynamic requests
}

func startReloadLab(t *testing.T) *reloadLab {
	r := &reloadLab{port: freePort(t)}
	r.lab = startLab(t, labPreamble+fmt.Sprintf("radius dynamic-request server %s\nudp-port %d\nkey \"%s\"\n", radiusHost, r.port, radiusKey))
	r.dir = r.cmd.Args[3]
	return r
}

// exec runs commands over a connection of their own.
func (r *reloadLab) exec(commands string) (string, int) {
	r.t.Helper()
	client, err := gossh.Dial("tcp", r.ssh.String(), &gossh.ClientConfig{
		User: "joe", Auth: []gossh.AuthMethod{gossh.PublicKeys(r.signer)}, HostKeyCallback: gossh.InsecureIgnoreHostKey(), Timeout: patience,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	defer client.Close()
	s, err := client.NewSession()
	if err != nil {
		r.t.Fatal(err)
	}
	out, err := s.CombinedOutput(commands)
	if exit := (*gossh.ExitError)(nil); errors.As(err, &exit) {
		return string(out), exit.ExitStatus()
	} else if err != nil {
		r.t.Fatal(commands, err, string(out))
	}
	return string(out), 0
}

var bootsColumn = regexp.MustCompile(`(?m)^default +0x\S+ +router1 +(\d+) `)

// boots returns the boots that are shown, those on disk, and how many warmStarts
// the log has.
func (r *reloadLab) boots() (shown, kept, warm int) {
	r.t.Helper()
	out, _ := r.exec("enable 15; show snmp engineID; show log data")
	if m := bootsColumn.FindStringSubmatch(out); m != nil {
		shown, _ = strconv.Atoi(m[1])
	}
	data, _ := os.ReadFile(filepath.Join(r.dir, "engine-boots"))
	fmt.Sscanf(string(data), "snmpEngineBoots %d", &kept)
	return shown, kept, strings.Count(out, "snmpTrap (default): warmStart")
}

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

// TestReloadKeepsItsPorts: somebody who wants one of them all the time never gets
// it, and who connects meanwhile, as exec does, is let in afterwards.
func TestReloadKeepsItsPorts(t *testing.T) {
	r := startReloadLab(t)
	stop, done := make(chan struct{}), make(chan string, 3)
	grab := func(what string, bind func() (interface{ Close() error }, error)) {
		for {
			if c, err := bind(); err == nil {
				_ = c.Close()
				done <- what
				return
			}
			select {
			case <-stop:
				done <- ""
				return
			case <-time.After(100 * time.Microsecond):
			}
		}
	}
	udp := func(at string) func() (interface{ Close() error }, error) {
		return func() (interface{ Close() error }, error) { return net.ListenPacket("udp4", at) }
	}
	go grab("SNMP", udp(r.snmp.String()))
	go grab("RADIUS", udp(fmt.Sprintf("127.0.0.1:%d", r.port)))
	go grab("SSH", func() (interface{ Close() error }, error) { return net.Listen("tcp4", r.ssh.String()) })
	for n := range 5 {
		if out, status := r.exec("enable 15; reload"); status != 0 {
			t.Fatalf("%q, %d", out, status)
		}
		if _, _, warm := r.boots(); warm != n+1 {
			t.Errorf("%d warmStarts after %d reloads", warm, n+1)
		}
	}
	close(stop)
	for range 3 {
		if got := <-done; got != "" {
			t.Errorf("the port of %s was free", got)
		}
	}
	if status := r.stop(); status != 0 || strings.Contains(r.said(), "level=") {
		t.Errorf("exit status %d: %s", status, r.said())
	}
}

// TestReloadHidesTheSecureSide: a secure configuration that is damaged or cannot
// be saved is nobody else's trouble, and goes on as it was.
func TestReloadHidesTheSecureSide(t *testing.T) {
	r := startReloadLab(t)
	secure := filepath.Join(r.dir, "secure.cnf")
	for _, damage := range []func(){
		func() { _ = os.WriteFile(secure, []byte("x"), 0o600) },
		func() { _ = errors.Join(os.Remove(secure), os.Mkdir(secure, 0o700)) },
	} {
		damage()
		if out, status := r.exec("enable 15; reload"); status != 0 || strings.Contains(out, "%") {
			t.Errorf("%q, %d", out, status)
		}
		if out, _ := r.exec("enable 15; mirror-enable; show configuration"); !strings.Contains(out, "user mirrorUser group mirror") {
			t.Errorf("the secure configuration is lost: %s", out)
		}
	}
	if err := os.Remove(secure); err != nil {
		t.Fatal(err)
	}
	r.exec("enable 15; configure terminal; hostname host1y")
	eventually(t, "secure configuration", func() bool {
		r.exec("enable 15; configure terminal; hostname host1z")
		data, err := os.ReadFile(secure)
		return err == nil && strings.Contains(string(data), "mirrorUser")
	})
}
