package telnetd

import (
	"bytes"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/remote"
	"mirrorsh/cli/remote/remotetest"
)

const patience = remotetest.Patience

var (
	newShell = remotetest.NewShell
	serve    = remotetest.Serve
)

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
