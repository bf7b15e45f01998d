package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// progress is the line that shows on a terminal how long nothing was printed, from
// a second on. mu guards all but to.
type progress struct {
	to io.Writer

	mu    sync.Mutex
	since time.Time // of what was printed last
	shown int       // columns of the line, 0 if it is not there
	// within says that what was printed last is no whole line, which it would cover.
	within bool
}

// startProgress shows one on standard error, if that is a terminal; nil if not.
func startProgress() (p *progress, stop func()) {
	if !term.IsTerminal(int(os.Stderr.Fd())) {
		return nil, func() {}
	}
	p = &progress{to: os.Stderr, since: time.Now()}
	return p, p.start()
}

// start shows the line from time to time until stop, which erases it.
func (p *progress) start() (stop func()) {
	end := eachSecond(p.show)
	return func() {
		end()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.erase()
	}
}

// eachSecond calls a function each second until stop, which waits for it.
func eachSecond(f func()) (stop func()) {
	ended, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				f()
			case <-ended:
				return
			}
		}
	}()
	return func() { close(ended); <-gone }
}

func (p *progress) show() {
	p.mu.Lock()
	defer p.mu.Unlock()
	silent := time.Since(p.since).Truncate(time.Second)
	if silent < time.Second || p.within {
		return
	}
	text := fmt.Sprintf("running for %v", silent)
	fmt.Fprintf(p.to, "\r%-*s", p.shown, text) // a shorter one leaves nothing of a longer one
	p.shown = max(p.shown, len(text))
}

// erase takes the line away; the caller holds mu.
func (p *progress) erase() {
	if p.shown > 0 {
		fmt.Fprint(p.to, "\r"+strings.Repeat(" ", p.shown)+"\r")
		p.shown = 0
	}
}

// before returns a writer that erases the line before it writes; w itself for nil.
func (p *progress) before(w io.Writer) io.Writer {
	if p == nil {
		return w
	}
	return erasing{p, w}
}

type erasing struct {
	p *progress
	w io.Writer
}

func (e erasing) Write(b []byte) (int, error) {
	e.p.mu.Lock()
	defer e.p.mu.Unlock()
	e.p.erase()
	e.p.since = time.Now()
	if len(b) > 0 {
		e.p.within = b[len(b)-1] != '\n'
	}
	return e.w.Write(b)
}
