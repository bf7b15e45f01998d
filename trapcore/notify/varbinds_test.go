package notify

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"

	"github.com/gosnmp/gosnmp"

	"mirrorsh/mib"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/snmp"
)

var syntaxTags = map[mib.Syntax]snmp.Tag{
	mib.Integer32: snmp.TagInteger, mib.Unsigned32: snmp.TagUnsigned32, mib.IPAddress: snmp.TagIPAddress,
	mib.OctetString: snmp.TagOctetString, mib.DisplayString: snmp.TagOctetString, mib.DateAndTime: snmp.TagOctetString,
}

func encodeOrdinary(ev Event) (*trap, bool) {
	t := newTrap(nil, notificationOf(ev), 4711)
	t.fill(ev)
	return t, t.bad
}

var ordinaryEvents = []Event{
	&ColdStart{},
	&WarmStart{},
	&LinkDown{Link{Index: 70000, AdminStatus: 1, OperStatus: 2}},
	&LinkUp{Link{Index: 1, AdminStatus: 1, OperStatus: 1}},
	&AuthenticationFailure{Address: netip.MustParseAddr("10.1.2.3"), Port: 40000, Community: "secret", Reason: BadCommunityUse},
	&CLISecurityAlert{Priority: mib.Notice, Message: "login of operator", Time: testTime},
}

// mirrorName is the name of a mirror object.
func mirrorName(n uint32) mib.OID { return mib.PacketMirrorMIB.Sub(3, 1, n, 0) }

// checkVarbinds holds an encoded list to the MIB: the two leading varbinds, then
// the objects in order with their syntax and instance.
func checkVarbinds(t *testing.T, tr *trap, instance uint32) {
	t.Helper()
	vbs := parse(t, tr)
	n := tr.n.Notification
	if len(vbs) != 2+len(n.Objects) {
		t.Fatalf("%s: %d varbinds, want %d", n.Name, len(vbs), 2+len(n.Objects))
	}
	if vbs[0].Name.Compare(mib.SysUpTime.Instance0()) != 0 || vbs[0].Value != snmp.Ticks(tr.uptime) {
		t.Errorf("%s: first varbind %v", n.Name, vbs[0])
	}
	if vbs[1].Name.Compare(mib.SnmpTrapOID.Instance0()) != 0 || vbs[1].Value.OID().Compare(n.OID) != 0 {
		t.Errorf("%s: second varbind %v", n.Name, vbs[1])
	}
	for i, o := range n.Objects {
		vb, name := vbs[i+2], o.Instance0()
		if o.Column {
			name = o.OID.Sub(instance)
		}
		if vb.Name.Compare(name) != 0 {
			t.Errorf("%s: varbind %d is %v, want %s", n.Name, i+1, vb.Name, o.Name)
		}
		if vb.Value.Tag() != syntaxTags[o.Syntax] {
			t.Errorf("%s: %s has tag %#x", n.Name, o.Name, vb.Value.Tag())
		}
		if o.Enum != nil && o.Label(vb.Value.Int64()) == "" {
			t.Errorf("%s: %s has no value %d", n.Name, o.Name, vb.Value.Int64())
		}
		if o.Syntax == mib.DateAndTime && len(vb.Value.Str()) != 11 {
			t.Errorf("%s: %s is % x", n.Name, o.Name, vb.Value.Str())
		}
	}
	if got, err := snmp.ParseVarbinds(tr.list[tr.own:]); err != nil || len(got) != len(n.Objects) {
		t.Errorf("%s: own varbinds: %d, %v", n.Name, len(got), err)
	}
}

func TestNotificationsAreTheMIBs(t *testing.T) {
	seen := map[*notification]bool{}
	for seq := range uint32(8) {
		for i, ev := range samples(seq, 1, testTime) {
			tr := encodeSecure(ev)
			checkVarbinds(t, tr, 0)
			if tr.bad {
				t.Errorf("a sample of %s does not fit", tr.n.Name)
			}
			if want := mib.MirrorNotifications[i]; tr.n.Notification != want {
				t.Errorf("%T became %s", ev, tr.n.Name)
			}
			seen[tr.n] = true
		}
	}
	for i, ev := range ordinaryEvents {
		tr, bad := encodeOrdinary(ev)
		if bad {
			t.Errorf("%s does not fit", tr.n.Name)
		}
		instance := uint32(70000)
		if _, up := ev.(*LinkUp); up {
			instance = 1
		}
		checkVarbinds(t, tr, instance)
		if tr.n.Notification != mib.OrdinaryNotifications[i] {
			t.Errorf("%T became %s", ev, tr.n.Name)
		}
		seen[tr.n] = true
	}
	if len(seen) != len(mib.Notifications) {
		t.Errorf("%d of %d notifications can be raised", len(seen), len(mib.Notifications))
	}
}

