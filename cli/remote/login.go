package remote

import (
	"errors"
	"time"

	"mirrorsh/ascii"
	"mirrorsh/cli/aaa"
	"mirrorsh/cli/access"
	"mirrorsh/trapcore/tacacs"
)

// ErrLogin is a login that failed; why, the client does not learn.
var ErrLogin = errors.New("not accepted")

// Banner is what is shown before a login, "" if there is nothing.
func (c *Conn) Banner() string { return c.server.Shell.Access().Banner(access.Login) }

// Greeting is what a protocol without a login of its own shows on connection, and
// what the client is then asked for: where that is nothing, it may run a session at
// once.
func (c *Conn) Greeting() (text string, asks aaa.Asks) {
	shell := c.server.Shell
	g := shell.Access().Greeting(c.peer)
	asks.Password = g.Asks
	if wants, governed := shell.AAA().LoginAsks(g.Line); g.Asks && governed {
		if asks = wants; asks == (aaa.Asks{}) {
			c.decide(g.Line, g.ID, "", "") // nothing is enough
		}
	}
	if g.MOTD != "" {
		text = g.MOTD + "\n"
	}
	if banner := c.Banner(); g.Asks && banner != "" {
		text += banner + "\n"
	}
	return text, asks
}

// Password checks a password, by the method list of the line or as that of a vty
// line, later the more wrong ones have come from the source: nobody learns anything
// sooner by not waiting for the answer. The error is [ErrLogin], also after more
// than [access.Tries].
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
	if c.check(user, password) {
		s.forgive(c.peer.From)
		return nil
	}
	s.guessed(c.peer.From)
	c.alertFailed(user)
	return ErrLogin
}

// check finds out whether a password lets somebody in.
func (c *Conn) check(user, password string) bool {
	shell := c.server.Shell
	if line, id, ok := shell.Access().Candidate(c.peer); ok && c.peer.Governs(line) {
		return c.decide(line, id, user, password).Allowed
	}
	hash, ok := shell.Access().CheckPassword(c.peer, password)
	if ok {
		c.proven, c.known = access.Proof{Password: hash}, true
	}
	return ok
}

// decide has the method list of a line decide. A name that cannot be shown as it is
// would be another in what is asked later, and is nobody's.
func (c *Conn) decide(line access.Line, id access.ID, user, password string) (out aaa.Outcome) {
	if userName(user) == user {
		w := aaa.Who{Line: line, Who: tacacs.Who{User: user, Port: id.String(), From: c.peer.From.String()}}
		out = c.server.Shell.AAA().Login(c.ctx, w, password)
	}
	if out.Allowed {
		c.proven, c.known = access.Proof{List: &line.Lists.Login}, out.Authenticated()
		if out.By == aaa.Line {
			c.proven.Password = line.Password
		}
	}
	return out
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
	proof := c.proven
	if c.still != nil {
		proof = access.Proof{Key: true}
	}
	return c.server.Shell.Access().Enter(user, c.peer, proof)
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
