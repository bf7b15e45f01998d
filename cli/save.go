package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"mirrorsh/cli/grammar"
	"mirrorsh/securelog"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/state"
)

// The configuration is kept as two scripts with one commit point: what every
// session may see, and the secure lines with no more around them than they
// need to be run (contract, "Configuration").
const (
	startupFile = "startup.cnf"
	secureFile  = "secure.cnf"
)

// secureHead is how secureFile begins.
const secureHead = "configure terminal\n"

// saveInterval is how often a script in progress is saved at most.
const saveInterval = time.Second

// saved is what is on disk. changes counts what may have changed the
// configuration; mu guards the rest and is held while saving, so that an older
// configuration never replaces a newer one.
type saved struct {
	changes atomic.Uint64

	mu               sync.Mutex
	upTo             uint64 // changes at the last save of all there was
	at               time.Time
	ordinary, secure savedPart
	logged           bool        // that saving the ordinary part fails
	soon             *time.Timer // a save that is due; nil: none
	soonOrdinary     bool        // who does not see the secure side waits for it
	retry            *time.Timer // of the ordinary part that could not be saved; nil: none
	closed           bool        // nothing is tried again by itself
}

func (s *saved) touch() { s.changes.Add(1) }

// savedPart is one of the two files. What becomes of the secure one never shows
// in the other: not in whether that can be written, nor in when it is tried
// again, which is for who does not see the secure side and for the clock.
type savedPart struct {
	lines  string // as on disk
	tried  string // of the last attempt
	err    error  // of the last attempt
	forced bool   // to be written whether it has changed or not
}

// due reports whether lines are to be written. Lines that could not be are due
// if they are to be tried again.
func (p *savedPart) due(lines string, again bool) bool {
	if lines == p.lines && !p.forced {
		p.err = nil
		return false
	}
	return p.err == nil || lines != p.tried || again
}

// settle notes what came of an attempt.
func (p *savedPart) settle(lines string, err error) {
	if p.tried, p.err = lines, err; err == nil {
		p.lines, p.forced = lines, false
	}
}

// Changed tells the shell that the configuration was changed from elsewhere,
// such as by an SNMP SET, and saves it. The error is for who changed it, and of
// the secure part only if it may be: secure tells whether that is so.
func (sh *Shell) Changed(secure bool) error {
	sh.saved.touch()
	return sh.save(secure)
}

// save writes what has changed, for somebody who sees the secure side or not,
// and returns what this one may know of what went wrong. Whoever sees it does
// not try again what could not be saved.
func (sh *Shell) save(sees bool) error { return sh.attempt(sees, !sees) }

// attempt is save; again is whether what could not be saved is tried again.
func (sh *Shell) attempt(sees, again bool) error {
	s := &sh.saved
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.soon != nil {
		s.soon.Stop()
		s.soon, again = nil, again || s.soonOrdinary
	}
	upTo := s.changes.Load()
	if upTo != s.upTo {
		sh.write(sh.commands("", ordinaryPart, true), sh.commands("", securePart, true), again)
		s.at = time.Now()
	}
	if s.ordinary.err != nil {
		return s.ordinary.err
	}
	if s.secure.err == nil {
		s.upTo = upTo
	} else if sees {
		return s.secure.err
	}
	return nil
}

// write writes the parts that are due: both at one moment or, if that fails, the
// ordinary one as though the other had not changed. The caller holds mu.
func (sh *Shell) write(ordinary, secure string, again bool) {
	s := &sh.saved
	startup := func() map[string][]byte {
		return map[string][]byte{startupFile: []byte(sh.header() + ordinary + configurationEnd)}
	}
	isDue, secureDue := s.ordinary.due(ordinary, again), s.secure.due(secure, true)
	if secureDue {
		files := map[string][]byte{}
		if isDue {
			files = startup()
		}
		files[secureFile] = []byte(secureHead + secure + configurationEnd)
		err := sh.Store.Commit(files)
		s.secure.settle(secure, err)
		if err == nil && isDue {
			s.ordinary.settle(ordinary, nil)
			isDue = false
		}
	}
	if isDue {
		s.ordinary.settle(ordinary, sh.Store.Commit(startup()))
	}
	err := s.ordinary.err
	if err == nil {
		s.logged = false
	} else if !s.logged {
		s.logged = true
		sh.event(eventlog.Error, fmt.Sprintf("configuration not saved: %v", err))
	}
	if s.retry != nil && (err == nil || isDue) {
		s.retry.Stop()
		s.retry = nil
	}
	if s.retry == nil && err != nil && !s.closed {
		s.retry = time.AfterFunc(cmp.Or(sh.SaveRetry, saveInterval), func() { _ = sh.save(false) })
	}
}

