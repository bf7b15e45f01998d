package sshd

import (
	"net/netip"
	"strings"
	"time"

	"github.com/gliderlabs/ssh"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/mib"
)

// guesses are the wrong passwords that have come from an address.
type guesses struct {
	count int
	last  time.Time
}

// Wrong passwords are forgotten after a while; so are the oldest of very many
// addresses.
const (
	forgetAfter = 10 * time.Minute
	maxGuessers = 4096
	maxCount    = 5
)

// banner is shown before authentication (reference cli.md 4.4).
func (s *Server) banner(ssh.Context) string {
	text := s.Shell.Access().Banner(access.Login)
	if text == "" {
		return ""
	}
	return strings.ReplaceAll(text, "\n", "\r\n") + "\r\n"
}

// password checks the password of a vty line, later the more wrong ones have
// come from the address: nobody learns anything sooner by not waiting for the
// answer.
func (s *Server) password(ctx ssh.Context, password string) bool {
	c := connOf(ctx)
	if c.passwords++; c.passwords > cli.Tries {
		return false
	}
	pause := time.NewTimer(s.penalty(c.peer.From))
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-c.ctx.Done():
		return false
	}
	hash, ok := s.Shell.Access().CheckPassword(c.peer, password)
	if ok {
		c.proven = hash
		return true
	}
	s.guessed(c.peer.From)
	s.Shell.Alert("Failed login by " + userName(ctx.User()) + " from " + c.peer.From.String())
	return false
}

// publicKey checks a key. A client may offer several, so that a wrong one is
// reported only if nothing else opens the connection.
func (s *Server) publicKey(ctx ssh.Context, key ssh.PublicKey) bool {
	if s.Keys.Contains(key) {
		return true
	}
	connOf(ctx).refused = ctx.User()
	return false
}

// penalty is how long a password from an address has to wait.
func (s *Server) penalty(from netip.Addr) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.wrong[from]
	if time.Since(g.last) > forgetAfter {
		return 0
	}
	return time.Duration(g.count) * s.Penalty
}

// guessed notes a wrong password. If very many addresses guess, the one that has
// waited longest since makes room.
func (s *Server) guessed(from netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, known := s.wrong[from]
	if !known && len(s.wrong) >= maxGuessers {
		oldest := from
		for addr, other := range s.wrong {
			if oldest == from || other.last.Before(s.wrong[oldest].last) {
				oldest = addr
			}
		}
		delete(s.wrong, oldest)
	}
	now := time.Now()
	if now.Sub(g.last) > forgetAfter {
		g = guesses{}
	}
	s.wrong[from] = guesses{min(g.count+1, maxCount), now}
}

// maxUserName bounds what is shown of a user name, in characters.
const maxUserName = 32

// userName makes what a client sends fit to be shown: any name is accepted. A
// blank would make two words of it.
func userName(name string) string {
	shown := ""
	for i := range len(name) {
		c := mib.Display(name[i:i+1], maxUserName)
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
