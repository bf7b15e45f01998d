package sshd

import (
	"strings"

	gossh "golang.org/x/crypto/ssh"

	"mirrorsh/cli/remote"
	"mirrorsh/cli/remote/sshd/internal/ssh"
)

// config offers the client of a connection algorithms and ways to log in.
func (t *Transport) config(c *conn) *ssh.ServerConfig {
	exchanges, keys := c.hello().algorithms(t.HostKeys)
	config := &ssh.ServerConfig{
		Config:        ssh.Config{KeyExchanges: exchanges, Ciphers: ciphers, MACs: macs},
		ServerVersion: serverVersion,
		MaxAuthTries:  6,
		BannerCallback: func(ssh.ConnMetadata) string {
			return banner(c)
		},
		PasswordCallback: func(meta ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
			return nil, c.Password(meta.User(), string(password))
		},
		KeyboardInteractiveCallback: func(meta ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
			return nil, interactive(c, meta.User(), ask)
		},
		PublicKeyAuthAlgorithms: gossh.SupportedAlgorithms().PublicKeyAuths,
	}
	if t.Keys != nil {
		config.PublicKeyCallback = func(meta ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			return t.publicKey(c, meta.User(), key)
		}
	}
	for _, key := range keys {
		config.AddHostKey(&hostKey{key, c.Spoke})
	}
	return config
}

// banner is shown before authentication.
func banner(c *conn) string {
	text := c.Banner()
	if text == "" {
		return ""
	}
	return strings.ReplaceAll(text, "\n", "\r\n") + "\r\n"
}

// interactive asks for the password (RFC 4256): some clients offer no other way
// to type one.
func interactive(c *conn, user string, ask ssh.KeyboardInteractiveChallenge) error {
	answers, err := ask("", "", []string{"password: "}, []bool{false})
	if err != nil {
		return err
	}
	if len(answers) != 1 {
		return remote.ErrLogin
	}
	return c.Password(user, answers[0])
}

// provenKey is where the permissions of a login have the key.
type provenKey struct{}

// publicKey checks a key. A client may offer several, so that a wrong one is
// reported only if nothing else opens the connection.
func (t *Transport) publicKey(c *conn, user string, key ssh.PublicKey) (*ssh.Permissions, error) {
	if t.Keys.Contains(key) {
		return &ssh.Permissions{ExtraData: map[any]any{provenKey{}: key}}, nil
	}
	c.refused = user
	return nil, remote.ErrLogin
}
