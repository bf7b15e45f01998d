//go:build interop

package main

import (
	"flag"
	"fmt"
	"maps"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

var soakChassis = flag.Int("soak-chassis", 0, "TestSoak begins with the biggest chassis full (1), or with that much less of it; 0: with none")

// mostOfCommand is how long a command may take beside a full chassis in a long soak,
// and two writes of the disk: its save may wait for another one.
const mostOfCommand = 100 * time.Millisecond

// soakLong is how long a soak lasts in which that counts: in less the chassis is
// still being warmed up.
const soakLong = 5 * time.Minute

// chassisScript configures the biggest chassis, or a part of it. What is mirrored has
// a list that mirrors nothing yet, so that no trap is raised.
func chassisScript(part int) string {
	if part == 0 {
		return ""
	}
	// Those at work have some of each, too.
	const interfaces, mirrored, routes, routers, rules, subscribers = 47_900, 2_300, 100_000, 980, 80, 31_500
	at := func(n int) netip.Addr {
		return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
	}
	var b strings.Builder
	b.WriteString("secure ip policy-list idle\nexit\n")
	for i := range rules {
		fmt.Fprintf(&b, "mirror username jw%d@isptheatre.com ip secure-policy-list idle\n", i)
	}
	for i := range interfaces / part {
		fmt.Fprintf(&b, "interface gigabitEthernet 1/0.%d\nip address %s 255.255.255.252\n", i, at(30<<24+4*i+1))
		if i < mirrored/part {
			b.WriteString("ip policy secure-input idle\n")
		}
		b.WriteString("exit\n")
	}
	for i := range routes / part {
		fmt.Fprintf(&b, "ip route %s 255.255.255.252 192.168.99.2\n", at(40<<24+4*i))
	}
	for i := range subscribers / part {
		fmt.Fprintf(&b, "do test subscriber login sub%d\n", i)
	}
	for i := range routers / part {
		fmt.Fprintf(&b, "virtual-router vr%d\n", i)
	}
	b.WriteString("virtual-router default\n")
	return b.String()
}

// ofAll are the lines that show all there is of what a full chassis has, which takes
// as long as it is.
var ofAll = []string{"show interfaces", "show subscribers", "show configuration", "show mirror sessions"}

// ofOne are the lines that operators of a full chassis type instead.
var ofOne = []string{"show interfaces gigabitEthernet 1/0.7", "show subscribers summary"}

// atChassis are the lines of an operator of a full chassis.
func atChassis(lines []string) []string {
	if *soakChassis == 0 {
		return lines
	}
	lines = slices.DeleteFunc(lines, func(line string) bool { return slices.Contains(ofAll, line) })
	return append(append(lines, ofOne...), "configure terminal", "interface gigabitEthernet 1/0.7", "description changed", "no description", "end")
}

// rest is the time between two turns of an actor, longer beside a full chassis: there
// the processors have time to spare, so that what a command takes is its own.
func rest(d time.Duration) {
	if *soakChassis > 0 {
		d = max(10*d, 50*time.Millisecond)
	}
	time.Sleep(d)
}

// swing is by how many MB the mean of the memory may differ because of a full chassis,
// of which collections that come every few seconds leave, and let go, hundreds of MB:
// a fiftieth of all, in a long soak.
func (s *soak) swing() float64 {
	switch {
	case *soakChassis == 0:
		return 0
	case *soakTime < soakLong:
		return math.Inf(1)
	}
	return s.resident() / 50
}

// sync writes to the disk as a save does, beside the router, to tell what of a command
// is the disk's.
func (s *soak) sync() error {
	f, err := os.Create(filepath.Join(s.t.TempDir(), "beside"))
	if err != nil {
		return err
	}
	defer f.Close()
	for s.going() {
		from := time.Now()
		if _, err := f.Write(make([]byte, 512)); err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
		s.synced = max(s.synced, time.Since(from))
		rest(10 * time.Millisecond)
	}
	return nil
}

// longest is the command that has taken longest, as who has typed it sees it, and
// those that have taken longer than they may, by their lines.
type longest struct {
	mu   sync.Mutex
	line string
	took time.Duration
	late map[string]int
}

func (l *longest) note(line string, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if took > l.took {
		l.line, l.took = line, took
	}
	if took > mostOfCommand {
		if l.late == nil {
			l.late = make(map[string]int)
		}
		l.late[line]++
	}
}

// checkLongest says which command has taken longest, and holds a long soak of a full
// chassis to what it may.
func (s *soak) checkLongest() {
	s.t.Helper()
	s.slowest.mu.Lock()
	defer s.slowest.mu.Unlock()
	s.t.Logf("the longest command of an operator was %q, %v", s.slowest.line, s.slowest.took)
	late := 0
	for _, line := range slices.Sorted(maps.Keys(s.slowest.late)) {
		late += s.slowest.late[line]
		s.t.Logf("%4d of %q", s.slowest.late[line], line)
	}
	s.t.Logf("%d commands took more than %v; a write to the disk took up to %v", late, mostOfCommand, s.synced)
	if most := mostOfCommand + 2*s.synced; *soakChassis > 0 && *soakTime >= soakLong && s.slowest.took > most {
		s.t.Errorf("%q took %v, at most %v", s.slowest.line, s.slowest.took, most)
	}
}
