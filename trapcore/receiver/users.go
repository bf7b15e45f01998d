package receiver

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"mirrorsh/trapcore/snmp"
)

// Bounds of a file of users.
const (
	maxUserLine = 4096
	maxUserFile = 64 << 20
)

// Users are users and communities as they are read.
type Users struct {
	Credentials []snmp.Credential
	Communities []string
	// Literal tells that a passphrase or key stood in what [Users.Add] was given.
	Literal bool

	levels  map[string]snmp.SecurityLevel // of authUser
	masters map[master]snmp.Key           // of passphrases: many engines may have the same
}

type master struct {
	auth       snmp.AuthProtocol
	passphrase string
}

// Errors of reading users, which never have a secret in them.
var (
	errUsers  = errors.New("invalid user")
	errShared = errors.New("others may read it: chmod 600")
)

// netsnmpAuth and netsnmpPriv are the protocols as snmptrapd.conf(5) has them, in
// lower case and without the hyphens.
var (
	netsnmpAuth = map[string]snmp.AuthProtocol{"sha1": snmp.SHA}
	netsnmpPriv = map[string]snmp.PrivProtocol{"aes128": snmp.AES}
)

// ReadFile adds the users of a file in the form of snmptrapd.conf(5), which only
// its owner may read:
//
//	createUser [-e ENGINE] NAME [AUTH SECRET [PRIV [SECRET]]]
//	authUser log NAME [noauth|auth|priv]
//	authCommunity log COMMUNITY
//
// SECRET is a passphrase, -m and a master key or, for one engine, -l and a
// localized key. Without a second one the first serves for both. A user without
// an authUser line is taken at its own highest level.
func (u *Users) ReadFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%s is a directory", name)
	case info.Mode().Perm()&0o077 != 0:
		return fmt.Errorf("%s: %w", name, errShared)
	}
	return u.Read(name, io.LimitReader(f, maxUserFile))
}

