package telnetd

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/command"
	"mirrorsh/cli/remote"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/state"
)

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// newShell returns a shell on a router that has run the lines at level 15.
func newShell(t testing.TB, lines ...string) *cli.Shell {
	t.Helper()
	router, err := trapcore.New(trapcore.Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = router.Close() })
	shell, err := cli.New(cli.Options{Router: router, Commands: command.All(), Sections: command.Sections(), Store: state.NewMemory(nil)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = shell.Close() })
	s := shell.NewSession(cli.SessionOptions{Level: 15, Out: io.Discard})
	defer s.Close()
	for _, line := range append([]string{"configure terminal"}, lines...) {
		if err := s.Execute(t.Context(), line); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
	}
	return shell
}

// serve serves a transport until stop or the end of the test.
func serve(t testing.TB, server *remote.Server, transport remote.Transport) (addr string, stop func()) {
	t.Helper()
	l, err := remote.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, l, transport) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return l.Addr().String(), stop
}

// start serves Telnet to a router that has run the lines.
func start(t testing.TB, lines ...string) (addr string, shell *cli.Shell) {
	t.Helper()
	shell = newShell(t, lines...)
	addr, _ = serve(t, remote.New(remote.Options{Shell: shell, Penalty: time.Millisecond}), Transport{})
	return addr, shell
}

// client is a program at the far end. What it is shown is without commands.
type client struct {
	t testing.TB
	net.Conn
	parser
	heard
	shown bytes.Buffer
}

func dial(t testing.TB, addr string) *client {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nc.Close() })
	_ = nc.SetDeadline(time.Now().Add(patience))
	return &client{t: t, Conn: nc}
}

func (c *client) send(s string) {
	c.t.Helper()
	if _, err := io.WriteString(c.Conn, s); err != nil {
		c.t.Fatal(err)
	}
}

// more reads once.
func (c *client) more() error {
	b := make([]byte, 4096)
	n, err := c.Conn.Read(b)
	c.shown.Write(c.parse(nil, b[:n], &c.heard))
	return err
}

// expect waits until something is shown, and takes everything up to it.
func (c *client) expect(text string) string {
	c.t.Helper()
	for {
		if before, _, ok := strings.Cut(c.shown.String(), text); ok {
			c.shown.Next(len(before) + len(text))
			return before
		}
		if err := c.more(); err != nil {
			c.t.Fatalf("%q is not shown, but %q: %v", text, c.shown.String(), err)
		}
	}
}

// rest is what is shown until the connection ends.
func (c *client) rest() string {
	c.t.Helper()
	for {
		if err := c.more(); err != nil {
			if err != io.EOF {
				c.t.Errorf("%v after %q", err, c.shown.String())
			}
			return c.shown.String()
		}
	}
}

// hear waits until the server has said something.
func (c *client) hear(what string) {
	c.t.Helper()
	for !strings.Contains(strings.Join(c.said, ","), what) {
		if err := c.more(); err != nil {
			c.t.Fatalf("%s is not said, but %v", what, c.said)
		}
	}
}
