package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"
)

// console is a mirrorsh on a pseudo-terminal of its own.
type console struct {
	t    *testing.T
	cmd  *exec.Cmd
	ptmx *os.File
	tty  *os.File // kept open, so that the settings outlive the process

	before *term.State   // the settings before the process was started
	done   chan struct{} // closed when the process has ended

	mu  sync.Mutex
	out bytes.Buffer
}

// startConsole starts one without an SNMP agent, unless told otherwise: only one
// process at a time can have the agent's usual port, and one that is killed may
// have it for a moment longer.
func startConsole(t *testing.T, env string, args ...string) *console {
	t.Helper()
	if !slices.Contains(args, "--snmp") {
		args = append(args, "--snmp", "off")
	}
	ptmx, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	c := &console{t: t, ptmx: ptmx, tty: tty, cmd: exec.Command("mirrorsh", args...), done: make(chan struct{})}
	if err := pty.Setsize(ptmx, &pty.Winsize{Rows: 30, Cols: 100}); err != nil {
		t.Fatal(err)
	}
	c.before = c.settings()
	c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = tty, tty, tty
	c.cmd.Env = append(os.Environ(), env)
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { defer close(c.done); _ = c.cmd.Wait() }()
	read := make(chan struct{})
	go func() {
		defer close(read)
		buf := make([]byte, 4096)
		for {
			n, err := ptmx.Read(buf)
			c.mu.Lock()
			c.out.Write(buf[:n])
			c.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = c.cmd.Process.Kill()
		<-c.done
		tty.Close()
		ptmx.Close()
		<-read
	})
	return c
}

// output is what it has printed since the start.
func (c *console) output() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.String()
}

// expect waits until the output since the start holds text n times.
func (c *console) expect(text string, n int) string {
	c.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		out := c.output()
		if strings.Count(out, text) >= n {
			return out
		}
		if last := time.Now().Add(20 * time.Second); c.ended() && last.Before(deadline) {
			deadline = last // what it printed in the end may still be on its way
		}
		switch late := time.Now().After(deadline); {
		case late && c.ended():
			c.t.Fatalf("no %q (%d times) before it ended with status %d; output:\n%q", text, n, c.cmd.ProcessState.ExitCode(), out)
		case late:
			_ = c.cmd.Process.Signal(syscall.SIGABRT) // prints the stacks
			c.wait()
			c.t.Fatalf("no %q (%d times) in %v; output:\n%q\nit was at:\n%s", text, n, patience, out, c.output()[len(out):])
		}
	}
}

func (c *console) ended() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

func (c *console) send(keys string) {
	c.t.Helper()
	if _, err := io.WriteString(c.ptmx, keys); err != nil {
		c.t.Fatal(err)
	}
}

func (c *console) settings() *term.State {
	c.t.Helper()
	s, err := term.GetState(int(c.tty.Fd()))
	if err != nil {
		c.t.Fatal(err)
	}
	return s
}

// wait returns the exit status of the console.
func (c *console) wait() int {
	c.t.Helper()
	select {
	case <-c.done:
	case <-time.After(patience):
		c.t.Fatal("mirrorsh did not end")
	}
	return c.cmd.ProcessState.ExitCode()
}

// TestConsolesSideBySide: no console of a test is in the way of another.
func TestConsolesSideBySide(t *testing.T) {
	for range 2 {
		startConsole(t, "TERM=dumb", "--ephemeral").expect("host1>", 1)
	}
}

