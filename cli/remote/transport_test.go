package remote_test

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/cli/remote"
	"mirrorsh/cli/remote/remotetest"
	"mirrorsh/cli/terminal"
)

// raw is a transport without a protocol: what is typed is sent, and a password is
// asked for before anything else.
type raw struct{}

func (raw) Name() string { return "TCP" }

func (raw) Serve(c *remote.Conn) {
	c.Spoke()
	t := terminal.NewRemote(c, func() (width, height int) { return 0, 0 })
	defer t.Close()
	_, _ = io.WriteString(t, c.Banner())
	for range access.Tries {
		secret, err := t.ReadSecret(c.Context(), "Password: ")
		if err != nil {
			return
		}
		if c.Password("", secret) == nil {
			c.Run(c.Context(), remote.Session{Terminal: t, Stream: c})
			return
		}
	}
	_, _ = io.WriteString(t, "% "+access.ErrPasswords.Error()+"\n")
}

// serveRaw serves a router that has run the lines, and returns how to reach it.
func serveRaw(t *testing.T, lines ...string) (dial func() net.Conn, shell *cli.Shell) {
	t.Helper()
	shell = remotetest.NewShell(t, lines...)
	addr, _ := remotetest.Serve(t, remote.New(remote.Options{Shell: shell, Penalty: time.Millisecond}), raw{})
	return func() net.Conn {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetDeadline(time.Now().Add(20 * time.Second))
		return c
	}, shell
}

// TestTransport: a transport has to do no more than speak with the client; login,
// line, greeting, session and the end of all of them follow.
func TestTransport(t *testing.T) {
	dial, shell := serveRaw(t, "line vty 0 4", "password 0 right", "exit", "banner login #Hands off#")
	for name, c := range map[string]struct {
		typed string
		want  []string // in this order
	}{
		"right":          {"right\rshow privilege\rexit\r", []string{"Hands off", "Password: *****\r\n", "Logged in on vty 0 via TCP.", "host1>", "Privilege level is 1\r\n"}},
		"right at last":  {"wrong\rright\rexit\r", []string{"Password: *****\r\n", "Password: *****\r\n", "Logged in on vty 0 via TCP."}},
		"always wrong":   {"wrong\rwrong\rwrong\r", []string{"Password: ", "Password: ", "Password: ", "% Bad passwords\r\n"}},
		"paged":          {"right\rterminal length 5\rhelp\rqexit\r", []string{" --More-- ", "host1>"}},
		"no configuring": {"right\rconfigure terminal\rexit\r", []string{"host1>", "% ", "host1>"}},
		"enable":         {"right\renable 15\rexit\rexit\r", []string{"host1>", "host1#", "host1>"}},
	} {
		t.Run(name, func(t *testing.T) {
			conn := dial()
			defer conn.Close()
			if _, err := io.WriteString(conn, c.typed); err != nil {
				t.Fatal(err)
			}
			shown, err := io.ReadAll(conn)
			if err != nil {
				t.Fatal(err)
			}
			left := string(shown)
			for _, want := range c.want {
				_, after, ok := strings.Cut(left, want)
				if !ok {
					t.Fatalf("%q is not in %q", want, left)
				}
				left = after
			}
		})
	}
	if users := shell.Access().Users(); len(users) != 0 {
		t.Errorf("%d lines are still taken", len(users))
	}
}

// TestTransportShutdown: a session that waits ends with the server, and is told so.
func TestTransportShutdown(t *testing.T) {
	var conn net.Conn
	t.Run("serve", func(t *testing.T) {
		dial, _ := serveRaw(t, "line vty 0 4", "password 0 right")
		conn = dial()
		if _, err := io.WriteString(conn, "right\r"); err != nil {
			t.Fatal(err)
		}
		shown := ""
		for b := make([]byte, 512); !strings.Contains(shown, "host1>"); {
			n, err := conn.Read(b)
			if err != nil {
				t.Fatal(shown, err)
			}
			shown += string(b[:n])
		}
	})
	defer conn.Close()
	if last, err := io.ReadAll(conn); err != nil || !strings.Contains(string(last), "% the router is shutting down\r\n") {
		t.Errorf("%q, %v", last, err)
	}
}

// TestListenFamilies: an IPv4 address opens nothing of IPv6.
func TestListenFamilies(t *testing.T) {
	for host, want := range map[string][2]bool{ // over IPv4, over IPv6
		"0.0.0.0": {true, false}, "127.0.0.1": {true, false}, "::": {true, true}, "": {true, true}, "::1": {false, true}, "localhost": {true, false},
	} {
		l, err := remote.Listen(t.Context(), net.JoinHostPort(host, "0"))
		if err != nil {
			t.Fatalf("%q: %v", host, err)
		}
		_, port, _ := net.SplitHostPort(l.Addr().String())
		var got [2]bool
		for i, to := range []string{"127.0.0.1", "::1"} {
			if c, err := net.Dial("tcp", net.JoinHostPort(to, port)); err == nil {
				got[i] = true
				_ = c.Close()
			}
		}
		if got != want {
			t.Errorf("%q: reached over IPv4 and IPv6 %v, want %v", host, got, want)
		}
		_ = l.Close()
	}
}