// Close makes a last attempt at what could not be saved, and returns why the
// ordinary part cannot be.
func (sh *Shell) Close() error {
	s := &sh.saved
	s.mu.Lock()
	s.closed = true
	for _, t := range []*time.Timer{s.soon, s.retry} {
		if t != nil {
			t.Stop()
		}
	}
	s.mu.Unlock()
	if err := sh.save(false); err != nil {
		return fmt.Errorf("configuration not saved: %w", err)
	}
	return nil
}

// Save saves the configuration if it has changed. Why it could not be is shown
// to a session that may know, and is the *Refusal returned.
func (s *Session) Save(ctx context.Context) error {
	err := s.shell.save(s.SeesSecure())
	if err == nil {
		return nil
	}
	refusal := &Refusal{Text: fmt.Sprintf("%% configuration not saved: %v", err)}
	if err := s.say(ctx, refusal.Text+"\n"); err != nil {
		return err
	}
	return refusal
}

// SaveNow writes the configuration to disk, changed or not, and reports whether
// it outlives the process.
func (s *Session) SaveNow() (kept bool, err error) {
	sh, sees := s.shell, s.SeesSecure()
	sv := &sh.saved
	sv.mu.Lock()
	sv.ordinary.forced, sv.secure.forced = true, sv.secure.forced || sees
	sv.mu.Unlock()
	sv.touch()
	if err := sh.attempt(sees, true); err != nil {
		return false, fmt.Errorf("configuration not saved: %w", err)
	}
	_, inMemory := sh.Store.(*state.Memory)
	return !inMemory, nil
}

// Startup returns the lines that the router starts with, as the session may see
// them. What waits to be saved is saved first, so that they do not tell when
// something was.
func (s *Session) Startup() (string, error) {
	sh := s.shell
	_ = sh.save(s.SeesSecure()) // why not is said after the command
	sv := &sh.saved
	sv.mu.Lock()
	defer sv.mu.Unlock()
	text := sv.ordinary.lines
	if s.SeesSecure() {
		text += sv.secure.lines
	}
	if text == "" {
		return "", errSaved
	}
	return secureHead + text + configurationEnd, nil
}

// saveSoon has changes saved within saveInterval, at most once in it, for
// scripts. The save at the end reports what goes wrong.
func (s *Session) saveSoon() {
	sv := &s.shell.saved
	sv.mu.Lock()
	defer sv.mu.Unlock()
	if sv.changes.Load() == sv.upTo {
		return
	}
	sees := s.SeesSecure()
	if sv.soon == nil {
		sv.soonOrdinary = false
		sv.soon = time.AfterFunc(saveInterval-min(time.Since(sv.at), saveInterval), func() { _ = s.shell.save(true) })
	}
	sv.soonOrdinary = sv.soonOrdinary || !sees
}

// Report is told of a line of the startup configuration that is skipped, and on
// which side it was.
type Report func(file string, line int, reason string, secure bool)

// Restore runs the saved configuration on an empty router: [Shell.Startup], then
// [Shell.Run].
func (sh *Shell) Restore(ctx context.Context, report Report) error {
	st, err := sh.Startup()
	if err != nil {
		return err
	}
	return sh.Run(ctx, st, report)
}

