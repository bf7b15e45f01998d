package config

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"

	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/state"
)

// The files of the saved configuration.
const (
	StartupFile = "startup.cnf"
	secureFile  = "secure.cnf"
)

// File is the name of the file of a side.
func File(s side.Side) string { return [side.Count]string{StartupFile, secureFile}[s] }

// Begin leads to the lines of a script. End is its last line: its absence tells
// that a file has been cut off.
const (
	Begin = "configure terminal\n"
	End   = "! End of configuration script\n"
)

// Startup is a configuration that a router starts with. The zero value is empty.
type Startup struct {
	scripts [side.Count]script
	changes uint64 // of the router it was taken from, by then
	reload  bool
}

// script is what a router runs for a side.
type script struct {
	text    string // "": none
	unsaved bool   // it is not what the file has
	lost    bool   // the file has not what was written
	file    string // the lines in the file, if it is unsaved
}

// Script returns the script of a side, "" if there is none.
func (st *Startup) Script(s side.Side) string { return st.scripts[s].text }

// Reload reports whether a router has run with it.
func (st *Startup) Reload() bool { return st.reload }

// Read reads the saved configuration. One that is not whole is a
// [*state.DamagedError]; none at all is an empty one.
func Read(store state.Store) (Startup, error) {
	var st Startup
	for _, s := range side.Both {
		text, err := ReadScript(store, s)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return Startup{}, err
		}
		st.scripts[s].text = text
	}
	return st, nil
}

// ReadScript reads the script of a side and makes sure that it is whole. Errors
// name the file, except [fs.ErrNotExist] where there is none.
func ReadScript(store state.Store, s side.Side) (string, error) {
	name := File(s)
	data, err := store.ReadFile(name)
	if damaged := (*state.DamagedError)(nil); errors.As(err, &damaged) {
		return "", damaged // says itself which file
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", store.Path(name), err)
	}
	text := string(data)
	line, begins := begins(text)
	switch {
	case !utf8.ValidString(text):
		return "", Damaged(store, s, 0, "not a configuration")
	case !strings.HasSuffix(text, "\n"+End):
		return "", Damaged(store, s, 0, fmt.Sprintf("not whole, its last line is not %q", strings.TrimSpace(End)))
	case !begins:
		return "", Damaged(store, s, line, fmt.Sprintf("its first command is not %q", strings.TrimSpace(Begin)))
	}
	return text, nil
}

// begins reports whether the first command of a script is [Begin], on which all
// other lines hang, and where that command is.
func begins(text string) (line int, ok bool) {
	for command := range strings.Lines(text) {
		line++
		if command = strings.TrimSpace(command); command != "" && command[0] != '!' {
			return line, command+"\n" == Begin
		}
	}
	return line, false
}

// Damaged is the error for the file of a side that a router cannot start with.
func Damaged(store state.Store, s side.Side, line int, reason string) *state.DamagedError {
	remedy := "restore it, or remove it and configure again"
	if line > 0 {
		remedy = "mend that line, " + remedy
	}
	return &state.DamagedError{Path: store.Path(File(s)), Line: line, Reason: reason, Remedy: remedy}
}
