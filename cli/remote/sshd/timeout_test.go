package sshd

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"mirrorsh/cli/access"
	"mirrorsh/cli/remote"
)

// bubble runs f with a server on a network and a clock of its own; dial
// connects to it.
func bubble(t *testing.T, lines []string, f func(t *testing.T, client gossh.Signer, dial func() net.Conn)) {
	signer, keys, _ := newKey(t)
	synctest.Test(t, func(t *testing.T) {
		shell := newShell(t, lines...)
		hosts, err := hostKeys(shell.Store)
		if err != nil {
			t.Fatal(err)
		}
		server := remote.New(remote.Options{Shell: shell})
		l := &listener{conns: make(chan net.Conn), closed: make(chan struct{})}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- server.Serve(ctx, l, &Transport{HostKeys: hosts, Keys: keys}) }()
		f(t, signer, func() net.Conn {
			near, far := newPipe()
			l.conns <- far
			return near
		})
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// TestExecTimeout ends a session after the time without input, and not before.
func TestExecTimeout(t *testing.T) {
	bubble(t, []string{"line vty 0 4", "exec-timeout 1 30"}, func(t *testing.T, client gossh.Signer, dial func() net.Conn) {
		o, err := open(t, dial(), clientConfig("joe", gossh.PublicKeys(client)))
		if err != nil {
			t.Fatal(err)
		}
		defer o.client.Close()
		o.expect("host1>")
		time.Sleep(89 * time.Second)
		o.send("show priv")
		time.Sleep(89 * time.Second)
		o.send("ilege\r")
		o.expect("Privilege level is 1")
		o.expect("host1>")
		o.send("sleep 600\r") // at work, not idle
		time.Sleep(601 * time.Second)
		o.expect("host1>")
		time.Sleep(88 * time.Second)
		select {
		case <-o.ended:
			t.Fatal("the session ends too early")
		default:
		}
		time.Sleep(2 * time.Second)
		o.expect("% no input for too long\r\n")
		_ = o.end()
	})
}

// TestExecTimeoutHoldsForOutput ends a session whose operator takes no output.
func TestExecTimeoutHoldsForOutput(t *testing.T) {
	bubble(t, []string{"line vty 0 4", "exec-timeout 1 0"}, func(t *testing.T, client gossh.Signer, dial func() net.Conn) {
		conn := dial().(*pipe)
		o, err := open(t, conn, clientConfig("joe", gossh.PublicKeys(client)))
		if err != nil {
			t.Fatal(err)
		}
		defer o.client.Close()
		o.expect("host1>")
		o.do("terminal length 0", "host1>")
		conn.in.stall()
		for range 200 {
			o.send("help\r")
		}
		time.Sleep(59 * time.Second)
		select {
		case <-conn.in.gone:
			t.Fatal("the session ends too early")
		default:
		}
		time.Sleep(5 * time.Second)
		<-conn.in.gone
	})
}

// TestLoginTimeout ends a login that takes too long: one in which somebody thinks
// about the host key, or whoever logged in starts no session. A client that says
// nothing has less time.
func TestLoginTimeout(t *testing.T) {
	for name, c := range map[string]struct {
		lines []string
		limit time.Duration
	}{
		"default":           {nil, 30 * time.Second},
		"of the line":       {[]string{"line vty 0", "login-timeout 5"}, 5 * time.Second},
		"of the next":       {[]string{"line vty 0", "access-class none in", "login-timeout 5", "line vty 1", "login-timeout 17"}, 17 * time.Second},
		"without a session": {[]string{"line vty 0", "login-timeout 19"}, 19 * time.Second},
		"silent":            {nil, helloTimeout},
		"silent on a line":  {[]string{"line vty 0", "login-timeout 5"}, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, c.lines, func(t *testing.T, client gossh.Signer, dial func() net.Conn) {
				conn := dial().(*pipe)
				begun := time.Now()
				config := clientConfig("joe", gossh.PublicKeys(client))
				switch {
				case strings.HasPrefix(name, "silent"):
					_, _ = io.Copy(io.Discard, conn)
				case name == "without a session":
					c, chans, reqs, err := gossh.NewClientConn(conn, "router", config)
					if err != nil {
						t.Fatal(err)
					}
					_ = gossh.NewClient(c, chans, reqs).Wait()
				default:
					config.HostKeyCallback = func(string, net.Addr, gossh.PublicKey) error {
						<-conn.in.gone
						return errors.New("too late")
					}
					if _, _, _, err := gossh.NewClientConn(conn, "router", config); err == nil {
						t.Fatal("a login without an end")
					}
				}
				if got := time.Since(begun); got != c.limit {
					t.Errorf("closed after %v, want %v", got, c.limit)
				}
				_ = conn.Close()
			})
		})
	}
}

// TestHalfOpen closes the first of the connections that are too many at once.
func TestHalfOpen(t *testing.T) {
	bubble(t, nil, func(t *testing.T, _ gossh.Signer, dial func() net.Conn) {
		begun := time.Now()
		var all []net.Conn
		for range maxPerSource {
			all = append(all, dial())
			synctest.Wait() // until it is noticed
		}
		all = append(all, dial())
		for n, c := range all {
			_, _ = io.Copy(io.Discard, c)
			_ = c.Close()
			if got, want := time.Since(begun), helloTimeout*time.Duration(min(n, 1)); got != want {
				t.Errorf("connection %d is closed after %v, want %v", n, got, want)
			}
		}
	})
}

