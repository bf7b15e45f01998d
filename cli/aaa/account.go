package aaa

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/tacacs"
)

// maxQueued is how many records wait for a server. Further ones are lost.
const maxQueued = 256

// closeGrace is how long the last records may take at the end.
const closeGrace = 2 * time.Second

// book has the records of a side, which reach their server one after the other,
// while nobody waits. mu guards the fields below it; a goroutine sends while there
// are any, and ends with close.
type book struct {
	client *tacacs.Client
	note   func(tacacs.Trail)
	task   atomic.Uint64 // number given last
	ctx    context.Context
	end    context.CancelFunc

	mu      sync.Mutex
	queue   []record
	closed  bool
	lost    uint64
	sending sync.WaitGroup // the goroutine that sends
	busy    bool           // there is one
	record  Record         // of secure commands
}

type record struct {
	who   tacacs.Who
	level int
	kind  tacacs.RecordKind
	args  []string
}

func newBook(c *tacacs.Client, note func(tacacs.Trail)) *book {
	b := &book{client: c, note: note}
	b.ctx, b.end = context.WithCancel(context.Background())
	return b
}

// nextTask numbers what is told.
func (b *book) nextTask() string { return "task_id=" + strconv.FormatUint(b.task.Add(1), 10) }

func (b *book) add(r record) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || len(b.queue) == maxQueued {
		b.lost++
		return
	}
	b.queue = append(b.queue, r)
	if !b.busy {
		b.busy = true
		b.sending.Go(b.send)
	}
}

// take returns the next record, and false if there is none, which ends the sender.
func (b *book) take() (record, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.queue) == 0 || b.ctx.Err() != nil {
		b.busy = false
		return record{}, false
	}
	r := b.queue[0]
	b.queue = b.queue[1:]
	return r, true
}

func (b *book) send() {
	for {
		r, ok := b.take()
		if !ok {
			return
		}
		answer := b.client.Account(b.ctx, r.who, r.level, r.kind, r.args)
		b.note(answer.Trail)
		if answer.Verdict != tacacs.Pass {
			b.mu.Lock()
			b.lost++
			b.mu.Unlock()
		}
	}
}

func (b *book) lostRecords() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lost
}

func (b *book) close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	late := time.AfterFunc(closeGrace, b.end)
	defer late.Stop()
	b.sending.Wait()
	b.end()
}

// Lost returns how many ordinary records have reached no server.
func (a *AAA) Lost() uint64 { return a.books[side.Ordinary].lostRecords() }

// Secret is accounting of secure commands.
type Secret struct{ *book }

// Secure opens accounting of secure commands to who sees the secure side.
func (a *AAA) Secure(*trapcore.Secure) Secret { return Secret{a.books[side.Secure]} }

// Record returns what is told of secure commands.
func (s Secret) Record() Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.record
}

// SetRecord sets it.
func (s Secret) SetRecord(r Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.record = r
}

// Lost returns how many records of secure commands have reached no server.
func (s Secret) Lost() uint64 { return s.lostRecords() }

// Stay is a session that is accounted for; the zero one is not.
type Stay struct {
	task  string
	since time.Time
	who   tacacs.Who
}

// Arrived tells that a session begins, if its line says so, and returns what
// [AAA.Left] is to be given.
func (a *AAA) Arrived(w Who, level int) Stay {
	r, ok := a.recorded(w, func(l *lists) (Record, bool) { return named(l.accountExec, w.Line.Lists.AccountExec) })
	if !ok {
		return Stay{}
	}
	b := a.books[side.Ordinary]
	s := Stay{task: b.nextTask(), since: a.now(), who: w.Who}
	if r == StartStop {
		b.add(record{w.Who, level, tacacs.Start, []string{s.task, at("start_time", s.since), "service=shell"}})
	}
	return s
}

// Left tells that a session has ended.
func (a *AAA) Left(s Stay, level int) {
	if s.task == "" {
		return
	}
	now := a.now()
	a.books[side.Ordinary].add(record{s.who, level, tacacs.Stop, []string{
		s.task, at("start_time", s.since), at("stop_time", now), fmt.Sprintf("elapsed_time=%d", max(0, int(now.Sub(s.since).Seconds()))), "service=shell",
	}})
}

// Ran tells that a command has run, on its side. Commands take no time worth telling
// of, so that there is a record of their end only.
func (a *AAA) Ran(w Who, c Command, of side.Side) {
	r, ok := a.recorded(w, func(l *lists) (Record, bool) {
		return named(l.accountCommand[c.Level], w.Line.Lists.AccountCommands[c.Level])
	})
	b := a.books[of]
	if of == side.Secure {
		r, ok = Secret{b}.Record(), a.On()
	}
	if !ok || r == NoRecord {
		return
	}
	args, _ := commandArgs(c.Words)
	b.add(record{w.Who, c.Level, tacacs.Stop, append([]string{b.nextTask(), at("start_time", a.now()), fmt.Sprintf("priv-lvl=%d", c.Level)}, args...)})
}

// recorded returns what is told of an operator by a list.
func (a *AAA) recorded(w Who, list func(l *lists) (Record, bool)) (Record, bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if !a.lists.on || a.lists.skipNameless && w.User == "" {
		return NoRecord, false
	}
	r, ok := list(&a.lists)
	return r, ok && r != NoRecord
}

// at writes a time as accounting has it (RFC 8907 section 8.3).
func at(name string, t time.Time) string { return fmt.Sprintf("%s=%d", name, t.Unix()) }
