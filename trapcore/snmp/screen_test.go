package snmp

import (
	"bytes"
	"testing"
	"time"

	"mirrorsh/mib"
)

// credentialOf is what a receiver knows of a user: the master keys.
func credentialOf(u *User) Credential {
	return Credential{Name: u.Name, Auth: u.Auth, AuthKey: u.AuthKey, Priv: u.Priv, PrivKey: u.PrivKey}
}

var screenID = NewEngineID([6]byte{2, 0, 0, 0, 0, 9}, DefaultRouter)

// screened is a screen and a sender of traps, at one clock.
type screened struct {
	*Screen
	t     *testing.T
	user  *User
	now   time.Time
	boots int32
	salt  int32
}

func newScreened(t *testing.T, p pair, users ...Credential) *screened {
	t.Helper()
	s := &screened{t: t, user: testUser(t, "mirrorUser", p), now: time.Unix(1_000_000, 0), boots: 7}
	if users == nil {
		users = []Credential{credentialOf(s.user)}
	}
	var err error
	if s.Screen, err = NewScreen(screenID, NewEngine(50, func() time.Time { return s.now }), users); err != nil {
		t.Fatal(err)
	}
	return s
}

// sent is what varies in a message; the zero value is a right trap.
type sent struct {
	user   *User
	engine EngineID
	level  SecurityLevel // 0: the user's
	boots  int32
	time   int32
	pdu    Tag
}

