//go:build interop

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"mirrorsh/cli/fleet"
)

// TestFleetToSnmptrapd: with the exported lines it takes the traps of all routers.
func TestFleetToSnmptrapd(t *testing.T) {
	const routers = 30
	conf := filepath.Join(t.TempDir(), "users.conf")
	args := []string{"fleet", "--routers", fmt.Sprint(routers), "--identity", "lab", "--export", "snmptrapd=" + conf}
	mirrorsh(t, exitDone, "", append(args, "--repeat", "show version", fleetScript(t, "9", ""))...)
	lines, err := os.ReadFile(conf)
	if err != nil {
		t.Fatal(err)
	}
	d := startTrapd(t, 1, strings.Split(string(lines), "\n")...)
	stdout, _ := mirrorsh(t, exitDone, "", append(args, "--json", "--repeat", "test mirror traps sessionStart", "--times", "2", "--rate", "200",
		fleetScript(t, fmt.Sprint(d.port), ""))...)
	var s fleet.Stats
	if err := json.Unmarshal([]byte(stdout), &s); err != nil || s.Sent != 2*routers {
		t.Errorf("%v %s", err, stdout)
	}
	if all := d.wait(t, 2*routers); len(all) != 2*routers {
		t.Errorf("snmptrapd took %d", len(all))
	}
}

const benchRouters, benchTimes = 10_000, 20

// benchTrapRate is how many traps a second both receivers take: they answer none, so
// that nothing else keeps the routers from being faster.
const benchTrapRate = 2000

// BenchmarkFleet starts many routers, and lets them send informs, whose
// acknowledgements are counted, and traps, which the receivers count.
func BenchmarkFleet(b *testing.B) {
	b.Run("start", benchStart)
	b.Run("receive", func(b *testing.B) {
		for b.Loop() {
			port, stop := benchReceive(b)
			benchInforms(b, port)
			stop(syscall.SIGTERM)
		}
	})
	b.Run("receive-traps", func(b *testing.B) {
		for b.Loop() {
			all := benchRouters * benchTimes
			port, wait := benchReceive(b, "--count", fmt.Sprint(all), "--timeout", fmt.Sprint(all/benchTrapRate+120)+"s")
			benchTraps(b, benchSent(b, port, "", "--rate", fmt.Sprint(benchTrapRate)), wait(nil))
		}
	})
	b.Run("snmptrapd", func(b *testing.B) {
		for b.Loop() {
			d := startTrapdAt(b, []string{"127.0.0.1"}, `createUser mirrorUser SHA "auth passphrase" AES "priv passphrase"`, "authUser log mirrorUser priv")
			benchInforms(b, fmt.Sprint(d.port))
		}
	})
	b.Run("snmptrapd-traps", func(b *testing.B) {
		for b.Loop() {
			port := freePort(b)
			conf := filepath.Join(b.TempDir(), "users.conf")
			mirrorsh(b, exitDone, "", "fleet", "--routers", fmt.Sprint(benchRouters), "--identity", "lab", "--export", "snmptrapd="+conf,
				"--repeat", "show version", fleetScript(b, fmt.Sprint(port), ""))
			users, err := os.ReadFile(conf)
			if err != nil {
				b.Fatal(err)
			}
			// Its buffer has room for the traps of a moment in which it does not run.
			d := startTrapdOn(b, port, []string{"127.0.0.1"}, string(users), "[snmp] serverRecvBuf 4194304")
			benchTraps(b, benchSent(b, fmt.Sprint(port), "", "--rate", fmt.Sprint(benchTrapRate)), d.counted(b))
		}
	})
}

// benchStart starts the routers.
func benchStart(b *testing.B) {
	for b.Loop() {
		cmd := exec.Command("mirrorsh", "fleet", "--routers", fmt.Sprint(benchRouters), "--identity", "lab")
		errs, err := cmd.StderrPipe()
		if err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		in := bufio.NewReader(errs)
		for line := ""; line != "mirrorsh: ready\n"; {
			if line, err = in.ReadString('\n'); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(time.Since(began).Seconds(), "start-s")
		b.ReportMetric(float64(residentKB(b, cmd.Process.Pid))/benchRouters, "KB/router")
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	}
}

// benchReceive starts a receiver; stop, with a signal if it does not end by itself,
// returns how many traps it has counted.
func benchReceive(b *testing.B, args ...string) (port string, stop func(os.Signal) int) {
	cmd := exec.Command("mirrorsh", append([]string{"receive", "127.0.0.1:0", "--user", receiveUser}, args...)...)
	cmd.Env = append(os.Environ(), "AUTH=auth passphrase", "PRIV=priv passphrase")
	errs, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cmd.Process.Kill() })
	said := bufio.NewReader(errs)
	line, _ := said.ReadString('\n')
	_, rest, _ := strings.Cut(line, "receiving on 127.0.0.1:")
	port, _, _ = strings.Cut(rest, ",")
	return port, func(sig os.Signal) (traps int) {
		if sig != nil {
			_ = cmd.Process.Signal(sig)
		}
		for line, err := said.ReadString('\n'); err == nil; line, err = said.ReadString('\n') {
			_, _ = fmt.Sscanf(line, "mirrorsh: %d traps", &traps)
		}
		_ = cmd.Wait()
		return traps
	}
}

// benchSent lets the routers send.
func benchSent(b *testing.B, port, options string, args ...string) (s fleet.Stats) {
	out, err := exec.Command("mirrorsh", append([]string{"fleet"}, append(args, "--routers", fmt.Sprint(benchRouters), "--identity", "lab", "--json", "--drain", "60s",
		"--repeat", "test mirror traps sessionStart", "--times", fmt.Sprint(benchTimes), fleetScript(b, port, options))...)...).Output()
	if err == nil {
		err = json.Unmarshal(out, &s)
	}
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func benchInforms(b *testing.B, port string) {
	s := benchSent(b, port, "informs retries 10 ")
	b.ReportMetric(float64(s.Runs)/s.Took.Seconds(), "informs/s")
	b.ReportMetric(float64(benchRouters*benchTimes-s.Acknowledged), "lost")
}

// benchTraps reports how many of the traps that were sent a receiver has not taken.
func benchTraps(b *testing.B, s fleet.Stats, took int) {
	if s.Sent != benchRouters*benchTimes || s.PerRouter.Min != benchTimes || s.PerRouter.Max != benchTimes {
		b.Errorf("%+v", s)
	}
	b.ReportMetric(float64(s.Runs)/s.Took.Seconds(), "traps/s")
	b.ReportMetric(float64(int(s.Sent)-took), "lost")
}

// counted is how many traps are in the log of snmptrapd, once there come no more.
func (d *trapd) counted(b *testing.B) (n int) {
	for last := -1; n > last; time.Sleep(3 * time.Second) {
		log, err := os.ReadFile(d.log)
		if err != nil {
			b.Fatal(err)
		}
		last, n = n, bytes.Count(log, []byte("\nTRAP "))
	}
	return n
}

// residentKB is VmRSS (proc(5)).
func residentKB(b *testing.B, pid int) (kb int) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if _, err := fmt.Sscanf(line, "VmRSS: %d kB", &kb); err == nil {
			return kb
		}
	}
	b.Fatal("no VmRSS")
	return 0
}
