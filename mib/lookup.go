package mib

import "sync"

// objectsByOID are the objects that notifications carry, and those that lead
// every notification, by OID in dotted decimal, and the lengths of those. Like what else
// is only looked up, they are not made while the program starts.
var objectsByOID = sync.OnceValues(func() (byOID map[string]*Object, lengths map[int]bool) {
	byOID, lengths = map[string]*Object{}, map[int]bool{}
	add := func(o *Object) { byOID[o.OID.String()], lengths[len(o.OID)] = o, true }
	for _, o := range []*Object{SysUpTime, SnmpTrapOID, snmpTrapEnterprise, juniTrapSeverity, MirrorTrapEnable} {
		add(o)
	}
	for _, n := range Notifications {
		for _, o := range n.Objects {
			add(o)
		}
	}
	return byOID, lengths
})

// ObjectOf finds the object of an instance among those that notifications carry,
// nil if it is none of them, and the instance: 0 of a scalar, the index of a row.
func ObjectOf(name OID) (o *Object, instance OID) {
	byOID, lengths := objectsByOID()
	for n := range lengths {
		if n < len(name) {
			if o := byOID[name[:n].String()]; o != nil {
				return o, name[n:]
			}
		}
	}
	return nil, nil
}

var notificationsByOID = sync.OnceValue(func() map[string]*Notification {
	byOID := map[string]*Notification{}
	for _, n := range Notifications {
		byOID[n.OID.String()] = n
	}
	return byOID
})

// NotificationOf finds a notification by its OID, nil if there is none.
func NotificationOf(id OID) *Notification { return notificationsByOID()[id.String()] }
