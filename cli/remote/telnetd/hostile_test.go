package telnetd

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"mirrorsh/cli/remote"
)

// TestFlood: a client that floods the server before login is cut off, whatever it
// sends and whether it reads the answers; others do not notice.
func TestFlood(t *testing.T) {
	addr, _ := start(t, "line vty 0 4", "password 0 sesame")
	for name, unit := range map[string]string{
		"requests":            "\xff\xfd\x05",
		"answers":             "\xff\xfc\x01\xff\xfb\x18",
		"a subnegotiation":    "x",
		"are you there":       "\xff\xf6",
		"nothing":             "\xff\xf1",
		"a line":              "y",
		"escaped":             "\xff\xff",
		"cut subnegotiations": "\xff\xfa\x18abc",
	} {
		t.Run(name, func(t *testing.T) {
			c := dial(t, addr)
			if name == "a subnegotiation" {
				c.send("\xff\xfa\x18")
			}
			_, err := io.WriteString(c.Conn, strings.Repeat(unit, 1<<20/len(unit)))
			if err == nil {
				_, err = io.Copy(io.Discard, c.Conn)
			}
			if errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error("it is not cut off")
			}
		})
	}
	c := dial(t, addr)
	c.expect("Telnet password: ")
	c.send("sesame\r")
	c.expect("host1>")
}

// TestUrgent: a client sends the data mark as urgent data, and nothing else is
// taken for it.
func TestUrgent(t *testing.T) {
	addr, _ := start(t, "line vty 0 4", "no login")
	c := dial(t, addr)
	c.expect("host1>")
	raw, err := c.Conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	c.send("sleep 1000\r")
	c.expect("sleep 1000\r\n")
	if err := raw.Control(func(fd uintptr) {
		_, err = syscall.SendmsgN(int(fd), []byte("\xff\xf4\xff\xf2"), nil, nil, syscall.MSG_OOB)
	}); err != nil {
		t.Fatal(err)
	}
	c.expect("host1>")
	c.send("show privilege\r")
	c.expect("show privilege\r\nPrivilege level is 1\r\n")
}

// TestTimeouts: silence, a login that takes too long, and a session that only
// negotiates all end in time.
func TestTimeouts(t *testing.T) {
	for name, c := range map[string]struct {
		lines []string
		keep  string // is sent every second
		lasts time.Duration
		last  string
	}{
		"silent":              {[]string{"password 0 sesame"}, "", 10 * time.Second, "Telnet password: "},
		"slow login":          {[]string{"password 0 sesame", "login-timeout 20"}, "\xff\xf1", 20 * time.Second, "Telnet password: "},
		"idle but for no-ops": {[]string{"no login", "exec-timeout 1 0"}, "\xff\xf1\xff\xfd\x05", time.Minute, "% no input for too long\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				shell := newShell(t, append([]string{"line vty 0 4"}, c.lines...)...)
				near, far := net.Pipe()
				l := &once{conn: far, over: make(chan struct{})}
				server := remote.New(remote.Options{Shell: shell})
				done := make(chan error, 1)
				go func() { done <- server.Serve(t.Context(), l, Transport{}) }()
				var typing sync.WaitGroup
				defer typing.Wait()
				typing.Go(func() {
					for c.keep != "" {
						if _, err := io.WriteString(near, c.keep); err != nil {
							return
						}
						time.Sleep(time.Second)
					}
				})
				begun := time.Now()
				shown, err := io.ReadAll(near)
				if took := time.Since(begun); err != nil || took < c.lasts || took > c.lasts+3*time.Second {
					t.Errorf("it takes %v, %v", took, err)
				}
				if text := string((&parser{}).parse(nil, shown, &heard{})); !strings.HasSuffix(text, c.last) {
					t.Errorf("it is shown %q", text)
				}
				_ = l.Close()
				<-done
			})
		})
	}
}

// once is a listener with one connection.
type once struct {
	conn net.Conn
	over chan struct{}
}

func (l *once) Accept() (net.Conn, error) {
	if c := l.conn; c != nil {
		l.conn = nil
		return c, nil
	}
	<-l.over
	return nil, net.ErrClosed
}

func (l *once) Close() error {
	select {
	case <-l.over:
	default:
		close(l.over)
	}
	return nil
}

func (l *once) Addr() net.Addr { return &net.TCPAddr{} }
