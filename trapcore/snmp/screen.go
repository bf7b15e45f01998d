package snmp

import (
	"errors"
	"fmt"
	"time"
)

// Limits of what a [Screen] holds.
const (
	MaxCredentials = 1 << 16
	// maxEngines is how many engines it remembers. Only one that has
	// authenticated itself is.
	maxEngines = 1 << 16
	// maxKeysKept is how many users' keys it keeps for an engine.
	maxKeysKept = 8
)

// Screen is the receiving side of USM for an engine that takes notifications
// (RFC 3414 section 3.2): of traps their sender is the authoritative engine, of
// informs this engine is. It remembers of senders what has authenticated itself.
// It is not safe for concurrent use.
type Screen struct {
	id     EngineID
	clock  *Engine
	users  map[userAt]*Credential
	names  map[string]bool
	peers  map[EngineID]*peer // this engine too
	recent recent
}

// userAt is a user by name and engine, as usmUserTable has it; "" is every engine.
type userAt struct {
	name   string
	engine EngineID
}

// peer is an authoritative engine. Our own has no clock here.
type peer struct {
	clock *RemoteClock
	keys  []keptKeys
}

type keptKeys struct {
	of *Credential
	*LocalKeys
}

// NewScreen returns the screen of the engine id. Errors are those of
// [Credential.Validate], or wrap [ErrFull], [errNameTaken] or [ErrEngineID].
func NewScreen(id EngineID, clock *Engine, users []Credential) (*Screen, error) {
	if err := id.Valid(); err != nil {
		return nil, err
	}
	if len(users) > MaxCredentials {
		return nil, fmt.Errorf("users: %w", ErrFull)
	}
	s := &Screen{
		id: id, clock: clock, peers: map[EngineID]*peer{id: {}},
		users: make(map[userAt]*Credential, len(users)), names: map[string]bool{},
	}
	for _, u := range users {
		if err := u.Validate(); err != nil {
			return nil, err
		}
		at := userAt{u.Name, u.Engine}
		if s.users[at] != nil {
			return nil, fmt.Errorf("user %s: %w", u.Name, errNameTaken)
		}
		s.users[at], s.names[u.Name] = &u, true
	}
	return s, nil
}

// ID returns the identifier of this engine.
func (s *Screen) ID() EngineID { return s.id }

// Engines returns how many senders have authenticated themselves.
func (s *Screen) Engines() int { return len(s.peers) - 1 }

// Reason is why a message is refused: the name of a counter of RFC 3412 or
// 3414, see [Stat], or one of those below, for which they have none.
type Reason string

const (
	// ReasonLevel is that of a message of a lower level than the user's, an
	// authorization error in terms of RFC 3411.
	ReasonLevel Reason = "securityLevelTooLow"
	// ReasonReplayed is that of the same message once more, which RFC 3414 lets
	// pass inside the time window.
	ReasonReplayed Reason = "replayed"
	// ReasonEngines is that of one engine beyond [maxEngines].
	ReasonEngines Reason = "tooManyEngines"
)

// Screened is a message that has passed.
type Screened struct {
	*ScopedPDU
	User        string
	Level       SecurityLevel
	Engine      EngineID // authoritative
	Boots, Time int32    // of the message
	Keys        *LocalKeys
	Return      *Return // with which to answer
	// Repeated tells that a confirmed message is the same once more: its answer
	// got lost. Answer it again, and no more.
	Repeated bool
}

// Rejected is a message that has not.
type Rejected struct {
	Reason Reason
	Stat   Stat    // of which a Report tells
	To     *Return // where the Report goes, nil for none
	User   string
	Engine EngineID
	// Discovery tells that the message asks for the identifier of this engine, or
	// for boots and time (RFC 3414 section 4): to refuse it is the answer.
	Discovery bool
}

// opening is a message on its way.
type opening struct {
	m     *MessageV3
	p     USMParameters
	level SecurityLevel
	now   time.Time
}

func (o *opening) engine() EngineID { return EngineID(o.p.Engine) }

func (o *opening) reject(why Reason) *Rejected {
	return &Rejected{Reason: why, User: string(o.p.User), Engine: o.engine()}
}

// report is reject with a Report of the counter, if the sender wants one.
func (o *opening) report(s Stat, keys *LocalKeys) *Rejected {
	r := o.reject(Reason(s.String()))
	if o.m.reportable() {
		r.Stat, r.To = s, o.m.answer(keys)
	}
	return r
}

// anonymous are the keys of a Report that nobody vouches for.
func (s *Screen) anonymous(o *opening) *LocalKeys {
	return &LocalKeys{user: string(o.p.User), level: NoAuthNoPriv, engine: s.id}
}

