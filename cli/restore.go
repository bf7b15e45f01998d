package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"mirrorsh/cli/internal/config"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/securelog"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/eventlog"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/state"
)

// Report is told of a line of the startup configuration that is skipped, and on
// which side it was.
type Report func(file string, line int, reason string, of side.Side)

// Startup is a configuration that a router starts with.
type Startup = config.Startup

// Startup reads the saved configuration. One that is not whole is a
// [*state.DamagedError]; none at all is an empty one.
func (sh *Shell) Startup() (Startup, error) { return config.Read(sh.Store) }

// Restore runs the saved configuration on an empty router: [Shell.Startup], then
// [Shell.Run].
func (sh *Shell) Restore(ctx context.Context, report Report) error {
	st, err := sh.Startup()
	if err != nil {
		return err
	}
	return sh.Run(ctx, st, report)
}

// Run runs a startup configuration on an empty router, which is up then. One
// whose lines hang on a line that is refused is a [*state.DamagedError]; a router
// that reloads has to go on without them.
func (sh *Shell) Run(ctx context.Context, st Startup, report Report) error {
	sh.started = sh.Router.Now().Add(-sh.Router.ClockOffset())
	sh.Router.SetRestoring(true)
	defer sh.Router.SetRestoring(false)
	for _, of := range side.Both {
		err := sh.runScript(ctx, of, &st, report)
		if damaged := (*state.DamagedError)(nil); errors.As(err, &damaged) {
			return err // says itself which file
		}
		if err != nil {
			return fmt.Errorf("%s: %w", sh.Store.Path(config.File(of)), err)
		}
	}
	sh.saver.Restored(st)
	return nil
}

func (sh *Shell) runScript(ctx context.Context, of side.Side, st *Startup, report Report) error {
	text := st.Script(of)
	skipped, err := sh.replay(ctx, of, text, st.Reload(), report)
	if err != nil || skipped == 0 {
		return err
	}
	// The next change replaces the file: what could not be run is kept beside it.
	err = sh.Store.WriteFile(config.File(of)+".bak", []byte(text), 0o600)
	if err != nil && st.Reload() { // the router has to go on
		sh.note(of, fmt.Sprintf("what was skipped is not kept: %v", err))
		return nil
	}
	return err
}

// replay runs the lines of one side. Ordinary ones were made where the secure
// side need not be visible, and mean the same only where it is not. Secure ones
// stand below ordinary lines, which only lead to what is there.
func (sh *Shell) replay(ctx context.Context, of side.Side, text string, reload bool, report Report) (skipped int, err error) {
	s := sh.newSession(SessionOptions{Level: grammar.LevelAll, Out: io.Discard})
	s.mirror, s.scripts.finds = of == side.Secure, of == side.Secure
	s.trace.hidden = s.mirror // what leads to secure lines, too
	b, n := newBlocks(), 0
	for line := range strings.Lines(text) {
		n++
		line := strings.TrimSuffix(line, "\n")
		err := b.run(ctx, s, n, line, func() error { return s.Execute(ctx, line) })
		var refusal *Refusal
		if errors.As(err, &refusal) {
			if b.outside() && !reload {
				return skipped, config.Damaged(sh.Store, of, n, strings.TrimPrefix(refusal.Text, "% ")+" All lines below hang on it.")
			}
			skipped++
			sh.note(of, fmt.Sprintf("%s:%d skipped: %s", config.File(of), n, refusal.Text))
			report(config.File(of), n, refusal.Text, of)
		} else if err != nil {
			return skipped, err
		}
	}
	return skipped, nil
}

// note logs what became of a file, on its own side.
func (sh *Shell) note(of side.Side, text string) {
	if x, ok := sh.Router.Secure(keeper(of)); ok {
		x.Failures().Append(&securelog.Failure{Time: sh.Now(), Router: trapcore.DefaultName, Source: "startup", Message: text})
		return
	}
	sh.event(eventlog.Error, text)
}
