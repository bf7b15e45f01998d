package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Source is a script: lines of commands and the name they go by in messages.
type Source struct {
	Name string // a file name, "stdin" or "-c"
	R    io.Reader
}

// Batch runs scripts as a session would have typed them.
type Batch struct {
	Session *Session
	// Out is where the session writes; it is flushed whenever the next line is
	// not there yet, so that a program on the other side can wait for it.
	Out *bufio.Writer
	// Errors takes a line NAME:LINE: % REASON for each refused command.
	Errors io.Writer
	// KeepGoing runs on after a refused command.
	KeepGoing bool
	// Quiet leaves out the echo of prompt and command.
	Quiet bool
}

// ErrRefused is the error of a batch in which a command was refused.
var ErrRefused = errors.New("a command was refused")

// maxLine is the longest line of a script in bytes.
const maxLine = 64 << 10

// RunAll runs scripts one after the other, in one session, and ends with the
// first refused command unless KeepGoing is set. Errors are those of Run.
func (b *Batch) RunAll(ctx context.Context, sources []Source) error {
	var refused error
	for _, src := range sources {
		err := b.Run(ctx, src)
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
	in := &script{name: src.Name, in: bufio.NewReaderSize(src.R, maxLine), out: b.Out}
	b.Session.dialog = in
	refused := false
	for !b.Session.Done() {
		line, err := in.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		number := in.line
		err = b.line(ctx, line)
		b.Session.saveSoon()
		var refusal *Refusal
		if errors.As(err, &refusal) {
			refused = true
			if err := b.report(src.Name, number, refusal); err != nil {
				return err
			}
			if !b.KeepGoing {
				break
			}
		} else if err != nil {
			return errors.Join(err, b.Out.Flush())
		}
	}
	if err := errors.Join(b.Session.Save(ctx), b.Out.Flush()); err != nil {
		return err
	}
	if refused {
		return ErrRefused
	}
	return nil
}

func (b *Batch) report(name string, number int, refusal *Refusal) error {
	if err := b.Out.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(b.Errors, "%s:%d: %s\n", name, number, refusal.Text)
	return err
}

// line runs one line; one that ends in ? prints help instead.
func (b *Batch) line(ctx context.Context, line string) error {
	if !b.Quiet {
		fmt.Fprintf(b.Out, "%s%s\n", b.Session.Prompt(), line)
	}
	if before, ok := strings.CutSuffix(strings.TrimRight(line, " \t"), "?"); ok && !strings.HasPrefix(strings.TrimLeft(line, " \t"), "!") {
		_, err := b.Out.WriteString(b.Session.Help(before))
		return err
	}
	return b.Session.Execute(ctx, line)
}

// script reads the lines of a batch, and the answers to what its commands ask.
type script struct {
	name string
	line int // number of the last line read, from 1
	in   *bufio.Reader
	out  *bufio.Writer
}

// next returns the next line; io.EOF after the last.
func (s *script) next() (string, error) {
	if s.in.Buffered() == 0 {
		if err := s.out.Flush(); err != nil {
			return "", err
		}
	}
	s.line++
	line, err := readLine(s.in)
	if err != nil && err != io.EOF {
		return "", fmt.Errorf("%s:%d: %w", s.name, s.line, err)
	}
	return line, err
}

// ReadSecret takes the next line as the answer.
func (s *script) ReadSecret(_ context.Context, prompt string) (string, error) {
	secret, err := s.next()
	if err == nil {
		_, err = s.out.WriteString(prompt + "\n")
	}
	return secret, err
}

// Confirm says yes: whoever wrote the script has confirmed already.
func (s *script) Confirm(_ context.Context, question string) (bool, error) {
	_, err := s.out.WriteString(question + "\n")
	return true, err
}

var errLongLine = fmt.Errorf("line is longer than %d bytes", maxLine)

// readLine returns the next line without its end, LF or CRLF.
func readLine(in *bufio.Reader) (string, error) {
	line, err := in.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return "", errLongLine
	case err == io.EOF && len(line) > 0:
	case err != nil:
		return "", err
	}
	return strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r"), nil
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
		case text[i] == '"':
			quoted = !quoted
		case text[i] == ';' && !quoted:
			lines = append(lines, strings.TrimSpace(text[from:i]))
			from = i + 1
		}
	}
	return append(lines, strings.TrimSpace(text[from:]))
}
