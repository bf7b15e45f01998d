package notify

import (
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"time"

	"mirrorsh/mib"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/snmp"
)

// notification is a notification with all that is constant on the wire, and
// where an event has the rest.
type notification struct {
	*mib.Notification
	index int    // into notifications
	head  string // snmp.TrapHead
	v1    snmp.TrapV1
	event reflect.Type
	steps []step // in the order of the wire
}

// step puts the varbind of one object.
type step struct {
	*mib.Object
	name     string // encoded, with the instance 0; "" of a column
	put      kind
	offset   uintptr // of the value in the event
	instance uintptr // of a column's in the event
	least    int     // octets of a text, or the number; no bounds if most is 0
	most     int
}

// kind is the type of a field, as far as its object takes it.
type kind int

const (
	kindNone kind = iota
	kindUint8
	kindUint16
	kindInt32
	kindUint32
	kindText
	kindAddress
	kindTime
)

// notifications are in the order of [mib.Notifications], byEvent has them by
// the type of their events.
var notifications, byEvent = mustPlan()

// mustPlan panics if events and MIB disagree, which no input can bring about.
func mustPlan() ([]*notification, map[reflect.Type]*notification) {
	var types []reflect.Type
	for _, ev := range events() {
		types = append(types, reflect.TypeOf(ev))
	}
	for _, ev := range mirror.Events() {
		types = append(types, reflect.TypeOf(ev))
	}
	all, err := planAll(mib.Notifications, types)
	if err != nil {
		panic(err)
	}
	byEvent := map[reflect.Type]*notification{}
	for _, n := range all {
		byEvent[n.event] = n
	}
	return all, byEvent
}

// planAll finds the event type of each notification, and fails if one is
// missing on either side.
func planAll(notifications []*mib.Notification, events []reflect.Type) ([]*notification, error) {
	var all []*notification
	var failed []error
	left := slices.Clone(events)
	for _, m := range notifications {
		i := slices.IndexFunc(left, func(t reflect.Type) bool { return strings.EqualFold(t.Elem().Name(), m.Short()) })
		if i < 0 {
			failed = append(failed, fmt.Errorf("%s has no event type", m.Name))
			continue
		}
		n, err := plan(m, left[i])
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", m.Name, err))
			continue
		}
		n.index = len(all)
		all = append(all, n)
		left = slices.Delete(left, i, i+1)
	}
	if len(failed) == 0 && len(left) > 0 {
		failed = append(failed, fmt.Errorf("event types without a notification: %v", left))
	}
	return all, errors.Join(failed...)
}

// plan holds the fields of an event type to the objects of a notification: each
// has exactly one of the other.
func plan(m *mib.Notification, event reflect.Type) (*notification, error) {
	fields, err := mib.Fields(event.Elem())
	if err != nil {
		return nil, err
	}
	n := &notification{Notification: m, head: snmp.TrapHead(m.OID), event: event}
	enterprise, generic, specific := m.V1()
	n.v1 = snmp.TrapV1{Enterprise: enterprise, Generic: int32(generic), Specific: int32(specific)}
	instance := slices.IndexFunc(fields, func(f mib.Field) bool { return f.Instance && f.Type.Kind() == reflect.Int32 })
	for _, o := range m.Objects {
		i := slices.IndexFunc(fields, func(f mib.Field) bool { return f.Object == o.Name })
		if i < 0 {
			return nil, fmt.Errorf("no field for %s", o.Name)
		}
		s := step{Object: o, put: kindOf(o.Syntax, fields[i].Type), offset: fields[i].Offset, least: int(o.Min), most: most(o)}
		switch {
		case s.put == kindNone:
			return nil, fmt.Errorf("field %s does not fit %s", fields[i].Name, o.Name)
		case o.Column && instance < 0:
			return nil, fmt.Errorf("no field has the instance of %s", o.Name)
		case o.Column:
			s.instance = fields[instance].Offset
		default:
			s.name = snmp.EncodeName(o.Instance0())
		}
		n.steps = append(n.steps, s)
	}
	if len(fields) != len(n.steps) {
		return nil, fmt.Errorf("%d fields for %d objects", len(fields), len(n.steps))
	}
	return n, nil
}

func kindOf(s mib.Syntax, t reflect.Type) kind {
	switch {
	case s == mib.Integer32 && t.Kind() == reflect.Uint8:
		return kindUint8
	case s == mib.Integer32 && t.Kind() == reflect.Uint16:
		return kindUint16
	case s == mib.Integer32 && t.Kind() == reflect.Int32:
		return kindInt32
	case s == mib.Unsigned32 && t.Kind() == reflect.Uint32:
		return kindUint32
	case (s == mib.DisplayString || s == mib.OctetString) && t.Kind() == reflect.String:
		return kindText
	case s == mib.IPAddress && t == reflect.TypeFor[netip.Addr]():
		return kindAddress
	case s == mib.DateAndTime && t == reflect.TypeFor[time.Time]():
		return kindTime
	}
	return kindNone
}

// maxDisplay is the size of a DisplayString (RFC 2579 section 2).
const maxDisplay = 255

// most returns the most octets of a text or the largest number, 0 for no bound.
func most(o *mib.Object) int {
	if o.Max == 0 && o.Syntax == mib.DisplayString {
		return maxDisplay
	}
	return int(o.Max)
}