// TestValuesReachTheirObjects sets every field to a value of its own and finds
// each where the MIB has it.
func TestValuesReachTheirObjects(t *testing.T) {
	at := mirror.Attachment{
		Origin: mirror.Origin{Time: testTime, Source: mirror.CLITrigger, TriggerType: mirror.CallingStationID,
			Trigger: "the trigger", RouterID: 81},
		Identity:  mirror.Identity{MirrorID: 82, SessionID: 83},
		Policy:    mirror.Policy{Name: "the policy", ID: 0xfffffffe},
		Direction: mirror.Egress,
	}
	s := mirror.Session{Attachment: at, Target: netip.MustParseAddr("10.8.8.8"), Analyzer: netip.MustParseAddr("192.168.9.9")}
	f := mirror.Failure{Cause: mirror.RouterMismatch, Text: "the text"}
	want := map[string]snmp.Value{
		"Identifier": snmp.Unsigned(82), "SessionIdentifier": snmp.Unsigned(83),
		"Trigger": snmp.OctetString("the trigger"), "TriggerType": snmp.Integer(4),
		"ConfigurationSource": snmp.Integer(2), "ErrorCause": snmp.Integer(8),
		"ErrorString": snmp.OctetString("the text"), "ApplicationName": snmp.Integer(0),
		"AnalyzerAddress": snmp.Address(s.Analyzer), "UserName": snmp.OctetString("the user"),
		"PolicyName": snmp.OctetString("the policy"), "PolicyId": snmp.Unsigned(0xfffffffe),
		"DateAndTime": snmp.OctetString("\x07\xea\x0b\x16\x06\x0c\x0b\x03+\x01\x1e"), "RouterId": snmp.Unsigned(81),
		"Direction": snmp.Integer(1), "TargetIpAddress": snmp.Address(s.Target),
		"TerminationReason": snmp.Integer(22),
	}
	for _, ev := range []mirror.Event{
		&mirror.RadiusBasedMirroringFailure{Origin: at.Origin, Identity: at.Identity, UserName: "the user", Failure: f},
		&mirror.CliTriggerBasedMirroringFailure{Origin: at.Origin, Policy: at.Policy, Failure: f},
		&mirror.InterfaceDeleted{Attachment: at},
		&mirror.AnalyzerUnreachable{Time: testTime, Analyzer: s.Analyzer, RouterID: 81},
		&mirror.SessionStart{Session: s},
		&mirror.SessionEnd{Session: s, Reason: network.PortAdministrativelyDisabled},
		&mirror.InterfaceSessionActivated{Session: s},
		&mirror.InterfaceSessionDeactivated{Session: s},
		&mirror.SessionReject{Attachment: at},
		&mirror.SessionFailed{Session: s, Reason: network.PortAdministrativelyDisabled},
	} {
		tr := encodeSecure(ev)
		for i, vb := range parse(t, tr)[2:] {
			if o := strings.TrimPrefix(tr.n.Objects[i].Name, "juniPacketMirror"); vb.Value != want[o] {
				t.Errorf("%s: %s = %v, want %v", tr.n.Name, o, vb.Value, want[o])
			}
		}
	}
}

func TestGosnmpAgreesOnNotifications(t *testing.T) {
	var traps []*trap
	for seq := range uint32(4) {
		for _, ev := range samples(seq, 1, testTime) {
			traps = append(traps, encodeSecure(ev))
		}
	}
	for _, ev := range ordinaryEvents {
		tr, _ := encodeOrdinary(ev)
		traps = append(traps, tr)
	}
	for _, tr := range traps {
		var buf snmp.Buffer
		msg, err := snmp.EncodeV2c(&buf, "public", snmp.PDUTrap, 1, tr.list)
		if err != nil {
			t.Fatal(err)
		}
		p := decode(t, msg, "")
		if got := trapOID(t, p); got != tr.n.OID.String() {
			t.Errorf("%s decodes as %s", tr.n.Name, got)
		}
		for i, vb := range parse(t, tr) {
			pdu := p.Variables[i]
			if pdu.Name[1:] != vb.Name.String() || pdu.Type != gosnmp.Asn1BER(vb.Value.Tag()) {
				t.Errorf("%s: varbind %d is %s %v, want %v", tr.n.Name, i+1, pdu.Name, pdu.Type, vb)
			}
			switch vb.Value.Tag() {
			case snmp.TagOctetString:
				if string(pdu.Value.([]byte)) != vb.Value.Str() {
					t.Errorf("%s: %s = %q", tr.n.Name, pdu.Name, pdu.Value)
				}
			case snmp.TagIPAddress:
				if pdu.Value != vb.Value.Addr().String() {
					t.Errorf("%s: %s = %v", tr.n.Name, pdu.Name, pdu.Value)
				}
			case snmp.TagInteger, snmp.TagUnsigned32:
				if gosnmp.ToBigInt(pdu.Value).Int64() != vb.Value.Int64() {
					t.Errorf("%s: %s = %v", tr.n.Name, pdu.Name, pdu.Value)
				}
			}
		}
	}
}

