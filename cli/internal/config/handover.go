package config

import (
	"errors"
	"fmt"
	"io/fs"

	"mirrorsh/trapcore/side"
)

// Prepare saves the configuration and reads back what a reload starts with. A
// reader who does not see the secure side is not told of trouble with it; it
// comes from the running router then.
func (s *Saver) Prepare(c side.Clearance) (Startup, error) {
	st := Startup{changes: s.changes.Load(), reload: true}
	if err := s.Retry(c); err != nil {
		return Startup{}, fmt.Errorf("configuration not saved: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, of := range side.Both {
		text, err := ReadScript(s.source.Store(), of)
		damaged := err != nil && !errors.Is(err, fs.ErrNotExist)
		switch {
		case damaged && c.Sees(of):
			return Startup{}, err
		case damaged, s.parts[of].state == Failed:
			st.scripts[of] = s.running(of, script{text: text, lost: damaged})
		default:
			st.scripts[of].text = text
		}
	}
	return st, nil
}

// Handover returns the configuration for the router that follows: st, unless
// something has changed since it was taken. What could not be saved goes along.
func (s *Saver) Handover(st Startup) Startup {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changes.Load() == st.changes {
		return st
	}
	for _, of := range side.Both {
		st.scripts[of] = s.running(of, st.scripts[of])
	}
	return st
}

// running is the script of a side as the router has it, or instead where that
// cannot be rendered. The caller holds mu.
func (s *Saver) running(of side.Side, instead script) script {
	lines, err := s.source.Lines(of)
	if err != nil {
		return instead
	}
	p := &s.parts[of]
	return script{text: string(s.script(of, lines).bytes()), unsaved: instead.lost || !lines.Equal(p.lines), lost: instead.lost, file: p.lines.String()}
}

// Restored notes that the router runs a configuration, and saves what of it is
// not in the files. Trouble with that is told like that of any other save.
func (s *Saver) Restored(st Startup) {
	for _, of := range side.Both {
		_ = s.source.Store().Rewrite(File(of)) // as a run that was killed has left it
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen.Store(s.changes.Load())
	for _, of := range side.Both {
		p, from := &s.parts[of], st.scripts[of]
		lines, err := s.source.Lines(of)
		switch {
		case err != nil:
			p.forced = true
			p.happens(touched, nil)
		case from.unsaved:
			p.lines, p.forced = one(from.file), from.lost
			p.happens(touched, nil)
		default:
			p.lines = lines
			p.happens(same, nil)
		}
	}
	s.save(s.request(both))
}
