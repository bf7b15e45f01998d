package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// operator is a session over SSH on a terminal.
type operator struct {
	client *gossh.Client
	in     io.Writer
	out    io.Reader
}

// atPrompt matches what a router called host1 shows when it waits for a line.
var atPrompt = regexp.MustCompile(`(?:^|\n)\r?(host1[^\s>#]*[>#])$`)

// login opens a session and waits for its prompt.
func (l *lab) login(ctx context.Context, name string) (*operator, error) {
	client, err := gossh.Dial("tcp", l.ssh.String(), &gossh.ClientConfig{
		User: name, Auth: []gossh.AuthMethod{gossh.PublicKeys(l.signer)}, HostKeyCallback: gossh.InsecureIgnoreHostKey(), Timeout: patience,
		HostKeyAlgorithms: []string{gossh.KeyAlgoED25519}, // as OpenSSH prefers
	})
	if err != nil {
		return nil, err
	}
	o := &operator{client: client}
	if err := o.open(ctx); err != nil {
		_ = client.Close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return o, nil
}

func (o *operator) open(ctx context.Context) error {
	s, err := o.client.NewSession()
	if err != nil {
		return err
	}
	if o.in, err = s.StdinPipe(); err != nil {
		return err
	}
	if o.out, err = s.StdoutPipe(); err != nil {
		return err
	}
	if err := s.RequestPty("dumb", 50, 200, gossh.TerminalModes{}); err != nil {
		return err
	}
	if err := s.Shell(); err != nil {
		return err
	}
	if _, err := o.prompt(ctx); err != nil {
		return err
	}
	_, err = o.run(ctx, "terminal length 0")
	return err
}

// prompt returns all that comes until the next prompt, and the prompt.
func (o *operator) prompt(ctx context.Context) (string, error) {
	defer context.AfterFunc(ctx, func() { _ = o.client.Close() })()
	late := time.AfterFunc(10*time.Minute, func() { _ = o.client.Close() })
	defer late.Stop()
	var seen []byte
	for in := make([]byte, 32<<10); ; {
		n, err := o.out.Read(in)
		seen = append(seen, in[:n]...)
		if m := atPrompt.FindIndex(seen[max(0, len(seen)-100):]); m != nil {
			return string(seen), nil
		}
		if err != nil {
			return "", fmt.Errorf("no prompt after %q: %w", seen, err)
		}
	}
}

// run types a line and returns what is shown for it, the echo and the next
// prompt left out.
func (o *operator) run(ctx context.Context, line string) (string, error) {
	if _, err := io.WriteString(o.in, line+"\r"); err != nil {
		return "", fmt.Errorf("%s: %w", line, err)
	}
	shown, err := o.prompt(ctx)
	if err != nil {
		return "", fmt.Errorf("%s: %w", line, err)
	}
	shown = strings.ReplaceAll(shown, "\r", "")
	_, shown, _ = strings.Cut(shown, "\n")
	return shown[:strings.LastIndexByte(shown, '\n')+1], nil
}

// do runs lines of which none may be refused, and returns what the last shows.
func (o *operator) do(ctx context.Context, lines ...string) (shown string, err error) {
	for _, line := range lines {
		if shown, err = o.run(ctx, line); err != nil {
			return "", err
		}
		if strings.Contains(shown, "% ") {
			return "", fmt.Errorf("%s: %s", line, shown)
		}
	}
	return shown, nil
}

func (o *operator) close() { _ = o.client.Close() }
