package notify

import (
	"net/netip"
	"reflect"
	"time"
	"unsafe"

	"mirrorsh/ascii"
	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// notificationOf returns what an event becomes, nil if nothing.
func notificationOf(ev any) *notification { return byEvent[reflect.TypeOf(ev)] }

// encode puts the varbinds of an event of the notification's type, the last
// object first, as snmp.Buffer builds backwards. It reports false if a value
// does not fit its object.
func (n *notification) encode(b *snmp.Buffer, ev any) bool {
	b.Reset()
	event, fits := reflect.ValueOf(ev).UnsafePointer(), true
	for i := len(n.steps) - 1; i >= 0; i-- {
		s := &n.steps[i]
		at := unsafe.Add(event, s.offset)
		switch s.put {
		case kindUint8:
			fits = s.number(b, event, int32(*(*uint8)(at))) && fits
		case kindUint16:
			fits = s.number(b, event, int32(*(*uint16)(at))) && fits
		case kindInt32:
			fits = s.number(b, event, *(*int32)(at)) && fits
		case kindUint32:
			b.PutNamed(s.name, snmp.Unsigned(*(*uint32)(at)))
		case kindAddress:
			b.PutNamed(s.name, snmp.Address(*(*netip.Addr)(at)))
		case kindTime:
			s.date(b, *(*time.Time)(at))
		case kindText:
			fits = s.text(b, *(*string)(at)) && fits
		}
	}
	return fits
}

func (s *step) fits(v int) bool { return s.most == 0 || v >= s.least && v <= s.most }

func (s *step) number(b *snmp.Buffer, event unsafe.Pointer, v int32) bool {
	if s.name != "" {
		b.PutNamed(s.name, snmp.Integer(v))
	} else {
		instance := *(*int32)(unsafe.Add(event, s.instance))
		b.PutVarbind(s.OID.Sub(uint32(instance)), snmp.Integer(v))
	}
	return s.fits(int(v))
}

// text puts a text. Octets of a peer that are not printable are shown as \xHH,
// of which as much is put as there is room for.
func (s *step) text(b *snmp.Buffer, v string) bool {
	if s.Syntax == mib.DisplayString && !ascii.Printable(v) {
		v = ascii.Display(v, s.most)
	}
	b.PutNamed(s.name, snmp.OctetString(v))
	return s.fits(len(v))
}

// date puts a DateAndTime without the allocation of snmp.DateAndTime.
func (s *step) date(b *snmp.Buffer, t time.Time) {
	mark := b.Len()
	d := snmp.DateAndTimeOctets(t)
	n := snmp.DateAndTimeLen(t)
	b.PutRaw(d[:n])
	b.PutHeader(snmp.TagOctetString, n)
	b.PutRawString(s.name)
	b.Wrap(snmp.TagSequence, mark)
}
