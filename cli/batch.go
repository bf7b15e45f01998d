package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"strings"

	"mirrorsh/cli/internal/result"
)

// Source is a script: lines of commands and the name they go by in messages.
type Source struct {
	Name string // a file name, "stdin" or "-c"
	R    io.Reader
	// Beside are the files beside the script, which configure file finds; nil: none.
	Beside fs.FS

	line int // lines read already
}

// Batch runs scripts as a session would have typed them.
type Batch struct {
	Session *Session
	// Out is where the session writes; it is flushed whenever the next line is
	// not there yet, so that a program on the other side can wait for it.
	Out *bufio.Writer
	// Errors takes a line NAME:LINE: % REASON for each refused command, with what
	// was typed before the reason where no command begins so.
	Errors io.Writer
	// KeepGoing runs on after a refused command.
	KeepGoing bool
	// Quiet leaves out the echo of prompt and command, but for those refused. With
	// JSON in the session's options there is none. No echo has the line's secrets.
	Quiet bool
	// Environ has the variables that the scripts name; nil: ${ means nothing there.
	Environ Environ

	rest    []Source
	blocks  *blocks // of refused lines, with KeepGoing
	refused bool    // a command of the script that runs was
}

// Rest returns what the scripts had still to say when the session ended or a
// run failed, for a session that goes on in its place.
func (b *Batch) Rest() []Source { return b.rest }

// ErrRefused is the error of a batch in which a command was refused.
var ErrRefused = errors.New("a command was refused")

// MaxLine is the longest line of a script, and the longest list of commands that
// SSH carries, in bytes.
const MaxLine = 64 << 10

// RunAll runs scripts one after the other and ends with the first refused
// command unless KeepGoing is set. They share a session until one logs out.
// Errors are those of Run.
func (b *Batch) RunAll(ctx context.Context, sources []Source) error {
	var refused error
	for i, src := range sources {
		if b.Session.Done() { // the script before logged out: this one logs in
			b.Session.Close()
			saw := b.Session.saw
			b.Session, b.blocks = b.Session.shell.NewSession(b.Session.opened), nil
			b.Session.saw = saw
		}
		err := b.Run(ctx, src)
		if ctx.Err() != nil {
			b.rest = append(b.rest, sources[i+1:]...)
			return errors.Join(refused, err)
		}
		if err != nil && !(errors.Is(err, ErrRefused) && b.KeepGoing) {
			return err
		}
		if err != nil {
			refused = err
		}
	}
	return refused
}

// Run runs one script. It returns ErrRefused if a command was refused, and any
// other error if the script could not be read or its output not be written.
func (b *Batch) Run(ctx context.Context, src Source) error {
	in := &script{name: src.Name, echo: !b.Quiet && !b.Session.json, mute: b.Session.json, environ: b.Environ, in: bufio.NewReaderSize(src.R, MaxLine), out: b.Out}
	in.feed = feed{read: in.readOne, taken: src.line}
	defer func() { b.rest = []Source{{Name: src.Name, R: in.in, Beside: src.Beside, line: in.taken}} }()
	defer b.Session.with(&in.feed, b.timeline(src.Name, &in.feed))()
	defer b.Session.watching(ahead(src.R))()
	b.Session.dialog, b.Session.quiet = in, b.Quiet
	defer b.Session.scripts.from(outside{beside: src.Beside, captures: b.Session.opened.Captures, environ: b.Environ})()
	err := b.lines(ctx, src.Name, in)
	if err == nil || errors.Is(err, ErrRefused) {
		var refusal *Refusal
		if serr := b.Session.Save(ctx); errors.As(serr, &refusal) {
			err = errors.Join(ErrRefused, b.report(src.Name, in.line, refusal))
		} else if serr != nil {
			err = serr
		}
	} else {
		_ = b.Session.shell.saver.Save(b.Session.Clearance()) // what came before is whole, whatever ended the script
	}
	return errors.Join(err, b.Out.Flush())
}

// lines runs the lines of a script until it ends.
func (b *Batch) lines(ctx context.Context, name string, in *script) error {
	b.refused = false
	for over := false; !over && !b.Session.Done(); {
		line, err := in.next()
		number := in.line
		switch {
		case err == io.EOF:
			err, over = b.Session.endScript(ctx), true
		case err == nil:
			err = b.line(ctx, number, line)
			b.Session.saveSoon()
		case b.KeepGoing:
			tooLong := err
			err = b.skipper().note(b.Session, number, line, func() error { return tooLong })
		}
		if refusal, ok := errors.AsType[*Refusal](err); ok {
			b.refused = true
			if err := b.report(name, number, refusal); err != nil {
				return err
			}
			if !b.KeepGoing {
				break
			}
		} else if err != nil {
			return err
		}
	}
	if b.refused {
		return ErrRefused
	}
	return nil
}

func (b *Batch) report(name string, number int, refusal *Refusal) error {
	if err := b.Out.Flush(); err != nil {
		return err
	}
	if refusal.At > 0 {
		number = refusal.At
	}
	_, err := fmt.Fprintf(b.Errors, "%s:%d: %s\n", name, number, refusal.Said())
	return err
}

// timeline makes that of a script.
func (b *Batch) timeline(name string, lines *feed) *timeline {
	t := &timeline{line: func() int { return lines.line }}
	if !b.Quiet && !b.Session.json {
		t.shown = func(line string) { fmt.Fprintf(b.Out, "%s%s\n", b.Session.Prompt(), b.Session.shown(line)) }
	}
	if b.KeepGoing {
		t.refused = func(r *Refusal) error {
			b.refused = true
			return b.report(name, r.At, r)
		}
	}
	return t
}