// TestExecTimeoutHoldsForCommands ends a session without a line editor whose
// client takes no output, and not before.
func TestExecTimeoutHoldsForCommands(t *testing.T) {
	for _, kind := range []string{"exec", "exec with a terminal", "shell"} {
		t.Run(kind, func(t *testing.T) {
			bubble(t, []string{"line vty 0 4", "exec-timeout 1 0"}, func(t *testing.T, signer gossh.Signer, dial func() net.Conn) {
				conn := dial().(*pipe)
				client, ch := knock(t, conn, signer)
				defer client.Close()
				request, terminal := strings.CutSuffix(kind, " with a terminal")
				if terminal {
					if ok, err := ch.SendRequest("pty-req", true, valid["pty-req"]); err != nil || !ok {
						t.Fatal("pty-req:", ok, err)
					}
				}
				payload := gossh.Marshal(execRequest{strings.Repeat("help;", maxCommand/5)})
				if request == "shell" {
					payload = nil
				}
				if ok, err := ch.SendRequest(request, true, payload); err != nil || !ok {
					t.Fatal(request, ok, err)
				}
				go func() { _, _ = io.WriteString(ch, strings.Repeat("help\n", 20000)) }()
				begun := time.Now()
				select {
				case <-conn.in.gone:
				case <-time.After(time.Hour):
				}
				if got, want := time.Since(begun), time.Minute+closeGrace; got != want {
					t.Errorf("the session ends after %v, want %v", got, want)
				}
			})
		})
	}
}

// TestLastWordsAreNotWaitedFor ends sessions of clients that take nothing, not
// even why they have no line, or with which status their commands ended.
func TestLastWordsAreNotWaitedFor(t *testing.T) {
	for name, c := range map[string]struct {
		others   int
		shutdown bool
		want     time.Duration
	}{
		"refusal":               {access.FixedLines, false, closeGrace},
		"exit status":           {0, false, exitGrace},
		"exit status, shutdown": {0, true, closeGrace},
	} {
		t.Run(name, func(t *testing.T) {
			var conn *pipe
			var begun time.Time
			bubble(t, nil, func(t *testing.T, signer gossh.Signer, dial func() net.Conn) {
				for range c.others {
					o, err := open(t, dial(), clientConfig("other", gossh.PublicKeys(signer)))
					if err != nil {
						t.Fatal(err)
					}
					defer o.client.Close()
					o.expect("host1>")
				}
				conn = dial().(*pipe)
				client, ch := knock(t, conn, signer)
				synctest.Wait() // until the key exchange is through: who waits for a mutex behind a clogged write never rests
				conn.in.clog()
				if _, err := ch.SendRequest("exec", false, gossh.Marshal(execRequest{"exit"})); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				begun = time.Now()
				ended := func() {
					<-conn.in.gone
					if got := time.Since(begun); got != c.want {
						t.Errorf("closed after %v, want %v", got, c.want)
					}
					_ = client.Close()
				}
				if c.shutdown {
					go ended()
					return
				}
				ended()
			})
		})
	}
}

// listener hands out connections in memory.
type listener struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *listener) Addr() net.Addr { return &net.TCPAddr{} }

// half is one direction of a connection: what was written and not yet read.
type half struct {
	mu      sync.Mutex
	change  *sync.Cond
	data    []byte
	closed  bool
	stalled bool          // nothing is read any more
	full    bool          // nothing is taken either
	gone    chan struct{} // closed with closed
}

func newHalf() *half {
	h := &half{gone: make(chan struct{})}
	h.change = sync.NewCond(&h.mu)
	return h
}

// halfSize is how much fits into one direction.
const halfSize = 64 << 10

func (h *half) read(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for !h.closed && (len(h.data) == 0 || h.stalled) {
		h.change.Wait()
	}
	if len(h.data) == 0 || h.stalled {
		return 0, io.EOF
	}
	n := copy(b, h.data)
	h.data = h.data[n:]
	h.change.Broadcast()
	return n, nil
}

func (h *half) write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for !h.closed && (len(h.data) >= halfSize || h.full) {
		h.change.Wait()
	}
	if h.closed {
		return 0, os.ErrClosed
	}
	h.data = append(h.data, b...)
	h.change.Broadcast()
	return len(b), nil
}

func (h *half) stall() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stalled = true
}

// clog is stall at once, without waiting for the direction to fill.
func (h *half) clog() {
	h.stall()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.full = true
}

func (h *half) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.closed = true
		close(h.gone)
	}
	h.change.Broadcast()
}

// pipe is one end of a connection in memory.
type pipe struct{ in, out *half }

func newPipe() (near, far *pipe) {
	a, b := newHalf(), newHalf()
	return &pipe{a, b}, &pipe{b, a}
}

func (p *pipe) Read(b []byte) (int, error)       { return p.in.read(b) }
func (p *pipe) Write(b []byte) (int, error)      { return p.out.write(b) }
func (p *pipe) Close() error                     { p.in.close(); p.out.close(); return nil }
func (p *pipe) LocalAddr() net.Addr              { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }
func (p *pipe) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 2} }
func (p *pipe) SetDeadline(time.Time) error      { return nil }
func (p *pipe) SetReadDeadline(time.Time) error  { return nil }
func (p *pipe) SetWriteDeadline(time.Time) error { return nil }
