package state

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// childVariable makes the test binary the process that a test needs beside
// itself: it runs the mode the variable names, on the directory and the
// argument that follow on the command line.
const childVariable = "MIRRORSH_STATE_TEST_CHILD"

func TestMain(m *testing.M) {
	mode := os.Getenv(childVariable)
	if mode == "" {
		os.Exit(m.Run())
	}
	if err := childModes[mode](os.Args[1], os.Args[2]); err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

var childModes = map[string]func(dir, arg string) error{
	// open says who has the directory.
	"open": func(dir, _ string) error {
		_, err := Open(dir)
		if locked := (*LockedError)(nil); errors.As(err, &locked) {
			fmt.Println(locked.PID, locked.Dir)
			return nil
		}
		return fmt.Errorf("opened: %w", err)
	},
	// hold has the directory until it is killed.
	"hold": func(dir, _ string) error {
		if _, err := Open(dir); err != nil {
			return err
		}
		fmt.Println("holding")
		_, err := io.ReadAll(os.Stdin)
		return err
	},
	// boots and commit print each number once it is durable.
	"boots": func(dir, _ string) error {
		d, err := Open(dir)
		for err == nil {
			var boots int32
			if boots, err = d.NextBoots(); err == nil {
				fmt.Println(boots)
			}
		}
		return err
	},
	"commit": func(dir, from string) error {
		n, err := strconv.Atoi(from)
		if err != nil {
			return err
		}
		d, err := Open(dir)
		for ; err == nil; n++ {
			if err = d.Commit(pair(n)); err == nil {
				fmt.Println(n)
			}
		}
		return err
	},
	// edit is commit, with most of the numbers put in place of those before.
	"edit": func(dir, from string) error {
		n, err := strconv.Atoi(from)
		if err != nil {
			return err
		}
		d, err := Open(dir)
		for first := n; err == nil; n++ {
			cut, put := len(strconv.Itoa(n-1)), strconv.AppendInt(nil, int64(n), 10)
			e := []Edit{{Cut: cut, Put: put}}
			switch {
			case n == first || n%50 == 0:
				err = d.Commit(pair(n))
			case n%20 == 0:
				err = d.Rewrite("startup.cnf")
				fallthrough
			default:
				err = errors.Join(err, d.Edit(map[string][]Edit{"startup.cnf": e, "secure.cnf": e}))
			}
			if err == nil {
				fmt.Println(n)
			}
		}
		return err
	},
	// modes makes every kind of file under a umask.
	"modes": func(dir, umask string) error {
		mask, err := strconv.ParseInt(umask, 8, 32)
		if err != nil {
			return err
		}
		unix.Umask(int(mask))
		d, err := Open(dir)
		if err != nil {
			return err
		}
		_, boots := d.NextBoots()
		_, mac := d.ChassisMAC()
		err = errors.Join(boots, mac, d.WriteFile("files/a", nil, 0o600), d.WriteFile("host_key", nil, 0o400), d.Commit(pair(1)))
		fmt.Println("done")
		return err
	},
	// full writes more than a file may hold: the write ends half-way, as on a full disk.
	"full": func(dir, _ string) error {
		signal.Ignore(syscall.SIGXFSZ)
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 4096, Max: 4096}); err != nil {
			return err
		}
		d, err := Open(dir)
		if err != nil {
			return err
		}
		large := make([]byte, 16384)
		write := d.WriteFile("startup.cnf", large, 0o600)
		commit := d.Commit(map[string][]byte{"secure.cnf": []byte("new"), "startup.cnf": large})
		for _, err := range []error{write, commit} {
			if !errors.Is(err, unix.EFBIG) {
				return fmt.Errorf("write past the end: %w", err)
			}
		}
		if err := d.WriteFile("small.cnf", []byte("fits"), 0o600); err != nil {
			return err
		}
		fmt.Println("done")
		return nil
	},
}

// child is a running test binary. Its output ends when it does.
type child struct {
	cmd *exec.Cmd
	out *bufio.Reader
}

func start(t *testing.T, mode, dir, arg string) *child {
	t.Helper()
	cmd := exec.Command(os.Args[0], dir, arg)
	// The race detector would delay the exit of each child by a second.
	cmd.Env = append(os.Environ(), childVariable+"="+mode, "GORACE=atexit_sleep_ms=0")
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe() // closes with the test, and ends a child that waits
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return &child{cmd, bufio.NewReader(out)}
}

// rest returns what is left of the output when the child has ended.
func (c *child) rest(t *testing.T) string {
	t.Helper()
	out, err := io.ReadAll(c.out)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.cmd.Wait()
	return string(out)
}
