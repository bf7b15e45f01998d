package remote

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"mirrorsh/cli/access"
)

// MaxSessions is how many sessions a connection may have open at once: one for
// each line.
const MaxSessions = access.MaxLines

// idleTimeout is how long a connection may be without a session once it had one.
const idleTimeout = 10 * time.Minute

// How long the far end has to take the last words, and an exit status that
// waits for all the output before it.
const (
	closeGrace = time.Second
	exitGrace  = 30 * time.Second
)

// Conn is one connection and its sessions. The fields up to still belong to the
// goroutine that authenticates and are not changed once that is over; mu guards
// those below it.
type Conn struct {
	net.Conn
	server *Server
	via    string          // name of the transport
	ctx    context.Context // ends with the server
	peer   access.Peer
	login  time.Time // by when the first session has to have begun

	early     int          // octets read before a session was opened
	proven    access.Proof // what it was opened with, but for what Admit was given
	known     bool         // somebody has shown something
	passwords int          // that were tried
	still     func() bool  // as given to Admit; nil: a password was

	open atomic.Bool // a session's channel was; set under mu

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

// Context ends with the server.
func (c *Conn) Context() context.Context { return c.ctx }

// Go runs f, which the end of the connection waits for.
func (c *Conn) Go(f func()) { c.tasks.Go(f) }

// Read bounds what a connection takes of a client that is not known.
func (c *Conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if !c.open.Load() {
		if c.early += n; c.early > maxLogin {
			return 0, errTooMuch
		}
	}
	return n, err
}

// Spoke lets the client have the rest of the time for a login, now that it has
// shown that it speaks the protocol.
func (c *Conn) Spoke() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.began { // else it is known
		c.stranger.speak()
		c.timer.Reset(time.Until(c.login))
	}
}

// OpenChannel reports whether the client, who has logged in, may open one more
// channel for a session, where the protocol has several. Whoever it was granted
// to calls CloseChannel.
func (c *Conn) OpenChannel() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over || c.channels == MaxSessions {
		return false
	}
	c.open.Store(true)
	c.channels++
	return true
}

// CloseChannel gives back what OpenChannel has granted.
func (c *Conn) CloseChannel() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.channels--
}

// begin reports whether a session may start. Whoever it was granted to calls
// end.
func (c *Conn) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return false
	}
	c.open.Store(true)
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
func (c *Conn) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running--; c.running > 0 || c.over {
		return
	}
	c.stranger = c.server.halfOpen.admit(c.peer.From, c.hangUp)
	switch {
	case c.ctx.Err() != nil || c.stranger == nil:
		c.closeIn(closeGrace)
	case c.closing.IsZero():
		c.timer.Reset(idleTimeout)
	}
}

// shared reports whether several sessions run.
func (c *Conn) shared() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running > 1
}

// finish waits for the sessions of a connection that is closed.
func (c *Conn) finish() {
	c.mu.Lock()
	c.over = true
	c.mu.Unlock()
	c.tasks.Wait()
	c.stranger.leave()
	c.timer.Stop()
}

// shutdown closes a connection without a session at once, and any other when
// its sessions have had time to say so.
func (c *Conn) shutdown() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over = true; c.running == 0 && c.closing.IsZero() {
		c.hangUp()
		return
	}
	c.closeIn(closeGrace)
}

func (c *Conn) hangUp() { _ = c.Close() }

// closeIn closes the connection after d, unless that is to happen earlier
// anyway; the caller holds mu. A far end that has read the exit status of the
// last session closes it before.
func (c *Conn) closeIn(d time.Duration) {
	at := time.Now().Add(d)
	if c.closing.IsZero() || at.Before(c.closing) {
		c.closing = at
		c.timer.Reset(d)
	}
}

// within closes the connection if f takes longer than d: the client takes
// nothing.
func (c *Conn) within(d time.Duration, f func()) {
	t := time.AfterFunc(d, c.hangUp)
	defer t.Stop()
	f()
}