func TestValuesBeyondTheirObjectAreBad(t *testing.T) {
	long := strings.Repeat("x", 256)
	for _, tt := range []struct {
		name string
		bad  bool
		ev   mirror.Event
	}{
		{"policy name of 40", false, &mirror.InterfaceDeleted{Attachment: mirror.Attachment{Policy: mirror.Policy{Name: long[:40]}}}},
		{"policy name of 41", true, &mirror.InterfaceDeleted{Attachment: mirror.Attachment{Policy: mirror.Policy{Name: long[:41]}}}},
		{"no policy name", true, &mirror.InterfaceDeleted{}},
		{"user name of 64", false, &mirror.RadiusBasedMirroringFailure{UserName: long[:64]}},
		{"user name of 65", true, &mirror.RadiusBasedMirroringFailure{UserName: long[:65]}},
		{"trigger of 255", false, &mirror.RadiusBasedMirroringFailure{UserName: "u", Origin: mirror.Origin{Trigger: long[:255]}}},
		{"trigger of 256", true, &mirror.RadiusBasedMirroringFailure{UserName: "u", Origin: mirror.Origin{Trigger: long}}},
	} {
		if tr := encodeSecure(tt.ev); tr.bad != tt.bad {
			t.Errorf("%s: bad is %v", tt.name, tr.bad)
		}
	}
	if _, bad := encodeOrdinary(&LinkUp{Link{Index: 0, AdminStatus: 1, OperStatus: 1}}); !bad {
		t.Error("ifIndex 0 is not bad")
	}
}

func TestRenderVarbinds(t *testing.T) {
	ev := &mirror.SessionFailed{Session: start(1).Session, Reason: network.AdminReset}
	ev.Trigger, ev.TriggerType, ev.Source = "bob@isp", mirror.Username, mirror.CLITrigger
	tr := encodeSecure(ev)
	own := tr.list[tr.own:]
	const p = "juniPacketMirror"
	want := p + "DateAndTime.0 = 2026-11-22,6:12:11.3,+1:30, " +
		p + "ConfigurationSource.0 = cliTrigger(2), " + p + "TriggerType.0 = username(3), " + p + "Trigger.0 = bob@isp, " +
		p + "RouterId.0 = 1, " + p + "Identifier.0 = 768, " + p + "SessionIdentifier.0 = 144, " +
		p + "PolicyName.0 = spl_88000008, " + p + "PolicyId.0 = 2281701384, " + p + "Direction.0 = ingress(0), " +
		p + "TargetIpAddress.0 = 10.0.0.2, " + p + "AnalyzerAddress.0 = 192.168.99.2, " + p + "TerminationReason.0 = adminReset(6)"
	if got := string(RenderVarbinds([]byte("to: "), own)); got != "to: "+want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for n := range own {
		if got := string(RenderVarbinds(nil, own[:n])); !strings.HasPrefix(want, got) {
			t.Fatalf("cut at %d: %s", n, got)
		}
	}
	for _, tt := range []struct {
		vb   snmp.Varbind
		want string
	}{
		{snmp.Varbind{Name: mib.MirrorTrapEnable.Instance0(), Value: snmp.Integer(1)}, "juniPacketMirrorTrapEnable.0 = true(1)"},
		{snmp.Varbind{Name: mirrorName(15), Value: snmp.Integer(9)}, "juniPacketMirrorDirection.0 = 9"},
		{snmp.Varbind{Name: mib.MustOID("1.3.6.1.2"), Value: snmp.Ticks(5)}, "1.3.6.1.2 = 5"},
		{snmp.Varbind{Name: mirrorName(13), Value: snmp.OctetString("odd")}, "juniPacketMirrorDateAndTime.0 = odd"},
		{snmp.Varbind{Name: mirrorName(13), Value: snmp.OctetString("\x07\xea\x0b\x16\x06\x0c\x0b\x03")},
			"juniPacketMirrorDateAndTime.0 = 2026-11-22,6:12:11.3"},
	} {
		var b snmp.Buffer
		b.PutVarbind(tt.vb.Name, tt.vb.Value)
		if got := string(RenderVarbinds(nil, b.Bytes())); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

// TestSecureTrapsLeaveNothingInMemory looks at the buffer of a trap that has left.
func TestSecureTrapsLeaveNothingInMemory(t *testing.T) {
	tr := encodeSecure(start(1))
	list := tr.list
	if bytes.Count(list, []byte{0}) == len(list) {
		t.Fatal("nothing was encoded")
	}
	tr.release()
	if bytes.Count(list, []byte{0}) != len(list) {
		t.Errorf("left behind: %q", list)
	}
}
