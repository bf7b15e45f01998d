package cli

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"mirrorsh/cli/grammar"
)

// Refusal is the error of a command that was refused. The session has shown it
// already, with the caret line where there is one.
type Refusal struct {
	Text string // as shown, with the leading "% "
	Why  string // what is wrong with the word that the marker is under, if that is known
	Line string // what was typed, without secrets, if no command begins so

	err error // of the command
}

// Reason is the text, and why.
func (r *Refusal) Reason() string {
	if r.Why != "" {
		return r.Text + " (" + r.Why + ")"
	}
	return r.Text
}

// Said is the refusal as one line.
func (r *Refusal) Said() string {
	if r.Line != "" {
		return r.Line + ": " + r.Reason()
	}
	return r.Reason()
}

// nested is what Said says, to stand in another refusal.
func (r *Refusal) nested() string {
	reason := strings.TrimPrefix(r.Reason(), "% ")
	if r.Line != "" {
		return r.Line + ": " + reason
	}
	return reason
}

func (r *Refusal) Error() string { return r.Text }

func (r *Refusal) Unwrap() error { return r.err }

// refuse shows why a line was refused, after what the command had printed.
func (s *Session) refuse(ctx context.Context, err error, printed, kept string) error {
	if ctx.Err() != nil {
		_ = s.say(context.WithoutCancel(ctx), printed)
		return ctx.Err()
	}
	shown, refusal := s.refusal(err, kept)
	if s.scripts.depth > 0 { // the command that runs the script says the rest
		shown = ""
		if s.scripts.echo != "" {
			shown = s.scripts.echo + s.caret(err)
		}
	}
	if werr := s.say(ctx, printed+shown); werr != nil {
		return werr
	}
	return refusal
}

// refusal words an error. What is shown begins with the line where that is not
// on the screen; kept is what may be said of it.
func (s *Session) refusal(err error, kept string) (shown string, refusal *Refusal) {
	refusal = &Refusal{Text: "% " + err.Error(), err: err}
	caret := s.caret(err)
	var g *grammar.Error
	if errors.As(err, &g) {
		refusal.Why = g.Why
		if g.Unknown {
			refusal.Line = strings.TrimSpace(g.Redacted)
		}
		if caret != "" && s.quiet {
			caret = s.under(g.Redacted[:min(g.At, len(g.Redacted))])
		}
	}
	if s.quiet && kept != "" {
		shown = s.Prompt() + kept + "\n"
	}
	shown += caret + refusal.Text + "\n"
	if refusal.Why != "" && s.terminal != nil { // a batch says it beside the number of the line
		shown += "% " + refusal.Why + "\n"
	}
	return shown, refusal
}

// caret is the line that points to the word that is wrong, if any.
func (s *Session) caret(err error) string {
	var g *grammar.Error
	if !errors.As(err, &g) || g.Kind == grammar.Incomplete {
		return ""
	}
	return s.under(g.Line[:min(g.Offset, len(g.Line))])
}

// under points behind the prompt and text.
func (s *Session) under(text string) string {
	return strings.Repeat(" ", utf8.RuneCountInString(s.Prompt())+utf8.RuneCountInString(text)) + "^\n"
}
