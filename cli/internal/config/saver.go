package config

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/state"
)

// Interval is how often changes of a script are saved at most, and how long
// after a failure a side is tried again.
const Interval = time.Second

// Source is the configuration that a [Saver] keeps.
type Source interface {
	// Head returns how the ordinary script begins, up to [Begin].
	Head() string
	// Lines renders the lines of a side, secrets in the clear. An error is as good
	// as one of the disk: nothing that is configured is left out.
	Lines(s side.Side) (Text, error)
	// Anew forgets what has been rendered.
	Anew()
	// Store has the files.
	Store() state.Store
	// Retry is how long after a failure a side is tried again.
	Retry() time.Duration
	// NotSaved is told when the ordinary side fails. It is called while the Saver is
	// locked.
	NotSaved(err error)
}

// Saver keeps the files as the configuration is. All writing goes through its
// commit. A save that somebody waits for is done in the caller's goroutine; all
// others are done by the scheduler, a goroutine that runs from the first of them
// until [Saver.Close].
//
// Those who wait together are served together: a save looks at the lines as they
// are when it begins, so that it does for all who had asked by then.
type Saver struct {
	source  Source
	changes atomic.Uint64             // what may have changed the configuration
	seen    atomic.Uint64             // changes when the lines were looked at; set under mu
	tries   [side.Count]atomic.Uint64 // how often a side was tried; counted under mu
	wrong   [side.Count]atomic.Bool   // the side has failed; set under mu

	stop, wake chan struct{} // of the scheduler
	scheduler  sync.WaitGroup

	mu      sync.Mutex // held while saving: an older configuration never replaces a newer one
	parts   [side.Count]part
	at      time.Time // when they were
	started bool      // the scheduler
	closed  bool      // nothing is saved by itself any more
}

// NewSaver returns a saver of an empty configuration that no file has.
func NewSaver(s Source) *Saver {
	return &Saver{source: s, stop: make(chan struct{}), wake: make(chan struct{}, 1)}
}

// Touch notes that something may have changed. It never waits.
func (s *Saver) Touch() { s.changes.Add(1) }

// sides says something of each side.
type sides [side.Count]bool

var both = sides{true, true}

// asked are the sides that are tried again for a reader. What an ordinary one
// asks for tries both; one that sees the secure side does not try the ordinary
// side again, whose retries would tell that it was at work.
func asked(c side.Clearance) sides { return sides{!c.Sees(side.Secure), true} }

// request is a save that somebody asks for. One that has begun since does for it.
type request struct {
	again   sides // that are tried again if they have failed
	changes uint64
	tries   [side.Count]uint64
}

// request is made before mu is waited for.
func (s *Saver) request(again sides) request {
	r := request{again: again, changes: s.changes.Load()}
	for i := range r.tries {
		r.tries[i] = s.tries[i].Load()
	}
	return r
}

// Well reports whether nothing that the reader sees has failed. It never waits.
func (s *Saver) Well(c side.Clearance) bool {
	return !s.wrong[side.Ordinary].Load() && (!c.Sees(side.Secure) || !s.wrong[side.Secure].Load())
}

// Save writes what has changed, and returns why something that the reader sees
// could not be written.
func (s *Saver) Save(c side.Clearance) error { return s.serve(s.request(asked(c)), c) }

// Retry is Save, and tries again whatever could not be written.
func (s *Saver) Retry(c side.Clearance) error { return s.serve(s.request(both), c) }

func (s *Saver) serve(r request, c side.Clearance) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.save(r)
	return s.failure(c)
}

// Write is Retry, and writes what the reader sees even if it has not changed.
func (s *Saver) Write(c side.Clearance) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, of := range side.Both {
		s.parts[of].forced = s.parts[of].forced || c.Sees(of)
	}
	s.source.Anew()
	s.save(s.request(both))
	return s.failure(c)
}

// Saved returns the lines in the files, as far as the reader sees them.
func (s *Saver) Saved(c side.Clearance) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := ""
	for _, of := range side.Both {
		if c.Sees(of) {
			text += s.parts[of].lines.String()
		}
	}
	return text
}

// failure is why something that the reader sees is not in its file.
func (s *Saver) failure(c side.Clearance) error {
	for _, of := range side.Both {
		if err := s.parts[of].err; err != nil && c.Sees(of) {
			return err
		}
	}
	return nil
}

