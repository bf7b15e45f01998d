package sshd

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"mirrorsh/cli/remote"
	"mirrorsh/cli/remote/sshd/internal/ssh"
)

// knock logs in and opens the channel of a session, and asks for nothing. Nobody
// reads the channel.
func knock(t testing.TB, conn net.Conn, signer gossh.Signer) (*gossh.Client, gossh.Channel) {
	t.Helper()
	c, chans, reqs, err := gossh.NewClientConn(conn, "router", clientConfig("joe", gossh.PublicKeys(signer)))
	if err != nil {
		t.Fatal(err)
	}
	client := gossh.NewClient(c, chans, reqs)
	t.Cleanup(func() { _ = client.Close() })
	ch, requests, err := client.OpenChannel("session", nil)
	if err != nil {
		t.Fatal(err)
	}
	go gossh.DiscardRequests(requests)
	return client, ch
}

// valid has a well-formed request of each type that a client may send.
var valid = map[string][]byte{
	"pty-req":                    gossh.Marshal(ptyRequest{"vt100", 80, 24, 640, 480, "\x01\x00\x00\x00\x03\x00"}),
	"window-change":              gossh.Marshal(windowChange{80, 24, 640, 480}),
	"exec":                       gossh.Marshal(execRequest{"show privilege"}),
	"shell":                      nil,
	"env":                        gossh.Marshal(struct{ Name, Value string }{"LANG", "C"}),
	"signal":                     gossh.Marshal(struct{ Name string }{"INT"}),
	"break":                      gossh.Marshal(struct{ Length uint32 }{500}),
	"subsystem":                  gossh.Marshal(struct{ Name string }{"sftp"}),
	"x11-req":                    gossh.Marshal(struct{ Rest string }{"MIT-MAGIC-COOKIE-1"}),
	"auth-agent-req@openssh.com": nil,
	"":                           nil,
	"bogus":                      []byte("bogus"),
}

// spoil returns what a payload may be instead: cut short, too long, with lengths
// that reach beyond its end or around, and with strings that are too long.
func spoil(payload []byte) [][]byte {
	wild := [][]byte{
		{0xff, 0xff, 0xff, 0xff, 1}, append(bytes.Clone(payload), 0), {0xff, 0xff, 0xff, 0xfc, 1}, {0x7f, 0xff, 0xff, 0xff},
		bytes.Repeat([]byte{0xff}, 100), make([]byte, 3), make([]byte, 200<<10), gossh.Marshal(execRequest{strings.Repeat("x", maxCommand+1)}),
		gossh.Marshal(ptyRequest{Term: strings.Repeat("x", maxTerm+1)}), gossh.Marshal(ptyRequest{Modes: strings.Repeat("x", maxModes+1)}),
		append(make([]byte, 20), 0xff, 0xff, 0xff, 0xff), append(make([]byte, 20), 0, 0, 0, 2, 0),
	}
	for n := range payload {
		wild = append(wild, payload[:n])
	}
	return wild
}

// TestMalformedRequests refuses each of them, and what nobody needs; the session
// can still be had, and nothing is left when the connection is closed. Those that
// ask for no answer are refused alike.
func TestMalformedRequests(t *testing.T) {
	for kind, payload := range valid {
		t.Run(kind, func(t *testing.T) {
			bubble(t, nil, func(t *testing.T, signer gossh.Signer, dial func() net.Conn) {
				client, ch := knock(t, dial(), signer)
				defer client.Close()
				for _, p := range spoil(payload) {
					if _, err := ch.SendRequest(kind, false, p); err != nil {
						t.Fatal(err)
					}
					if ok, err := ch.SendRequest(kind, true, p); ok || err != nil {
						t.Fatalf("%x is answered %v, %v", p[:min(len(p), 64)], ok, err)
					}
				}
				for _, request := range []string{"pty-req", "shell"} {
					if ok, err := ch.SendRequest(request, true, valid[request]); !ok || err != nil {
						t.Fatalf("%s is answered %v, %v", request, ok, err)
					}
				}
				var out bytes.Buffer
				for !strings.Contains(out.String(), "host1>") {
					if _, err := io.CopyN(&out, ch, 1); err != nil {
						t.Fatalf("%q, then %v", out.String(), err)
					}
				}
			})
		})
	}
}

// TestOrderOfRequests gives a terminal and a session once, and windows to the
// terminal.
func TestOrderOfRequests(t *testing.T) {
	bubble(t, nil, func(t *testing.T, signer gossh.Signer, dial func() net.Conn) {
		client, ch := knock(t, dial(), signer)
		defer client.Close()
		for n, c := range []struct {
			kind string
			want bool
		}{
			{"window-change", false}, {"pty-req", true}, {"pty-req", false}, {"window-change", true}, {"window-change", true}, {"env", false},
			{"shell", true}, {"shell", false}, {"exec", false}, {"pty-req", false}, {"signal", false}, {"window-change", true},
		} {
			if ok, err := ch.SendRequest(c.kind, true, valid[c.kind]); ok != c.want || err != nil {
				t.Errorf("request %d, %s, is answered %v, %v", n+1, c.kind, ok, err)
			}
		}
	})
}

// TestWindowsWithoutSession leaves no goroutine of a terminal in which nobody
// starts anything.
func TestWindowsWithoutSession(t *testing.T) {
	bubble(t, nil, func(t *testing.T, signer gossh.Signer, dial func() net.Conn) {
		client, ch := knock(t, dial(), signer)
		defer client.Close()
		if ok, err := ch.SendRequest("pty-req", true, valid["pty-req"]); !ok || err != nil {
			t.Fatal("pty-req:", ok, err)
		}
		for range 100 {
			if ok, err := ch.SendRequest("window-change", true, valid["window-change"]); !ok || err != nil {
				t.Fatal("window-change:", ok, err)
			}
		}
	})
}

