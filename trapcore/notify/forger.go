package notify

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"math"

	"mirrorsh/trapcore/snmp"
)

// forger makes the wrong messages of one host.
type forger struct {
	ids     *snmp.IDs
	local   *snmp.Engine // whose boots are in salts of DES
	own     snmp.EngineID
	context string
	user    *snmp.User
	engine  snmp.EngineID // authoritative
	informs bool
	right   *right // keys of user for engine, nil until they are needed
}

// right is what seals a message in which user and engine are right.
type right struct {
	keys   *snmp.LocalKeys
	sealer *snmp.Sealer
}

// forgery is one fault at work: the right message, until it is spoilt.
type forgery struct {
	*forger
	fault   *Fault
	seconds int
	user    *snmp.User // a copy, if it is not that of the forger
	engine  snmp.EngineID
	level   snmp.SecurityLevel // of the message, 0 for the user's
	msg     snmp.Message
	trap    *trap
	ids     []int32 // of the messages, as often as they are sent
	keys    *snmp.LocalKeys
	sealer  *snmp.Sealer
	buf     snmp.Buffer
}

const (
	// strangerName is the user of unknown-user: in a name space that no
	// configuration uses, and still a valid name.
	strangerName = "unknown-user-under-test"
	// strangeModel is a security model that nobody has (RFC 3411 section 5 has the
	// numbers above 255 for enterprises).
	strangeModel = 4874<<8 | 255
	// oversize is about the most octets of varbinds that a datagram carries.
	oversize = 65000
	// lengthened is by how many octets bad-length goes beyond the end.
	lengthened = 16
)

// make returns the datagrams of one fault in the order they are sent, now being
// the clock of the authoritative engine. An error may be a [notApplicableError].
func (f *forger) make(fault *Fault, seconds int, t *trap, now snmp.Stamp) (*forgery, [][]byte, error) {
	m := &forgery{forger: f, fault: fault, seconds: seconds, user: f.user, engine: f.engine, trap: t, msg: snmp.Message{
		Boots: now.Boots, Time: now.Time, ContextEngine: f.own, Context: f.context, PDU: snmp.PDUTrap, Varbinds: t.list,
	}}
	if f.informs {
		m.msg.PDU = snmp.PDUInform
	}
	if fault.spoil != nil {
		if err := fault.spoil(m); err != nil {
			return nil, nil, err
		}
	}
	if err := m.rekey(); err != nil {
		return nil, nil, err
	}
	sealed, err := m.seal(true)
	if err != nil {
		return nil, nil, err
	}
	all := [][]byte{sealed}
	if fault.wire != nil {
		all, err = fault.wire(m, sealed)
	}
	return m, all, err
}

// rekey makes the keys: those of the forger, unless the fault is about them.
func (m *forgery) rekey() error {
	f := m.forger
	if f.right == nil {
		keys, err := f.user.Localize(f.engine, f.local)
		if err != nil {
			return err
		}
		sealer, err := snmp.NewSealer(keys)
		if err != nil {
			return err
		}
		f.right = &right{keys, sealer}
	}
	m.keys, m.sealer = f.right.keys, f.right.sealer
	if m.user == f.user && m.engine == f.engine && m.level == 0 {
		return nil
	}
	var err error
	if m.user != f.user || m.engine != f.engine {
		if m.keys, err = m.user.Localize(m.engine, f.local); err != nil {
			return err
		}
	}
	if m.level != 0 {
		m.keys = m.keys.Below(m.level)
	}
	m.sealer, err = snmp.NewSealer(m.keys)
	return err
}

// seal makes a datagram of the message, with new identifiers or those it had.
func (m *forgery) seal(renew bool) ([]byte, error) {
	if renew {
		m.msg.ID, m.msg.RequestID = m.forger.ids.Message(), m.forger.ids.Request()
	}
	sealed, err := m.sealer.Seal(&m.buf, &m.msg)
	if err != nil {
		return nil, err
	}
	m.ids = append(m.ids, m.msg.ID)
	return bytes.Clone(sealed), nil
}

// cannot is the error of a fault that cannot be had here.
func (m *forgery) cannot(why string) error { return &notApplicableError{m.fault, why} }

// own returns a copy of the user to be changed.
func (m *forgery) own() *snmp.User {
	u := *m.user
	m.user = &u
	return m.user
}

func badDigest(m *forgery, sealed []byte) ([][]byte, error) {
	return [][]byte{sealed}, snmp.SpoilMAC(sealed)
}

