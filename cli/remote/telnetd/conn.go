package telnetd

import (
	"encoding/binary"
	"io"
	"log/slog"
	"net"
	"sync/atomic"
	"syscall"
	"time"

	"mirrorsh/ascii"
	"mirrorsh/cli/remote"
)

// conn is a connection without the protocol: Read returns what is typed, Write
// sends what is shown. One goroutine reads.
type conn struct {
	*remote.Conn
	parser
	options
	raw    [4 << 10]byte
	spoke  bool
	window atomic.Uint32 // columns and rows
}

// open offers the options.
func open(rc *remote.Conn) (*conn, error) {
	inline(rc.Conn)
	c := &conn{Conn: rc, options: newOptions()}
	_, err := rc.Write(opening)
	return c, err
}

// inline leaves urgent data in the stream: a client sends the data mark so (RFC
// 854), and without its second octet a command would take the next one.
func inline(nc net.Conn) {
	sc, ok := nc.(syscall.Conn)
	if !ok {
		return
	}
	if raw, err := sc.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) {
			_ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_OOBINLINE, 1)
		})
	}
}

// Read returns when something is typed, and answers commands meanwhile.
func (c *conn) Read(b []byte) (int, error) {
	for len(b) > 0 {
		n, err := c.Conn.Read(c.raw[:min(len(b), len(c.raw))])
		if n > 0 && !c.spoke {
			c.spoke = true
			c.Spoke()
		}
		if typed := len(c.parse(b[:0], c.raw[:n], c)); typed > 0 || err != nil {
			return typed, err
		}
	}
	return 0, nil
}

// Write sends data in one piece, into which no answer gets.
func (c *conn) Write(b []byte) (int, error) {
	if _, err := c.Conn.Write(escape(b)); err != nil {
		return 0, err
	}
	return len(b), nil
}

// send sends what is not data. Who cannot be written to can soon not be read.
func (c *conn) send(b ...byte) { _, _ = c.Conn.Write(b) }

func (c *conn) areYouThere() { c.send([]byte("\r\n[yes]\r\n")...) }

// negotiate answers what the client says of an option. It is shown what it types
// though it refuses ECHO: programs that refuse every option look for it.
func (c *conn) negotiate(verb, option byte) {
	answer, turned := c.heard(verb, option)
	if answer != 0 {
		c.send(cmdIAC, answer, option)
	}
	if turned && verb == cmdWILL && option == optTTYPE {
		c.send(cmdIAC, cmdSB, optTTYPE, ttypeSEND, cmdIAC, cmdSE)
	}
}

// subnegotiate takes the size of the window, and notes the terminal for who
// looks for the cause of what is shown.
func (c *conn) subnegotiate(option byte, data []byte) {
	switch {
	case c.them.agreement[option] != yes:
	case option == optNAWS && len(data) == 4:
		c.window.Store(binary.BigEndian.Uint32(data))
	case option == optTTYPE && len(data) > 1 && data[0] == ttypeIS:
		slog.Debug("telnet: terminal", "type", ascii.Display(string(data[1:]), maxSub))
	}
}

// size returns columns and rows, 0 where unknown.
func (c *conn) size() (width, height int) {
	w := c.window.Load()
	return int(w >> 16), int(w & 0xffff)
}

// What a client may still send, in octets and in time, when its session is over.
const (
	lastOctets = 64 << 10
	lastTime   = time.Second
)

// finish lets the client have the last words: a connection that is closed before
// all was read is reset.
func (c *conn) finish() {
	half, ok := c.Conn.Conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	_ = c.SetReadDeadline(time.Now().Add(lastTime))
	_, _ = io.CopyN(io.Discard, c.Conn.Conn, lastOctets)
}
