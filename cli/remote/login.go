package remote

import (
	"errors"
	"time"

	"mirrorsh/ascii"
	"mirrorsh/cli/access"
)

// ErrLogin is a login that failed; why, the client does not learn.
var ErrLogin = errors.New("not accepted")

// Banner is what is shown before a login, "" if there is nothing.
func (c *Conn) Banner() string { return c.server.Shell.Access().Banner(access.Login) }

// Greeting is what a protocol without a login of its own shows on connection, and
// whether the client is then asked for a password: where the line has no login, it
// may run a session at once.
func (c *Conn) Greeting() (text string, asks bool) {
	g := c.server.Shell.Access().Greeting(c.peer)
	if g.MOTD != "" {
		text = g.MOTD + "\n"
	}
	if banner := c.Banner(); g.Asks && banner != "" {
		text += banner + "\n"
	}
	return text, g.Asks
}

// Password checks the password of a vty line, later the more wrong ones have
// come from the source: nobody learns anything sooner by not waiting for the
// answer. The error is [ErrLogin], also after more than [access.Tries].
func (c *Conn) Password(user, password string) error {
	s := c.server
	if c.passwords++; c.passwords > access.Tries {
		return ErrLogin
	}
	pause := time.NewTimer(s.penalty(c.peer.From))
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-c.ctx.Done():
		return ErrLogin
	}
	hash, ok := s.Shell.Access().CheckPassword(c.peer, password)
	if ok {
		c.proven = hash
		s.forgive(c.peer.From)
		return nil
	}
	s.guessed(c.peer.From)
	c.alertFailed(user)
	return ErrLogin
}

// Admit lets in who has shown something else than a password, such as a key.
// still reports, before each session, whether that is good enough now.
func (c *Conn) Admit(still func() bool) { c.still = still }

// Failed reports a login that has failed. Passwords have been reported one by one.
func (c *Conn) Failed(user string) {
	if c.passwords == 0 {
		c.alertFailed(user)
	}
}

func (c *Conn) alertFailed(user string) {
	u := access.User{Name: userName(user), From: c.peer.From}
	c.server.Shell.Alert("Failed login " + u.By())
}

// enter gives the operator a line.
func (c *Conn) enter(user *access.User) error {
	if c.still != nil && !c.still() {
		return access.ErrDenied
	}
	return c.server.Shell.Access().Enter(user, c.peer, access.Proof{Key: c.still != nil, Password: c.proven})
}

// maxUserName bounds what is shown of a user name, in characters.
const maxUserName = 32

// userName makes what a client sends fit to be shown: any name is accepted. A
// blank would make two words of it.
func userName(name string) string {
	shown := ""
	for i := range len(name) {
		c := ascii.Display(name[i:i+1], maxUserName)
		if c == " " {
			c = `\x20`
		}
		if len(shown)+len(c) > maxUserName {
			break
		}
		shown += c
	}
	return shown
}
