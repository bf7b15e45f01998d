package remote_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/command"
	"mirrorsh/cli/remote"
	"mirrorsh/cli/remote/remotetest"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/state"
)

// TestProve: wrong secrets of a source make its next ones wait, hung up or not, and
// are alerts; right ones forgive nothing and say nothing.
func TestProve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		router, err := trapcore.New(trapcore.Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer router.Close()
		shell, err := cli.New(cli.Options{Router: router, Commands: command.All(), Sections: command.Sections(), Store: state.NewMemory(nil)})
		if err != nil {
			t.Fatal(err)
		}
		defer shell.Close()
		s := remote.New(remote.Options{Shell: shell})
		near, far := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.2")
		gone, hangUp := context.WithCancel(t.Context())
		hangUp()
		alerts := uint32(0)
		for i, step := range []struct {
			ctx   context.Context
			from  netip.Addr
			right bool
			waits time.Duration
		}{
			{t.Context(), near, true, 0},
			{t.Context(), near, false, 0},
			{t.Context(), near, true, time.Second},
			{t.Context(), near, true, time.Second}, // nothing was forgiven
			{t.Context(), far, true, 0},
			{gone, near, false, 0}, // guessed all the same
			{gone, near, true, 0},
			{t.Context(), near, false, 2 * time.Second},
			{t.Context(), near, true, 3 * time.Second},
		} {
			began := time.Now()
			err := s.Prove(step.ctx, step.from, step.right)
			if waited := time.Since(began); waited != step.waits {
				t.Errorf("step %d waits %v, want %v", i, waited, step.waits)
			}
			if let := step.right && step.ctx.Err() == nil; (err == nil) != let || err != nil && !errors.Is(err, remote.ErrLogin) {
				t.Errorf("step %d: %v", i, err)
			}
			if !step.right {
				alerts++
			}
			if got := router.Default().Traps().As(side.Clearance{}).Counters(side.Ordinary).Local; got != alerts {
				t.Errorf("step %d: %d alerts, want %d", i, got, alerts)
			}
		}
	})
}

// TestBound: a source has so many connections and no more, and gets a place back
// with each that it closes.
func TestBound(t *testing.T) {
	inner, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := remote.Bound(inner)
	defer l.Close()
	dial := func() net.Conn {
		c, err := net.Dial("tcp4", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	accept := func() net.Conn {
		c, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	var clients, servers []net.Conn
	const most = 32
	for range most + 1 {
		clients, servers = append(clients, dial()), append(servers, accept())
	}
	closed := func(c net.Conn, within time.Duration) bool {
		if err := c.SetReadDeadline(time.Now().Add(within)); err != nil {
			t.Fatal(err)
		}
		_, err := c.Read(make([]byte, 1))
		return errors.Is(err, io.EOF)
	}
	if !closed(clients[0], remotetest.Patience) || closed(clients[1], 100*time.Millisecond) {
		t.Error("the oldest of too many connections is not the one that is closed")
	}
	_ = servers[1].Close()
	clients, servers = append(clients, dial()), append(servers, accept())
	if closed(clients[2], 100*time.Millisecond) {
		t.Error("a connection is closed though another has made room")
	}
	for _, c := range servers {
		_ = c.Close()
		_ = c.Close() // once more does no harm
	}
}
