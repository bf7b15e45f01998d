// Package access decides who may log in and what they may then do: the console
// and the vty lines with their passwords, time limits and access classes, the
// passwords of the privilege levels, the banners, and who is on which line. It
// keeps passwords as salted hashes only, and does no input or output.
//
// It imports nothing of ours: the caller brings the access lists.
package access

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// The vty lines (cli/REFERENCE.md, vty lines).
const (
	MaxLines   = 30 // vty 0 to 29
	FixedLines = 5  // vty 0 to 4 exist always
	MaxLevel   = 15
)

// Defaults and bounds of the settings of a line. Of these only the login timeout
// is the router's (cli/REFERENCE.md, vty lines).
const (
	DefaultLoginTimeout = 30 * time.Second
	MaxLoginTimeout     = 300 * time.Second
	MaxExecMinutes      = 35791
)

// Refusals, worded as the shell prints them after its percent sign.
var (
	ErrNoLine    = errors.New("line does not exist")
	errFixedLine = fmt.Errorf("lines 0 to %d cannot be removed", FixedLines-1)
)

// Access is the whole of it for one router. Methods may be called from any
// goroutine; mu guards every field, and nothing waits or hashes under it.
type Access struct {
	mu      sync.RWMutex
	console Line
	vty     []Line // those that are open
	changes uint64 // of lines
	levels  [MaxLevel + 1]credentials
	// unattended is whether secrets are erased with nobody at the chassis.
	unattended bool
	banners    [bannerCount]string
	users      map[*User]struct{}
	last       uint64 // number given to the last user
}

// New returns the access of a router that nobody has configured: vty 0 to 4,
// on which nobody can log in by password, and a console without one.
func New() *Access {
	a := &Access{console: newLine(false), users: map[*User]struct{}{}}
	for range FixedLines {
		a.vty = append(a.vty, newLine(true))
	}
	return a
}
