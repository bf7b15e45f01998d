package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/creack/pty"
)

// starts is how often the program is started; the median counts.
const starts = 7

// program measures how long the program takes to its first prompt on a
// terminal, and the memory it has then. In turns with it, one that does nothing else
// takes what no program in Go does without.
func (r results) program(binary string) error {
	empty, err := os.Executable()
	if err != nil {
		return err
	}
	var took, least, memory []float64
	for range starts {
		d, mb, err := start(binary, "--ephemeral")
		if err != nil {
			return fmt.Errorf("%s: %w", binary, err)
		}
		floor, _, err := start(empty, promptOnly)
		if err != nil {
			return fmt.Errorf("empty program: %w", err)
		}
		took, least, memory = append(took, d.Seconds()*1000), append(least, floor.Seconds()*1000), append(memory, mb)
	}
	for _, all := range [][]float64{took, least, memory} {
		slices.Sort(all)
	}
	r["program start ms"], r["program empty ms"], r["program memory MB"] = took[starts/2], least[starts/2], memory[starts/2]
	return nil
}

// promptOnly has this program do nothing but what its start is measured by.
const promptOnly = "-prompt-only"

// prompt is what the start ends with.
const prompt = "host1>"

// justPrompt shows the prompt and waits.
func justPrompt() {
	fmt.Print(prompt)
	_, _ = os.Stdin.Read(make([]byte, 1)) // until it is killed
}

// patience is how long the first prompt may take.
const patience = 10 * time.Second

func start(binary, arg string) (time.Duration, float64, error) {
	cmd := exec.Command(binary, arg)
	cmd.Env = append(os.Environ(), "TERM=xterm")
	began := time.Now()
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 30, Cols: 100})
	if err != nil {
		return 0, 0, err
	}
	defer tty.Close()
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	var seen []byte
	for in := make([]byte, 4096); !bytes.Contains(seen, []byte(prompt)); {
		n, err := tty.Read(in)
		if err != nil {
			return 0, 0, fmt.Errorf("no prompt after %q: %w", seen, err)
		}
		seen = append(seen, in[:n]...)
	}
	d := time.Since(began)
	mb, err := resident(cmd.Process.Pid)
	return d, mb, err
}

// resident returns VmRSS of a process in megabytes (proc(5)).
func resident(pid int) (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "VmRSS:" {
			kb, err := strconv.ParseFloat(f[1], 64)
			return kb / 1024, err
		}
	}
	return 0, fmt.Errorf("no VmRSS of process %d", pid)
}
