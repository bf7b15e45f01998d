// Package remotetest has what the tests of remote transports have in common: a
// router with a shell, and a server on loopback.
package remotetest

import (
	"context"
	"io"
	"sync"
	"testing"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/command"
	"mirrorsh/cli/remote"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/state"
)

// Patience is how long a test waits for what must happen.
const Patience = 20 * time.Second

// whole is a shell whose grammar the others share.
var whole = sync.OnceValues(func() (*cli.Shell, error) {
	router, err := trapcore.New(trapcore.Options{Hostname: "host1", Boots: 1})
	if err != nil {
		return nil, err
	}
	defer router.Close()
	return cli.New(cli.Options{Router: router, Commands: command.All(), Sections: command.Sections(), Store: state.NewMemory(nil)})
})

// NewShell returns a shell on a router that has run the lines at level 15.
func NewShell(t testing.TB, lines ...string) *cli.Shell {
	t.Helper()
	like, err := whole()
	if err != nil {
		t.Fatal(err)
	}
	router, err := trapcore.New(trapcore.Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = router.Close() })
	shell, err := cli.New(cli.Options{Router: router, Like: like, Store: state.NewMemory(nil)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = shell.Close() })
	Configure(t, shell, lines...)
	return shell
}

// Configure runs lines of Global Configuration at level 15.
func Configure(t testing.TB, shell *cli.Shell, lines ...string) {
	t.Helper()
	s := shell.NewSession(cli.SessionOptions{Level: 15, Out: io.Discard})
	defer s.Close()
	for _, line := range append([]string{"configure terminal"}, lines...) {
		if err := s.Execute(t.Context(), line); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
	}
}

// Serve serves a transport on loopback until stop or the end of the test.
func Serve(t testing.TB, server *remote.Server, transport remote.Transport) (addr string, stop func()) {
	t.Helper()
	l, err := remote.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, l, transport) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("server: %v", err)
			}
		case <-time.After(Patience):
			t.Error("server does not stop")
		}
	})
	t.Cleanup(stop)
	return l.Addr().String(), stop
}
