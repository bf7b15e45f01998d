package cli

import (
	"errors"
	"strings"

	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore/eventlog"
)

// errSecureRedirect refuses to write the output of a secure command to a file.
var errSecureRedirect = errors.New("secure output cannot be redirected")

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
