package terminal

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"mirrorsh/cli"
)

func (c *testConsole) signal(s syscall.Signal) {
	c.Helper()
	if err := c.cmd.Process.Signal(s); err != nil {
		c.Fatal(err)
	}
}

// go-prompt's Input drops what was typed ahead of Enter, and takes several keys
// in one read for text.
func TestPasteOf200Lines(t *testing.T) {
	both(t, func(t *testing.T, kind string) {
		c := startConsole(t, kind, 80, 24)
		c.cursor("r1>|")
		var paste strings.Builder
		for i := range 200 {
			fmt.Fprintf(&paste, "line %03d %s\r", i, strings.Repeat("x", 42))
		}
		start := time.Now()
		go c.master.WriteString(paste.String() + "after")
		c.cursor("r1>after|")
		took := time.Since(start)
		next := 0
		for _, row := range c.text() {
			if strings.HasPrefix(row, fmt.Sprintf(`got "line %03d`, next)) {
				next++
			}
		}
		if next != 200 {
			t.Errorf("%d of 200 lines in order", next)
		}
		t.Logf("took %v", took) // the console is waited for for a time, and no longer
	})
}

// A paste that needs editing takes the long way through go-prompt.
func TestPasteWithEditing(t *testing.T) {
	both(t, func(t *testing.T, kind string) {
		c := startConsole(t, kind, 80, 24)
		c.cursor("r1>|")
		c.send(strings.Repeat("ter\tx\x7fabc"+left+"\r", 20) + "show?end\r")
		c.row(`got "showend" <nil>`)
		if n := strings.Count(strings.Join(c.text(), "\n"), `got "terminal abc" <nil>`); n != 20 {
			t.Errorf("%d of 20 lines", n)
		}
	})
}

// The terminal is as before after each way to end.
func TestTerminalRestored(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(*testConsole)
		want string // row printed at the end
	}{
		{"exit", func(c *testConsole) { c.send("exit\r") }, "no goroutine left"},
		{"end of input", func(c *testConsole) { c.send("\x04") }, "no goroutine left"},
		{"panic", func(c *testConsole) { c.send("crash\r") }, "no goroutine left"},
		{"panic in the assistant", func(c *testConsole) { c.send("crash?") }, "no goroutine left"},
		{"SIGTERM while editing", func(c *testConsole) { c.send("sho"); c.cursor("r1>sho|"); c.signal(syscall.SIGTERM) }, "no goroutine left"},
		{"SIGHUP during a command", func(c *testConsole) { c.send("wait\r"); c.row("running"); c.signal(syscall.SIGHUP) }, "no goroutine left"},
	} {
		t.Run(test.name, func(t *testing.T) {
			both(t, func(t *testing.T, kind string) {
				c := startConsole(t, kind, 80, 24)
				c.cursor("r1>|")
				if c.stty() == c.mode {
					t.Error("not in raw mode")
				}
				test.end(c)
				c.exit()
				c.row(test.want)
			})
		})
	}
}

// go-prompt's Run deadlocks when the window changes size during Enter.
func TestResize(t *testing.T) {
	both(t, func(t *testing.T, kind string) {
		c := startConsole(t, kind, 80, 24)
		c.cursor("r1>|")
		for i := range 30 {
			c.send(fmt.Sprintf("line %d", i))
			c.mu.Lock()
			c.screen.resize(60+i%2*20, 24)
			c.mu.Unlock()
			c.setSize(60+i%2*20, 24)
			c.send("\r")
			c.row(fmt.Sprintf(`got "line %d" <nil>`, i))
		}
		c.send("abc" + left)
		c.cursor("r1>ab|c")
		c.mu.Lock()
		c.screen.resize(50, 24)
		c.mu.Unlock()
		c.setSize(50, 24)
		c.send("X")
		c.cursor("r1>abX|c")
		c.send("\x15\x0bsize\r")
		c.row("size 50 24")
	})
}

// A window of 0 x 0 makes go-prompt divide by zero or hide its prompt.
func TestUnknownSize(t *testing.T) {
	both(t, func(t *testing.T, kind string) {
		c := startConsole(t, kind, 0, 0)
		c.cursor("r1>|")
		c.send("size\r")
		c.row("size 80 24")
		c.cursor("r1>|")
	})
}

// Output from elsewhere does not garble the line being edited.
func TestWriteWhileEditing(t *testing.T) {
	both(t, func(t *testing.T, kind string) {
		c := startConsole(t, kind, 80, 24)
		c.cursor("r1>|")
		c.send("show" + left)
		c.cursor("r1>sho|w")
		c.signal(syscall.SIGUSR1)
		c.row("log: something happened")
		c.cursor("r1>sho|w")
		c.send("X\r")
		c.row(`got "shoXw" <nil>`)
	})
}

func TestPlainFiltersEscapes(t *testing.T) {
	c := startConsole(t, "plain", 80, 24)
	c.send("escape\r")
	c.row("a?[31mb")
}

// go-prompt's New panics without a controlling terminal; the plain editor works
// on standard input.
func TestNoControllingTerminal(t *testing.T) {
	c := startConsole(t, "rich", 80, 24, func(cmd *exec.Cmd) {
		// Not the leader of its session, which would get one by opening it.
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		cmd.Path, cmd.Args = "/bin/sh", []string{"sh", "-c", `"$0"; exit $?`, cmd.Path}
	})
	c.await("reason", func(v *vt) bool { return strings.HasPrefix(v.text()[0], "rich: no terminal: ") })
	c.cursor("r1>|")
	c.send("exit\r")
	c.exit()
}

func TestNoTerminal(t *testing.T) {
	c := startConsole(t, "rich", 80, 24, func(cmd *exec.Cmd) {
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		cmd.Stdin = bytes.NewReader(nil)
	})
	c.exit()
	c.await("reason", func(v *vt) bool { return strings.HasPrefix(v.text()[0], "open: no terminal: ") })
}

func TestLineTooLong(t *testing.T) {
	both(t, func(t *testing.T, kind string) {
		c := startConsole(t, kind, 80, 24)
		c.cursor("r1>|")
		go c.master.WriteString(strings.Repeat("x", cli.MaxTyped+1) + "\r")
		c.row(`got "" line too long`)
		c.send("show\r")
		c.row(`got "show" <nil>`)
	})
}

func TestSuggestions(t *testing.T) {
	c := startConsole(t, "rich", 80, 24)
	c.cursor("r1>|")
	c.send("sh")
	c.cursor("r1>sh|")
	c.row("      show    Show things")
	c.row("      showme  Show more")
	c.send(down)
	c.cursor("r1>show|")
	c.send(down)
	c.cursor("r1>showme|")
	c.send(up)
	c.cursor("r1>show|")
	c.send(up)
	c.cursor("r1>sh|")
	c.send("\x1b[Z")
	c.cursor("r1>showme|")
	c.send(" v")
	c.cursor("r1>showme v|")
	c.send(down + "\r")
	c.row(`got "showme version" <nil>`)
	c.await("drop-down gone", func(v *vt) bool { return v.cursor() == "r1>|" && v.text()[len(v.text())-1] == "" })
	// Down past the newest line of history selects nothing.
	c.send(up + down + down + "\r")
	c.row(`got "" <nil>`)
}
