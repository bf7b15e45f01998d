package cli

import (
	"slices"
	"sync"
	"sync/atomic"

	"mirrorsh/cli/internal/grammar"
)

// privileges are what was changed of privilege levels and groups. Sessions read
// them with every line; mu is held while they are replaced.
type privileges struct {
	mu      sync.Mutex
	levels  atomic.Pointer[grammar.Levels]
	changes atomic.Uint64
}

// put replaces what was changed.
func (p *privileges) put(l *grammar.Levels) {
	p.levels.Store(l)
	p.changes.Add(1)
}

// enteredBy has the commands that lead to each mode, for privilege ... all.
var enteredBy = map[grammar.Mode][]grammar.Path{
	GlobalConfig:          {{Mode: Exec, Words: []string{"configure", "terminal"}}},
	InterfaceConfig:       {{Mode: GlobalConfig, Words: []string{"interface"}}},
	LineConfig:            {{Mode: GlobalConfig, Words: []string{"line"}}},
	PolicyList:            {{Mode: GlobalConfig, Words: []string{"ip", "policy-list"}}, {Mode: GlobalConfig, Words: []string{"l2tp", "policy-list"}}},
	ClassifierGroup:       {{Mode: PolicyList, Words: []string{"classifier-group"}}},
	SecurePolicyList:      {{Mode: GlobalConfig, Words: []string{"secure"}, Secure: true}},
	SecureClassifierGroup: {{Mode: SecurePolicyList, Words: []string{"classifier-group"}, Secure: true}},
	RADIUSServer:          {{Mode: GlobalConfig, Words: []string{"radius", "dynamic-request", "server"}}},
	RADIUSClient: {
		{Mode: GlobalConfig, Words: []string{"radius", "authentication", "server"}},
		{Mode: GlobalConfig, Words: []string{"radius", "accounting", "server"}},
	},
}

// isSecureMode reports whether only secure commands lead to a mode.
func isSecureMode(m grammar.Mode) bool {
	ways := enteredBy[m]
	return len(ways) > 0 && !slices.ContainsFunc(ways, func(p grammar.Path) bool { return !p.Secure })
}

// Levels returns what was changed of privilege levels and groups, nil for nothing.
func (sh *Shell) Levels() *grammar.Levels { return sh.privileges.levels.Load() }

// LevelChanges counts how often privilege levels and groups have changed.
func (sh *Shell) LevelChanges() uint64 { return sh.privileges.changes.Load() }

// Relevel moves the commands of the paths to a level.
func (sh *Shell) Relevel(paths []grammar.Path, all bool, level int) {
	p := &sh.privileges
	p.mu.Lock()
	defer p.mu.Unlock()
	p.put(sh.tree.Relevel(p.levels.Load(), paths, all, level))
}

// ChangeGroup changes a privilege group.
func (sh *Shell) ChangeGroup(m grammar.Membership) error {
	return sh.privileges.change(func(l *grammar.Levels) (*grammar.Levels, error) { return sh.tree.ChangeGroup(l, m) })
}

// ResetGroup gives a privilege group back what it contained at first.
func (sh *Shell) ResetGroup(group int) error {
	return sh.privileges.change(func(l *grammar.Levels) (*grammar.Levels, error) { return sh.tree.ResetGroup(l, group) })
}

func (p *privileges) change(f func(*grammar.Levels) (*grammar.Levels, error)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	l, err := f(p.levels.Load())
	if err == nil {
		p.put(l)
	}
	return err
}

// ResetLevel takes the rules of the paths back.
func (sh *Shell) ResetLevel(paths []grammar.Path, all bool) {
	p := &sh.privileges
	p.mu.Lock()
	defer p.mu.Unlock()
	p.put(sh.tree.Reset(p.levels.Load(), paths, all))
}
