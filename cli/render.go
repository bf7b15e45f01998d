package cli

import (
	"context"

	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
)

// render makes the output of a command: what it printed, then what it returned, as
// JSON where that is asked for, and filtered.
func (s *Session) render(ctx context.Context, m *grammar.Match[Handler], printed string, v result.Value) (string, error) {
	how, text := m.Args.Text("filter"), ""
	if how == "json" || s.json && how == "" {
		return s.document(m.Command.Shows, printed, v)
	}
	text = printed + result.String(v)
	if how == "" {
		return text, nil
	}
	text, err := Filter(ctx, how, m.Args.Text("regex"), text)
	if err == nil && s.json {
		return result.JSON(result.Text(text))
	}
	return text, err
}

// document is the output of a command as JSON. What a command says that shows
// nothing is no document.
func (s *Session) document(shows bool, printed string, v result.Value) (string, error) {
	if _, said := v.(result.Text); !shows && (said || v == nil) {
		return "", nil
	}
	if v == nil {
		v = result.Text(printed)
	}
	return result.JSON(v)
}
