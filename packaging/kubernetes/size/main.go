// Command size measures what a fleet as a pod of ../fleet takes, and prints how
// many routers a node has room for: size MIRRORSH. Processor time counts, not time
// that passes, so that a busy machine says nearly the same.
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: size MIRRORSH")
		os.Exit(2)
	}
	f, err := measure(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "size:", err)
		os.Exit(1)
	}
	f.print(os.Stdout)
}

// The fleets that are measured, and the traps that each router raises.
const (
	small, large = 1, 1000
	traps        = 40
)

// measure runs fleets with the scripts of a pod, with and without traps.
func measure(mirrorsh string) (figures, error) {
	sink, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		return figures{}, err
	}
	defer sink.Close()
	dir, err := os.MkdirTemp("", "size")
	if err != nil {
		return figures{}, err
	}
	defer os.RemoveAll(dir)
	script, err := scripts(dir, sink.LocalAddr())
	if err != nil {
		return figures{}, err
	}
	runs := map[[2]int]use{}
	for _, r := range [][2]int{{small, 1}, {large, 1}, {large, traps}} {
		if runs[r], err = run(mirrorsh, script, r[0], r[1]); err != nil {
			return figures{}, err
		}
	}
	one, idle, busy := runs[[2]int{small, 1}], runs[[2]int{large, 1}], runs[[2]int{large, traps}]
	router := (max(busy.memory, idle.memory) - one.memory) / (large - small)
	return figures{
		pod:    mib(one.memory),
		router: kib(router),
		start:  ((idle.processor - one.processor) / (large - small)).Round(time.Microsecond),
		trap:   ((busy.processor - idle.processor) / (large * (traps - 1))).Round(time.Microsecond),
	}, nil
}

// scripts writes what every router of the base runs, for a receiver here.
func scripts(dir string, to net.Addr) (string, error) {
	var all strings.Builder
	for _, name := range []string{"users.scr", "router.scr"} {
		text, err := os.ReadFile(filepath.Join("kubernetes", "base", name))
		if err != nil {
			return "", err
		}
		all.Write(text)
	}
	host, port, _ := net.SplitHostPort(to.String())
	text := strings.NewReplacer("192.0.2.10", host, "udp-port 9162", "udp-port "+port).Replace(all.String())
	path := filepath.Join(dir, "router.scr")
	return path, os.WriteFile(path, []byte(text), 0o600)
}

// use is what a process has taken.
type use struct {
	processor time.Duration
	memory    int64 // the most, in octets
}

// run lets each router of a fleet raise traps.
func run(mirrorsh, script string, routers, times int) (use, error) {
	cmd := exec.Command(mirrorsh, "fleet", "--routers", strconv.Itoa(routers), "--identity", "size", "--snmp", "127.0.0.1:0", "--metrics", "127.0.0.1:0",
		"--repeat", "test mirror traps sessionStart", "--times", strconv.Itoa(times), script)
	cmd.Stdout = io.Discard
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return use{}, fmt.Errorf("%w: %s", err, said.String())
	}
	rusage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return use{}, errors.New("the system does not say what a process took")
	}
	return use{cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), rusage.Maxrss * 1024}, nil
}
