package eventlog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"mirrorsh/securelog"
)

// Bounds of the log.
const (
	BufferSize = 1000 // entries in memory
	maxServers = 8    // syslog servers
)

// errTooManyServers refuses one more syslog server; it is worded for the operator.
var errTooManyServers = fmt.Errorf("no more than %d syslog servers", maxServers)

// errNoServer refuses to remove a syslog server that is not there.
var errNoServer = errors.New("no such syslog server")

// errNoFiles refuses the nv-file of a log that was given no files.
var errNoFiles = errors.New("router has no files")

// Files keep the nv-file; a state.Store is one.
type Files interface {
	ReadFile(name string) ([]byte, error)
	WriteFile(name string, data []byte, perm fs.FileMode) error
}

// Options are what a log works with.
type Options struct {
	Now      func() time.Time // nil: time.Now
	Hostname func() string    // for syslog; nil: the log's name for none
	// Audit owns the severities of the three shared categories; nil: the log
	// keeps them itself.
	Audit *securelog.Log
	Files Files // nil: no nv-file
	// Dial reaches a syslog server; nil: UDP.
	Dial func(netip.AddrPort) (io.WriteCloser, error)
}

// Log is the event log. Its methods may be called from any goroutine. mu guards
// the buffer and the destinations; under it a queue's lock is taken, and
// nothing is waited for.
type Log struct {
	opts       Options
	severities [categoryCount]atomic.Uint32
	configured [categoryCount]atomic.Bool // whether its severity is
	verbosity  [categoryCount]atomic.Uint32
	unstamped  atomic.Bool

	mu      sync.Mutex
	buffer  []Entry // a ring once it is full
	next    int     // where the next entry goes
	lost    uint64  // entries overwritten
	console Destination
	file    *outlet
	servers []*outlet
	screens []*outlet // consoles that are attached
	closed  bool
	workers sync.WaitGroup
}

// New returns a log. [Log.Close] ends it.
func New(opts Options) *Log {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Hostname == nil {
		opts.Hostname = func() string { return "-" }
	}
	if opts.Dial == nil {
		opts.Dial = dialUDP
	}
	l := &Log{opts: opts, console: Destination{Kind: Console, Severity: Debug}}
	for i := range l.severities {
		l.severities[i].Store(uint32(DefaultSeverity))
	}
	return l
}

// Begin makes the log begin with entries, such as those of before a reload, and
// forget its own.
func (l *Log) Begin(earlier []Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buffer = slices.Clone(earlier[max(0, len(earlier)-BufferSize):])
	l.next, l.lost = len(l.buffer)%BufferSize, 0
}

// SetSeverity sets the severity of a category: messages with a larger number
// are not logged. For a shared category it is also that of the secure audit log.
func (l *Log) SetSeverity(c Category, s Severity) {
	if int(c) >= categoryCount {
		return
	}
	if info := &Categories[c]; info.Shared && l.opts.Audit != nil {
		l.opts.Audit.SetThreshold(info.audit, s)
	}
	l.severities[c].Store(uint32(s))
	l.configured[c].Store(true)
}

// ResetSeverity makes the severity of a category the default one.
func (l *Log) ResetSeverity(c Category) {
	l.SetSeverity(c, DefaultSeverity)
	if int(c) < categoryCount {
		l.configured[c].Store(false)
	}
}

// OwnSeverity returns the severity of a category, and whether it is not the
// default one.
func (l *Log) OwnSeverity(c Category) (s Severity, own bool) {
	s = l.Severity(c)
	return s, int(c) < categoryCount && (s != DefaultSeverity || Categories[c].quiet) && !l.quiet(c)
}

// quiet reports whether a category has the severity of one that would fill the log.
func (l *Log) quiet(c Category) bool { return Categories[c].quiet && !l.configured[c].Load() }

