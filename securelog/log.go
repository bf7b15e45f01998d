package securelog

import (
	"cmp"
	"iter"
	"sync/atomic"
	"time"

	"mirrorsh/ascii"
	"mirrorsh/trapcore/snmp"
)

// The layout of an entry of the audit log.
const (
	kindTrap   = 1
	kindAccess = 2

	nameLimit = 128 // octets kept of a user, router, notification, fault or result
)

// Log is the SNMP secure audit log. It is off when made. Its methods may be
// called from any goroutine; the ring's lock guards the entries, and changes
// of the switch happen under it.
type Log struct {
	ring       ring
	location   *time.Location
	render     Renderer
	on         atomic.Bool
	thresholds [categories]atomic.Uint32
}

// New returns a log of the given capacity, 1 to 65536 entries of 2 KiB, that
// shows times in location (nil: UTC) and varbinds as render writes them (nil:
// hexadecimal).
func New(capacity int, location *time.Location, render Renderer) (*Log, error) {
	l := &Log{location: cmp.Or(location, time.UTC), render: render}
	if err := l.ring.open(capacity); err != nil {
		return nil, err
	}
	for i := range l.thresholds {
		l.thresholds[i].Store(uint32(Info))
	}
	return l, nil
}

// Close wipes the log and returns its memory. What is appended later is dropped.
func (l *Log) Close() error { return l.ring.close() }

// SetOn turns capturing on or off. Once SetOn(false) has returned, nothing is
// appended; the entries held stay.
func (l *Log) SetOn(on bool) {
	l.ring.mu.Lock()
	defer l.ring.mu.Unlock()
	l.on.Store(on)
}

// SetThreshold sets the severity of a category: entries with a larger number
// are not captured, with [Off] none. The default is [Info]. An unknown category is ignored.
func (l *Log) SetThreshold(c Category, s Severity) {
	if int(c) < categories {
		l.thresholds[c].Store(uint32(s))
	}
}

// Threshold returns the severity of a category.
func (l *Log) Threshold(c Category) Severity {
	if int(c) < categories {
		return Severity(l.thresholds[c].Load())
	}
	return Info
}

// Captures reports whether an entry of this category and severity would be
// kept now, for callers to whom collecting one is work. It takes no lock.
func (l *Log) Captures(c Category, s Severity) bool {
	return l.on.Load() && int(c) < categories && s.Passes(Severity(l.thresholds[c].Load()))
}

// AppendTrap captures t if the switch and the threshold of snmpTrap permit.
// It does not allocate, and keeps no reference to t.
func (l *Log) AppendTrap(t *Trap) {
	if !l.Captures(SNMPTrap, t.Severity) {
		return
	}
	l.ring.mu.Lock()
	if l.on.Load() && l.ring.mem != nil {
		e := l.ring.encoder()
		e.byte(kindTrap)
		e.head(&t.Header, SNMPTrap, t.Severity)
		e.addrPort(t.To)
		e.byte(byte(t.Version))
		e.text(t.User, nameLimit)
		e.byte(byte(t.State))
		e.text(t.Reason, nameLimit)
		e.text(t.Name, nameLimit)
		e.text(t.Fault, nameLimit)
		e.rest(t.Varbinds)
		l.ring.commit(&e)
	}
	l.ring.mu.Unlock()
}

// AppendAccess captures a if the switch and the threshold of its category
// permit. It does not allocate, and keeps no reference to a.
func (l *Log) AppendAccess(a *Access) {
	if !l.Captures(a.category(), a.severity()) {
		return
	}
	l.ring.mu.Lock()
	if l.on.Load() && l.ring.mem != nil {
		e := l.ring.encoder()
		e.byte(kindAccess)
		e.head(&a.Header, a.category(), a.severity())
		e.addrPort(a.From)
		e.byte(byte(a.Version))
		e.text(a.User, nameLimit)
		e.byte(byte(a.Operation))
		e.text(a.Result, nameLimit)
		e.rest(a.Varbinds)
		l.ring.commit(&e)
	}
	l.ring.mu.Unlock()
}

func (e *encoder) head(h *Header, c Category, s Severity) {
	e.time(h.Time)
	e.byte(byte(c))
	e.byte(byte(s))
	e.text(h.Router, nameLimit)
}

// Read returns the state of the log and an iterator over the entries held now,
// oldest first. The iterator may be used at any pace and more than once: it
// copies and renders an entry when asked for it, and skips those that were
// overwritten or cleared in the meantime.
func (l *Log) Read() (Status, iter.Seq[Entry]) {
	l.ring.mu.Lock()
	status := l.ring.status()
	status.On = l.on.Load()
	first, end := l.ring.oldest(), l.ring.next
	l.ring.mu.Unlock()

	return status, func(yield func(Entry) bool) {
		for d := range l.ring.entries(first, end) {
			if !yield(l.decode(d)) {
				return
			}
		}
	}
}

// Clear overwrites the memory of the entries, forgets them and sets the count
// of overwritten entries to 0. The switch and the thresholds stay.
func (l *Log) Clear() { l.ring.clear() }

// outcome reads state and reason: "discarded (queue full) for".
func (d *decoder) outcome() string {
	state, text := State(d.byte()), ""
	if reason := d.text(); reason != "" {
		text = " (" + reason + ")"
	}
	before := "for"
	if int(state) < len(stateNames) {
		before = stateNames[state].before
	}
	return state.String() + text + " " + before
}

func (l *Log) decode(d decoder) Entry {
	kind := d.byte()
	e := Entry{Time: d.time(l.location), Category: Category(d.byte()), Severity: Severity(d.byte())}
	e.Router, e.Truncated = ascii.Escape(d.text()), d.cut
	peer, version, user := d.addrPort(), snmp.Version(d.byte()), d.text()

	text := make([]byte, 0, slotSize)
	switch kind {
	case kindTrap:
		outcome, name, fault := d.outcome(), d.text(), d.text()
		text = append(text, outcome+" "+address(peer)+" "+version.String()+" "+user+" "+name...)
		if fault != "" {
			text = append(text, " [fault "+fault+"]"...)
		}
		if len(d.buf) > 0 {
			text = l.render.render(append(text, ", "...), d.buf)
		}
	case kindAccess:
		operation, result := Operation(d.byte()), d.text()
		text = append(text, "from "+address(peer)+" "+version.String()+" "+user+" "+operation.String()...)
		if len(d.buf) > 0 {
			text = l.render.render(append(text, ' '), d.buf)
		}
		text = append(text, ", result "+result...)
	}
	if d.cut {
		text = append(text, truncationMark...)
	}
	e.Text = ascii.Escape(string(text))
	return e
}
