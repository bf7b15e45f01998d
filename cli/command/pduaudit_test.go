package command

import (
	"strings"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// TestPDUAudit: requests of the ordinary side are logged, at their severities, by
// name, without communities; one that names the packet mirror MIB as one of what
// does not exist.
func TestPDUAudit(t *testing.T) {
	contact := snmp.Varbind{Name: mib.MustOID("1.3.6.1.2.1.1.4.0")}
	set := snmp.Varbind{Name: contact.Name, Value: snmp.OctetString("Ann")}
	row := mib.JuniSnmpMIB.Sub(1, 2, 1, 1, 3, 4, 'b', 'o', 's', 's')
	enable := mib.MirrorTrapEnable.OID.Sub(0)
	const get, write = " snmpPduAudit (default): from 127.0.0.1:9 v2c <hidden> ", "NOTICE snmpSetPduAudit (default): from 127.0.0.1:9 v2c <hidden> SET "
	for _, tt := range []struct {
		name, lines string
		pdu         snmp.Tag
		vb          snmp.Varbind
		want        string
	}{
		{"polls do not fill the log", "", snmp.PDUGet, contact, ""},
		{"get", "log severity info snmpPduAudit", snmp.PDUGet, contact, "INFO" + get + "GET sysContact.0, result noError"},
		{"by all categories", "log severity debug", snmp.PDUGetNext, contact, "INFO" + get + "GETNEXT sysContact.0, result noError"},
		{"default", "log severity info snmpPduAudit;no log severity snmpPduAudit", snmp.PDUGet, contact, ""},
		{"notice", "log severity notice snmpPduAudit", snmp.PDUGet, contact, ""},
		{"medium", "log severity 6 snmpPduAudit;log verbosity medium snmpPduAudit", snmp.PDUGet, contact,
			"INFO" + get + "GET sysContact.0, answer sysContact.0 = Joe, result noError"},
		{"high", "log severity info snmpPduAudit;log verbosity high", snmp.PDUGet, contact,
			"INFO" + get + "GET request-id 1 sysContact.0, answer sysContact.0 = Joe, result noError"},
		{"community", "log severity info snmpPduAudit;log verbosity medium", snmp.PDUGet, snmp.Varbind{Name: row},
			"INFO" + get + "GET juniSnmpCommunityPrivilege.<hidden>, answer juniSnmpCommunityPrivilege.<hidden> = <hidden>, result noError"},
		{"set", "", snmp.PDUSet, set, write + "sysContact.0 = Ann, result noError"},
		{"set refused", "", snmp.PDUSet, snmp.Varbind{Name: mib.MustOID("1.3.6.1.2.1.1.1.0"), Value: snmp.OctetString("x")},
			write + "sysDescr.0 = x, result notWritable"},
		{"set off", "log severity off snmpSetPduAudit", snmp.PDUSet, set, ""},
		{"set error", "log severity error snmpSetPduAudit", snmp.PDUSet, set, ""},
		{"mirror", "log severity info snmpPduAudit", snmp.PDUGet, snmp.Varbind{Name: enable},
			"INFO" + get + "GET " + enable.String() + ", result noError"},
		{"none", "log severity info snmpPduAudit", snmp.PDUGet, snmp.Varbind{Name: mib.MustOID("1.3.6.1.4.1.4874.2.2.99.2.1.0")},
			"INFO" + get + "GET 1.3.6.1.4.1.4874.2.2.99.2.1.0, result noError"},
		{"set mirror", "", snmp.PDUSet, snmp.Varbind{Name: enable, Value: snmp.Integer(1)}, write + enable.String() + " = 1, result notWritable"},
		{"set none", "", snmp.PDUSet, snmp.Varbind{Name: mib.MustOID("1.3.6.1.4.1.4874.2.2.99.2.1.0"), Value: snmp.Integer(1)},
			write + "1.3.6.1.4.1.4874.2.2.99.2.1.0 = 1, result notWritable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := operatorOf(t, newShell(t), "configure terminal", "no service timestamps", "snmp-server contact Joe", "snmp-server community boss admin")
			for line := range strings.SplitSeq(tt.lines, ";") {
				o.do(t, line)
			}
			askAgent(t, o, tt.pdu, tt.vb)
			got := ""
			for _, e := range mustEntries(o.Shell()) {
				if strings.Contains(e.Category.String(), "PduAudit") {
					got += e.Line(false)
				}
			}
			same(t, "log", tt.want, got)
		})
	}
}

// TestPDUAuditOfNothing: the log of a request that names the packet mirror MIB is that
// of one for what is not there, whatever view and privilege its sender has.
func TestPDUAuditOfNothing(t *testing.T) {
	nothing := mib.MustOID("1.3.6.1.4.1.4874.2.2.78.2.1.0")
	objects := []mib.OID{mib.MirrorTrapEnable.OID.Sub(0), mib.MirrorTrapEnable.OID, mib.PacketMirrorMIB.Sub(9, 9), mib.PacketMirrorMIB}
	for _, community := range []string{"admin", "rw", "ro", "view all rw", "view juniper rw", "view others rw", "view absent rw", "view mirrorAdmin rw"} {
		for _, pdu := range []snmp.Tag{snmp.PDUGet, snmp.PDUGetNext, snmp.PDUGetBulk, snmp.PDUSet} {
			o := operatorOf(t, newShell(t), "configure terminal", "no service timestamps", "log severity debug", "log verbosity high",
				"snmp-server view all 1.3 included", "snmp-server view juniper 1.3.6.1.4.1.4874.2.2 included", "snmp-server view others 1.3.6.1.2.1 included",
				"snmp-server community boss "+community)
			logged := func(name mib.OID) (line string) {
				askAgent(t, o, pdu, snmp.Varbind{Name: name, Value: snmp.Integer(1)})
				for _, e := range mustEntries(o.Shell()) {
					if strings.Contains(e.Category.String(), "PduAudit") {
						line = strings.ReplaceAll(e.Line(false), name.String()+" ", "NAME ")
						line = strings.ReplaceAll(line, name.String()+",", "NAME,")
					}
				}
				return line
			}
			want := logged(nothing)
			if !strings.Contains(want, "NAME") {
				t.Fatalf("nothing is logged: %q", want)
			}
			for _, name := range objects {
				if got := logged(name); got != want {
					t.Errorf("%s: log of %v is\n%s, not\n%s", community, name, got, want)
				}
			}
		}
	}
}

// TestPDUAuditOfTheSecureSide: its requests leave nothing in the log.
func TestPDUAuditOfTheSecureSide(t *testing.T) {
	o := operatorOf(t, newShell(t), "mirror-enable", "configure terminal", "log severity debug", "snmp-server community boss view mirrorAdmin rw")
	for _, name := range []mib.OID{mib.MirrorTrapEnable.OID.Sub(0), mib.MustOID("1.3.6.1.2.1.1.4.0")} {
		askAgent(t, o, snmp.PDUGet, snmp.Varbind{Name: name})
		askAgent(t, o, snmp.PDUSet, snmp.Varbind{Name: name, Value: snmp.Integer(1)})
	}
	for _, e := range mustEntries(o.Shell()) {
		if strings.Contains(e.Category.String(), "PduAudit") {
			t.Error(e.Text)
		}
	}
}
