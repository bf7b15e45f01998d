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
		func() { // a commit of both sides, of which the secure one cannot be finished
			if out, status := r.exec("enable 15; mirror-enable; configure terminal; no snmp-server enable traps link packetMirror"); status != 1 {
				t.Errorf("a directory was written: %s", out)
			}
		},
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
