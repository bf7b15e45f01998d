package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"mirrorsh/cli/fleet"
)

// fleetScript writes a script that makes secure notifications go to a port.
func fleetScript(t testing.TB, port, options string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "fleet.scr")
	if err := os.WriteFile(name, []byte(mirrorTo(port, options)), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestFleetToReceive: many routers, one user, and every inform arrives once.
func TestFleetToReceive(t *testing.T) {
	p := startReceive(t, "127.0.0.1", "--count", "60", "--json")
	stdout, stderr := mirrorsh(t, exitDone, "", "fleet", "--routers", "20", "--json", "--identity", "lab",
		"--repeat", "test mirror traps sessionStart; show version", "--times", "3", fleetScript(t, p.port, "informs "))
	if status, said := p.wait(t); status != exitDone || !strings.Contains(said, "60 informs") {
		t.Errorf("%d: %s", status, said)
	}
	engines := map[string]int{}
	for line := range strings.Lines(p.stdout.String()) {
		var n struct{ Type, ContextEngine string }
		if err := json.Unmarshal([]byte(line), &n); err == nil && n.Type == "inform" {
			engines[n.ContextEngine]++
		}
	}
	var s fleet.Stats
	if err := json.Unmarshal([]byte(stdout), &s); err != nil || s.Runs != 60 || s.Acknowledged != 60 || len(engines) != 20 {
		t.Errorf("%v %s, %d engines", err, stdout, len(engines))
	}
	if !strings.HasPrefix(stderr, "mirrorsh: fleet: 20 routers, started in ") {
		t.Errorf("%s", stderr)
	}
}

// TestFleetStays until a signal, once it is ready; and says what it needs.
func TestFleetStays(t *testing.T) {
	conf := filepath.Join(t.TempDir(), "users.conf")
	if err := os.WriteFile(conf, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("mirrorsh", "fleet", "--routers", "3", "--script", fleetScript(t, "9", ""), "--export", "snmptrapd="+conf)
	errs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stdout syncBuffer
	cmd.Stdout = &stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	in := bufio.NewReader(errs)
	for line := ""; line != "mirrorsh: ready\n"; {
		if line, err = in.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(conf)
	text, _ := os.ReadFile(conf)
	if err != nil || info.Mode().Perm() != 0o600 || strings.Count(string(text), "createUser -e 0x8000130a05") != 3 {
		t.Errorf("%v %v\n%s", err, info.Mode(), text)
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	_ = cmd.Wait()
	if status := cmd.ProcessState.ExitCode(); status != exitSignal+int(syscall.SIGTERM) || !strings.HasPrefix(stdout.String(), "Routers:        3\nTraps:          0 sent") {
		t.Errorf("%d: %s", status, stdout.String())
	}
}

// TestFleetHealth: what watches a pod sees that a fleet answers once its scripts
// have run, and Prometheus what it has done. Fleets whose names differ in their number share no engine ID.
func TestFleetHealth(t *testing.T) {
	engines := map[string]string{}
	for _, name := range []string{"lab/pod-0", "lab/pod-1", "lab/pod-10"} {
		cmd := exec.Command("mirrorsh", "fleet", "--routers", "2", "--identity", name, "--snmp", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--export", "snmptrapd=-", fleetScript(t, "9", ""))
		var stdout syncBuffer
		cmd.Stdout = &stdout
		errs, err := cmd.StderrPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
		defer late.Stop()
		in, addr, page := bufio.NewReader(errs), "", ""
		for line := ""; line != "mirrorsh: ready\n"; {
			if line, err = in.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			if at, ok := strings.CutPrefix(line, "mirrorsh: snmp agent on "); ok {
				addr = strings.TrimSpace(at)
			}
			if m := metricsOn.FindStringSubmatch(line); m != nil {
				page = "http://" + m[1] + "/metrics"
			}
		}
		out, _ := mirrorsh(t, exitDone, "", "health", addr)
		if !strings.HasPrefix(out, "engine ID 0x8000130a05") {
			t.Errorf("%s: health prints %q", name, out)
		}
		if status, text := scrape(t, page, ""); status != http.StatusOK || !strings.Contains(text, "\nmirrorsh_fleet_routers{state=\"settled\"} 2\n") {
			t.Errorf("%s: status %d: %s", name, status, text)
		}
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		ids := regexp.MustCompile(`createUser -e (0x[0-9a-f]+)`).FindAllStringSubmatch(stdout.String(), -1)
		if len(ids) != 2 || !strings.Contains(out, ids[0][1]) {
			t.Errorf("%s: engines %v, health prints %q", name, ids, out)
		}
		for _, id := range ids {
			if other := engines[id[1]]; other != "" {
				t.Errorf("%s and %s share %s", name, other, id[1])
			}
			engines[id[1]] = name
		}
	}
}

func TestFleetRefusals(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.scr")
	if err := os.WriteFile(bad, []byte("show version\nnonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, stderr := mirrorsh(t, exitRefused, "", "fleet", "--routers", "2", bad)
	for _, name := range []string{"host1", "host2"} {
		if !strings.Contains(stderr, name+": "+bad+":2: <hidden>: % Invalid input") {
			t.Errorf("%s", stderr)
		}
	}
	for _, c := range []struct {
		args   string
		status int
		says   string
	}{
		{"--routers 0", exitUsage, `--routers must be a number from 1 to 100000, not "0": see fleet --help`},
		{"--rate 0", exitUsage, `--rate must be a number above 0, not "0": see fleet --help`},
		{"--rate NaN", exitUsage, `--rate must be a number above 0, not "NaN": see fleet --help`},
		{"--boots 0", exitUsage, `--boots must be a number from 1 to 2147483647, not "0": see fleet --help`},
		{"--source ::1", exitUsage, `--source must be an IPv4 address of this machine, not "::1": see fleet --help`},
		{"--export x=y", exitUsage, `--export must be FORM=FILE, FORM being snmptrapd, telegraf, sc4snmp, not "x=y": see fleet --help`},
		{"--repeat ;", exitUsage, `--repeat must be commands, not ";": see fleet --help`},
		{"--drain 5", exitUsage, `--drain must be a time such as 5s or 2m, not "5": see fleet --help`},
		{"--snmp 127.0.0.1", exitStart, "snmp agent on 127.0.0.1: missing port in address: give --snmp another address, or off"},
		{"--metrics 127.0.0.1", exitStart, "metrics on 127.0.0.1: missing port in address: give --metrics another address, or off"},
		{"/none.scr", exitUsage, "open /none.scr: no such file or directory"},
	} {
		if _, stderr := mirrorsh(t, c.status, "", append([]string{"fleet"}, strings.Fields(c.args)...)...); stderr != "mirrorsh: "+c.says+"\n" {
			t.Errorf("%s: %q", c.args, stderr)
		}
	}
}

// TestFleetUndelivered: informs that nobody acknowledges are an exit status.
func TestFleetUndelivered(t *testing.T) {
	script := fleetScript(t, fmt.Sprint(freePort(t)), "informs retries 0 timeout 1 ")
	stdout, stderr := mirrorsh(t, exitPending, "", "fleet", "--routers", "2", "--repeat", "test mirror traps sessionStart rate 1000", "--drain", "3s", script)
	if !strings.Contains(stderr, "informs given up") || !strings.Contains(stdout, "2 given up") {
		t.Errorf("%s%s", stdout, stderr)
	}
}
