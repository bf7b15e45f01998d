package sshd

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"mirrorsh/cli/access"
)

// MaxSessions is how many sessions a connection may have open at once: one for
// each line.
const MaxSessions = access.MaxLines

// IdleTimeout is how long a connection may be without a session once it had one.
const IdleTimeout = 10 * time.Minute

// conn is one connection and its sessions. The fields up to refused belong to
// the goroutine that authenticates and are not changed once that is over; mu
// guards those below it.
type conn struct {
	net.Conn
	ctx   context.Context // ends with the server
	peer  access.Peer
	login time.Time // by when the first session has to have begun
	pool  *halfOpen

	ahead     []byte          // read by hello, not yet by the library
	hush      int             // octets that hello has written for the library
	early     int             // octets read before a session was opened
	proven    access.Hash     // of the password it was opened with, "" for a key
	key       gossh.PublicKey // it was opened with
	passwords int             // that were tried
	refused   string          // user for whom a key was refused, "" if none was

	open      atomic.Bool  // a session's channel was; set under mu
	rejecting atomic.Int32 // channels whose rejection is on its way

	mu       sync.Mutex
	stranger *stranger   // its place among those without a session
	timer    *time.Timer // closes the connection
	closing  time.Time   // when it does for good; zero: not at all
	began    bool        // a session has
	channels int
	running  int // sessions
	over     bool
	tasks    sync.WaitGroup // that serve the sessions
}

var errTooMuch = errors.New("too much was sent before login")

// Read bounds what a connection takes of a client that is not known.
func (c *conn) Read(b []byte) (int, error) {
	if len(c.ahead) > 0 {
		n := copy(b, c.ahead)
		c.ahead = c.ahead[n:]
		return n, nil
	}
	n, err := c.Conn.Read(b)
	if !c.open.Load() {
		if c.early += n; c.early > MaxLogin {
			return 0, errTooMuch
		}
	}
	return n, err
}

// Write leaves out what hello has written.
func (c *conn) Write(b []byte) (int, error) {
	if c.hush == 0 {
		return c.Conn.Write(b)
	}
	n := min(c.hush, len(b))
	c.hush -= n
	if n == len(b) {
		return n, nil
	}
	m, err := c.Conn.Write(b[n:])
	return n + m, err
}

// spoke lets the client have the rest of the time for a login, now that it has
// offered a key exchange.
func (c *conn) spoke() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.began { // else keys are exchanged once more
		c.stranger.speak()
		c.timer.Reset(time.Until(c.login))
	}
}

// openChannel reports whether the channel of a session may be opened. Whoever
// it was granted to calls closeChannel.
func (c *conn) openChannel() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over || c.channels == MaxSessions {
		return false
	}
	c.open.Store(true)
	c.channels++
	return true
}

func (c *conn) closeChannel() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.channels--
}

// begin reports whether a session may start. Whoever it was granted to calls
// end.
func (c *conn) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return false
	}
	c.began = true
	c.running++
	if c.closing.IsZero() {
		c.timer.Stop()
	}
	c.stranger.leave()
	return true
}

// end notes the end of a session. A connection without one waits for the next
// among those that log in, and makes room for them first.
func (c *conn) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running--; c.running > 0 || c.over {
		return
	}
	c.stranger = c.pool.admit(c.peer.From, c.hangUp)
	switch {
	case c.ctx.Err() != nil || c.stranger == nil:
		c.closeIn(closeGrace)
	case c.closing.IsZero():
		c.timer.Reset(IdleTimeout)
	}
}

// shared reports whether several sessions run.
func (c *conn) shared() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running > 1
}

// finish waits for the sessions of a connection that is closed.
func (c *conn) finish() {
	c.mu.Lock()
	c.over = true
	c.mu.Unlock()
	c.tasks.Wait()
	c.stranger.leave()
	c.timer.Stop()
}

// shutdown closes a connection without a session at once, and any other when
// its sessions have had time to say so.
func (c *conn) shutdown() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over = true; c.running == 0 && c.closing.IsZero() {
		c.hangUp()
		return
	}
	c.closeIn(closeGrace)
}

func (c *conn) hangUp() { _ = c.Close() }

// closeIn closes the connection after d, unless that is to happen earlier
// anyway; the caller holds mu. A far end that has read the exit status of the
// last session closes it before.
func (c *conn) closeIn(d time.Duration) {
	at := time.Now().Add(d)
	if c.closing.IsZero() || at.Before(c.closing) {
		c.closing = at
		c.timer.Reset(d)
	}
}

// within closes the connection if f takes longer than d: the client takes
// nothing.
func (c *conn) within(d time.Duration, f func()) {
	t := time.AfterFunc(d, c.hangUp)
	defer t.Stop()
	f()
}
