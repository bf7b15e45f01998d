package sshd

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gliderlabs/ssh"
	gossh "golang.org/x/crypto/ssh"

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
	ctx      context.Context // ends with the server
	peer     access.Peer
	login    time.Time // by when the session has to have begun
	stranger *stranger
	early    int // octets read before the session was opened, of whoever reads

	proven    access.Hash // of the password it was opened with, "" for a key
	passwords int         // that were tried
	refused   string      // user for whom a key was refused, "" if none was

	window    atomic.Uint64 // columns and rows
	open      atomic.Bool   // the session's channel is; set under mu
	rejecting atomic.Int32  // channels whose rejection is on its way

	mu      sync.Mutex
	timer   *time.Timer // closes the connection
	closing time.Time   // when it does, once a session began; zero: never
	began   bool
	over    bool
	tasks   sync.WaitGroup // that serve the session
}

var errTooMuch = errors.New("too much was sent before login")

// Read bounds what a connection takes of a client that is not known.
func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if !c.open.Load() {
		if c.early += n; c.early > MaxLogin {
			return 0, errTooMuch
		}
	}
	return n, err
}

// spoke lets the client have the rest of the time for a login, now that it has
// offered a key exchange.
func (c *conn) spoke() {
	c.stranger.speak()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.began { // else keys are exchanged once more
		c.timer.Reset(time.Until(c.login))
	}
}

// hostKey tells a connection that the key is used, which it is when the client
// has done its part of a key exchange (RFC 4253 section 8).
type hostKey struct {
	gossh.AlgorithmSigner
	used func()
}

func (k *hostKey) Sign(rand io.Reader, data []byte) (*gossh.Signature, error) {
	k.used()
	return k.AlgorithmSigner.Sign(rand, data)
}

// SignWithAlgorithm is Sign for keys of more than one algorithm, such as RSA.
func (k *hostKey) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*gossh.Signature, error) {
	k.used()
	return k.AlgorithmSigner.SignWithAlgorithm(rand, data, algorithm)
}

// openSession reports whether the channel of a session may be opened: one,
// once. Whoever it was granted to calls tasks.Done.
func (c *conn) openSession() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over || c.open.Swap(true) {
		return false
	}
	c.tasks.Add(1)
	return true
}

// begin reports whether the session may start.
func (c *conn) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.began || c.over {
		return false
	}
	c.began = true
	c.tasks.Add(1)
	c.timer.Stop()
	c.stranger.leave()
	return true
}

// finish waits for the session of a connection that is closed. It reports
// whether there was one.
func (c *conn) finish() (began bool) {
	c.mu.Lock()
	c.over = true
	began = c.began
	c.mu.Unlock()
	c.tasks.Wait()
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
		return
	}
	c.closeSoon()
}

// closeSoon closes the connection after the grace: a far end that has read the
// exit status closes it earlier.
func (c *conn) closeSoon() { c.closeIn(closeGrace) }

// closeIn closes the connection of a session after d, unless that is to happen
// earlier anyway.
func (c *conn) closeIn(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := time.Now().Add(d)
	if c.closing.IsZero() || at.Before(c.closing) {
		c.closing = at
		c.timer.Reset(d)
	}
}

// maxWindow is how many columns and rows a client may claim.
const maxWindow = 1 << 16

// setWindow takes a size; of a dimension that is 0, the last one holds (RFC 4254
// section 6.2).
func (c *conn) setWindow(columns, rows uint32) {
	width, height := c.size()
	if columns != 0 {
		width = int(min(columns, maxWindow))
	}
	if rows != 0 {
		height = int(min(rows, maxWindow))
	}
	c.window.Store(uint64(width)<<32 | uint64(height))
}

// size returns columns and rows, 0 where unknown.
func (c *conn) size() (width, height int) {
	w := c.window.Load()
	return int(w >> 32), int(w & 0xffffffff)
}
