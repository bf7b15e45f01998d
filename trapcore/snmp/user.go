package snmp

import (
	"bytes"
	"errors"
	"fmt"

	"mirrorsh/ascii"
	"mirrorsh/trapcore/side"
)

// MaxName is the most octets of a user's, group's or view's name
// (SnmpAdminString (SIZE(1..32)) in RFC 3414 and 3415).
const MaxName = 32

// errName is the error of a name that is empty, too long or not printable.
var errName = fmt.Errorf("name must have 1 to %d printable characters", MaxName)

// errUser is what the errors of [User.Validate] wrap, but for [errName] and [ErrKey].
var errUser = errors.New("invalid user")

// User is an SNMPv3 user. Keys are master keys (Ku); the LCD never changes a
// User it was given or hands out.
type User struct {
	Name    string
	Group   string
	Auth    AuthProtocol
	AuthKey Key // of Auth.KeyLen octets
	Priv    PrivProtocol
	PrivKey Key // of Auth.KeyLen octets too: Ku comes from the authentication hash

	side side.Side // of its group, set by the LCD
}

// Side returns the side of the user's group.
func (u *User) Side() side.Side { return u.side }

// Level returns the highest level the user is capable of, which is the level
// its messages are sent at.
func (u *User) Level() SecurityLevel {
	switch {
	case u.Auth == NoAuth:
		return NoAuthNoPriv
	case u.Priv == NoPriv:
		return AuthNoPriv
	}
	return AuthPriv
}

// KeyExtension names how the privacy key was made longer than the hash of the
// authentication protocol, "" where it is no longer.
func (u *User) KeyExtension() string {
	if u.Priv.KeyLen() <= u.Auth.KeyLen() {
		return ""
	}
	return u.Priv.Extension()
}

// Validate checks names, protocols and the lengths of keys. Errors wrap
// [errName], [ErrKey] or [errUser].
func (u *User) Validate() error {
	if err := checkName(u.Name); err != nil {
		return fmt.Errorf("user: %w", err)
	}
	if err := checkName(u.Group); err != nil {
		return fmt.Errorf("group of user %s: %w", u.Name, err)
	}
	if int(u.Auth) >= len(authTable) || int(u.Priv) >= len(privTable) {
		return fmt.Errorf("%w %s: unknown protocol", errUser, u.Name)
	}
	if u.Auth == NoAuth && u.Priv != NoPriv {
		return fmt.Errorf("%w %s: privacy without authentication", errUser, u.Name)
	}
	if len(u.AuthKey) != u.Auth.KeyLen() {
		return fmt.Errorf("%w: authentication key of user %s must have %d octets", ErrKey, u.Name, u.Auth.KeyLen())
	}
	want := 0
	if u.Priv != NoPriv {
		want = u.Auth.KeyLen()
	}
	if len(u.PrivKey) != want {
		return fmt.Errorf("%w: privacy key of user %s must have %d octets", ErrKey, u.Name, want)
	}
	return nil
}

func (u *User) clone() *User {
	c := *u
	c.AuthKey, c.PrivKey = bytes.Clone(u.AuthKey), bytes.Clone(u.PrivKey)
	return &c
}

// checkName accepts printable ASCII without blanks, as the command line has it.
func checkName(s string) error {
	if s == "" || len(s) > MaxName || !ascii.Visible(s) {
		return errName
	}
	return nil
}
