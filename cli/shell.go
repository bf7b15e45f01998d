// Package cli is the interpreter of the shell: sessions with their modes, levels
// and visibility, running a line, help and completion, history, filters, scripts
// and batches. It knows no terminal and no network: cli/terminal and cli/remote
// bring operators. What there is to type lives in cli/command, how it is read in
// cli/internal/grammar.
package cli

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"time"

	"mirrorsh/cli/aaa"
	"mirrorsh/cli/access"
	"mirrorsh/cli/internal/config"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/mib"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/chassis"
	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
	"mirrorsh/trapcore/state"
)

// A Namer lists the names of what exists of some kind, as the session sees it.
type Namer = func(*Session) []string

// A CrowdNamer gives the names of many things out one by one, as
// [grammar.Lister] has it. visit must not use what the names are of.
type CrowdNamer = func(s *Session, prefix string, visit func(name string) (more bool)) (left int)

// Command is a command of this shell.
type Command = grammar.Command[Handler]

// The command modes (REFERENCE.md, prompts). User Exec and Privileged
// Exec are one mode: the level tells them apart.
const (
	Exec            grammar.Mode = "Exec"
	GlobalConfig    grammar.Mode = "Global Configuration"
	InterfaceConfig grammar.Mode = "Interface Configuration"
	LineConfig      grammar.Mode = "Line Configuration"
	PolicyList      grammar.Mode = "Policy List Configuration"
	ClassifierGroup grammar.Mode = "Classifier Group Configuration"
	// Of secure lists; the prompts are the same.
	SecurePolicyList      grammar.Mode = "Secure Policy List Configuration"
	SecureClassifierGroup grammar.Mode = "Secure Classifier Group Configuration"
	RADIUSServer          grammar.Mode = "RADIUS Server Configuration"
	RADIUSClient          grammar.Mode = "RADIUS Client Configuration"
)

// modePrompts has what each mode shows in the prompt.
var modePrompts = map[grammar.Mode]string{
	GlobalConfig:          "(config)",
	InterfaceConfig:       "(config-if)",
	LineConfig:            "(config-line)",
	PolicyList:            "(config-policy-list)",
	ClassifierGroup:       "(config-policy-list-classifier-group)",
	SecurePolicyList:      "(config-policy-list)",
	SecureClassifierGroup: "(config-policy-list-classifier-group)",
	RADIUSServer:          "(config-radius)",
	RADIUSClient:          "(config-radius)",
}

// ConfigModes are Global Configuration and the modes below it.
var ConfigModes = []grammar.Mode{GlobalConfig, InterfaceConfig, LineConfig, PolicyList, ClassifierGroup, SecurePolicyList, SecureClassifierGroup, RADIUSServer, RADIUSClient}

// AllModes are the modes where the commands that move between modes exist.
var AllModes = append([]grammar.Mode{Exec}, ConfigModes...)

func modeSpecs() []grammar.ModeSpec {
	specs := []grammar.ModeSpec{{Mode: Exec}}
	for _, m := range ConfigModes {
		spec := grammar.ModeSpec{Mode: m, EnteredBy: enteredBy[m], Prefixes: []grammar.Prefix{
			{Keyword: grammar.Kw("do", "Run an Exec command"), Mode: Exec},
			{Keyword: grammar.Kw("run", "Run an Exec command"), Mode: Exec},
		}}
		if m != GlobalConfig {
			spec.Fallback = GlobalConfig
		}
		specs = append(specs, spec)
	}
	return specs
}

// Release is what the shell says of the program.
type Release = chassis.Release

// Options are what a shell is made of.
type Options struct {
	Router   *trapcore.Router
	Commands []Command
	Sections []Section
	Habits   []Habit // what refusals answer with the command that does it
	Release  Release
	// Store keeps the configuration; it is in memory if nothing is to be kept.
	Store state.Store
	// SaveRetry is after what time a configuration that could not be saved is
	// tried again by itself; 0: a second.
	SaveRetry time.Duration
	// Resolve finds the addresses of a host by its name; nil: names are not resolved.
	Resolve func(ctx context.Context, name string) ([]netip.Addr, error)
	// Reload tries whatever can fail when the router is started anew with a
	// configuration. An error leaves everything as it was; else restart makes the
	// process end every session and start that router, after it has returned: it
	// does not wait. nil where that cannot be.
	Reload func(Startup) (restart func(), err error)
	// Like, if not nil, is a shell with the same commands, which this one shares:
	// they are the most of what a shell costs.
	Like *Shell
	// MasterKey makes the keys of passphrases; nil: [snmp.MasterKey].
	MasterKey func(snmp.AuthProtocol, string) (snmp.Key, error)
}

