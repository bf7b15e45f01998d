package notify

import (
	"bytes"
	"slices"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// list spoils the varbinds of a message as a whole; the first two are
// sysUpTime.0 and snmpTrapOID.0.
func list(change func(all []snmp.Varbind) []snmp.Varbind) func(*forgery) error {
	return func(m *forgery) error {
		all, err := snmp.ParseVarbinds(m.trap.list)
		if err != nil {
			return err
		}
		m.setVarbinds(change(all))
		return nil
	}
}

// setVarbinds encodes them into memory of their own, since the sealer has a
// buffer too.
func (m *forgery) setVarbinds(all []snmp.Varbind) {
	var b snmp.Buffer
	b.PutVarbinds(all)
	m.msg.Varbinds = bytes.Clone(b.Bytes())
}

func wrongHead(all []snmp.Varbind) []snmp.Varbind {
	all[0], all[1] = all[1], all[0]
	return all
}

func wrongOrder(all []snmp.Varbind) []snmp.Varbind {
	slices.Reverse(all[2:])
	return all
}

func missingVarbind(all []snmp.Varbind) []snmp.Varbind { return all[:len(all)-1] }

func extraVarbind(all []snmp.Varbind) []snmp.Varbind {
	return append(all, snmp.Varbind{Name: mib.PacketMirrorMIB.Sub(3, 1, 999, 0), Value: snmp.Integer(1)})
}

// values spoils the values of the notification's own varbinds, as far as change
// has another one for an object. It fails if it has none for any.
func values(change func(o *mib.Object, v snmp.Value) (snmp.Value, bool)) func(*forgery) error {
	return func(m *forgery) error {
		all, err := snmp.ParseVarbinds(m.trap.list)
		if err != nil {
			return err
		}
		spoilt := false
		for i, o := range m.trap.n.Objects {
			vb := &all[i+2]
			if v, ok := change(o, vb.Value); ok {
				vb.Value, spoilt = v, true
			}
		}
		if !spoilt {
			return m.cannot("no object of " + m.trap.n.Name + " is of such a type")
		}
		m.setVarbinds(all)
		return nil
	}
}

func wrongType(_ *mib.Object, v snmp.Value) (snmp.Value, bool) {
	if v.Tag() == snmp.TagOctetString {
		return snmp.Integer(1), true
	}
	return snmp.OctetString(v.String()), true
}

// beyond is how far an unknown enumeration is from the last one that is known.
const beyond = 90

func unknownEnumeration(o *mib.Object, v snmp.Value) (snmp.Value, bool) {
	if o.Enum == nil {
		return v, false
	}
	last := slices.MaxFunc(o.Enum, func(a, b mib.Label) int { return int(a.Value - b.Value) })
	return snmp.Integer(int32(last.Value) + beyond), true
}

func isText(o *mib.Object) bool { return o.Syntax == mib.DisplayString || o.Syntax == mib.OctetString }

func oversizedString(o *mib.Object, v snmp.Value) (snmp.Value, bool) {
	if !isText(o) || most(o) == 0 {
		return v, false
	}
	return snmp.OctetString(string(bytes.Repeat([]byte("x"), most(o)+1))), true
}

func emptyString(_ *mib.Object, v snmp.Value) (snmp.Value, bool) {
	return snmp.OctetString(""), v.Tag() == snmp.TagOctetString
}

// strangeOctets are no UTF-8, and of what breaks lines, columns and C strings.
const strangeOctets = "\x00\n\r\t\"\\|\x1b[31m\xc3(\xff\xfe"

func oddOctets(o *mib.Object, _ snmp.Value) (snmp.Value, bool) {
	return snmp.OctetString(strangeOctets), isText(o)
}

// shortDateLen is DateAndTime without the offset from UTC.
const shortDateLen = 8

func shortDate(o *mib.Object, v snmp.Value) (snmp.Value, bool) {
	if o.Syntax != mib.DateAndTime {
		return v, false
	}
	return snmp.OctetString(v.Str()[:shortDateLen]), true
}
