package snmp

import (
	"crypto/aes"
	"crypto/des"
	"crypto/hmac"
	"errors"
	"math"

	"mirrorsh/trapcore/side"
)

// TimeWindow is how far, in seconds, the time of an authenticated message may
// be from ours (RFC 3414 section 2.2.3).
const TimeWindow = 150

// Receiver is the receiving side of USM for messages to one authoritative
// engine, ours (RFC 3414 section 3.2). It is safe for concurrent use and keeps
// nothing of what strangers send.
type Receiver struct {
	ID    EngineID // of the agent
	Clock *Engine
	// Before is as in [Identity].
	Before int32
	Users  *LCD
}

// Opened is a message that passed the security checks.
type Opened struct {
	*ScopedPDU
	User   *User
	Users  *Snapshot // in which User was found
	Level  SecurityLevel
	Return Return // with which to answer
}

// Refusal is why a message is processed no further. Strangers learn no more
// from it than its counter.
type Refusal struct {
	Stat Stat
	Side side.Side // whose counter it is
	To   *Return   // where the Report goes, nil for none
}

// Open checks a message and decrypts it, in the order of RFC 3414 section 3.2.
// A message that names a user of the secure side and does not authenticate as
// that user is refused as one that names nobody; once the MAC has been
// verified, refusals are those of the user's side.
func (r *Receiver) Open(m *MessageV3) (*Opened, *Refusal) {
	if m.Model != usmModel {
		return nil, &Refusal{Stat: StatUnknownSecurityModels}
	}
	level, ok := m.Level()
	if !ok {
		return nil, &Refusal{Stat: StatInvalidMsgs}
	}
	p, err := m.USM()
	if err != nil || m.encrypted != (level == AuthPriv) {
		return nil, &Refusal{Stat: StatInASNParseErrs}
	}
	name := string(p.User)
	if EngineID(p.Engine) != r.ID {
		return nil, r.refuse(m, name, StatUnknownEngineIDs)
	}
	users := r.Users.Snapshot()
	user, ok := users.User(name)
	if !ok {
		return nil, r.refuse(m, name, StatUnknownUserNames)
	}
	stranger := func(s Stat) *Refusal {
		if user.side == side.Secure {
			s = StatUnknownUserNames
		}
		return r.refuse(m, name, s)
	}
	if level > user.Level() || user.side == side.Secure && user.Auth != NoAuth && level == NoAuthNoPriv {
		return nil, stranger(StatUnsupportedSecLevels)
	}
	keys, err := r.Users.Keys(user, r.ID, r.Clock)
	if err != nil { // the user was removed just now
		return nil, r.refuse(m, name, StatUnknownUserNames)
	}
	if level >= AuthNoPriv && !keys.verify(m, &p) {
		return nil, stranger(StatWrongDigests)
	}
	refuse := func(s Stat, at SecurityLevel) *Refusal {
		f := &Refusal{Stat: s, Side: user.side}
		if m.reportable() {
			f.To = m.answer(keys.at(at))
		}
		return f
	}
	if level >= AuthNoPriv && !p.inWindow(Identity{r.ID, r.Before}.Of(r.Clock.Now())) {
		return nil, refuse(StatNotInTimeWindows, AuthNoPriv)
	}
	scoped, err := keys.scopedPDU(m, &p)
	switch {
	case errors.Is(err, errDecrypt):
		return nil, refuse(StatDecryptionErrors, NoAuthNoPriv)
	case err != nil:
		return nil, &Refusal{Stat: StatInASNParseErrs, Side: user.side}
	}
	to := m.answer(keys.at(level))
	to.RequestID = scoped.PDU.RequestID
	return &Opened{ScopedPDU: scoped, User: user, Users: users, Level: level, Return: *to}, nil
}

// refuse answers, if at all, at the ordinary side's expense and unsecured.
func (r *Receiver) refuse(m *MessageV3, name string, s Stat) *Refusal {
	f := &Refusal{Stat: s}
	if m.reportable() {
		f.To = m.answer(&LocalKeys{user: name, level: NoAuthNoPriv, engine: r.ID})
	}
	return f
}

// inWindow is the check of an authoritative engine (RFC 3414 section 3.2 step 7a).
func (p *USMParameters) inWindow(now Stamp) bool {
	return now.Boots != math.MaxInt32 && now.Boots == p.Boots && max(now.Time-p.Time, p.Time-now.Time) <= TimeWindow
}

// zeros stand for the MAC while it is computed.
var zeros [64]byte

// verify checks the MAC over the message as it was received, in constant time.
func (k *LocalKeys) verify(m *MessageV3, p *USMParameters) bool {
	n := k.auth.macLen()
	if len(p.Auth) != n {
		return false
	}
	s, err := k.borrow()
	if err != nil {
		return false
	}
	defer k.giveBack(s)
	s.mac.Reset()
	s.mac.Write(m.raw[:p.authAt])
	s.mac.Write(zeros[:n])
	s.mac.Write(m.raw[p.authAt+n:])
	return hmac.Equal(s.mac.Sum(s.sum[:0])[:n], p.Auth)
}

// errDecrypt is the error of data that does not decrypt to a PDU.
var errDecrypt = errors.New("message cannot be decrypted")

// scopedPDU returns the PDU, decrypted if need be. The cipher cannot tell a
// wrong key, so that data which is no frame of a ScopedPDU counts as not
// decrypted.
func (k *LocalKeys) scopedPDU(m *MessageV3, p *USMParameters) (*ScopedPDU, error) {
	r := m.data
	if !m.encrypted {
		return r.scoped()
	}
	sealed, err := r.Octets()
	if err != nil {
		return nil, err
	}
	if len(p.Priv) != saltLen || k.priv == NoPriv || k.priv == DES && len(sealed)%des.BlockSize != 0 {
		return nil, errDecrypt
	}
	open, err := k.borrow()
	if err != nil {
		return nil, err
	}
	defer k.giveBack(open)
	open.plain = append(open.plain[:0], sealed...)
	defer clear(open.plain) // what is read of it is copied
	open.decrypt(open.plain, p)
	r = Reader{in: open.plain, long: true}
	if !r.framed() {
		return nil, errDecrypt
	}
	return r.scoped()
}

// framed reports whether a ScopedPDU and no more than padding seems to follow.
func (r Reader) framed() bool {
	body, err := r.expect(TagSequence)
	if err != nil || len(r.in) > aes.BlockSize {
		return false
	}
	for range 2 {
		if _, err := body.Octets(); err != nil {
			return false
		}
	}
	tag, _, err := body.Next()
	return err == nil && tag >= PDUGet && tag <= PDUReport
}

// at returns the keys for messages at a lower level.
func (k *LocalKeys) at(level SecurityLevel) *LocalKeys {
	if level == k.level {
		return k
	}
	low := &LocalKeys{user: k.user, level: level, side: k.side, engine: k.engine, local: k.local}
	if level >= AuthNoPriv {
		low.auth, low.authK = k.auth, k.authK
	}
	return low
}
