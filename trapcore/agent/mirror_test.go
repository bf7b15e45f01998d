package agent

import (
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// secureLog returns the texts of the secure log.
func (g *rig) secureLog() []string {
	_, entries := g.log.Read()
	var all []string
	for e := range entries {
		all = append(all, e.Severity.String()+" "+e.Category.String()+": "+e.Text)
	}
	return all
}

// TestMirrorInvisible: to every other view the subtree does not exist, and an
// attempt leaves no trace on the secure side.
func TestMirrorInvisible(t *testing.T) {
	g := newRig(t)
	g.busy()
	g.must(g.lcd().As(side.Clearance{}).SetView("mirrorAdmin", snmp.Family{Subtree: mib.PacketMirrorMIB, Included: true}))
	g.must(g.lcd().As(side.Clearance{}).SetView("iso", snmp.Family{Subtree: mib.MustOID("1.3"), Included: true}))
	g.must(g.lcd().As(side.Clearance{}).SetView("iso", snmp.Family{Subtree: mib.PacketMirrorMIB.Sub(2, 1, 0), Included: true}))
	for _, c := range []snmp.Community{{Name: "own", View: "mirrorAdmin", Privilege: snmp.ReadWrite}, {Name: "iso", View: "iso", Privilege: snmp.ReadWrite}} {
		g.must(g.lcd().As(side.Clearance{}).SetCommunity(c))
	}
	for _, who := range []string{"own", "iso", "boss"} {
		if v := g.v2(who, request(snmp.PDUGet, names(trapEnable0)...)).Varbinds[0].Value; v != snmp.NoSuchObject {
			t.Errorf("%s: GET %v", who, v)
		}
		for _, start := range []string{"1.3.6.1.4.1.4874.2.2.76", trapEnable0[:len(trapEnable0)-2], "1.3.6.1.4.1.4874.2.2.77"} {
			for _, pdu := range []snmp.Tag{snmp.PDUGetNext, snmp.PDUGetBulk} {
				p := request(pdu, names(start)...)
				if pdu == snmp.PDUGetBulk {
					p.ErrorIndex = 10
				}
				for _, vb := range g.v2(who, p).Varbinds {
					if vb.Name.Compare(mib.MustOID(trapEnable0)) == 0 {
						t.Errorf("%s: %#x from %s finds it", who, pdu, start)
					}
				}
			}
		}
		answer := g.v2(who, request(snmp.PDUSet, bind(trapEnable0, snmp.Integer(2))))
		if snmp.ErrorStatus(answer.ErrorStatus) != snmp.NoAccess || !g.mirror.Load() {
			t.Errorf("%s: SET %v", who, snmp.ErrorStatus(answer.ErrorStatus))
		}
	}
	if log := g.secureLog(); len(log) != 0 {
		t.Errorf("logged %q", log)
	}
}
