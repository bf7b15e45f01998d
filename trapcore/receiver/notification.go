package receiver

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"mirrorsh/ascii"
	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// Notification is a trap or inform that has been taken.
type Notification struct {
	At      time.Time
	From    netip.AddrPort
	Version snmp.Version
	Inform  bool

	// The next are those of SNMPv3.

	User        string
	Level       snmp.SecurityLevel
	Engine      snmp.EngineID // authoritative: of the sender of a trap, of the receiver of an inform
	Boots, Time int32         // of the message

	ContextEngine snmp.EngineID
	Context       string

	Trap   mib.OID // snmpTrapOID.0, or what RFC 3584 section 3.1 makes of a trap of SNMPv1
	UpTime uint32  // sysUpTime.0, hundredths of a second
	// Varbinds are those after sysUpTime.0 and snmpTrapOID.0.
	Varbinds []snmp.Varbind
}

// The names of the leading varbinds.
var sysUpTime, snmpTrapOID = mib.SysUpTime.Instance0(), mib.SnmpTrapOID.Instance0()

// take checks that the two leading varbinds are there (RFC 3416 section 4.2.6).
func (n *Notification) take(all []snmp.Varbind) error {
	if len(all) < 2 || all[0].Name.Compare(sysUpTime) != 0 || all[0].Value.Tag() != snmp.TagTimeTicks ||
		all[1].Name.Compare(snmpTrapOID) != 0 || all[1].Value.Tag() != snmp.TagObjectIdentifier {
		return fmt.Errorf("%w: sysUpTime.0 and snmpTrapOID.0 do not lead", errDecode)
	}
	n.UpTime, n.Trap, n.Varbinds = uint32(all[0].Value.Uint64()), all[1].Value.OID(), all[2:]
	return nil
}

// Name returns the name of the notification, its OID if it is not in mib.
func (n *Notification) Name() string { return oidName(n.Trap) }

func oidName(id mib.OID) string {
	if t := mib.NotificationOf(id); t != nil {
		return t.Name
	}
	return id.String()
}

// Kind is trap or inform.
func (n *Notification) Kind() string {
	if n.Inform {
		return "inform"
	}
	return "trap"
}

// String is the notification in lines, the first as
//
//	juniPacketMirrorSessionStart: trap v3 mirrorUser authPriv context router1 engine 0x8000130a... from 127.0.0.1:40404 at 2026-11-22 06:12:11.000
//
// and one for each varbind, with four blanks before it.
func (n *Notification) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s %s", n.Name(), n.Kind(), n.Version)
	if n.Version == snmp.Version3 {
		fmt.Fprintf(&b, " %s %v context %s engine %v", n.User, n.Level, quoted(n.Context), n.ContextEngine)
	}
	fmt.Fprintf(&b, " from %v at %s\n", n.From, n.At.Format("2006-01-02 15:04:05.000"))
	fmt.Fprintf(&b, "    sysUpTime.0 = %d\n", n.UpTime)
	for _, vb := range n.Varbinds {
		name, _, value := show(vb)
		fmt.Fprintf(&b, "    %s = %s\n", name, value)
	}
	return b.String()
}

// quoted is a name that a peer has chosen; what is no single word has quotes.
func quoted(s string) string {
	if shown := ascii.Display(s, 4*len(s)); shown != "" && !strings.ContainsAny(shown, " \"") {
		return shown
	}
	return `"` + ascii.Display(s, 4*len(s)) + `"`
}

// show names a varbind and its value. syntax is 0 if the object is not in mib.
func show(vb snmp.Varbind) (name string, syntax mib.Syntax, value string) {
	if id := vb.Value.OID(); id != nil {
		value = oidName(id)
	} else {
		value = vb.Value.String()
	}
	o, instance := mib.ObjectOf(vb.Name)
	if o == nil {
		return vb.Name.String(), 0, value
	}
	if vb.Value.Tag() != snmp.TagObjectIdentifier {
		value = snmp.Display(o, vb.Value)
	}
	return o.Name + "." + instance.String(), o.Syntax, value
}

// jsonNotification is a notification as JSON. The fields of SNMPv3 are left out
// of the others.
type jsonNotification struct {
	Type          string        `json:"type"`
	At            time.Time     `json:"at"`
	From          string        `json:"from"`
	Version       string        `json:"version"`
	User          string        `json:"user,omitempty"`
	Level         string        `json:"level,omitempty"`
	Engine        string        `json:"engine,omitempty"`
	Boots         *int32        `json:"boots,omitempty"`
	Time          *int32        `json:"time,omitempty"`
	ContextEngine string        `json:"contextEngine,omitempty"`
	Context       string        `json:"context,omitempty"`
	Name          string        `json:"name"`
	OID           string        `json:"oid"`
	UpTime        uint32        `json:"upTime"`
	Varbinds      []jsonVarbind `json:"varbinds"`
}

type jsonVarbind struct {
	Name  string `json:"name"`
	OID   string `json:"oid"`
	Value any    `json:"value"` // numbers as numbers, octets as text shows them
	Label string `json:"label,omitempty"`
	Hex   string `json:"hex,omitempty"` // of an OCTET STRING whose text is not its octets
}

// MarshalJSON writes the notification as one object.
func (n *Notification) MarshalJSON() ([]byte, error) {
	j := jsonNotification{
		Type: n.Kind(), At: n.At, From: n.From.String(), Version: n.Version.String(),
		Name: n.Name(), OID: n.Trap.String(), UpTime: n.UpTime, Varbinds: []jsonVarbind{},
	}
	if n.Version == snmp.Version3 {
		j.User, j.Level, j.Engine, j.Boots, j.Time = n.User, n.Level.String(), n.Engine.String(), &n.Boots, &n.Time
		j.ContextEngine, j.Context = n.ContextEngine.String(), ascii.Display(n.Context, 4*len(n.Context))
	}
	for _, vb := range n.Varbinds {
		j.Varbinds = append(j.Varbinds, jsonOf(vb))
	}
	return json.Marshal(j)
}

func jsonOf(vb snmp.Varbind) jsonVarbind {
	name, _, value := show(vb)
	j := jsonVarbind{Name: name, OID: vb.Name.String(), Value: value}
	switch vb.Value.Tag() {
	case snmp.TagInteger:
		j.Value = vb.Value.Int64()
		if o, _ := mib.ObjectOf(vb.Name); o != nil {
			j.Label = o.Label(vb.Value.Int64())
		}
	case snmp.TagCounter32, snmp.TagUnsigned32, snmp.TagTimeTicks, snmp.TagCounter64:
		j.Value = vb.Value.Uint64()
	case snmp.TagOctetString, snmp.TagOpaque:
		if value != vb.Value.Str() {
			j.Hex = fmt.Sprintf("%x", vb.Value.Str())
		}
	}
	return j
}
