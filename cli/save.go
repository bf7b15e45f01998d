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

	"mirrorsh/cli/grammar"
)

// The configuration is kept as two scripts with one commit point: what every
// session may see, and the secure lines with no more around them than they
// need to be run (contract, "Configuration").
const (
	startupFile = "startup.cnf"
	secureFile  = "secure.cnf"
)

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
	upTo := s.changes.Load()
	if upTo == s.upTo && s.failed == nil {
		return nil, false
	}
	startup := sh.commands("", ordinaryPart, true)
	secure := sh.commands("", securePart, true)
	ordinary = startup != s.startup
	if ordinary || secure != s.secure {
		header := sh.header()
		const end = "! End of configuration script\n"
		err = sh.Store.Commit(map[string][]byte{
			startupFile: []byte(header + startup + end),
			secureFile:  []byte("configure terminal\n" + secure),
		})
	}
	s.at, s.failed = time.Now(), err
	if err == nil {
		s.upTo, s.startup, s.secure = upTo, startup, secure
	}
	return err, ordinary
}

// Save saves the configuration if it has changed, and shows why it could not
// be to a session that may know.
func (s *Session) Save(ctx context.Context) error {
	err, ordinary := s.shell.save()
	if err == nil || !ordinary && !s.SeesSecure() {
		return nil
	}
	return s.show(ctx, fmt.Sprintf("%% configuration not saved: %v\n", err))
}

// saveSoon saves at most once in saveInterval, for scripts.
func (s *Session) saveSoon() {
	sv := &s.shell.saved
	sv.mu.Lock()
	due := sv.changes.Load() != sv.upTo && time.Since(sv.at) >= saveInterval
	sv.mu.Unlock()
	if due {
		_, _ = s.shell.save() // the save at the end reports
	}
}

// Restore runs the saved configuration on an empty router. report is told of
// each line that fails, which is skipped; secure says on which side it was.
func (sh *Shell) Restore(ctx context.Context, report func(file string, line int, reason string, secure bool)) error {
	for _, name := range []string{startupFile, secureFile} {
		data, err := sh.Store.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", sh.Store.Path(name), err)
		}
		if err := sh.replay(ctx, name, string(data), report); err != nil {
			return err
		}
	}
	s := &sh.saved
	s.mu.Lock()
	defer s.mu.Unlock()
	s.upTo = s.changes.Load()
	s.startup, s.secure = sh.commands("", ordinaryPart, true), sh.commands("", securePart, true)
	return nil
}

func (sh *Shell) replay(ctx context.Context, name, text string, report func(file string, line int, reason string, secure bool)) error {
	s := sh.newSession(SessionOptions{Level: grammar.LevelMax, Out: io.Discard})
	s.mirror = true
	n := 0
	for line := range strings.Lines(text) {
		n++
		err := s.Execute(ctx, strings.TrimSuffix(line, "\n"))
		var refusal *Refusal
		if errors.As(err, &refusal) {
			report(name, n, refusal.Text, name == secureFile)
		} else if err != nil {
			return err
		}
	}
	return nil
}