// Read is ReadFile of a reader; name is for messages.
func (u *Users) Read(name string, r io.Reader) error {
	in := bufio.NewScanner(r)
	in.Buffer(nil, maxUserLine)
	n := 1
	for ; in.Scan(); n++ {
		words, err := split(in.Text())
		if err == nil && len(words) > 0 {
			err = u.line(words)
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("%s:%d: %w", name, n, err)
	}
	for i := range u.Credentials {
		if level, ok := u.levels[u.Credentials[i].Name]; ok {
			u.Credentials[i].Least = level
		}
	}
	return nil
}

func (u *Users) line(words []string) error {
	args := words[1:]
	switch strings.ToLower(words[0]) {
	case "createuser":
		return u.create(args, func(s string) (string, error) { return s, nil })
	case "authuser":
		return u.authorize(args)
	case "authcommunity":
		if len(args) != 2 || !logs(args[0]) {
			return fmt.Errorf("%w: want authCommunity log COMMUNITY", errUsers)
		}
		return u.AddCommunity(args[1])
	}
	return fmt.Errorf("%w: only createUser, authUser and authCommunity are known here", errUsers)
}

// logs reports whether authUser and authCommunity permit what a receiver does.
func logs(types string) bool { return slices.Contains(strings.Split(types, ","), "log") }

func (u *Users) authorize(args []string) error {
	level := snmp.AuthNoPriv // as snmptrapd takes it
	if len(args) == 3 {
		i := slices.IndexFunc([]snmp.SecurityLevel{snmp.NoAuthNoPriv, snmp.AuthNoPriv, snmp.AuthPriv},
			func(l snmp.SecurityLevel) bool { return l.Keyword() == args[2] })
		if i < 0 {
			return fmt.Errorf("%w: the level is noauth, auth or priv", errUsers)
		}
		level = snmp.SecurityLevel(i + 1)
	}
	if len(args) < 2 || len(args) > 3 || !logs(args[0]) {
		return fmt.Errorf("%w: want authUser log NAME [noauth|auth|priv]", errUsers)
	}
	if u.levels == nil {
		u.levels = map[string]snmp.SecurityLevel{}
	}
	u.levels[args[1]] = level
	return nil
}

// AddCommunity adds a community.
func (u *Users) AddCommunity(name string) error {
	if len(u.Communities) == maxCommunities {
		return fmt.Errorf("communities: %w", snmp.ErrFull)
	}
	u.Communities = append(u.Communities, name)
	return nil
}

// Add adds a user from what follows createUser, such as
//
//	mirrorUser SHA $AUTH AES $PRIV
//
// A passphrase or key that begins with $ is the value of that environment
// variable, which lookup finds.
func (u *Users) Add(spec string, lookup func(string) (string, bool)) error {
	words, err := split(spec)
	if err != nil {
		return err
	}
	return u.create(words, func(s string) (string, error) { return u.Secret(s, lookup) })
}

// Secret is a secret itself, or after a $ the name of the variable that has it.
func (u *Users) Secret(s string, lookup func(string) (string, bool)) (string, error) {
	name, ok := strings.CutPrefix(s, "$")
	if !ok {
		u.Literal = true
		return s, nil
	}
	v, ok := lookup(name)
	if !ok || v == "" {
		return "", fmt.Errorf("%w: the environment has no %q", errUsers, name)
	}
	return v, nil
}

// create reads what follows createUser.
func (u *Users) create(words []string, reveal func(string) (string, error)) error {
	if len(u.Credentials) == snmp.MaxCredentials {
		return fmt.Errorf("users: %w", snmp.ErrFull)
	}
	var c snmp.Credential
	if len(words) > 1 && words[0] == "-e" {
		id, err := ParseEngineID(words[1])
		if err != nil {
			return err
		}
		c.Engine, words = id, words[2:]
	}
	if len(words) == 0 {
		return fmt.Errorf("%w: no name", errUsers)
	}
	c.Name, words = words[0], words[1:]
	if len(words) > 0 {
		if err := u.protocols(&c, words, reveal); err != nil {
			return fmt.Errorf("user %s: %w", c.Name, err)
		}
	}
	if err := c.Validate(); err != nil {
		return err
	}
	u.Credentials = append(u.Credentials, c)
	return nil
}

// protocols reads AUTH SECRET [PRIV [SECRET]].
func (u *Users) protocols(c *snmp.Credential, words []string, reveal func(string) (string, error)) error {
	var ok bool
	if c.Auth, ok = protocol(words[0], snmp.AuthByKeyword, netsnmpAuth); !ok {
		return fmt.Errorf("%w: unknown authentication protocol, one of %v", errUsers, snmp.AuthProtocols())
	}
	key, local, words, err := u.secret(c, words[1:], reveal)
	if err != nil {
		return fmt.Errorf("authentication: %w", err)
	}
	c.AuthKey, c.Local = key, local
	if len(words) == 0 {
		return nil
	}
	if c.Priv, ok = protocol(words[0], snmp.PrivByKeyword, netsnmpPriv); !ok {
		return fmt.Errorf("%w: unknown privacy protocol, one of %v", errUsers, snmp.PrivProtocols())
	}
	if words = words[1:]; len(words) == 0 {
		c.PrivKey = key
		return nil
	}
	if c.PrivKey, local, words, err = u.secret(c, words, reveal); err != nil {
		return fmt.Errorf("privacy: %w", err)
	}
	switch {
	case local != c.Local:
		return fmt.Errorf("%w: both keys are localized, or none", errUsers)
	case len(words) > 0:
		return fmt.Errorf("%w: too many words", errUsers)
	}
	return nil
}

// protocol finds a protocol by the keyword of this product or of net-snmp.
func protocol[P any](word string, byKeyword func(string) (P, bool), also map[string]P) (P, bool) {
	word = strings.ReplaceAll(strings.ToLower(word), "-", "")
	if p, ok := also[word]; ok {
		return p, true
	}
	return byKeyword(word)
}

// secret reads a passphrase or key and returns the words after it.
func (u *Users) secret(c *snmp.Credential, words []string, reveal func(string) (string, error)) (k snmp.Key, local bool, rest []string, err error) {
	kind := ""
	if len(words) > 0 && (words[0] == "-l" || words[0] == "-m") {
		kind, words = words[0], words[1:]
	}
	if len(words) == 0 {
		return nil, false, nil, fmt.Errorf("%w: a passphrase, or a key after -l or -m, is missing", errUsers)
	}
	text, err := reveal(words[0])
	if err != nil {
		return nil, false, nil, err
	}
	switch kind {
	case "-m":
		k, err = snmp.ParseKey(c.Auth, text)
	case "-l":
		local = true
		if k, err = hex.DecodeString(hexDigits(text)); err != nil {
			err = snmp.ErrKey // without what stands there
		}
	default:
		k, err = u.master(c.Auth, text)
	}
	return k, local, words[1:], err
}

func (u *Users) master(auth snmp.AuthProtocol, passphrase string) (snmp.Key, error) {
	of := master{auth, passphrase}
	if k := u.masters[of]; k != nil {
		return k, nil
	}
	k, err := snmp.MasterKey(auth, passphrase)
	if err != nil {
		return nil, err
	}
	if u.masters == nil {
		u.masters = map[master]snmp.Key{}
	}
	u.masters[of] = k
	return k, nil
}

// ParseEngineID reads an engine ID in hex, with or without 0x.
func ParseEngineID(s string) (snmp.EngineID, error) {
	b, err := hex.DecodeString(hexDigits(s))
	if err != nil {
		return "", fmt.Errorf("%w: not in hexadecimal", snmp.ErrEngineID)
	}
	id := snmp.EngineID(b)
	return id, id.Valid()
}

func hexDigits(s string) string {
	if len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' {
		return s[2:]
	}
	return s
}

// split returns the words of a line. Quotes, " or ', keep blanks; in them \
// takes the next character as it is. A # begins a comment.
func split(line string) (words []string, err error) {
	var word strings.Builder
	in, quote := false, byte(0)
	end := func() {
		if in {
			words = append(words, word.String())
			word.Reset()
			in = false
		}
	}
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0 && c == '\\' && i+1 < len(line):
			i++
			word.WriteByte(line[i])
		case quote != 0:
			word.WriteByte(c)
		case c == '"' || c == '\'':
			in, quote = true, c
		case c == ' ' || c == '\t' || c == '\r':
			end()
		case c == '#' && !in:
			return words, nil
		default:
			in = true
			word.WriteByte(c)
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("%w: a quote is not closed", errUsers)
	}
	end()
	return words, nil
}
