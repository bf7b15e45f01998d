package terminal

import (
	"context"
	"errors"
	"io"
	"net"
	"runtime/pprof"
	"strings"
	"testing"
	"time"
)

// remote returns a plain editor on one end of a connection, and the other end,
// whose output is discarded.
func remote(t *testing.T) (Editor, net.Conn) {
	t.Helper()
	near, far := net.Pipe()
	t.Cleanup(func() { near.Close(); far.Close() })
	go func() { _, _ = io.Copy(io.Discard, far) }()
	ed := newPlain(NewRemote(near, func() (int, int) { return 0, 0 }), &fakeSession{prompt: "r1>"})
	t.Cleanup(func() {
		if err := errors.Join(ed.Close(), ed.Close()); err != nil {
			t.Error(err)
		}
	})
	return ed, far
}

func send(t *testing.T, w io.Writer, keys string) {
	t.Helper()
	if _, err := io.WriteString(w, keys); err != nil {
		t.Fatal(err)
	}
}

func TestRemoteLines(t *testing.T) {
	ed, far := remote(t)
	send(t, far, "one\rtwo\rthree")
	far.Close()
	for _, want := range []string{"one", "two"} {
		if line, err := ed.ReadLine(t.Context()); line != want || err != nil {
			t.Errorf("got %q %v, want %q", line, err, want)
		}
	}
	// A line cut off by the end of the connection must not run.
	if line, err := ed.ReadLine(t.Context()); line != "" || !errors.Is(err, io.EOF) {
		t.Errorf("got %q %v at the end", line, err)
	}
	if _, err := ed.ReadKey(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("key: %v at the end", err)
	}
	if width, height := ed.Size(); width != 80 || height != 24 {
		t.Errorf("size %d x %d", width, height)
	}
}

func TestContextEndsReads(t *testing.T) {
	reason := errors.New("timeout")
	ed, _ := remote(t)
	for name, read := range map[string]func(context.Context) error{
		"line":   func(ctx context.Context) error { _, err := ed.ReadLine(ctx); return err },
		"secret": func(ctx context.Context) error { _, err := ed.ReadSecret(ctx, "Password: "); return err },
		"key":    func(ctx context.Context) error { _, err := ed.ReadKey(ctx); return err },
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		ended := make(chan error)
		go func() { ended <- read(ctx) }()
		cancel(reason)
		if err := <-ended; !errors.Is(err, reason) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCloseEndsReadAndReader(t *testing.T) {
	before := pprof.Lookup("goroutine").Count()
	near, far := net.Pipe()
	defer far.Close()
	defer near.Close()
	ed := newPlain(NewRemote(near, func() (int, int) { return 80, 24 }), &fakeSession{})
	ended := make(chan error)
	go func() { _, err := ed.ReadKey(context.Background()); ended <- err }()
	if err := ed.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, io.EOF) {
		t.Errorf("key: %v", err)
	}
	if _, err := ed.Write([]byte("x")); err == nil {
		t.Error("write after close succeeds")
	}
	for deadline := time.Now().Add(patience); pprof.Lookup("goroutine").Count() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", pprof.Lookup("goroutine").Count(), before)
		}
	}
}

// Beyond maxAhead the connection waits; nothing is lost.
func TestTypeAheadIsBounded(t *testing.T) {
	ed, far := remote(t)
	const lines = 2 * maxAhead / 100
	go func() { _, _ = io.WriteString(far, strings.Repeat(strings.Repeat("x", 99)+"\r", lines)+"\x04") }()
	keys := ed.(*plain).term.keys
	for n, deadline := 0, time.Now().Add(patience); n < maxAhead; time.Sleep(time.Millisecond) {
		keys.mu.Lock()
		n = len(keys.queue)
		keys.mu.Unlock()
		if n > maxAhead+4096 {
			t.Fatalf("%d keys queued", n)
		}
		if time.Now().After(deadline) {
			t.Fatalf("only %d keys queued", n)
		}
	}
	read := 0
	for ; ; read++ {
		if line, ok := keys.takeLine(); ok && len(line) == 99 {
			continue
		}
		if line, err := ed.ReadLine(t.Context()); errors.Is(err, io.EOF) {
			break
		} else if len(line) != 99 || err != nil {
			t.Fatalf("line %d: %q %v", read, line, err)
		}
	}
	if read != lines {
		t.Errorf("%d of %d lines", read, lines)
	}
}

func TestWatch(t *testing.T) {
	ed, far := remote(t)
	outer, stopOuter := ed.Watch(t.Context())
	inner, stopInner := ed.Watch(outer)
	send(t, far, "a\x03b")
	<-inner.Done()
	if cause := context.Cause(inner); cause != errInterrupt {
		t.Errorf("cause %v", cause)
	}
	stopInner()
	stopInner()
	if outer.Err() != nil {
		t.Error("the outer context is done")
	}
	send(t, far, "\x03")
	<-outer.Done()
	stopOuter()
	for _, want := range []Key{'a', 'b'} {
		if k, err := ed.ReadKey(t.Context()); k != want || err != nil {
			t.Errorf("got %q %v, want %q", k, err, want)
		}
	}
	send(t, far, "\x03")
	if _, err := ed.ReadKey(t.Context()); !errors.Is(err, errInterrupt) {
		t.Errorf("got %v, want an interrupt", err)
	}
}