// Run runs a startup configuration on an empty router, which is up then.
func (sh *Shell) Run(ctx context.Context, st Startup, report Report) error {
	sh.started = sh.Router.Now().Add(-sh.Router.ClockOffset())
	sh.Router.SetRestoring(true)
	defer sh.Router.SetRestoring(false)
	for _, f := range []struct{ name, text string }{{startupFile, st.ordinary.text}, {secureFile, st.secure.text}} {
		if f.text == "" {
			continue
		}
		skipped, err := sh.replay(ctx, f.name, f.text, report)
		if err == nil && skipped > 0 {
			// The next change replaces the file: what could not be run is kept beside it.
			err = sh.Store.WriteFile(f.name+".bak", []byte(f.text), 0o600)
			if err != nil && st.reload { // the router has to go on
				sh.note(f.name, fmt.Sprintf("what was skipped is not kept: %v", err))
				err = nil
			}
		}
		if err != nil {
			return fmt.Errorf("%s: %w", sh.Store.Path(f.name), err)
		}
	}
	if sh.settle(st) {
		return nil
	}
	_ = sh.attempt(false, true) // told, and tried again, like any other save that fails
	return nil
}

// settle notes that the configuration is what was saved, and reports whether it is.
func (sh *Shell) settle(st Startup) (saved bool) {
	s := &sh.saved
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ordinary.settle(sh.commands("", ordinaryPart, true), nil)
	s.secure.settle(sh.commands("", securePart, true), nil)
	for p, part := range map[*savedPart]startupPart{&s.ordinary: st.ordinary, &s.secure: st.secure} {
		if part.unsaved {
			p.lines = part.disk
		}
	}
	s.upTo = s.changes.Load()
	if saved = !st.ordinary.unsaved && !st.secure.unsaved; !saved {
		s.touch()
	}
	return saved
}

// readSaved reads one of the two files and makes sure that it is whole. Errors
// name the file, but for that there is none.
func (sh *Shell) readSaved(name string) (string, error) {
	data, err := sh.Store.ReadFile(name)
	if damaged := (*state.DamagedError)(nil); errors.As(err, &damaged) {
		return "", damaged // says itself which file
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", sh.Store.Path(name), err)
	}
	text, reason := string(data), ""
	switch {
	case !utf8.ValidString(text), name == secureFile && !strings.HasPrefix(text, secureHead):
		reason = "not a configuration"
	case !strings.HasSuffix(text, "\n"+configurationEnd):
		reason = fmt.Sprintf("not whole, its last line is not %q", strings.TrimSpace(configurationEnd))
	default:
		return text, nil
	}
	return "", &state.DamagedError{Path: sh.Store.Path(name), Reason: reason, Remedy: "restore it, or remove it and configure again"}
}

func (sh *Shell) replay(ctx context.Context, name, text string, report Report) (skipped int, err error) {
	s := sh.newSession(SessionOptions{Level: grammar.LevelMax, Out: io.Discard})
	// Ordinary lines were made where the secure side need not be visible, and
	// mean the same only where it is not.
	s.mirror = name == secureFile
	var headings *headings
	if name == secureFile {
		headings = newHeadings(sh.commands("", ordinaryPart, true))
	}
	lines, b := strings.Split(text, "\n"), newBlocks()
	for i, line := range lines {
		n := i + 1
		var err error
		if headings == nil || headings.lead(line, nextCommand(lines[n:]), s.isSecure) {
			err = b.run(ctx, s, n, line)
		} else {
			err = b.note(s, n, line, func() error { return errNoHeading })
		}
		var refusal *Refusal
		if errors.As(err, &refusal) {
			skipped++
			sh.skipped(name, n, refusal.Text)
			report(name, n, refusal.Text, name == secureFile)
		} else if err != nil {
			return skipped, err
		}
	}
	return skipped, nil
}

// isSecure reports whether a line is a secure command where the session is.
func (s *Session) isSecure(line string) bool {
	m, err := s.shell.tree.Parse(s.Mode(), s.View(), line)
	return err == nil && m.Secure
}

// skipped logs a line that was left out, on its own side.
func (sh *Shell) skipped(name string, line int, reason string) {
	sh.note(name, fmt.Sprintf("%s:%d skipped: %s", name, line, reason))
}

// note logs what became of a file, on its own side.
func (sh *Shell) note(name, text string) {
	if name == secureFile {
		sh.Router.MirrorLog().Append(&securelog.Failure{Time: sh.Now(), Router: trapcore.DefaultName, Source: "startup", Message: text})
		return
	}
	sh.event(eventlog.Error, text)
}
