package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// signalError is the cause of a context that a signal has ended.
type signalError struct{ syscall.Signal }

func (e signalError) Error() string { return e.String() }

var endings = []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT}

// untilSignal returns a context that SIGINT, SIGTERM, SIGHUP or SIGQUIT ends.
func untilSignal(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, endings...)
	go func() {
		select {
		case s := <-signals:
			cancel(signalError{s.(syscall.Signal)})
		case <-ctx.Done():
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel(nil) }
}

// patient returns a context for the wait at the end, which a signal that
// arrives from now on cuts short.
func patient(wait time.Duration) (context.Context, func()) {
	ctx, stop := untilSignal(context.Background())
	ctx, cancel := context.WithTimeout(ctx, wait)
	return ctx, func() { cancel(); stop() }
}

// interruptible reads from r until ctx ends. A read from a terminal or pipe
// that blocks cannot be ended, so one is left behind then, with the process.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	i := &interruptibleReader{ctx: ctx, ask: make(chan []byte), got: make(chan int)}
	go func() {
		for p := range i.ask {
			n, err := r.Read(p)
			i.err = err
			i.got <- n
		}
	}()
	return i
}

type interruptibleReader struct {
	ctx context.Context
	ask chan []byte
	got chan int
	err error // of the read that got reports
}

func (i *interruptibleReader) Read(p []byte) (int, error) {
	select {
	case i.ask <- p:
	case <-i.ctx.Done():
		return 0, context.Cause(i.ctx)
	}
	select {
	case n := <-i.got:
		return n, i.err
	case <-i.ctx.Done():
		return 0, context.Cause(i.ctx)
	}
}

// lastWords is how long output may still take when ctx has ended.
const lastWords = time.Second

// interruptibleWriter writes to w; once ctx has ended, no write is waited for
// longer than lastWords. One that blocks on a terminal or pipe cannot be ended,
// so it is left behind then, with the process.
func interruptibleWriter(ctx context.Context, w io.Writer) io.Writer {
	i := &interruptedWriter{ctx: ctx, ask: make(chan []byte), got: make(chan int), late: make(chan struct{})}
	context.AfterFunc(ctx, func() { time.AfterFunc(lastWords, func() { close(i.late) }) })
	go func() {
		for {
			select {
			case p := <-i.ask:
				n, err := w.Write(p)
				i.err = err
				select {
				case i.got <- n:
				case <-i.late:
				}
			case <-i.late:
				return
			}
		}
	}()
	return i
}

type interruptedWriter struct {
	ctx  context.Context
	ask  chan []byte
	got  chan int
	late chan struct{}
	err  error // of the write that got reports
}

func (i *interruptedWriter) Write(p []byte) (int, error) {
	select {
	case i.ask <- p:
	case <-i.late:
		return 0, context.Cause(i.ctx)
	}
	select {
	case n := <-i.got:
		return n, i.err
	case <-i.late:
		return 0, context.Cause(i.ctx)
	}
}
