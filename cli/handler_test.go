package cli

import (
	"context"
	"errors"
	"testing"

	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
)

// TestSecureHandlers: what is handed the secure side carries out secure commands only.
func TestSecureHandlers(t *testing.T) {
	run := DoSecure(None{}, func(context.Context, *Session, *trapcore.Secure, None) error { return nil })
	for _, secure := range []bool{false, true} {
		c := Command{Modes: []grammar.Mode{Exec}, Secure: secure, Syntax: grammar.Kw("word", "A word"), Run: run}
		if err := checkCommand(&c); errors.Is(err, errNotSecure) == secure {
			t.Errorf("secure %v: %v", secure, err)
		}
	}
}
