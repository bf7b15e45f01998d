package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
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

	mu              sync.Mutex
	upTo            uint64 // changes at the last save
	at              time.Time
	startup, secure string
	failed          error
	logged          bool        // that saving fails
	soon            *time.Timer // a save that is due; nil: none
}

func (s *saved) touch() { s.changes.Add(1) }

// Changed tells the shell that the configuration was changed from elsewhere,
// such as by an SNMP SET, and saves it.
func (sh *Shell) Changed() error {
	sh.saved.touch()
	err, _ := sh.save()
	return err
}

// save writes what has changed. ordinary is set if the failure concerns the
// ordinary part.
func (sh *Shell) save() (err error, ordinary bool) {
	s := &sh.saved
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.soon != nil {
		s.soon.Stop()
		s.soon = nil
	}
	upTo := s.changes.Load()
	if upTo == s.upTo && s.failed == nil {
		return nil, false
	}
	startup := sh.commands("", ordinaryPart, true)
	secure := sh.commands("", securePart, true)
	ordinary = startup != s.startup
	// Only what differs is written: the age of the ordinary file says nothing
	// about the secure one.
	files := map[string][]byte{}
	if ordinary {
		files[startupFile] = []byte(sh.header() + startup + "! End of configuration script\n")
	}
	if secure != s.secure {
		files[secureFile] = []byte(secureHead + secure)
	}
	if len(files) > 0 {
		err = sh.Store.Commit(files)
	}
	if err != nil && ordinary && !s.logged {
		s.logged = true
		sh.event(eventlog.Error, fmt.Sprintf("configuration not saved: %v", err))
	}
	s.at, s.failed = time.Now(), err
	if err == nil {
		s.upTo, s.startup, s.secure, s.logged = upTo, startup, secure, false
	}
	return err, ordinary
}

// Save saves the configuration if it has changed. Why it could not be is shown
// to a session that may know, and is the *Refusal returned.
func (s *Session) Save(ctx context.Context) error {
	err, ordinary := s.shell.save()
	if err == nil || !ordinary && !s.SeesSecure() {
		return nil
	}
	refusal := &Refusal{Text: fmt.Sprintf("%% configuration not saved: %v", err)}
	if err := s.show(ctx, refusal.Text+"\n"); err != nil {
		return err
	}
	return refusal
}

// saveSoon has changes saved within saveInterval, at most once in it, for
// scripts. The save at the end reports what goes wrong.
func (s *Session) saveSoon() {
	sv := &s.shell.saved
	sv.mu.Lock()
	defer sv.mu.Unlock()
	if sv.soon != nil || sv.changes.Load() == sv.upTo {
		return
	}
	sv.soon = time.AfterFunc(saveInterval-min(time.Since(sv.at), saveInterval), func() { _, _ = s.shell.save() })
}

// Restore runs the saved configuration on an empty router. report is told of
// each line that fails, which is skipped; secure says on which side it was.
func (sh *Shell) Restore(ctx context.Context, report func(file string, line int, reason string, secure bool)) error {
	sh.Router.SetRestoring(true)
	defer sh.Router.SetRestoring(false)
	for _, name := range []string{startupFile, secureFile} {
		data, err := sh.Store.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", sh.Store.Path(name), err)
		}
		if name == secureFile && !strings.HasPrefix(string(data), secureHead) || !utf8.Valid(data) {
			return &state.DamagedError{
				Path:   sh.Store.Path(name),
				Reason: "not a configuration",
				Remedy: "restore it, or remove it and configure again",
			}
		}
		skipped, err := sh.replay(ctx, name, string(data), report)
		if err == nil && skipped > 0 {
			// The next change replaces the file: what could not be run is kept beside it.
			err = sh.Store.WriteFile(name+".bak", data, 0o600)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", sh.Store.Path(name), err)
		}
	}
	s := &sh.saved
	s.mu.Lock()
	defer s.mu.Unlock()
	s.upTo = s.changes.Load()
	s.startup, s.secure = sh.commands("", ordinaryPart, true), sh.commands("", securePart, true)
	return nil
}

func (sh *Shell) replay(ctx context.Context, name, text string, report func(file string, line int, reason string, secure bool)) (skipped int, err error) {
	s := sh.newSession(SessionOptions{Level: grammar.LevelMax, Out: io.Discard})
	// Ordinary lines were made where the secure side need not be visible, and
	// mean the same only where it is not.
	s.mirror = name == secureFile
	n := 0
	for line := range strings.Lines(text) {
		n++
		err := s.Execute(ctx, strings.TrimSuffix(line, "\n"))
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

// skipped logs a line that was left out, on its own side.
func (sh *Shell) skipped(name string, line int, reason string) {
	text := fmt.Sprintf("%s:%d skipped: %s", name, line, reason)
	if name == secureFile {
		sh.Router.MirrorLog().Append(&securelog.Failure{Time: sh.Now(), Router: trapcore.DefaultName, Source: "startup", Message: text})
		return
	}
	sh.event(eventlog.Error, text)
}
