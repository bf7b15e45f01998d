//go:build interop

package main

import (
	"bufio"
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

// BenchmarkFleet starts many routers, and lets them send informs, whose
// acknowledgements are counted; a trap that is lost would not be missed.
func BenchmarkFleet(b *testing.B) {
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
	b.Run("receive", func(b *testing.B) {
		for b.Loop() {
			cmd := exec.Command("mirrorsh", "receive", "127.0.0.1:0", "--user", receiveUser)
			cmd.Env = append(os.Environ(), "AUTH=auth passphrase", "PRIV=priv passphrase")
			errs, err := cmd.StderrPipe()
			if err == nil {
				err = cmd.Start()
			}
			if err != nil {
				b.Fatal(err)
			}
			line, _ := bufio.NewReader(errs).ReadString('\n')
			_, rest, _ := strings.Cut(line, "receiving on 127.0.0.1:")
			port, _, _ := strings.Cut(rest, ",")
			benchInforms(b, port)
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	b.Run("snmptrapd", func(b *testing.B) {
		for b.Loop() {
			d := startTrapdAt(b, []string{"127.0.0.1"}, `createUser mirrorUser SHA "auth passphrase" AES "priv passphrase"`, "authUser log mirrorUser priv")
			benchInforms(b, fmt.Sprint(d.port))
		}
	})
}

func benchInforms(b *testing.B, port string) {
	out, err := exec.Command("mirrorsh", "fleet", "--routers", fmt.Sprint(benchRouters), "--identity", "lab", "--json", "--drain", "60s",
		"--repeat", "test mirror traps sessionStart", "--times", fmt.Sprint(benchTimes), fleetScript(b, port, "informs retries 10 ")).Output()
	var s fleet.Stats
	if err == nil {
		err = json.Unmarshal(out, &s)
	}
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(s.Runs)/s.Took.Seconds(), "informs/s")
	b.ReportMetric(float64(benchRouters*benchTimes-s.Acknowledged), "lost")
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