// TestSizeOfWindow bounds what a client claims, and keeps what it leaves out.
func TestSizeOfWindow(t *testing.T) {
	var c session
	for _, s := range []struct {
		columns, rows uint32
		want          string
	}{
		{0, 0, "0x0"}, {80, 24, "80x24"}, {0, 50, "80x50"}, {132, 0, "132x50"}, {1<<32 - 1, 1 << 31, "65536x65536"}, {1, 1, "1x1"},
	} {
		c.setWindow(s.columns, s.rows)
		if width, height := c.size(); fmt.Sprintf("%dx%d", width, height) != s.want {
			t.Errorf("%d by %d is %dx%d, want %s", s.columns, s.rows, width, height, s.want)
		}
	}
}

// TestFloodOfChannels cuts off a client that opens channel after channel and
// reads no answer, before and beside a session.
func TestFloodOfChannels(t *testing.T) {
	for _, running := range []bool{false, true} {
		t.Run(fmt.Sprint("running ", running), func(t *testing.T) {
			bubble(t, nil, func(t *testing.T, signer gossh.Signer, dial func() net.Conn) {
				near := dial().(*pipe)
				client, ch := knock(t, near, signer)
				defer client.Close()
				if running {
					if ok, err := ch.SendRequest("shell", true, nil); !ok || err != nil {
						t.Fatal("shell:", ok, err)
					}
				}
				near.in.stall()
				begun := time.Now()
				for range halfSize / 32 { // each answer is longer
					go func() { _, _, _ = client.OpenChannel("session", nil) }()
				}
				synctest.Wait()
				select {
				case <-near.in.gone:
				case <-time.After(time.Hour):
				}
				if took := time.Since(begun); took != 0 {
					t.Errorf("cut off after %v", took)
				}
			})
		})
	}
}

// TestMuchBeforeLogin ends the connection of a stranger who sends too much.
func TestMuchBeforeLogin(t *testing.T) {
	bubble(t, []string{"line vty 0 4", "password 0 right"}, func(t *testing.T, _ gossh.Signer, dial func() net.Conn) {
		for size, want := range map[int]string{maxLogin / 8: "unable to authenticate", maxLogin: "EOF"} {
			conn := dial()
			_, _, _, err := gossh.NewClientConn(conn, "router", clientConfig("joe", gossh.Password(strings.Repeat("x", size))))
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("a password of %d octets: %v", size, err)
			}
			_ = conn.Close()
		}
	})
}

// requests is a channel on which the requests of a fuzzer come in.
type requests struct {
	ssh.NewChannel
	in chan *ssh.Request
}

func (r requests) ChannelType() string                               { return "session" }
func (r requests) Accept() (ssh.Channel, <-chan *ssh.Request, error) { return silent{}, r.in, nil }

// silent is a channel that takes everything.
type silent struct{ ssh.Channel }

func (silent) SendRequest(string, bool, []byte) (bool, error) { return false, nil }
func (silent) Close() error                                   { return nil }

// FuzzRequests sends any two requests, again and around well-formed ones. A
// session begins once, and what it knows of the client is in bounds.
func FuzzRequests(f *testing.F) {
	for kind, payload := range valid {
		f.Add(kind, payload, "pty-req", []byte{0xff, 0xff, 0xff, 0xff, 1})
		for _, p := range spoil(payload)[:8] {
			f.Add(kind, p[:min(len(p), 64)], "shell", []byte{})
		}
	}
	f.Add("exec", gossh.Marshal(execRequest{strings.Repeat("x", maxCommand+1)}), "exec", gossh.Marshal(execRequest{"exit"}))
	f.Add("pty-req", gossh.Marshal(ptyRequest{Term: "vt100", Columns: 1 << 31}), "window-change", valid["window-change"])
	f.Fuzz(func(t *testing.T, first string, payload []byte, second string, another []byte) {
		var tasks sync.WaitGroup
		c := &conn{Conn: new(remote.Conn), ctx: t.Context(), spawn: tasks.Go}
		began := make(chan *session, 8)
		in := make(chan *ssh.Request)
		done := make(chan struct{})
		go func() {
			defer close(done)
			c.serve(requests{in: in}, func(s *session) { began <- s })
			tasks.Wait()
		}()
		limit := time.After(patience)
		for _, r := range []ssh.Request{
			{Type: first, Payload: payload}, {Type: second, Payload: another}, {Type: first, Payload: payload},
			{Type: "pty-req", Payload: valid["pty-req"]}, {Type: first, Payload: payload}, {Type: second, Payload: another},
			{Type: "window-change", Payload: valid["window-change"]}, {Type: "shell"}, {Type: second, Payload: another}, {Type: "shell"},
		} {
			select {
			case in <- &r:
			case <-limit:
				t.Fatalf("%s is not taken", r.Type)
			}
		}
		close(in)
		select {
		case <-done:
		case <-limit:
			t.Fatal("the channel does not end")
		}
		var s *session
		select {
		case s = <-began:
		case <-limit:
			t.Fatal("no session begins")
		}
		if len(began) > 0 {
			t.Error("another session begins")
		}
		if len(s.command) > maxCommand {
			t.Errorf("%d octets of commands", len(s.command))
		}
		if width, height := s.size(); width < 0 || width > maxWindow || height < 0 || height > maxWindow {
			t.Errorf("window of %d by %d", width, height)
		}
		for n := range remote.MaxSessions {
			if !c.OpenChannel() {
				t.Errorf("%d channels are left", remote.MaxSessions-n)
				break
			}
		}
	})
}
