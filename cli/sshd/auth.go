package sshd

import (
	"net/netip"
	"strings"
	"time"
	"unicode"

	"github.com/gliderlabs/ssh"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
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

// password checks the password of a vty line. A wrong one is answered later the
// more of them have come from the address.
func (s *Server) password(ctx ssh.Context, password string) bool {
	c := connOf(ctx)
	if c.passwords++; c.passwords > cli.Tries {
		return false
	}
	hash, ok := s.Shell.Access().CheckPassword(c.peer, password)
	if ok {
		c.proven = hash
		return true
	}
	pause := time.NewTimer(s.penalty(c.peer.From))
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-c.ctx.Done():
	}
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

func (s *Server) penalty(from netip.Addr) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if len(s.wrong) >= maxGuessers {
		for addr, g := range s.wrong {
			if now.Sub(g.last) > forgetAfter {
				delete(s.wrong, addr)
			}
		}
	}
	g := s.wrong[from]
	if now.Sub(g.last) > forgetAfter {
		g = guesses{}
	}
	g = guesses{min(g.count+1, maxCount), now}
	if len(s.wrong) < maxGuessers {
		s.wrong[from] = g
	} else {
		g.count = maxCount
	}
	return time.Duration(g.count) * s.Penalty
}

// maxUserName bounds what is shown of a user name, in characters.
const maxUserName = 32

// userName makes what a client sends fit to be shown: any name is accepted.
func userName(name string) string {
	shown := strings.Map(func(r rune) rune {
		if r > ' ' && unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, name)
	if r := []rune(shown); len(r) > maxUserName {
		shown = string(r[:maxUserName])
	}
	return shown
}