// seal makes a message.
func (s *screened) seal(m sent) []byte {
	s.t.Helper()
	if m.user == nil {
		m.user = s.user
	}
	if m.engine == "" {
		m.engine = testEngineID
	}
	if m.boots == 0 {
		m.boots = s.boots
	}
	if m.pdu == 0 {
		m.pdu = PDUTrap
	}
	keys, err := m.user.Localize(m.engine, NewEngine(m.boots, nil))
	if err != nil {
		s.t.Fatal(err)
	}
	if m.level != 0 {
		keys = keys.Below(m.level)
	}
	sealer, err := NewSealer(keys)
	if err != nil {
		s.t.Fatal(err)
	}
	var buf, content Buffer
	list, _ := encodeNotification(&content, 42, mib.ColdStart.OID, nil)
	s.salt++
	msg, err := sealer.Seal(&buf, &Message{
		Boots: m.boots, Time: m.time, ID: s.salt, RequestID: s.salt, ContextEngine: m.engine, Context: "router1", PDU: m.pdu, Varbinds: list,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return bytes.Clone(msg)
}

// open returns "" for a message that passes, otherwise why it does not.
func (s *screened) open(msg []byte) (*Screened, *Rejected) {
	s.t.Helper()
	d, err := ParseDatagram(msg)
	if err != nil {
		s.t.Fatal(err)
	}
	m, err := d.V3()
	if err != nil {
		s.t.Fatal(err)
	}
	o, no := s.Open(m, s.now)
	if (o == nil) == (no == nil) {
		s.t.Fatal("neither or both")
	}
	return o, no
}

func (s *screened) reason(msg []byte) Reason {
	s.t.Helper()
	if _, no := s.open(msg); no != nil {
		return no.Reason
	}
	return ""
}

func (s *screened) want(what string, msg []byte, why Reason) {
	s.t.Helper()
	if got := s.reason(msg); got != why {
		s.t.Errorf("%s: %q, want %q", what, got, why)
	}
}

func stat(s Stat) Reason { return Reason(s.String()) }

// TestScreenTakesEveryPair: traps and informs of every pair of protocols pass,
// with master keys and with localized ones; nothing passes twice.
func TestScreenTakesEveryPair(t *testing.T) {
	for _, p := range pairs() {
		u := testUser(t, "mirrorUser", p)
		keys, err := u.Localize(testEngineID, NewEngine(1, nil))
		if err != nil {
			t.Fatal(err)
		}
		local := credentialOf(u)
		local.Engine, local.Local = testEngineID, true
		local.AuthKey, local.PrivKey = keys.Secrets()
		for _, c := range []Credential{credentialOf(u), local} {
			s := newScreened(t, p, c)
			msg := s.seal(sent{})
			o, no := s.open(bytes.Clone(msg))
			if no != nil {
				t.Fatalf("%v: %v", p, no)
			}
			if o.User != "mirrorUser" || o.Level != u.Level() || o.Engine != testEngineID || o.Boots != 7 || o.Context != "router1" || o.PDU.Type != PDUTrap {
				t.Errorf("%v: %+v", p, o)
			}
			again := Reason("")
			if p.auth != NoAuth {
				again = ReasonReplayed
			}
			s.want(p.String()+" once more", msg, again)
			if c.Local {
				continue
			}
			s.want(p.String()+" inform", s.seal(sent{engine: screenID, boots: 50, pdu: PDUInform}), "")
		}
	}
}

// TestScreenRefuses has one row for each thing that can be wrong with a message
// of a known user, and who is told of it.
func TestScreenRefuses(t *testing.T) {
	p := pair{SHA256, AES256}
	other := testUser(t, "mirrorUser", pair{SHA, AES})
	stranger := testUser(t, "stranger", p)
	authOnly := testUser(t, "mirrorUser", pair{auth: SHA256})
	plain := testUser(t, "mirrorUser", pair{})
	otherPriv := *testUser(t, "mirrorUser", p)
	otherPriv.PrivKey = bytes.Repeat([]byte{1}, len(otherPriv.PrivKey))
	spoil := func(msg []byte) []byte {
		if err := SpoilMAC(msg); err != nil {
			t.Fatal(err)
		}
		return msg
	}
	for _, c := range []struct {
		what   string
		make   func(s *screened) []byte
		why    Reason
		report bool
	}{
		{"right trap", func(s *screened) []byte { return s.seal(sent{}) }, "", false},
		{"right inform", func(s *screened) []byte { return s.seal(sent{engine: screenID, boots: 50, pdu: PDUInform}) }, "", false},
		{"wrong MAC", func(s *screened) []byte { return spoil(s.seal(sent{})) }, stat(StatWrongDigests), false},
		{"other protocols", func(s *screened) []byte { return s.seal(sent{user: other}) }, stat(StatWrongDigests), false},
		{"other privacy key", func(s *screened) []byte { return s.seal(sent{user: &otherPriv}) }, stat(StatDecryptionErrors), false},
		{"unknown user", func(s *screened) []byte { return s.seal(sent{user: stranger}) }, stat(StatUnknownUserNames), false},
		{"authNoPriv", func(s *screened) []byte { return s.seal(sent{user: authOnly}) }, ReasonLevel, false},
		{"noAuthNoPriv", func(s *screened) []byte { return s.seal(sent{user: plain}) }, ReasonLevel, false},
		{"boots latched", func(s *screened) []byte { return s.seal(sent{boots: MaxEngineTime}) }, stat(StatNotInTimeWindows), false},
		{"inform, wrong MAC", func(s *screened) []byte { return spoil(s.seal(sent{engine: screenID, boots: 50, pdu: PDUInform})) }, stat(StatWrongDigests), true},
		{"inform, unknown user", func(s *screened) []byte { return s.seal(sent{user: stranger, engine: screenID, pdu: PDUInform}) }, stat(StatUnknownUserNames), true},
		{"inform, other boots", func(s *screened) []byte { return s.seal(sent{engine: screenID, boots: 49, pdu: PDUInform}) }, stat(StatNotInTimeWindows), true},
		{"inform, 151 s ahead", func(s *screened) []byte {
			return s.seal(sent{engine: screenID, boots: 50, time: 151, pdu: PDUInform})
		}, stat(StatNotInTimeWindows), true},
		{"inform, 150 s ahead", func(s *screened) []byte {
			return s.seal(sent{engine: screenID, boots: 50, time: 150, pdu: PDUInform})
		}, "", false},
		{"inform, other privacy key", func(s *screened) []byte {
			return s.seal(sent{user: &otherPriv, engine: screenID, boots: 50, pdu: PDUInform})
		}, stat(StatDecryptionErrors), true},
		{"inform, too low", func(s *screened) []byte {
			return s.seal(sent{user: authOnly, engine: screenID, boots: 50, pdu: PDUInform})
		}, ReasonLevel, false},
		{"inform to another engine", func(s *screened) []byte { return s.seal(sent{pdu: PDUInform}) }, stat(StatUnknownEngineIDs), true},
		{"inform of a stranger to another engine", func(s *screened) []byte { return s.seal(sent{user: stranger, pdu: PDUInform}) }, stat(StatUnknownEngineIDs), true},
		{"trap that names this engine", func(s *screened) []byte { return s.seal(sent{engine: screenID, boots: 50}) }, "", false},
	} {
		t.Run(c.what, func(t *testing.T) {
			s := newScreened(t, p)
			_, no := s.open(c.make(s))
			switch {
			case no == nil && c.why != "":
				t.Errorf("it passes, want %s", c.why)
			case no != nil && (no.Reason != c.why || (no.To != nil) != c.report):
				t.Errorf("%s, Report %v; want %s, %v", no.Reason, no.To != nil, c.why, c.report)
			}
		})
	}
}

// TestScreenTime: the clock of a sender goes forward only.
func TestScreenTime(t *testing.T) {
	s := newScreened(t, pair{SHA, AES})
	outside := stat(StatNotInTimeWindows)
	s.want("first", s.seal(sent{time: 1000}), "")
	s.want("150 s behind", s.seal(sent{time: 850}), "")
	s.want("151 s behind", s.seal(sent{time: 849}), outside)
	s.want("boots behind", s.seal(sent{boots: 6, time: 5000}), outside)
	s.now = s.now.Add(100 * time.Second)
	s.want("151 s behind what it is now", s.seal(sent{time: 949}), outside)
	s.want("150 s behind what it is now", s.seal(sent{time: 950}), "")
	old := s.seal(sent{time: 1100})
	s.want("on time", bytes.Clone(old), "")
	s.want("restarted", s.seal(sent{boots: 8, time: 3}), "")
	s.want("of before the restart", old, outside)
	if n := s.Engines(); n != 1 {
		t.Errorf("%d engines", n)
	}
	s.want("another router, same user", s.seal(sent{engine: NewEngineID([6]byte{2, 0, 0, 0, 0, 2}, 1), boots: 1}), "")
	if n := s.Engines(); n != 2 {
		t.Errorf("%d engines", n)
	}
}

// TestScreenReplay: the same message does not pass again while it is inside the
// window, and is outside of it afterwards; an inform is to be answered again.
func TestScreenReplay(t *testing.T) {
	s := newScreened(t, pair{SHA, AES})
	msg := s.seal(sent{time: 1000})
	s.want("first", bytes.Clone(msg), "")
	for range 160 {
		s.want("again", bytes.Clone(msg), ReasonReplayed)
		s.now = s.now.Add(time.Second)
		if s.now.Unix() > 1_000_150 {
			break
		}
	}
	s.want("too late", msg, stat(StatNotInTimeWindows))

	inform := s.seal(sent{engine: screenID, boots: 50, time: 151, pdu: PDUInform})
	for i := range 3 {
		o, no := s.open(bytes.Clone(inform))
		if no != nil || o.Repeated != (i > 0) {
			t.Errorf("%d: %+v, %v", i, o, no)
		}
	}
}

// TestScreenUsers: a user of an engine comes before one of every engine, and is
// unknown at others.
func TestScreenUsers(t *testing.T) {
	a, b := NewEngineID([6]byte{2, 0, 0, 0, 0, 1}, 1), NewEngineID([6]byte{2, 0, 0, 0, 0, 2}, 1)
	one, two := testUser(t, "u", pair{SHA, AES}), testUser(t, "u", pair{SHA512, AES256})
	atA := credentialOf(one)
	atA.Engine = a
	s := newScreened(t, pair{SHA, AES}, atA, credentialOf(two))
	s.want("u at a", s.seal(sent{user: one, engine: a}), "")
	s.want("the other u at a", s.seal(sent{user: two, engine: a}), stat(StatWrongDigests))
	s.want("u at b", s.seal(sent{user: two, engine: b}), "")
	s = newScreened(t, pair{SHA, AES}, atA)
	s.want("u at b only", s.seal(sent{user: one, engine: b}), stat(StatUnknownEngineIDs))
	s.want("stranger", s.seal(sent{}), stat(StatUnknownUserNames))

	least := credentialOf(one)
	least.Least = NoAuthNoPriv
	s = newScreened(t, pair{SHA, AES}, least)
	s.want("noAuthNoPriv where that will do", s.seal(sent{user: testUser(t, "u", pair{})}), "")

	for _, bad := range [][]Credential{
		{atA, atA}, {{Name: ""}}, {{Name: "u", Local: true}}, {{Name: "u", Engine: "abc"}},
		{{Name: "u", Auth: SHA}}, {{Name: "u", Auth: SHA, AuthKey: one.AuthKey, Priv: AES}},
		{{Name: "u", Engine: a, Local: true, Auth: SHA, AuthKey: one.AuthKey, Priv: AES256, PrivKey: one.PrivKey}},
		make([]Credential, MaxCredentials+1),
	} {
		if _, err := NewScreen(screenID, NewEngine(1, nil), bad); err == nil {
			t.Errorf("%d users: %+v", len(bad), bad[0])
		}
	}
}

// TestScreenRemembersNoStrangers: what does not authenticate leaves nothing.
func TestScreenRemembersNoStrangers(t *testing.T) {
	s := newScreened(t, pair{SHA, AES})
	for i := range 100 {
		msg := s.seal(sent{engine: NewEngineID([6]byte{2, 0, 0, 0, 1, byte(i)}, 1)})
		if err := SpoilMAC(msg); err != nil {
			t.Fatal(err)
		}
		s.want("spoilt", msg, stat(StatWrongDigests))
		s.want("plain", s.seal(sent{user: testUser(t, "mirrorUser", pair{})}), ReasonLevel)
	}
	if s.Engines() != 0 || len(s.recent.young) != 0 {
		t.Errorf("%d engines, %d messages", s.Engines(), len(s.recent.young))
	}
	for i := range 3 * maxRecent / 2 {
		s.recent.seen([]byte{byte(i), byte(i >> 8), byte(i >> 16), 1, 1, 1, 1, 1, 1, 1, 1, 1}, s.now)
	}
	if n := len(s.recent.young) + len(s.recent.old); n > 2*maxRecent {
		t.Errorf("%d messages", n)
	}
}
