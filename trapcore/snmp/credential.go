package snmp

import "fmt"

// Credential is what a [Screen] knows of a user.
type Credential struct {
	Name   string
	Engine EngineID // the only authoritative engine it is for, "" for every one
	// Local tells that the keys are those of Engine (Kul), not master keys (Ku).
	Local   bool
	Auth    AuthProtocol
	AuthKey Key // of Auth.KeyLen octets
	Priv    PrivProtocol
	PrivKey Key // as AuthKey; if Local, of at least Priv.KeyLen octets
	// Least is the lowest level that is taken; 0 is the highest the user is capable of.
	Least SecurityLevel
}

// Level returns the highest level the user is capable of.
func (c *Credential) Level() SecurityLevel {
	u := User{Auth: c.Auth, Priv: c.Priv}
	return u.Level()
}

func (c *Credential) least() SecurityLevel {
	if c.Least == 0 {
		return c.Level()
	}
	return c.Least
}

// Validate checks names, protocols and the lengths of keys. Errors wrap those
// of [User.Validate] and [EngineID.Valid].
func (c *Credential) Validate() error {
	u := User{Name: c.Name, Group: GroupPublic, Auth: c.Auth, AuthKey: c.AuthKey, Priv: c.Priv, PrivKey: c.PrivKey}
	if c.Local && c.Auth != NoAuth && c.Priv != NoPriv {
		if len(c.PrivKey) < c.Priv.KeyLen() {
			return fmt.Errorf("%w: localized privacy key of user %s must have %d octets", ErrKey, c.Name, c.Priv.KeyLen())
		}
		u.PrivKey = u.AuthKey // of the length of a master key
	}
	if err := u.Validate(); err != nil {
		return err
	}
	if c.Engine == "" && !c.Local {
		return nil
	}
	if err := c.Engine.Valid(); err != nil {
		return fmt.Errorf("user %s: %w", c.Name, err)
	}
	return nil
}

// localize makes the keys for messages of up to a level. local is our own engine.
func (c *Credential) localize(id EngineID, level SecurityLevel, local *Engine) *LocalKeys {
	k := &LocalKeys{user: c.Name, level: level, engine: id, local: local}
	if level >= AuthNoPriv {
		k.auth, k.authK = c.Auth, c.AuthKey
		if !c.Local {
			k.authK = localize(c.Auth, c.AuthKey, id)
		}
	}
	if level >= AuthPriv {
		k.priv = c.Priv
		if c.Local {
			k.privK = c.PrivKey[:c.Priv.KeyLen()]
		} else {
			k.privK = localizePriv(c.Auth, c.Priv, c.PrivKey, id)
		}
	}
	k.aes.Store(randomSalt())
	return k
}
