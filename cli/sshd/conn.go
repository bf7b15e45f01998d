package sshd

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gliderlabs/ssh"

	"mirrorsh/cli/access"
)

type connKey struct{}

func connOf(ctx ssh.Context) *conn { return ctx.Value(connKey{}).(*conn) }

// conn is one connection. A connection has one session; the line is given back
// when that ends. The fields up to passwords belong to the goroutine that
// authenticates and are not changed once that is over; mu guards those
// below it.
type conn struct {
	net.Conn
	server  *Server
	ctx     context.Context // ends with the server
	peer    access.Peer
	release func()      // gives the slot of a half-open connection back
	timer   *time.Timer // ends a login that takes too long

	proven    access.Hash // of the password it was opened with, "" for a key
	passwords int         // that were tried
	refused   string      // user for whom a key was refused, "" if none was

	window atomic.Uint64 // columns and rows

	mu      sync.Mutex
	pty     bool
	began   bool
	over    bool
	session sync.WaitGroup
}

// begin reports whether a session may start on the connection: one, once.
func (c *conn) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.began || c.over {
		return false
	}
	c.began = true
	c.session.Add(1)
	c.timer.Stop()
	c.release()
	return true
}

// finish waits for the session of a connection that is closed. It reports
// whether there was one.
func (c *conn) finish() (began bool) {
	c.mu.Lock()
	c.over = true
	began = c.began
	c.mu.Unlock()
	c.session.Wait()
	return began
}

// shutdown closes a connection without a session at once, and any other when
// the session has had time to say so.
func (c *conn) shutdown() {
	c.mu.Lock()
	began := c.began
	c.over = true
	c.mu.Unlock()
	if !began {
		_ = c.Close()
	}
}

// closeSoon closes the connection after the grace: a far end that has read the
// exit status closes it earlier.
func (c *conn) closeSoon() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.timer.Reset(closeGrace)
}

// takePty notes the terminal of the session, and follows its window until the
// channel is closed.
func (c *conn) takePty(sess ssh.Session) {
	pty, windows, ok := sess.Pty()
	c.mu.Lock()
	first := !c.began && !c.pty
	c.pty = c.pty || ok
	c.mu.Unlock()
	if !ok {
		return
	}
	if first {
		c.setWindow(pty.Window)
	}
	// The library stops reading requests when nobody takes the windows.
	go func() {
		for w := range windows {
			if first {
				c.setWindow(w)
			}
		}
	}()
}

// hasPty reports whether the client asked for a terminal.
func (c *conn) hasPty() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pty
}

func (c *conn) setWindow(w ssh.Window) {
	const limit = 1 << 16 // what a client may claim
	c.window.Store(uint64(min(max(w.Width, 0), limit))<<32 | uint64(min(max(w.Height, 0), limit)))
}

// size returns columns and rows, 0 where unknown.
func (c *conn) size() (width, height int) {
	w := c.window.Load()
	return int(w >> 32), int(w & 0xffffffff)
}