// Open checks a message and decrypts it. now needs a monotonic reading.
func (s *Screen) Open(m *MessageV3, now time.Time) (*Screened, *Rejected) {
	o := &opening{m: m, now: now}
	if m.Model != usmModel {
		return nil, o.reject(Reason(StatUnknownSecurityModels.String()))
	}
	level, ok := m.Level()
	if !ok {
		return nil, o.reject(Reason(StatInvalidMsgs.String()))
	}
	var err error
	if o.p, err = m.USM(); err != nil || m.encrypted != (level == AuthPriv) {
		return nil, o.reject(Reason(StatInASNParseErrs.String()))
	}
	o.level = level
	if o.engine() != s.id && o.engine().Valid() != nil {
		no := o.report(StatUnknownEngineIDs, s.anonymous(o))
		no.Discovery = o.engine() == "" && no.To != nil
		return nil, no
	}
	opened, rejected := s.open(o)
	// What wants an answer and is for another engine must learn who is
	// authoritative here, whatever else is wrong with it.
	if o.engine() != s.id && (opened != nil && Confirmed(opened.PDU.Type) || rejected != nil && m.reportable()) {
		return nil, o.report(StatUnknownEngineIDs, s.anonymous(o))
	}
	return opened, rejected
}

// open goes on with the user, in the order of RFC 3414 section 3.2 from step 4.
func (s *Screen) open(o *opening) (*Screened, *Rejected) {
	user, unknown := s.find(string(o.p.User), o.engine())
	if user == nil {
		return nil, o.report(unknown, s.anonymous(o))
	}
	if o.level > user.Level() {
		return nil, o.report(StatUnsupportedSecLevels, s.anonymous(o))
	}
	sender := s.peers[o.engine()]
	keys := sender.keysOf(user)
	if o.level >= AuthNoPriv {
		var rejected *Rejected
		if sender, rejected = s.authenticate(o, user, keys, sender); rejected != nil {
			return nil, rejected
		}
	}
	if keys == nil {
		keys = user.localize(o.engine(), o.level, s.clock)
		if o.level >= AuthNoPriv && o.level == user.Level() {
			sender.keep(user, keys)
		}
	}
	scoped, err := keys.scopedPDU(o.m, &o.p)
	switch {
	case errors.Is(err, errDecrypt):
		return nil, o.report(StatDecryptionErrors, s.anonymous(o))
	case err != nil:
		return nil, o.reject(Reason(StatInASNParseErrs.String()))
	case o.level < user.least():
		return nil, o.reject(ReasonLevel)
	}
	again := o.level >= AuthNoPriv && s.recent.seen(o.p.Auth, o.now)
	if again && !Confirmed(scoped.PDU.Type) {
		return nil, o.reject(ReasonReplayed)
	}
	to := o.m.answer(keys.at(o.level))
	to.RequestID = scoped.PDU.RequestID
	return &Screened{
		ScopedPDU: scoped, User: user.Name, Level: o.level, Engine: o.engine(), Boots: o.p.Boots, Time: o.p.Time,
		Keys: keys, Return: to, Repeated: again,
	}, nil
}

// authenticate checks MAC and time. The sender is remembered from then on.
func (s *Screen) authenticate(o *opening, user *Credential, keys *LocalKeys, sender *peer) (*peer, *Rejected) {
	if keys == nil {
		// Without the privacy key, which is dear to make.
		keys = user.localize(o.engine(), AuthNoPriv, s.clock)
	}
	if !keys.verify(o.m, &o.p) {
		return nil, o.report(StatWrongDigests, s.anonymous(o))
	}
	if sender == nil {
		if s.Engines() >= maxEngines {
			return nil, o.reject(ReasonEngines)
		}
		sender = &peer{clock: new(RemoteClock)}
		s.peers[o.engine()] = sender
	}
	timely := sender.clock == nil && o.p.inWindow(s.clock.Now()) ||
		sender.clock != nil && sender.clock.Accept(o.p.Boots, o.p.Time, o.now)
	if !timely {
		no := o.report(StatNotInTimeWindows, keys.at(AuthNoPriv))
		no.Discovery = sender.clock == nil && o.p.Boots == 0 && o.p.Time == 0 && no.To != nil
		return nil, no
	}
	return sender, nil
}

// find returns the user of an engine: the one for that engine before the one
// for every engine. Without one it returns the counter to be counted.
func (s *Screen) find(name string, id EngineID) (user *Credential, unknown Stat) {
	if user = s.users[userAt{name, id}]; user != nil {
		return user, 0
	}
	if user = s.users[userAt{name, ""}]; user == nil && s.names[name] && id != s.id {
		return nil, StatUnknownEngineIDs
	}
	return user, StatUnknownUserNames
}

func (p *peer) keysOf(c *Credential) *LocalKeys {
	if p == nil {
		return nil
	}
	for _, k := range p.keys {
		if k.of == c {
			return k.LocalKeys
		}
	}
	return nil
}

func (p *peer) keep(c *Credential, k *LocalKeys) {
	if len(p.keys) < maxKeysKept {
		p.keys = append(p.keys, keptKeys{c, k})
	}
}
