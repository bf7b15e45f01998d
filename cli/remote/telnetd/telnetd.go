// Package telnetd speaks Telnet with operators: options, commands, and the login
// that it has no other words for than a prompt. All of it is clear text. What is
// not Telnet, package remote does: who may log in, how often, on which line, for
// how long.
package telnetd

import (
	"errors"
	"io"

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
	if login(rc, t) {
		rc.Run(rc.Context(), remote.Session{Terminal: t, Stream: c, Greeted: true})
	}
}

// login shows the banners and asks for the password of a line (cli/REFERENCE.md,
// Banners and login).
func login(rc *remote.Conn, t *terminal.Terminal) bool {
	text, asks := rc.Greeting()
	if _, err := io.WriteString(t, text+"\n"); err != nil {
		return false
	}
	if !asks {
		return true
	}
	for range access.Tries {
		password, err := t.ReadSecret(rc.Context(), "Telnet password: ")
		switch {
		case errors.Is(err, io.EOF), rc.Context().Err() != nil:
			return false
		case err == nil && rc.Password("", password) == nil:
			return true
		}
	}
	_, _ = io.WriteString(t, "% "+access.ErrPasswords.Error()+"\n")
	return false
}
