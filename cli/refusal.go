package cli

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"mirrorsh/cli/internal/grammar"
)

// Refusal is the error of a command that was refused: by the grammar, whose
// [grammar.Error] has the words, or by its handler. The session has shown it
// already, with the caret line where there is one.
type Refusal struct {
	Text string // as shown, with the leading "% "
	Why  string // what is wrong with the word that the marker is under, if that is known
	Line string // what was typed, without secrets, if no command begins so
	At   int    // number of the line that had scheduled the command; 0: it was not

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

// said is what may be said of a line that the grammar refused.
func said(err error) string {
	var g *grammar.Error
	errors.As(err, &g)
	return g.Redacted
}

// shown is a line of a script as it may be shown: without its secrets.
func (s *Session) shown(line string) string {
	if grammar.IsBlank(line) {
		before, comment, _ := strings.Cut(line, "!")
		if shown, ok := s.leftOut(comment); ok {
			return before + "!" + shown
		}
		return line
	}
	r := reading{s.Mode(), s.View(), line}
	m, err := s.understand(r)
	if err == nil {
		s.ahead = shownLine{r, m}
		return s.asTyped(line, m.Redacted)
	}
	if s.asked {
		unsay(err, m.Redacted)
	}
	return said(err)
}

// commandLike reports whether a text may begin with a keyword that others follow.
func commandLike(text string) bool {
	text = strings.TrimLeft(text, whitespace)
	n := strings.IndexAny(text, whitespace)
	return n > 1 && 'a' <= text[0] && text[0] <= 'z' && strings.Trim(text[1:n], "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

const whitespace = " \t\r\n\f"

// leftOut is what may be shown of a comment that is a command left out for now, in
// whatever mode: its first two words are part of one. Any other is prose.
func (s *Session) leftOut(comment string) (shown string, ok bool) {
	if !commandLike(comment) {
		return "", false // as most are, and soon known
	}
	for _, mode := range AllModes {
		m, err := s.shell.tree.Parse(mode, s.structure(), comment)
		g := (*grammar.Error)(nil)
		switch {
		case err == nil:
			return m.Redacted, true
		case errors.As(err, &g) && (g.Kind == grammar.Incomplete || len(strings.Fields(g.Line[:min(g.Offset, len(g.Line))])) >= 2):
			return said(err), true
		}
	}
	return "", false
}

// shownHelp is shown for a line that asks what may follow.
func (s *Session) shownHelp(line string) string {
	if _, err := s.choices(line); err != nil {
		return said(err) + "?"
	}
	return s.shown(line) + "?"
}

// unsay leaves of an unknown line only what is kept: it may answer a question
// that was not asked.
func unsay(err error, kept string) {
	var g *grammar.Error
	if errors.As(err, &g) && g.Unknown {
		g.Redacted, g.At = kept, max(strings.Index(kept, grammar.Redacted), 0)
	}
}

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
		if hint := s.hint(g); hint != "" && !(s.answer && g.Unknown) {
			refusal.Why = strings.TrimPrefix(refusal.Why+", "+hint, ", ")
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

// caret is the line that points to the word that is wrong, if any: in what was
// typed at a terminal, else in what is shown of the line.
func (s *Session) caret(err error) string {
	var g *grammar.Error
	if !errors.As(err, &g) || g.Kind == grammar.Incomplete {
		return ""
	}
	if s.Interactive() {
		return s.under(g.Line[:min(g.Offset, len(g.Line))])
	}
	return s.under(g.Redacted[:min(g.At, len(g.Redacted))])
}

// under points behind the prompt and text.
func (s *Session) under(text string) string {
	return strings.Repeat(" ", utf8.RuneCountInString(s.Prompt())+utf8.RuneCountInString(text)) + "^\n"
}
