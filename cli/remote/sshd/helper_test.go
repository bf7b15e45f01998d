package sshd

import (
	"bytes"
	"crypto/ed25519"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"mirrorsh/cli"
	"mirrorsh/cli/remote"
	"mirrorsh/cli/remote/remotetest"
	"mirrorsh/trapcore/state"
)

const patience = remotetest.Patience

var (
	newShell  = remotetest.NewShell
	configure = remotetest.Configure
)

// newKey makes a client's key and the authorized_keys file that holds it.
func newKey(t testing.TB) (gossh.Signer, *Keys, string) {
	t.Helper()
	dir := t.TempDir()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := gossh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block, err := gossh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	identity, authorized := filepath.Join(dir, "id"), filepath.Join(dir, "authorized_keys")
	for path, data := range map[string][]byte{
		identity:   pem.EncodeToMemory(block),
		authorized: gossh.MarshalAuthorizedKey(signer.PublicKey()),
	} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	keys, _, err := OpenKeys(authorized)
	if err != nil {
		t.Fatal(err)
	}
	return signer, keys, identity
}

// hostKeys is HostKeys of a store that has them: one set serves all tests, since
// an RSA key takes long to make.
var hostKeys = func() func(state.Store) ([]gossh.AlgorithmSigner, error) {
	made := sync.OnceValues(func() (*state.Memory, error) {
		store := state.NewMemory(nil)
		_, err := HostKeys(store)
		return store, err
	})
	return func(state.Store) ([]gossh.AlgorithmSigner, error) {
		store, err := made()
		if err != nil {
			return nil, err
		}
		return HostKeys(store)
	}
}()

// What package remote allows a client.
const (
	maxHalfOpen  = 128
	maxPerSource = 32
	maxLogin     = 128 << 10
	helloTimeout = 10 * time.Second
	idleTimeout  = 10 * time.Minute
	closeGrace   = time.Second
	exitGrace    = 30 * time.Second
)

// running is a server on loopback.
type running struct {
	addr     string
	shell    *cli.Shell
	client   gossh.Signer
	identity string // the file of the client's key
	stop     func()
}

func start(t testing.TB, shell *cli.Shell) *running {
	t.Helper()
	signer, keys, identity := newKey(t)
	hosts, err := hostKeys(shell.Store)
	if err != nil {
		t.Fatal(err)
	}
	server := remote.New(remote.Options{Shell: shell, Penalty: time.Millisecond})
	addr, stop := remotetest.Serve(t, server, &Transport{HostKeys: hosts, Keys: keys})
	return &running{addr, shell, signer, identity, stop}
}

// terminal is a client with a terminal, and all that it has been shown.
type terminal struct {
	t      testing.TB
	conn   net.Conn
	client *gossh.Client
	sess   *gossh.Session
	in     io.WriteCloser

	mu    sync.Mutex
	shown bytes.Buffer
	more  chan struct{} // one token: shown has grown
	ended chan struct{}
	err   error // how the session ended
}

func (s *terminal) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown.Write(p)
	select {
	case s.more <- struct{}{}:
	default:
	}
	return len(p), nil
}

func clientConfig(user string, auth ...gossh.AuthMethod) *gossh.ClientConfig {
	return &gossh.ClientConfig{User: user, Auth: auth, HostKeyCallback: gossh.InsecureIgnoreHostKey()}
}

// login opens a session with a terminal, by key unless told otherwise.
func (r *running) login(t testing.TB, user string, auth ...gossh.AuthMethod) *terminal {
	t.Helper()
	if auth == nil {
		auth = []gossh.AuthMethod{gossh.PublicKeys(r.client)}
	}
	conn, err := net.Dial("tcp", r.addr)
	if err != nil {
		t.Fatal(err)
	}
	s, err := open(t, conn, clientConfig(user, auth...))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// open opens a session on a dumb terminal, whose text is the same however long it takes.
func open(t testing.TB, conn net.Conn, config *gossh.ClientConfig) (*terminal, error) {
	t.Helper()
	return openOn(t, "dumb", conn, config)
}

func openOn(t testing.TB, term string, conn net.Conn, config *gossh.ClientConfig) (*terminal, error) {
	t.Helper()
	c, chans, reqs, err := gossh.NewClientConn(conn, "router", config)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	s := &terminal{t: t, conn: conn, client: gossh.NewClient(c, chans, reqs), more: make(chan struct{}, 1), ended: make(chan struct{})}
	t.Cleanup(func() { _ = s.client.Close(); <-s.ended })
	if s.sess, err = s.client.NewSession(); err != nil {
		t.Fatal(err)
	}
	if s.in, err = s.sess.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	s.sess.Stdout, s.sess.Stderr = s, s
	if err := s.sess.RequestPty(term, 24, 80, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.sess.Shell(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(s.ended)
		s.err = s.sess.Wait()
	}()
	return s, nil
}

func (s *terminal) send(text string) {
	s.t.Helper()
	if _, err := io.WriteString(s.in, text); err != nil {
		s.t.Fatalf("send %q: %v", text, err)
	}
}

// expect waits until something is shown, and takes everything up to it.
func (s *terminal) expect(text string) string {
	s.t.Helper()
	limit := time.After(patience)
	for {
		s.mu.Lock()
		if before, _, ok := strings.Cut(s.shown.String(), text); ok {
			s.shown.Next(len(before) + len(text))
			s.mu.Unlock()
			return before
		}
		shown := s.shown.String()
		s.mu.Unlock()
		select {
		case <-s.more:
		case <-limit:
			s.t.Fatalf("%q is not shown, but %q", text, shown)
		}
	}
}

// do runs a command and returns what it shows; every prompt here ends so.
func (s *terminal) do(command, prompt string) string {
	s.t.Helper()
	s.send(command + "\r")
	s.expect(command + "\r\n")
	return s.expect(prompt)
}

// end waits until the session has ended and returns how.
func (s *terminal) end() error {
	s.t.Helper()
	select {
	case <-s.ended:
	case <-time.After(patience):
		s.t.Fatal("session does not end")
	}
	return s.err
}

// eventually waits until something holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); {
		if time.Now().After(deadline) {
			t.Fatal(what + ": it never happens")
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// lines names the vty lines that are taken.
func (r *running) lines() string {
	var taken []string
	for _, u := range r.shell.Access().Users() {
		taken = append(taken, fmt.Sprint(u.Line))
	}
	return strings.Join(taken, ", ")
}
