// Package telnetd speaks Telnet with operators: options, commands, and a login at
// a prompt, since the protocol has none. All of it is clear text. Package remote
// does the rest: who may log in, how often, on which line, for how long.
package telnetd

import (
	"context"
	"errors"
	"io"

	"mirrorsh/cli/aaa"
	"mirrorsh/cli/access"
	"mirrorsh/cli/remote"
	"mirrorsh/cli/terminal"
)

// Transport is Telnet as a [remote.Transport].
type Transport struct{}

// Name is what the router calls it: "Logged in on vty 0 via telnet."
func (Transport) Name() string { return "telnet" }

// Serve lets a client log in and serves its session.
func (Transport) Serve(rc *remote.Conn) {
	c, err := open(rc)
	if err != nil {
		return
	}
	defer c.finish()
	t := terminal.NewRemote(c, c.size)
	defer t.Close()
	t.ShowProgress()
	if name, ok := login(rc, t); ok {
		rc.Run(rc.Context(), remote.Session{User: name, Terminal: t, Stream: c, Greeted: true})
	}
}

// login shows the banners and asks for the password of a line, or for what its method
// list wants (cli/REFERENCE.md, Banners and login, AAA).
func login(rc *remote.Conn, t *terminal.Terminal) (name string, ok bool) {
	text, asks := rc.Greeting()
	if _, err := io.WriteString(t, text+"\n"); err != nil {
		return "", false
	}
	if asks == (aaa.Asks{}) {
		return "", true
	}
	for range access.Tries {
		name, password, err := askFor(rc.Context(), t, asks)
		switch {
		case errors.Is(err, io.EOF), rc.Context().Err() != nil:
			return "", false
		case err == nil && rc.Password(name, password) == nil:
			return name, true
		}
	}
	_, _ = io.WriteString(t, "% "+access.ErrPasswords.Error()+"\n")
	return "", false
}

// askFor asks for a name and a password.
func askFor(ctx context.Context, t *terminal.Terminal, asks aaa.Asks) (name, password string, err error) {
	prompt := "Telnet password: "
	if asks.Name {
		if name, err = t.ReadName(ctx, "User: "); err != nil {
			return "", "", err
		}
		prompt = "Password: "
	}
	if asks.Password {
		password, err = t.ReadSecret(ctx, prompt)
	}
	return name, password, err
}
