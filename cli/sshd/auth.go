package sshd

import (
	"errors"
	"net/netip"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"mirrorsh/cli"
	"mirrorsh/cli/access"
	"mirrorsh/cli/sshd/internal/ssh"
	"mirrorsh/mib"
)

// guesses are the wrong passwords that have come from a source.
type guesses struct {
	count int
	last  time.Time
}

// Wrong passwords are forgotten with a right one and after a while; so are the
// oldest of very many sources.
const (
	forgetAfter = 10 * time.Minute
	maxGuessers = 4096
	maxCount    = 5
)

// errAuth is what the library is told of a login that failed; the client learns
// no more than that.
var errAuth = errors.New("ssh: not accepted")

// config offers the client of a connection algorithms and ways to log in.
func (s *Server) config(c *conn) *ssh.ServerConfig {
	exchanges, keys := c.hello().algorithms(s.HostKeys)
	config := &ssh.ServerConfig{
		Config:        ssh.Config{KeyExchanges: exchanges, Ciphers: ciphers, MACs: macs},
		ServerVersion: serverVersion,
		MaxAuthTries:  6,
		BannerCallback: func(ssh.ConnMetadata) string {
			return s.banner()
		},
		PasswordCallback: func(meta ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
			return nil, s.password(c, meta.User(), string(password))
		},
		KeyboardInteractiveCallback: func(meta ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
			return nil, s.interactive(c, meta.User(), ask)
		},
		PublicKeyAuthAlgorithms: gossh.SupportedAlgorithms().PublicKeyAuths,
	}
	if s.Keys != nil {
		config.PublicKeyCallback = func(meta ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			return s.publicKey(c, meta.User(), key)
		}
	}
	for _, key := range keys {
		config.AddHostKey(&hostKey{key, c.spoke})
	}
	return config
}

// banner is shown before authentication.
func (s *Server) banner() string {
	text := s.Shell.Access().Banner(access.Login)
	if text == "" {
		return ""
	}
	return strings.ReplaceAll(text, "\n", "\r\n") + "\r\n"
}

// password checks the password of a vty line, later the more wrong ones have
// come from the source: nobody learns anything sooner by not waiting for the
// answer.
func (s *Server) password(c *conn, user, password string) error {
	if c.passwords++; c.passwords > cli.Tries {
		return errAuth
	}
	pause := time.NewTimer(s.penalty(c.peer.From))
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-c.ctx.Done():
		return errAuth
	}
	hash, ok := s.Shell.Access().CheckPassword(c.peer, password)
	if ok {
		c.proven = hash
		s.forgive(c.peer.From)
		return nil
	}
	s.guessed(c.peer.From)
	s.Shell.Alert("Failed login by " + userName(user) + " from " + c.peer.From.String())
	return errAuth
}

// interactive asks for the password (RFC 4256): some clients offer no other way
// to type one.
func (s *Server) interactive(c *conn, user string, ask ssh.KeyboardInteractiveChallenge) error {
	answers, err := ask("", "", []string{"password: "}, []bool{false})
	if err != nil {
		return err
	}
	if len(answers) != 1 {
		return errAuth
	}
	return s.password(c, user, answers[0])
}

// provenKey is where the permissions of a login have the key.
type provenKey struct{}

// publicKey checks a key. A client may offer several, so that a wrong one is
// reported only if nothing else opens the connection.
func (s *Server) publicKey(c *conn, user string, key ssh.PublicKey) (*ssh.Permissions, error) {
	if s.Keys.Contains(key) {
		return &ssh.Permissions{ExtraData: map[any]any{provenKey{}: key}}, nil
	}
	c.refused = user
	return nil, errAuth
}

// admitted notes what has opened a connection.
func (c *conn) admitted(p *ssh.Permissions) {
	if p != nil {
		c.key, _ = p.ExtraData[provenKey{}].(gossh.PublicKey)
	}
}

// stillAdmitted reports whether the key of a connection is authorized now, if it
// was opened by one. Of a password, [access.Access.Enter] sees to that.
func (s *Server) stillAdmitted(c *conn) bool { return c.key == nil || s.Keys.Contains(c.key) }

// penalty is how long a password from an address has to wait.
func (s *Server) penalty(from netip.Addr) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.wrong[source(from)]
	if time.Since(g.last) > forgetAfter {
		return 0
	}
	return time.Duration(g.count) * s.Penalty
}

// forgive forgets the wrong passwords of whoever knows the right one.
func (s *Server) forgive(from netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.wrong, source(from))
}

// guessed notes a wrong password. If very many sources guess, the one that has
// waited longest since makes room.
func (s *Server) guessed(from netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := source(from)
	g, known := s.wrong[at]
	if !known && len(s.wrong) >= maxGuessers {
		oldest := at
		for other, since := range s.wrong {
			if oldest == at || since.last.Before(s.wrong[oldest].last) {
				oldest = other
			}
		}
		delete(s.wrong, oldest)
	}
	now := time.Now()
	if now.Sub(g.last) > forgetAfter {
		g = guesses{}
	}
	s.wrong[at] = guesses{min(g.count+1, maxCount), now}
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
