package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gosnmp/gosnmp"
)

// patience bounds every wait for another process.
const patience = 2 * time.Minute

// lastPort counts what [freePort] has given out.
var lastPort atomic.Uint32

// freePort returns a port at which nobody listens on loopback, by UDP and TCP. It is
// below those that systems give out by themselves, so that no other test, of a package
// that is tested at the same time, gets it before it is used.
func freePort(t testing.TB) int {
	t.Helper()
	const first, most = 21_000, 9_000
	for range most {
		port := first + (uint32(os.Getpid())*61+lastPort.Add(1))%most
		at := fmt.Sprint("127.0.0.1:", port)
		c, err := net.ListenPacket("udp4", at)
		if err != nil {
			continue
		}
		_ = c.Close()
		if l, err := net.Listen("tcp4", at); err == nil {
			_ = l.Close()
			return int(port)
		}
	}
	t.Fatal("no port is free")
	return 0
}

// mirrorsh runs a batch from standard input and returns what it printed; it
// fails the test unless the exit status is want.
func mirrorsh(t testing.TB, want int, script string, args ...string) (stdout, stderr string) {
	t.Helper()
	cmd := exec.Command("mirrorsh", args...)
	cmd.Stdin = strings.NewReader(script)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	_ = cmd.Run()
	if got := cmd.ProcessState.ExitCode(); got != want {
		t.Fatalf("mirrorsh %v: exit status %d, want %d\n%s%s", args, got, want, &out, &errs)
	}
	return out.String(), errs.String()
}

// syncBuffer is a buffer that may be read while it is written.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// radiusHost is the RADIUS server of a lab, with its key.
const (
	radiusHost = "127.0.0.9"
	radiusKey  = "radius secret"
)

const mirrorPreamble = `enable 15
mirror-enable
configure terminal
`

// dial opens a UDP socket of an address of loopback to another.
func dial(from, to string) (net.Conn, error) {
	return (&net.Dialer{LocalAddr: &net.UDPAddr{IP: net.ParseIP(from)}}).Dial("udp4", to)
}

// labManager is a client of the agent.
func labManager(l *lab) *gosnmp.GoSNMP {
	return &gosnmp.GoSNMP{
		Target: l.snmp.Addr().String(), Port: l.snmp.Port(), Timeout: patience, MaxOids: gosnmp.MaxOids, Version: gosnmp.Version2c, Community: "public",
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
