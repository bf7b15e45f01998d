package terminal

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// patience is how long something may take that should happen at once, on a
// slow machine.
const patience = 30 * time.Second

// testConsole is a helper process on a pty, and the screen it writes to.
type testConsole struct {
	*testing.T
	cmd      *exec.Cmd
	master   *os.File
	slave    *os.File
	mode     string // stty's view of the terminal before
	exited   chan struct{}
	mu       sync.Mutex
	screen   *vt
	raw      []byte
	watchers chan struct{} // one token: the screen has changed
}

// startConsole runs the helper of that kind, with setup changing the command.
func startConsole(t *testing.T, kind string, cols, rows int, setup ...func(*exec.Cmd)) *testConsole {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	c := &testConsole{
		T: t, master: master, slave: slave, exited: make(chan struct{}),
		screen: newVT(max(cols, 1), max(rows, 1)), watchers: make(chan struct{}, 1),
	}
	if cols == 0 {
		c.screen = newVT(defaultWidth, defaultHeight)
	}
	c.setSize(cols, rows)
	c.mode = c.stty()
	c.cmd = exec.Command(os.Args[0])
	c.cmd.Env = append(os.Environ(), helperEnv+"="+kind)
	c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = slave, slave, slave
	c.cmd.SysProcAttr = controlling()
	for _, f := range setup {
		f(c.cmd)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = c.cmd.Wait()
		close(c.exited)
	}()
	read := make(chan struct{})
	go func() {
		defer close(read)
		buf := make([]byte, 4096)
		for {
			n, err := master.Read(buf)
			if err != nil {
				return
			}
			c.mu.Lock()
			c.screen.write(buf[:n])
			c.raw = append(c.raw, buf[:n]...)
			c.mu.Unlock()
			wake(c.watchers)
		}
	}()
	t.Cleanup(func() {
		_ = c.cmd.Process.Kill()
		<-c.exited
		slave.Close()
		master.Close()
		<-read
		if c.screen.err != nil {
			t.Errorf("the screen cannot do: %v", c.screen.err)
		}
		if kind == "plain" && bytes.IndexByte(c.raw, escape) >= 0 {
			t.Errorf("plain sent ESC: %q", c.raw)
		}
	})
	return c
}

func (c *testConsole) setSize(cols, rows int) {
	c.Helper()
	if err := pty.Setsize(c.master, &pty.Winsize{Cols: uint16(cols), Rows: uint16(rows)}); err != nil {
		c.Fatal(err)
	}
}

// stty returns the terminal's settings as stty shows them.
func (c *testConsole) stty() string {
	c.Helper()
	cmd := exec.Command("stty", "-a")
	cmd.Stdin = c.slave
	out, err := cmd.Output()
	if err != nil {
		c.Fatalf("stty: %v", err)
	}
	return string(out)
}

func (c *testConsole) send(keys string) {
	c.Helper()
	if _, err := c.master.WriteString(keys); err != nil {
		c.Fatal(err)
	}
}

// await waits until the screen satisfies ok, which is called with the lock held.
func (c *testConsole) await(what string, ok func(*vt) bool) {
	c.Helper()
	limit := time.NewTimer(patience)
	defer limit.Stop()
	for {
		c.mu.Lock()
		met := ok(c.screen)
		c.mu.Unlock()
		if met {
			return
		}
		select {
		case <-c.watchers:
		case <-limit.C:
			c.mu.Lock()
			defer c.mu.Unlock()
			c.Fatalf("no %s; cursor at %q on\n%s", what, c.screen.cursor(), strings.TrimSpace(strings.Join(c.screen.text(), "\n")))
		}
	}
}

// text returns the rows of the screen.
func (c *testConsole) text() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.screen.text()
}

// row waits for a row that reads so.
func (c *testConsole) row(want string) {
	c.Helper()
	c.await("row "+want, func(v *vt) bool { return v.has(want) })
}

// cursor waits until the cursor's row reads so, with `|` for the cursor.
func (c *testConsole) cursor(want string) {
	c.Helper()
	c.await("cursor row "+want, func(v *vt) bool { return v.cursor() == want })
}

func (v *vt) has(row string) bool {
	for _, r := range v.text() {
		if r == row {
			return true
		}
	}
	return false
}

// exit waits for the helper to end and for the terminal to be as it was.
func (c *testConsole) exit() {
	c.Helper()
	select {
	case <-c.exited:
	case <-time.After(patience):
		c.Fatal("the helper does not end")
	}
	if mode := c.stty(); mode != c.mode {
		c.Errorf("terminal not restored:\n%s\nwas\n%s", mode, c.mode)
	}
}

// both runs a test with each editor.
func both(t *testing.T, f func(t *testing.T, kind string)) {
	for _, kind := range []string{"plain", "rich"} {
		t.Run(kind, func(t *testing.T) { t.Parallel(); f(t, kind) })
	}
}