// Severity returns the severity of a category.
func (l *Log) Severity(c Category) Severity {
	if int(c) >= categoryCount {
		return DefaultSeverity
	}
	if l.quiet(c) {
		return Notice
	}
	if info := &Categories[c]; info.Shared && l.opts.Audit != nil {
		return l.opts.Audit.Threshold(info.audit)
	}
	return Severity(l.severities[c].Load())
}

// Logs reports whether a message would be logged now, for callers to whom
// composing one is work. It takes no lock.
func (l *Log) Logs(c Category, s Severity) bool { return s.Passes(l.Severity(c)) }

// Verbosity is how much a message of a category says.
type Verbosity uint8

const (
	Low Verbosity = iota
	Medium
	High
)

// String returns the keyword.
func (v Verbosity) String() string { return [...]string{"low", "medium", "high"}[v] }

// SetVerbosity sets the verbosity of a category; it is [Low] at first.
func (l *Log) SetVerbosity(c Category, v Verbosity) {
	if int(c) < categoryCount {
		l.verbosity[c].Store(uint32(v))
	}
}

// Verbosity returns the verbosity of a category.
func (l *Log) Verbosity(c Category) Verbosity {
	if int(c) >= categoryCount {
		return Low
	}
	return Verbosity(l.verbosity[c].Load())
}

// SetTimestamps says whether lines show the time; they do at first.
func (l *Log) SetTimestamps(on bool) { l.unstamped.Store(!on) }

// Timestamps reports whether lines show the time.
func (l *Log) Timestamps() bool { return !l.unstamped.Load() }

// Log logs a message of a virtual router if the severity of the category lets
// it pass. It never waits.
func (l *Log) Log(c Category, s Severity, router, text string) {
	if int(c) >= categoryCount || !l.Logs(c, s) {
		return
	}
	e := Entry{Severity: s, Category: c, Router: display(router, maxText), Text: display(text, maxText)}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	e.Time = l.opts.Now()
	if len(l.buffer) < BufferSize {
		l.buffer = append(l.buffer, e)
	} else {
		l.buffer[l.next] = e
		l.lost++
	}
	l.next = (l.next + 1) % BufferSize
	for o := range l.outlets {
		if s.Passes(o.severity) {
			o.put(e)
		}
	}
}

// outlets yields every queue that takes messages now; the caller holds mu.
func (l *Log) outlets(yield func(*outlet) bool) {
	if l.file != nil && !yield(l.file) {
		return
	}
	for _, list := range [][]*outlet{l.servers, l.screens} {
		for _, o := range list {
			if (o.to.Kind != Console || l.console.On) && !yield(o) {
				return
			}
		}
	}
}

// Entries returns what the buffer holds, oldest first, and how many entries
// were overwritten since it was cleared.
func (l *Log) Entries() (entries []Entry, overwritten uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.buffer) < BufferSize {
		return slices.Clone(l.buffer), l.lost
	}
	return append(slices.Clone(l.buffer[l.next:]), l.buffer[:l.next]...), l.lost
}

// Clear empties the buffer. Destinations keep what they have.
func (l *Log) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buffer, l.next, l.lost = nil, 0, 0
}

// Flush waits until every message logged so far was handed over, or ctx ends.
func (l *Log) Flush(ctx context.Context) error {
	l.mu.Lock()
	all := slices.Collect(l.outlets)
	l.mu.Unlock()
	for _, o := range all {
		if err := o.flush(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Close hands over what is queued, and stops every goroutine of the log. What
// is logged later goes nowhere; the buffer stays.
func (l *Log) Close() {
	l.mu.Lock()
	l.closed = true
	all := slices.Concat(l.servers, l.screens)
	if l.file != nil {
		all = append(all, l.file)
	}
	l.servers, l.screens, l.file = nil, nil, nil
	l.mu.Unlock()
	for _, o := range all {
		o.close()
	}
	l.workers.Wait()
}

// compareServers orders syslog servers by address and port.
func compareServers(a, b *outlet) int {
	return cmp.Or(a.to.Server.Addr().Compare(b.to.Server.Addr()), cmp.Compare(a.to.Server.Port(), b.to.Server.Port()))
}