// reframe returns the message with another frame.
func (m *forgery) reframe(sealed []byte, change func(*snmp.Frame)) ([][]byte, error) {
	made, err := m.keys.Reframe(sealed, change)
	return [][]byte{made}, err
}

func shortDigest(m *forgery, sealed []byte) ([][]byte, error) {
	return m.reframe(sealed, func(f *snmp.Frame) { f.MAC-- })
}

func badFlags(m *forgery, sealed []byte) ([][]byte, error) {
	return m.reframe(sealed, func(f *snmp.Frame) { f.Flags = snmp.WithoutAuth })
}

func unknownModel(m *forgery, sealed []byte) ([][]byte, error) {
	return m.reframe(sealed, func(f *snmp.Frame) { f.Model = strangeModel })
}

func wrongKeys(m *forgery) error {
	u := m.own()
	u.AuthKey, u.PrivKey = random(len(u.AuthKey)), random(len(u.PrivKey))
	return nil
}

func wrongPrivacyKey(m *forgery) error {
	u := m.own()
	u.PrivKey = random(len(u.PrivKey))
	return nil
}

func otherExtension(m *forgery) error {
	if m.user.KeyExtension() == "" {
		return m.cannot("the privacy key of the user is not made longer")
	}
	u := m.own()
	u.Priv, _ = u.Priv.OtherExtension()
	return nil
}

func atLevel(level snmp.SecurityLevel) func(*forgery) error {
	return func(m *forgery) error {
		m.level = level
		return nil
	}
}

func unknownUser(m *forgery) error {
	m.own().Name = strangerName
	return nil
}

// unknownEngine names one of the same enterprise.
func unknownEngine(m *forgery) error {
	m.engine = snmp.EngineID(append([]byte(m.engine[:4]), random(11)...))
	return nil
}

func wrongContext(m *forgery) error {
	m.msg.ContextEngine = snmp.EngineID(append([]byte(m.forger.own[:4]), random(11)...))
	return nil
}

func bootsRollback(m *forgery) error {
	if m.msg.Boots < 1 {
		return m.cannot("engine boots are 0")
	}
	m.msg.Boots--
	return nil
}

func zeroBoots(m *forgery) error {
	m.msg.Boots = 0
	return nil
}

func latchedBoots(m *forgery) error {
	m.msg.Boots = math.MaxInt32
	return nil
}

func behind(seconds int32) func(*forgery) error {
	return func(m *forgery) error {
		if m.msg.Time < seconds {
			return m.cannot(fmt.Sprintf("engine time is %d, so that no time is %d seconds before it", m.msg.Time, seconds))
		}
		m.msg.Time -= seconds
		return nil
	}
}

func timeSkew(m *forgery) error {
	at := int64(m.msg.Time) + int64(m.seconds)
	if at < 0 || at > math.MaxInt32 {
		return m.cannot(fmt.Sprintf("engine time is %d, and would be %d", m.msg.Time, at))
	}
	m.msg.Time = int32(at)
	return nil
}

func replay(m *forgery, sealed []byte) ([][]byte, error) {
	m.ids = append(m.ids, m.msg.ID)
	return [][]byte{sealed, sealed}, nil
}

func duplicate(m *forgery, sealed []byte) ([][]byte, error) {
	again, err := m.seal(false)
	return [][]byte{sealed, again}, err
}

func reorder(m *forgery, sealed []byte) ([][]byte, error) {
	all := [][]byte{sealed}
	for range 2 {
		next, err := m.seal(true)
		if err != nil {
			return nil, err
		}
		all = append([][]byte{next}, all...)
	}
	return all, nil
}

func truncated(_ *forgery, sealed []byte) ([][]byte, error) {
	return [][]byte{sealed[:len(sealed)/2]}, nil
}

// badLength relies on two octets of length after 30 82, which a message with a
// MAC has.
func badLength(_ *forgery, sealed []byte) ([][]byte, error) {
	binary.BigEndian.PutUint16(sealed[2:], binary.BigEndian.Uint16(sealed[2:])+lengthened)
	return [][]byte{sealed}, nil
}

func oversizeList(m *forgery) error {
	own := m.trap.list[m.trap.own:]
	m.msg.Varbinds = append(bytes.Clone(m.trap.list), bytes.Repeat(own, (oversize-len(m.trap.list))/len(own))...)
	return nil
}

func asPDU(pdu snmp.Tag) func(*forgery) error {
	return func(m *forgery) error {
		m.msg.PDU = pdu
		return nil
	}
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
}
