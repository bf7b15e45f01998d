package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// benchmark is one that the tables need.
type benchmark struct {
	name, pkg string
	below     string        // which of its sub-benchmarks, as -bench has them; "": all
	benchtime string        // "": as all others
	usual     time.Duration // what it takes
	most      time.Duration // what it may take
}

// ofProgram is what is measured of the program from outside.
const ofProgram = "program"

var benchmarks = []benchmark{
	{"BenchmarkTrap", "./trapcore/notify", "", "", 20 * time.Second, 3 * time.Minute},
	{"BenchmarkHosts", "./trapcore/notify", "", "", 10 * time.Second, 3 * time.Minute},
	{"BenchmarkInform", "./trapcore/notify", "", "", 15 * time.Second, 3 * time.Minute},
	{"BenchmarkSend", "./trapcore/notify", "", "", 5 * time.Second, 3 * time.Minute},
	{"BenchmarkList", "./trapcore/notify", "", "", 5 * time.Second, 3 * time.Minute},
	{"BenchmarkLoopback", "./trapcore/notify", "", "", 5 * time.Second, 3 * time.Minute},
	{"BenchmarkMirror", "./trapcore", "", "", 10 * time.Second, 3 * time.Minute},
	{"BenchmarkTrapBesideMirror", "./trapcore", "", "", 10 * time.Second, 3 * time.Minute},
	{"BenchmarkGet", "./trapcore/agent", "", "", 15 * time.Second, 3 * time.Minute},
	{"BenchmarkSealOverFloor", "./trapcore/snmp", "sha-aes", "", 10 * time.Second, 3 * time.Minute},
	{"BenchmarkParts", "./trapcore/snmp", "", "", 10 * time.Second, 3 * time.Minute},
	{"BenchmarkAppend", "./securelog", "readers=1", "", 5 * time.Second, 3 * time.Minute},
	{"BenchmarkBatch", "./cli/command", "", "", 10 * time.Second, 3 * time.Minute},
	{"BenchmarkKeystroke", "./cli/command", "", "", 25 * time.Second, 3 * time.Minute},
	{"BenchmarkGrowth", "./cli/command", "", "1x", 4 * time.Minute, 20 * time.Minute},
	{"BenchmarkWalk", "./cli/command", "", "1x", time.Minute, 10 * time.Minute},
	{"BenchmarkChassis", "./cli/command", "", "1x", 30 * time.Second, 5 * time.Minute},
	{"BenchmarkVolume", "./cmd/mirrorsh", "", "1x", 75 * time.Second, 5 * time.Minute},
	{"BenchmarkFleet", "./cmd/mirrorsh", "", "1x", 7 * time.Minute, 25 * time.Minute},
	{ofProgram, "", "", "", 2 * time.Second, starts * patience},
}

// chosen are the benchmarks that were asked for.
func (o *options) chosen() (all []benchmark) {
	for _, b := range benchmarks {
		if o.only == nil || o.only.MatchString(b.name) {
			all = append(all, b)
		}
	}
	return all
}

// plan says what it will take.
func plan(chosen []benchmark) string {
	usual, most := time.Duration(0), time.Duration(0)
	for _, b := range chosen {
		usual, most = usual+b.usual, most+b.most
	}
	return fmt.Sprintf("%d benchmarks: about %v on an idle machine and what the build takes, and never more than %v",
		len(chosen), usual.Round(time.Minute/2), most.Round(time.Minute))
}

// measure runs benchmarks. The error has all that failed.
func (o *options) measure(ctx context.Context, chosen []benchmark) (r results, failed error) {
	r = results{}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	for _, b := range chosen {
		began := time.Now()
		var text string
		if b.name == ofProgram {
			err = r.program(o.binary)
		} else {
			text, err = b.run(ctx, dir, o.benchtime)
			r.add(text) // what was measured before something failed holds
		}
		if ctx.Err() != nil {
			return r, failed
		}
		fmt.Fprintf(o.progress, "%-26s %6.1f s\n", b.name, time.Since(began).Seconds())
		if err != nil {
			err = fmt.Errorf("%s: %w\n%s", b.name, err, lastLines(text, 20))
			fmt.Fprintln(o.progress, err)
			failed = errors.Join(failed, fmt.Errorf("%s failed", b.name))
		}
	}
	return r, failed
}

// run runs a benchmark in its package, whose test program is built once.
func (b *benchmark) run(ctx context.Context, dir, benchtime string) (text string, err error) {
	program := filepath.Join(dir, strings.ReplaceAll(b.pkg, "/", "_")+".test")
	if _, err := os.Stat(program); err != nil {
		build := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-tags", "interop", "-o", program, b.pkg)
		if out, err := build.CombinedOutput(); err != nil {
			return string(out), fmt.Errorf("does not build: %w", err)
		}
	}
	bounded, stop := context.WithTimeout(ctx, b.most)
	defer stop()
	pattern := "^" + b.name + "$"
	if b.below != "" {
		pattern += "/^" + b.below + "$"
	}
	cmd := exec.CommandContext(bounded, program, "-test.run", "^$", "-test.bench", pattern, "-test.benchmem",
		"-test.benchtime", cmp.Or(b.benchtime, benchtime), "-test.timeout", "0")
	var out bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = b.pkg, &out, &out
	// With the programs that it has started.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	if err = cmd.Run(); bounded.Err() != nil {
		err = fmt.Errorf("took more than %v", b.most)
	}
	return out.String(), err
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
