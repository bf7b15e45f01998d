package cli

import (
	"context"
	"errors"
	"strings"

	"mirrorsh/cli/grammar"
	"mirrorsh/cli/result"
	"mirrorsh/trapcore/eventlog"
)

// ErrSecureRedirect refuses to write the output of a secure command to a file.
var ErrSecureRedirect = errors.New("secure output cannot be redirected")

// carryOut runs a command. While its output goes to a file, which any operator
// can read, the session does not see the secure side.
func (s *Session) carryOut(ctx context.Context, m *grammar.Match[Handler]) (result.Value, error) {
	if m.Args.Has("redirect") {
		if m.Secure {
			return nil, ErrSecureRedirect
		}
		if _, err := filePath(m.Args.Text("toFile")); err != nil {
			return nil, err
		}
		defer s.mask()()
	}
	h := m.Command.Run
	if s.finds && h.There != nil && !m.Secure && m.Args.Form == grammar.Affirmative && !h.There(s, m.Args) {
		return nil, errNotThere
	}
	return h.Run(ctx, s, m.Args)
}

// mask hides the secure side from the session until the function it returns is
// called.
func (s *Session) mask() (unmask func()) {
	before := s.masked
	s.masked = true
	return func() { s.masked = before }
}

// redirect writes the output of a command to the file it names, and returns
// what is left to be shown.
func (s *Session) redirect(a grammar.Args, text string) (string, error) {
	write := s.shell.Files().Write
	if strings.HasSuffix(a.Text("redirect"), ">>") {
		write = s.shell.Files().Append
	}
	if err := write(a.Text("toFile"), text); err != nil {
		return "", err
	}
	s.Log(eventlog.FileSystem, eventlog.Info, a.Text("toFile")+" written")
	if strings.HasPrefix(a.Text("redirect"), "&") {
		return text, nil
	}
	return "", nil
}
