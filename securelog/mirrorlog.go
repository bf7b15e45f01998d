package securelog

import (
	"cmp"
	"iter"
	"time"

	"mirrorsh/ascii"
)

// Failure is an entry of the mirror log: a secure policy that could not do its
// work. Up to 255 octets of each text are kept.
type Failure struct {
	Time        time.Time
	MirrorID    uint32 // of the mirrored session
	SessionID   uint32 // of the user session
	Username    string
	Router      string // virtual router
	Source      string // configuration source
	TriggerType string
	Trigger     string
	ErrorCause  string
	Message     string
	// Truncated reports, in an entry read, that part of it did not fit; Message says so.
	Truncated bool
}

// MirrorLog is the mirror log. It is always on. Its methods may be called from
// any goroutine; the ring's lock guards the entries.
type MirrorLog struct {
	ring     ring
	location *time.Location
}

// NewMirrorLog returns a log of the given capacity, 1 to 65536 entries of
// 2 KiB, that shows times in location (nil: UTC).
func NewMirrorLog(capacity int, location *time.Location) (*MirrorLog, error) {
	l := &MirrorLog{location: cmp.Or(location, time.UTC)}
	if err := l.ring.open(capacity); err != nil {
		return nil, err
	}
	return l, nil
}

// Close wipes the log and returns its memory. What is appended later is dropped.
func (l *MirrorLog) Close() error { return l.ring.close() }

// Append logs f. It does not allocate, and keeps no reference to f.
func (l *MirrorLog) Append(f *Failure) {
	l.ring.mu.Lock()
	if l.ring.mem != nil {
		e := l.ring.encoder()
		e.time(f.Time)
		e.uint32(f.MirrorID)
		e.uint32(f.SessionID)
		for _, s := range [...]string{f.Username, f.Router, f.Source, f.TriggerType, f.Trigger, f.ErrorCause, f.Message} {
			e.text(s, 255)
		}
		l.ring.commit(&e)
	}
	l.ring.mu.Unlock()
}

// View is as [Log.Read]; texts hold printable characters only, as in [Entry].
func (l *MirrorLog) Read() (Status, iter.Seq[Failure]) {
	l.ring.mu.Lock()
	status := l.ring.status()
	status.On = true
	first, end := l.ring.oldest(), l.ring.next
	l.ring.mu.Unlock()

	return status, func(yield func(Failure) bool) {
		for d := range l.ring.entries(first, end) {
			if !yield(l.decode(d)) {
				return
			}
		}
	}
}

// Clear is as [Log.Clear].
func (l *MirrorLog) Clear() { l.ring.clear() }

func (l *MirrorLog) decode(d decoder) Failure {
	f := Failure{Time: d.time(l.location), MirrorID: d.uint32(), SessionID: d.uint32(), Truncated: d.cut}
	for _, s := range []*string{&f.Username, &f.Router, &f.Source, &f.TriggerType, &f.Trigger, &f.ErrorCause, &f.Message} {
		*s = ascii.Escape(d.text())
	}
	if f.Truncated {
		f.Message += truncationMark
	}
	return f
}
