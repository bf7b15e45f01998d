package snmp

import (
	"errors"
	"math"
	"sync"
	"time"
)

// RemoteClock is what we know of boots and time of another engine that is
// authoritative (RFC 3414 sections 2.3 and 3.2 step 7b). What it learns moves
// only forward, so that a replayed message cannot set it back. The zero value
// knows nothing. It is safe for concurrent use; mu guards all of it.
type RemoteClock struct {
	mu     sync.Mutex
	known  bool
	boots  int32
	time   int32
	latest int32     // the largest time received under boots
	at     time.Time // our clock when time was learned
}

// Accept takes boots and time of a message, whose MAC the caller has verified,
// and reports whether the message is within the time window. now needs a
// monotonic reading. A message from before what is known, and any message of
// an engine whose boots are latched, is outside.
func (c *RemoteClock) Accept(boots, t int32, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if boots < 0 || t < 0 {
		return false
	}
	if !c.known || boots > c.boots || boots == c.boots && t > c.latest {
		c.known, c.boots, c.time, c.latest, c.at = true, boots, t, t, now
	}
	return c.boots != math.MaxInt32 && boots == c.boots && t >= c.estimate(now)-TimeWindow
}

// At returns the engine's boots and its time as it should be now, and whether
// anything is known of it; else both are 0.
func (c *RemoteClock) At(now time.Time) (boots, t int32, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.known {
		return 0, 0, false
	}
	return c.boots, c.estimate(now), true
}

func (c *RemoteClock) estimate(now time.Time) int32 {
	passed := max(now.Sub(c.at), 0) / time.Second
	return int32(min(int64(c.time)+int64(passed), MaxEngineTime))
}

// Errors of [LocalKeys.Open].
var (
	ErrWrongEngine  = errors.New("message of another engine")
	ErrWrongUser    = errors.New("message of another user")
	errLevel        = errors.New("message at a lower security level than its request")
	errDigest       = errors.New("message with a wrong MAC")
	errNotInWindow  = errors.New("message outside the time window")
	errSecurityData = errors.New("message with invalid security parameters")
)

// Open checks and decrypts what a remote authoritative engine, the one the
// keys are for, answers to a message of theirs. A Report may come at a lower
// level, which the caller must then treat as a hint only: level says which.
// clock is of that engine. Errors wrap those above, [errDecrypt] or [errBER].
func (k *LocalKeys) Open(m *MessageV3, clock *RemoteClock, now time.Time) (s *ScopedPDU, level SecurityLevel, err error) {
	p, err := m.USM()
	if err != nil {
		return nil, 0, err
	}
	level, ok := m.Level()
	switch {
	case m.Model != usmModel || !ok || m.encrypted != (level == AuthPriv):
		return nil, 0, errSecurityData
	case EngineID(p.Engine) != k.engine:
		return nil, 0, ErrWrongEngine
	case string(p.User) != k.user:
		return nil, 0, ErrWrongUser
	case level > k.level:
		return nil, 0, errLevel
	}
	if level >= AuthNoPriv {
		if !k.verify(m, &p) {
			return nil, 0, errDigest
		}
		if !clock.Accept(p.Boots, p.Time, now) {
			return nil, 0, errNotInWindow
		}
	}
	s, err = k.scopedPDU(m, &p)
	if err == nil && level < k.level && s.PDU.Type != PDUReport {
		return nil, 0, errLevel
	}
	return s, level, err
}

// AuthoritativeEngine returns the engine ID that a message names and that a
// discovery is after (RFC 3414 section 4).
func (m *MessageV3) AuthoritativeEngine() (EngineID, error) {
	p, err := m.USM()
	if err != nil {
		return "", err
	}
	id := EngineID(p.Engine)
	return id, id.Valid()
}