// TestWhatIsDrawn: colours, suggestions, and escape sequences at all, can each be
// done without.
func TestWhatIsDrawn(t *testing.T) {
	colour := regexp.MustCompile(`\x1b\[(?:\d+;)*(?:[349][0-7]|10[0-7])[;m]`)
	const list = "The release, and what runs it" // suggested for show version
	for _, c := range []struct {
		name, term, noColor     string
		args                    []string
		first                   string
		coloured, listed, plain bool
	}{
		{"all", "xterm-256color", "", nil, "", true, true, false},
		{"NO_COLOR", "xterm-256color", "1", nil, "", false, true, false},
		{"suggestions off", "xterm-256color", "", nil, "terminal suggestions off", false, false, false},
		{"--plain", "xterm-256color", "", []string{"--plain"}, "", false, false, true},
		{"TERM=dumb", "dumb", "", nil, "", false, false, true},
		{"no TERM", "", "", nil, "", false, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("NO_COLOR", c.noColor)
			con := startConsole(t, "TERM="+c.term, append(c.args, "--ephemeral")...)
			con.expect("host1>", 1)
			prompts := 1
			if c.first != "" {
				con.send(c.first + "\r")
				prompts++
				con.expect("host1>", prompts)
			}
			from := len(con.output())
			con.send("show ver")
			if c.listed {
				con.expect(list, 1)
			}
			con.send("\r")
			con.expect("Copyright", 1)
			con.send("exit\r")
			con.wait()
			drawn, _, _ := strings.Cut(con.output()[from:], "Copyright")
			if colour.MatchString(drawn) != c.coloured || strings.Contains(drawn, list) != c.listed || c.plain && strings.Contains(con.output(), "\x1b") {
				t.Errorf("drawn is %q", drawn)
			}
		})
	}
}

// TestTerminalIsSaneAfterwards ends the console in every way there is and
// compares the terminal's settings with those before.
func TestTerminalIsSaneAfterwards(t *testing.T) {
	signal := func(s syscall.Signal) func(c *console) {
		return func(c *console) {
			if err := c.cmd.Process.Signal(s); err != nil {
				c.t.Fatal(err)
			}
		}
	}
	keys := func(keys string) func(c *console) { return func(c *console) { c.send(keys) } }
	for _, term := range []string{"TERM=xterm-256color", "TERM=dumb"} {
		for _, c := range []struct {
			name   string
			end    func(c *console)
			status int
		}{
			{"exit", keys("exit\r"), 0},
			{"logout", keys("enable\rconfigure terminal\r\x1alogout\r"), 0},
			{"Ctrl-D", keys("\x04"), 0},
			{"Ctrl-C then exit", keys("nonsense\x03exit\r"), 0},
			{"SIGTERM", signal(syscall.SIGTERM), 143},
			{"SIGINT", signal(syscall.SIGINT), 130},
			{"SIGHUP", signal(syscall.SIGHUP), 129},
			{"SIGTERM while a command runs", func(c *console) {
				c.send("sleep 3000\r")
				c.expect("sleep 3000", 1)
				signal(syscall.SIGTERM)(c)
			}, 143},
		} {
			t.Run(term+"/"+c.name, func(t *testing.T) {
				con := startConsole(t, term, "--ephemeral")
				con.expect("host1>", 1)
				c.end(con)
				if got := con.wait(); got != c.status {
					t.Errorf("exit status %d, want %d", got, c.status)
				}
				if now := con.settings(); !reflect.DeepEqual(con.before, now) {
					t.Errorf("terminal settings were %+v, are %+v", con.before, now)
				}
			})
		}
	}
}

// TestSignalEndsAConsoleThatNobodyReads: the terminal takes no output, as after
// Ctrl-S. Its settings come back all the same.
func TestSignalEndsAConsoleThatNobodyReads(t *testing.T) {
	for _, name := range []string{"TERM=xterm-256color", "TERM=dumb"} {
		con := startConsole(t, name, "--ephemeral")
		con.expect("host1>", 1)
		con.send("terminal length 0\r")
		con.expect("host1>", 2)
		if err := stopOutput(con.tty); err != nil {
			t.Fatal(err)
		}
		con.send(strings.Repeat("show version\r", 50))
		if err := con.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if got := con.wait(); got != 143 {
			t.Errorf("%s: exit status %d", name, got)
		}
		if now := con.settings(); !reflect.DeepEqual(con.before, now) {
			t.Errorf("%s: terminal settings were %+v, are %+v", name, con.before, now)
		}
	}
}

func TestInterruptedCommandKeepsTheSession(t *testing.T) {
	con := startConsole(t, "TERM=dumb", "--ephemeral")
	con.expect("host1>", 1)
	con.send("sleep 3000\r")
	con.expect("sleep 3000", 1)
	con.send("\x03")
	con.expect("host1>", 2)
	con.send("exit\r")
	if got := con.wait(); got != 0 {
		t.Errorf("exit status %d", got)
	}
}