// Shell is what the sessions of one router share. Its fields are never changed
// after [New] and [Shell.Run]; the router guards its own state, and so does the saver.
type Shell struct {
	Options
	tree    *grammar.Tree[Handler]
	habits  []habit
	started time.Time // by the clock's source
	saver   *config.Saver
	kept    keeping
	access  *access.Access
	aaa     *aaa.AAA

	privileges privileges
	aliases    aliases
	files      Files
	reload     scheduled
}

// New makes a shell, which [Shell.Close] ends. An error names the command that
// cannot be. The others are read when a line begins like them, or by [Shell.Load].
func New(o Options) (*Shell, error) {
	tree, err := treeOf(&o)
	if err != nil {
		return nil, fmt.Errorf("command set: %w", err)
	}
	if o.MasterKey == nil {
		o.MasterKey = snmp.MasterKey
	}
	sh := &Shell{
		Options: o, tree: tree, habits: newHabits(o.Habits), access: access.New(),
		started: o.Router.Now().Add(-o.Router.ClockOffset()),
		files:   Files{store: o.Store},
	}
	secure, _ := o.Router.Secure(keeper(side.Secure))
	sh.aaa = aaa.New(o.Router, sh.access, secure)
	sh.saver = config.NewSaver(savedShell{sh})
	return sh, nil
}

// treeOf makes the grammar, or takes that of another shell.
func treeOf(o *Options) (*grammar.Tree[Handler], error) {
	if o.Like != nil {
		o.Commands, o.Sections = o.Like.Commands, o.Like.Sections
		return o.Like.tree, nil
	}
	tree, err := grammar.New(modeSpecs(), o.Commands)
	if err != nil {
		return nil, err
	}
	tree.SecureOutput(Exec, "show", "mirror", "trap")
	return tree, nil
}

// Load reads all commands, so that no line waits for it, and reports what is wrong with
// them that [New] does not see.
func (sh *Shell) Load() error {
	checked := make(chan error, 1)
	go func() { checked <- checkCommands(sh.Commands) }()
	err := sh.tree.Load()
	return cmp.Or(err, <-checked)
}

// checkCommands reports what is wrong with commands beyond their grammar.
func checkCommands(all []Command) error {
	for i := range all {
		if err := checkCommand(&all[i]); err != nil {
			return fmt.Errorf("%q: %w", grammar.Usage(all[i].Syntax), err)
		}
	}
	return nil
}

// Now is the router's time.
func (sh *Shell) Now() time.Time { return sh.Router.Now() }

// Started is when the router came up, by its clock as it is set now.
func (sh *Shell) Started() time.Time { return sh.started.Add(sh.Router.ClockOffset()) }

// Files are the operator's files.
func (sh *Shell) Files() *Files { return &sh.files }

// Access says who may log in and what they may then do.
func (sh *Shell) Access() *access.Access { return sh.access }

// AAA decides by method lists who may log in and what they may do.
func (sh *Shell) AAA() *aaa.AAA { return sh.aaa }

// Alert reports a login that failed, an access that was denied and the like: it
// logs it and raises the trap.
func (sh *Shell) Alert(message string) {
	vr := sh.Router.Default()
	sh.Router.EventLog().Log(eventlog.Security, eventlog.Warning, vr.Name(), message)
	vr.Traps().Raise(&notify.CLISecurityAlert{Priority: mib.Warning, Message: message, Time: sh.Now()})
}

// Tree is the grammar, for the manual and for tests that walk every command.
func (sh *Shell) Tree() *grammar.Tree[Handler] { return sh.tree }
