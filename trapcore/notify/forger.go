package notify

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"math"
	"time"

	"mirrorsh/trapcore/snmp"
)

// forger makes the wrong messages of one host.
type forger struct {
	o      *Originator
	user   *snmp.User
	engine snmp.EngineID     // authoritative
	clock  *snmp.RemoteClock // of it; nil: it is our own
}

const (
	// strangerName is the user of unknown-user: in a name space that no
	// configuration uses, and still a valid name.
	strangerName = "unknown-user-under-test"
	// oversize is about the most octets of varbinds that a datagram carries.
	oversize = 65000
	// lengthened is by how many octets bad-length goes beyond the end.
	lengthened = 16
)

// make returns the datagrams of one fault in the order they are sent.
func (f *forger) make(test *FaultTest, t *trap) ([][]byte, error) {
	user, engine := *f.user, f.engine
	m := f.message(t)
	switch test.Fault {
	case WrongKey:
		user.AuthKey, user.PrivKey = random(len(user.AuthKey)), random(len(user.PrivKey))
	case UnknownUser:
		user.Name = strangerName
	case UnknownEngine:
		engine = snmp.EngineID(append([]byte(engine[:4]), random(11)...)) // of the same enterprise
	case BootsRollback:
		m.Boots = max(m.Boots-1, 0)
	case TimeSkew:
		m.Time = int32(min(max(int64(m.Time)+int64(test.Skew), 0), math.MaxInt32))
	case Oversize:
		own := t.list[t.own:]
		m.Varbinds = append(bytes.Clone(t.list), bytes.Repeat(own, (oversize-len(t.list))/len(own))...)
	}
	keys, err := user.Localize(engine, f.o.faults.local)
	if err != nil {
		return nil, err
	}
	if test.Fault == Unencrypted {
		keys = keys.Below(snmp.AuthNoPriv)
	}
	sealer, err := snmp.NewSealer(keys)
	if err != nil {
		return nil, err
	}
	var buf snmp.Buffer
	seal := func() []byte {
		var msg []byte
		if msg, err = sealer.Seal(&buf, &m); err != nil {
			return nil
		}
		return bytes.Clone(msg)
	}
	one := seal()
	if err != nil {
		return nil, err
	}
	all := [][]byte{one}
	switch test.Fault {
	case BadDigest:
		err = snmp.SpoilMAC(one)
	case ShortDigest:
		all[0], err = keys.ShortenMAC(one, user.Auth.MACLen()-1)
	case Replay:
		all = append(all, one)
	case DuplicateID:
		all = append(all, seal())
	case Truncated:
		all[0] = one[:len(one)/2]
	case BadLength:
		// A message with a MAC has two octets of length after 30 82.
		binary.BigEndian.PutUint16(one[2:], binary.BigEndian.Uint16(one[2:])+lengthened)
	case Reorder:
		for range 2 {
			m.ID, m.RequestID = f.o.faults.ids.Message(), f.o.faults.ids.Request()
			all = append([][]byte{seal()}, all...)
		}
	}
	return all, err
}

// message is the right message.
func (f *forger) message(t *trap) snmp.Message {
	own := f.o.opts.Local.Identity()
	now, pdu := own.Of(f.o.opts.Engine.Now()), snmp.PDUTrap
	if f.clock != nil {
		now.Boots, now.Time, _ = f.clock.At(time.Now())
		pdu = snmp.PDUInform
	}
	return snmp.Message{
		Boots: now.Boots, Time: now.Time, ID: f.o.faults.ids.Message(), RequestID: f.o.faults.ids.Request(),
		ContextEngine: own.ID, Context: f.o.opts.Context, PDU: pdu, Varbinds: t.list,
	}
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
}