// skipper keeps what belongs to refused lines over all scripts of a session.
func (b *Batch) skipper() *blocks {
	if b.blocks == nil {
		b.blocks = newBlocks()
	}
	return b.blocks
}

// line runs one line; one that ends in ? prints help instead.
func (b *Batch) line(ctx context.Context, number int, line string) error {
	typed, asks := strings.CutSuffix(strings.TrimRight(line, " \t"), "?")
	if asks = asks && !b.Session.literal(typed); !asks {
		typed = line
	}
	typed, wrong := b.Environ.Expand(typed)
	if wrong != nil {
		typed = line
	}
	if !b.Quiet && !b.Session.json {
		text := ""
		if asks && wrong == nil {
			text = b.Session.shownHelp(typed)
		} else {
			text = b.Session.shown(typed)
		}
		// An error of the writer stays until it is flushed.
		for _, piece := range b.Session.prompt() {
			_, _ = b.Out.WriteString(piece)
		}
		_, _ = b.Out.WriteString(text)
		_ = b.Out.WriteByte('\n')
	}
	switch {
	case asks && wrong == nil:
		return b.help(typed)
	case b.KeepGoing:
		return b.goingOn(ctx, number, line, typed, wrong)
	}
	return b.execute(ctx, line, typed, wrong)
}

// goingOn runs a line, unless it belongs to one that was refused.
func (b *Batch) goingOn(ctx context.Context, number int, line, typed string, wrong error) error {
	return b.skipper().run(ctx, b.Session, number, typed, func() error { return b.execute(ctx, line, typed, wrong) })
}

// execute runs what a line means, or refuses the line for what is wrong with its variables.
func (b *Batch) execute(ctx context.Context, line, typed string, wrong error) error {
	if wrong != nil {
		return b.Session.refuse(ctx, wrong, "", b.Session.shown(line))
	}
	return b.Session.Execute(ctx, typed)
}

// help prints what may follow a line.
func (b *Batch) help(line string) error {
	text, refused := b.Session.help(line)
	if b.Session.json {
		var err error
		if text, err = result.JSON(result.Text(text)); err != nil {
			return err
		}
	}
	if _, err := b.Out.WriteString(text); err != nil {
		return err
	}
	if refused != nil {
		return refused
	}
	return nil
}

// script reads the lines of a batch, and the answers to what its commands ask.
type script struct {
	name string
	echo bool
	mute bool // questions are not shown
	feed
	in      *bufio.Reader
	out     *bufio.Writer
	environ Environ // of answers
	lately  lately
}

// readOne returns the next line of the source; io.EOF after the last.
func (s *script) readOne() (string, error) {
	if s.in.Buffered() == 0 {
		if err := s.out.Flush(); err != nil {
			return "", err
		}
	}
	line, err := readLine(s.in, &s.lately)
	if s.taken == 1 {
		line = strings.TrimPrefix(line, "\ufeff") // as some editors begin a file
	}
	if errors.Is(err, errLongLine) {
		return line, &Refusal{Text: "% " + err.Error()}
	}
	if err != nil && err != io.EOF {
		return "", fmt.Errorf("%s:%d: %w", s.name, s.line, err)
	}
	return line, err
}

// ReadSecret takes the next line as the answer.
func (s *script) ReadSecret(_ context.Context, prompt string) (string, error) {
	secret, err := s.next()
	if err == nil && !s.mute {
		_, err = s.out.WriteString(prompt + "\n")
	}
	if err != nil {
		return secret, err
	}
	return s.environ.answer(secret)
}

// ReadText takes the next line.
func (s *script) ReadText(context.Context) (string, error) {
	line, err := s.next()
	if err == nil {
		line, err = s.environ.answer(line)
	}
	if err == nil && s.echo {
		_, err = s.out.WriteString(line + "\n")
	}
	return line, err
}

// Confirm says yes: whoever wrote the script has confirmed already.
func (s *script) Confirm(_ context.Context, question string) (bool, error) {
	if s.mute {
		return true, nil
	}
	_, err := s.out.WriteString(question + "\n")
	return true, err
}

// maxBegun is how much of a line that is too long tells what it was to be.
const maxBegun = 1 << 10

var errLongLine = fmt.Errorf("line is longer than %d bytes", MaxLine)

// readLine returns the next line without its end, LF or CRLF, and the beginning
// of one that is too long.
func readLine(in *bufio.Reader, before *lately) (string, error) {
	line, err := in.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		begun := string(line[:min(len(line), maxBegun)])
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = in.ReadSlice('\n')
		}
		return begun, errLongLine
	case err == io.EOF && len(line) > 0:
	case err != nil:
		return "", err
	}
	return before.text(bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))), nil
}

// lately are lines that were read lately, so that one that comes again is not made again.
// There is room for several of a hash, since the lines of a loop may share one.
type lately [64][4]string

func (l *lately) text(line []byte) string {
	if len(line) > maxKeptLine {
		return string(line)
	}
	of := &l[maphash.Bytes(seed, line)%uint64(len(l))]
	for _, kept := range of {
		if kept == string(line) {
			return kept
		}
	}
	copy(of[1:], of[:])
	of[0] = string(line)
	return of[0]
}

// SplitCommands makes the lines of a -c argument: a semicolon separates
// commands, except inside quotes.
func SplitCommands(text string) []string {
	var lines []string
	from, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quoted:
			i++
		case text[i] == '"' && quoted:
			quoted = false
		case text[i] == '"':
			// As for the grammar, a quote inside a word is a character of it.
			quoted = i == from || strings.IndexByte(" \t;", text[i-1]) >= 0
		case text[i] == ';' && !quoted:
			lines = append(lines, strings.TrimSpace(text[from:i]))
			from = i + 1
		}
	}
	return append(lines, strings.TrimSpace(text[from:]))
}
