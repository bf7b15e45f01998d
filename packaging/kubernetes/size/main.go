// Command size measures what a router of the base takes, and prints how many a
// node has room for: size MIRRORSH. Processor time counts, not time that passes,
// so that a busy machine says the same.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
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

// figures are what was measured.
type figures struct {
	pod     float64       // memory of a pod with one router, in MiB
	perTrap time.Duration // of a processor, from the command to the socket
}

// traps is how many are raised to measure one.
const traps = 20_000

// measure runs a router as the base has it, without traps and with many.
func measure(mirrorsh string) (figures, error) {
	sink, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		return figures{}, err
	}
	defer sink.Close()
	_, port, _ := net.SplitHostPort(sink.LocalAddr().String())
	idle, pod, err := run(mirrorsh, port, 0)
	if err != nil {
		return figures{}, err
	}
	busy, busyPod, err := run(mirrorsh, port, traps)
	if err != nil {
		return figures{}, err
	}
	return figures{pod: max(pod, busyPod), perTrap: (busy - idle) / traps}, nil
}

// run raises n traps and returns the processor time that took, and the most
// memory there was, in MiB.
func run(mirrorsh, port string, n int) (took time.Duration, memory float64, err error) {
	var script strings.Builder
	for _, name := range []string{"users.scr", "router.scr"} {
		text, err := os.ReadFile(filepath.Join("kubernetes", "base", name))
		if err != nil {
			return 0, 0, err
		}
		script.Write(text)
	}
	lines := strings.NewReplacer("192.0.2.10", "127.0.0.1", "udp-port 9162", "udp-port "+port).Replace(script.String()) +
		strings.Repeat("test mirror traps sessionStart\n", n)
	cmd := exec.Command(mirrorsh, "--ephemeral", "--identity", "size", "--snmp", "127.0.0.1:0", "--level", "15", "--quiet", "-")
	cmd.Stdin, cmd.Stdout = strings.NewReader(lines), io.Discard
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return 0, 0, fmt.Errorf("%w: %s", err, said.String())
	}
	s := cmd.ProcessState
	return s.UserTime() + s.SystemTime(), float64(s.SysUsage().(*syscall.Rusage).Maxrss) / 1024, nil
}
