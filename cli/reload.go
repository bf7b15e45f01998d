package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"mirrorsh/trapcore/eventlog"
)

// ErrReload is the cause of a context that ends because the router reloads.
var ErrReload = errors.New("router reloads")

// ErrNoReload refuses a reload where nobody can start the router again.
var ErrNoReload = errors.New("router cannot be reloaded here")

// Startup is a configuration that a router starts with. The zero value is empty.
type Startup struct {
	ordinary, secure startupPart
	changes          uint64 // in the router it was taken from, when it was
	reload           bool   // a router ran with it
}

// startupPart is one of the two scripts.
type startupPart struct {
	text    string // "": none
	unsaved bool   // it is not what is on disk
	disk    string // the lines on disk then
}

// Startup reads the saved configuration. One that is not whole is a
// [*state.DamagedError]; none at all is an empty one.
func (sh *Shell) Startup() (Startup, error) {
	var st Startup
	var err error
	if st.ordinary.text, err = sh.readSaved(startupFile); err == nil || errors.Is(err, fs.ErrNotExist) {
		st.secure.text, err = sh.readSaved(secureFile)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return st, err
}

// nextStartup saves the configuration and reads back what a reload starts with,
// for somebody who sees the secure side or not. Who does not is not told of
// trouble with the secure part, which then comes from the running router.
func (sh *Shell) nextStartup(sees bool) (Startup, error) {
	st := Startup{changes: sh.saved.changes.Load(), reload: true}
	if err := sh.attempt(sees, true); err != nil {
		return Startup{}, fmt.Errorf("configuration not saved: %w", err)
	}
	var err error
	if st.ordinary.text, err = sh.readSaved(startupFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Startup{}, err
	}
	s := &sh.saved
	s.mu.Lock()
	defer s.mu.Unlock()
	st.secure.text, err = sh.readSaved(secureFile)
	if damaged := err != nil && !errors.Is(err, fs.ErrNotExist); damaged && sees {
		return Startup{}, err
	} else if damaged || s.secure.err != nil {
		st.secure = sh.running(&s.secure, damaged)
	}
	return st, nil
}

// Handover returns the configuration for the router that follows, once no
// session is left: st, unless something has changed since it was taken. What
// could not be saved goes along.
func (sh *Shell) Handover(st Startup) Startup {
	s := &sh.saved
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changes.Load() == st.changes {
		return st
	}
	st.ordinary, st.secure = sh.running(&s.ordinary, false), sh.running(&s.secure, false)
	return st
}

// running is a part of the configuration as the router has it. lost says that
// its file is not what was written. The caller holds the lock of what is saved.
func (sh *Shell) running(p *savedPart, lost bool) startupPart {
	which, head := ordinaryPart, sh.header()
	if p == &sh.saved.secure {
		which, head = securePart, secureHead
	}
	lines := sh.commands("", which, true)
	part := startupPart{text: head + lines + configurationEnd, unsaved: lost || lines != p.lines, disk: p.lines}
	if lost {
		part.disk = lostLines
	}
	return part
}

// lostLines are the lines of a file that is not what was written: no
// configuration has them.
const lostLines = "\x00"

// Reload makes the process start the router anew, with the configuration that is
// saved first. Whatever can fail is tried before anything ends; an error means
// that the router goes on as though nobody had asked. Else the session has
// ended: engine boots count up, everything volatile is gone.
func (s *Session) Reload(ctx context.Context) error {
	prepare := s.shell.Options.Reload
	if prepare == nil {
		return ErrNoReload
	}
	st, err := s.shell.nextStartup(s.SeesSecure())
	var restart func()
	if err == nil {
		restart, err = prepare(st)
	}
	if err != nil {
		return fmt.Errorf("reload failed: %w", err)
	}
	s.Print("Reload operation commencing, please wait...\n")
	err = s.Flush(ctx) // whether or not somebody still reads it
	s.shell.event(eventlog.Notice, "reload")
	s.Logout()
	restart()
	return err
}