// save looks at the lines of both sides and writes what has changed, unless that has
// been done since it was asked for. A side that has failed is tried again if its
// lines are others now, or if the request says so. The caller holds mu.
func (s *Saver) save(r request) {
	look := s.seen.Load() < r.changes
	for i := range s.parts {
		r.again[i] = r.again[i] && r.tries[i] == s.tries[i].Load()
		p := &s.parts[i]
		look = look || p.state == Dirty || r.again[i] && (p.state == Failed || p.forced)
	}
	if !look {
		return
	}
	before := s.parts[side.Ordinary].state
	changes := s.changes.Load() // those that have come meanwhile, too
	var due sides
	var lines [side.Count]Text
	for i := range s.parts {
		if changes != s.seen.Load() {
			s.parts[i].happens(touched, nil)
		}
		if r.again[i] {
			s.tries[i].Add(1)
		}
	}
	s.at = time.Now()
	s.seen.Store(changes)
	for _, of := range side.Both {
		if lines[of], due[of] = s.look(of, r.again[of]); due[of] && !r.again[of] {
			s.tries[of].Add(1)
		}
	}
	s.commit(lines, due)
	for i := range s.parts {
		s.parts[i].reschedule(s.source.Retry(), due[i])
		s.wrong[i].Store(s.parts[i].state == Failed)
	}
	s.schedule()
	if err := s.parts[side.Ordinary].err; err != nil && before != Failed {
		s.source.NotSaved(err)
	}
}

// look renders a side and reports whether its lines are to be written.
func (s *Saver) look(of side.Side, again bool) (lines Text, due bool) {
	p := &s.parts[of]
	lines, err := s.source.Lines(of)
	switch {
	case err != nil:
		p.happens(refused, err)
	case lines.Equal(p.lines) && !p.forced:
		p.lines = lines // in its new pieces
		p.happens(same, nil)
	default:
		return lines, p.wants(lines, again)
	}
	return nil, false
}

// commit writes the sides that are due: both at one moment or, if that fails, the
// ordinary one as though the other had not changed. The caller holds mu.
func (s *Saver) commit(lines [side.Count]Text, due sides) {
	var scripts [side.Count]contents
	for _, of := range side.Both {
		if due[of] {
			scripts[of] = s.script(of, lines[of])
		}
	}
	attempted := func(of side.Side, err error) { s.parts[of].attempted(lines[of], scripts[of], err) }
	if due[side.Secure] {
		err := s.write(due, scripts)
		attempted(side.Secure, err)
		if err == nil && due[side.Ordinary] {
			attempted(side.Ordinary, nil)
			return
		}
	}
	if due[side.Ordinary] {
		attempted(side.Ordinary, s.write(sides{side.Ordinary: true}, scripts))
	}
}

// write commits the scripts of sides: what has changed in them if they are large,
// else whole. The caller holds mu.
func (s *Saver) write(of sides, scripts [side.Count]contents) error {
	store := s.source.Store()
	if edits := s.edits(of, scripts); edits != nil {
		err := store.Edit(edits)
		for i := range s.parts {
			if of[i] && err == nil {
				s.parts[i].edited()
			}
		}
		if !errors.Is(err, state.ErrWhole) {
			return err
		}
	}
	files := map[string][]byte{}
	for _, side := range side.Both {
		if of[side] {
			files[File(side)] = scripts[side].bytes()
		}
	}
	return store.Commit(files)
}

// edits returns what has changed in the scripts of sides, nil if they are to be
// written whole. A small one is edited with a large one: else both were written whole,
// which takes as long as the large one is.
func (s *Saver) edits(of sides, scripts [side.Count]contents) map[string][]state.Edit {
	files, most := map[string][]state.Edit{}, 0
	for _, side := range side.Both {
		if !of[side] {
			continue
		}
		p := &s.parts[side]
		if p.file.head == "" || p.forced {
			return nil
		}
		most = max(most, scripts[side].len())
		files[File(side)] = p.file.editsTo(scripts[side])
	}
	if most < large {
		return nil
	}
	return files
}

// script is the script of a side.
func (s *Saver) script(of side.Side, lines Text) contents {
	if of == side.Ordinary {
		return contents{s.source.Head() + Begin, lines}
	}
	return contents{Begin, lines}
}

// Close ends the scheduler, makes a last attempt at what is not in the files, and
// returns why the ordinary side is not.
func (s *Saver) Close() error {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.stop)
	}
	s.mu.Unlock()
	s.scheduler.Wait()
	err := s.Save(side.Clearance{})
	for _, of := range side.Both {
		s.rewrite(of) // or the Store has its edits
	}
	return err
}
