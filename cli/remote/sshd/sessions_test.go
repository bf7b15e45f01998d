package sshd

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"mirrorsh/cli/remote"
)

// execute runs a command in a session of its own and returns all that it shows.
func execute(client *gossh.Client, line string) (string, error) {
	sess, err := client.NewSession()
	if err != nil {
		return "", err
	}
	defer sess.Close()
	out, err := sess.CombinedOutput(line)
	return string(out), err
}

func connect(t *testing.T, conn net.Conn, auth gossh.AuthMethod) *gossh.Client {
	t.Helper()
	c, chans, reqs, err := gossh.NewClientConn(conn, "router", clientConfig("joe", auth))
	if err != nil {
		t.Fatal(err)
	}
	return gossh.NewClient(c, chans, reqs)
}

// TestChannelsAreBounded: those that are open at once, not all that ever were.
func TestChannelsAreBounded(t *testing.T) {
	bubble(t, nil, func(t *testing.T, signer gossh.Signer, dial func() net.Conn) {
		client := connect(t, dial(), gossh.PublicKeys(signer))
		defer client.Close()
		for range 2 {
			var all []*gossh.Session
			for range remote.MaxSessions {
				s, err := client.NewSession()
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, s)
			}
			_, err := client.NewSession()
			var refused *gossh.OpenChannelError
			if !errors.As(err, &refused) || refused.Reason != gossh.ResourceShortage {
				t.Fatalf("got %v", err)
			}
			for _, s := range all {
				_ = s.Close()
			}
			synctest.Wait()
		}
		if _, _, err := client.OpenChannel("direct-tcpip", nil); err == nil || !strings.Contains(err.Error(), "unknown channel type") {
			t.Errorf("a tunnel: %v", err)
		}
	})
}

// TestNextSessionIsCheckedAnew: what let the client in still has to.
func TestNextSessionIsCheckedAnew(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, r *running, keys string){
		"access class": func(t *testing.T, r *running, _ string) {
			configure(t, r.shell, "line vty 0 4", "access-class none in")
		},
		"password": func(t *testing.T, r *running, _ string) { configure(t, r.shell, "line vty 0 4", "password 0 another") },
		"no login": func(t *testing.T, r *running, _ string) { configure(t, r.shell, "line vty 0 4", "no password") },
		"key": func(t *testing.T, _ *running, keys string) {
			if err := os.Truncate(keys, 0); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, newShell(t, "line vty 0 4", "password 0 right"))
			auth := gossh.Password("right")
			if name == "key" {
				auth = gossh.PublicKeys(r.client)
			}
			conn, err := net.Dial("tcp", r.addr)
			if err != nil {
				t.Fatal(err)
			}
			client := connect(t, conn, auth)
			defer client.Close()
			if out, err := execute(client, "show privilege"); err != nil || out != "Privilege level is 1\n" {
				t.Fatalf("%q, %v", out, err)
			}
			change(t, r, strings.TrimSuffix(r.identity, "id")+"authorized_keys")
			out, err := execute(client, "show privilege")
			var exit *gossh.ExitError
			if !errors.As(err, &exit) || exit.ExitStatus() != 1 || out != "% access denied\r\n" {
				t.Errorf("%q, %v", out, err)
			}
		})
	}
}

// TestIdleConnection closes a connection that has been without a session for too
// long, and no other.
func TestIdleConnection(t *testing.T) {
	bubble(t, nil, func(t *testing.T, signer gossh.Signer, dial func() net.Conn) {
		conn := dial().(*pipe)
		client := connect(t, conn, gossh.PublicKeys(signer))
		defer client.Close()
		for range 3 {
			if out, err := execute(client, "show privilege"); err != nil {
				t.Fatalf("%q, %v", out, err)
			}
			time.Sleep(idleTimeout - time.Second)
		}
		if out, err := execute(client, "sleep 3600"); err != nil {
			t.Fatalf("%q, %v", out, err)
		}
		synctest.Wait()
		begun := time.Now()
		<-conn.in.gone
		if got := time.Since(begun); got != idleTimeout {
			t.Errorf("closed after %v", got)
		}
	})
}

// TestIdleConnectionsMakeRoom: a source gets in whatever it keeps idle.
func TestIdleConnectionsMakeRoom(t *testing.T) {
	bubble(t, nil, func(t *testing.T, signer gossh.Signer, dial func() net.Conn) {
		var first *pipe
		for n := range maxPerSource + 3 {
			conn := dial().(*pipe)
			client := connect(t, conn, gossh.PublicKeys(signer))
			defer client.Close()
			if n == 0 {
				first = conn
			}
			if out, err := execute(client, "show privilege"); err != nil {
				t.Fatalf("connection %d: %q, %v", n, out, err)
			}
			synctest.Wait()
		}
		select {
		case <-first.in.gone:
		default:
			t.Error("the oldest is kept")
		}
	})
}

// TestSessionsAreTheirOwn: one that ends, or has to, leaves the others alone.
func TestSessionsAreTheirOwn(t *testing.T) {
	bubble(t, []string{"line vty 0 4", "exec-timeout 1 0", "line vty 1", "exec-timeout 0 0"}, func(t *testing.T, signer gossh.Signer, dial func() net.Conn) {
		client, stuck := knock(t, dial(), signer) // nobody reads it
		defer client.Close()
		if ok, err := stuck.SendRequest("shell", true, nil); !ok || err != nil {
			t.Fatal(ok, err)
		}
		go func() { _, _ = io.WriteString(stuck, strings.Repeat("help\n", 20000)) }()
		synctest.Wait()
		other, err := client.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		in, err := other.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := other.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := other.Shell(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		_, _ = io.WriteString(in, "show users\nexit\n")
		shown, err := io.ReadAll(out)
		if err != nil || !strings.Contains(string(shown), "* vty 1") || strings.Contains(string(shown), "vty 0") {
			t.Errorf("%q, %v", shown, err)
		}
		if err := other.Wait(); err != nil {
			t.Error(err)
		}
	})
}
