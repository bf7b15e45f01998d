package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestSignalEndsABatchThatWaitsForInput(t *testing.T) {
	for signal, status := range map[syscall.Signal]int{syscall.SIGTERM: 143, syscall.SIGINT: 130, syscall.SIGHUP: 129} {
		b := startBatch(t)
		b.send("show privilege\n")
		b.expect("Privilege level")
		if err := b.cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if got := b.wait(); got != status {
			t.Errorf("%v: exit status %d, want %d", signal, got, status)
		}
	}
}

func TestSignalCutsTheDrainShort(t *testing.T) {
	b := startBatch(t, "--drain", "10m")
	b.send(mirrorPreamble + `snmp-server user joe group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"
snmp-server host 127.0.0.1 version v3 joe udp-port 9 packetMirror
snmp-server host 127.0.0.1 trapQueue drainRate 1 size 100
snmp-server enable traps packetMirror
mirror trap-enable
end
test mirror traps sessionStart count 90
show privilege
`)
	b.expect("Privilege level")
	b.in.Close()
	// It waits now. A signal sent a moment too early ends it the ordinary way.
	if err := b.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	eventually(t, "end", func() bool {
		_ = b.cmd.Process.Signal(syscall.SIGINT)
		select {
		case <-b.done:
			return true
		default:
			return false
		}
	})
	if got := b.wait(); got != 130 {
		t.Errorf("exit status %d, want 130", got)
	}
}

// endsOn sends a signal to a process that cannot go on, and wants it to end with
// the status of that.
func endsOn(t *testing.T, cmd *exec.Cmd, signal syscall.Signal) {
	t.Helper()
	if got, want := endOn(t, cmd, signal).ExitStatus(), 128+int(signal); got != want {
		t.Errorf("exit status %d, want %d", got, want)
	}
}

func endOn(t *testing.T, cmd *exec.Cmd, signal syscall.Signal) syscall.WaitStatus {
	t.Helper()
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { _ = cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(patience):
		_ = cmd.Process.Kill()
		<-done
		t.Fatalf("%v did not end it", signal)
	}
	return cmd.ProcessState.Sys().(syscall.WaitStatus)
}

// TestSignalEndsABatchThatNobodyReads: the pipe it prints into is full.
func TestSignalEndsABatchThatNobodyReads(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command("mirrorsh")
	cmd.Stdin, cmd.Stdout = strings.NewReader(strings.Repeat("show version\n", 2000)), w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	eventually(t, "full pipe", func() bool {
		n, err := unread(r)
		return err == nil && n == 64<<10
	})
	endsOn(t, cmd, syscall.SIGTERM)
}

// TestSignalEndsABatchThatWaitsForItsScript: nobody writes the pipe that is the
// script, or nobody has even opened it.
func TestSignalEndsABatchThatWaitsForItsScript(t *testing.T) {
	script := filepath.Join(t.TempDir(), "script")
	if err := unix.Mkfifo(script, 0o600); err != nil {
		t.Fatal(err)
	}
	start := func() (*exec.Cmd, *syncBuffer) {
		cmd, out := exec.Command("mirrorsh", script), new(syncBuffer)
		cmd.Stdout = out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd, out
	}
	cmd, out := start()
	f, err := os.OpenFile(script, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString("show privilege\n"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "output", func() bool { return strings.Contains(out.String(), "Privilege level is 1") })
	endsOn(t, cmd, syscall.SIGTERM)
	f.Close()

	// A signal that comes before the process is ready for it ends it at once, and
	// says nothing.
	for wait := 20 * time.Millisecond; wait < patience; wait *= 2 {
		cmd, _ := start()
		time.Sleep(wait)
		if status := endOn(t, cmd, syscall.SIGTERM); !status.Signaled() {
			if status.ExitStatus() != 143 {
				t.Errorf("exit status %d", status.ExitStatus())
			}
			return
		}
	}
	t.Error("it was never ready")
}
