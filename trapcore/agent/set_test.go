package agent

import (
	"errors"
	"slices"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

const (
	community   = "1.3.6.1.4.1.4874.2.2.16.1.2.1.1."
	trapHost    = "1.3.6.1.4.1.4874.2.2.16.1.3.3.1."
	trapObjects = "1.3.6.1.4.1.4874.2.2.16.1.3."
)

// TestSetErrors: the error of each wrong SET, by the order of RFC 3416 section
// 4.2.5, and that nothing changed.
func TestSetErrors(t *testing.T) {
	g := newRig(t)
	g.busy()
	num := func(n int32) snmp.Value { return snmp.Integer(n) }
	str := snmp.OctetString
	for _, tt := range []struct {
		name   string
		who    string
		vbs    []snmp.Varbind
		status snmp.ErrorStatus
		index  int32
		v1     snmp.ErrorStatus
	}{
		{"outside the view", "writer", []snmp.Varbind{bind(sysContact0, str("x")), bind(trapObjects+"7.0", num(5))}, snmp.NoAccess, 2, snmp.NoSuchName},
		{"mirror", "boss", []snmp.Varbind{bind(trapEnable0, num(2))}, snmp.NoAccess, 1, snmp.NoSuchName},
		{"mirror, no such", "boss", []snmp.Varbind{bind("1.3.6.1.4.1.4874.2.2.77.9.9.9", num(2))}, snmp.NoAccess, 1, snmp.NoSuchName},
		{"no such object", "boss", []snmp.Varbind{bind("1.3.6.1.4.1.4874.2.2.78.1.0", num(2))}, snmp.NotWritable, 1, snmp.NoSuchName},
		{"read-only scalar", "boss", []snmp.Varbind{bind(sysDescr0, str("x"))}, snmp.NotWritable, 1, snmp.NoSuchName},
		{"read-only column", "boss", []snmp.Varbind{bind("1.3.6.1.2.1.2.2.1.2.2", str("x"))}, snmp.NotWritable, 1, snmp.NoSuchName},
		{"no such column", "boss", []snmp.Varbind{bind("1.3.6.1.2.1.2.2.1.99.2", str("x"))}, snmp.NotWritable, 1, snmp.NoSuchName},
		{"read-only table", "boss", []snmp.Varbind{bind("1.3.6.1.6.3.16.1.2.1.3.3.3.97.98.99", str("x"))}, snmp.NotWritable, 1, snmp.NoSuchName},
		{"type of scalar", "boss", []snmp.Varbind{bind(sysContact0, num(1))}, snmp.WrongType, 1, snmp.BadValue},
		{"type of column", "boss", []snmp.Varbind{bind("1.3.6.1.2.1.2.2.1.7.2", str("up"))}, snmp.WrongType, 1, snmp.BadValue},
		{"type before instance", "boss", []snmp.Varbind{bind("1.3.6.1.2.1.1.4.7", num(1))}, snmp.WrongType, 1, snmp.BadValue},
		{"exception as value", "boss", []snmp.Varbind{bind(sysContact0, snmp.NoSuchObject)}, snmp.WrongType, 1, 0},
		{"length", "boss", []snmp.Varbind{bind(sysContact0, str(string(slices.Repeat([]byte("x"), 256))))}, snmp.WrongLength, 1, snmp.BadValue},
		{"mask length", "boss", []snmp.Varbind{bind(trapObjects+"1.0", str("1234567"))}, snmp.WrongLength, 1, snmp.BadValue},
		{"value", "boss", []snmp.Varbind{bind("1.3.6.1.2.1.11.30.0", num(3))}, snmp.WrongValue, 1, snmp.BadValue},
		{"line end in a text", "boss", []snmp.Varbind{bind(sysContact0, str("a\nmirror-enable"))}, snmp.WrongValue, 1, snmp.BadValue},
		{"blank in a host name", "boss", []snmp.Varbind{bind(sysName0, str("a b"))}, snmp.WrongValue, 1, snmp.BadValue},
		{"mirror bit", "boss", []snmp.Varbind{bind(trapObjects+"1.0", str("\x00\x00\x00\x00\x04\x00\x00\x01"))}, snmp.WrongValue, 1, snmp.BadValue},
		{"mirror bit of a host", "boss", []snmp.Varbind{bind(trapHost+"6.127.0.0.1", str("\x00\x00\x00\x00\x04\x00\x00\x01"))}, snmp.WrongValue, 1, snmp.BadValue},
		{"severity", "boss", []snmp.Varbind{bind(trapObjects+"7.0", num(8))}, snmp.WrongValue, 1, snmp.BadValue},
		{"packet size", "boss", []snmp.Varbind{bind("1.3.6.1.4.1.4874.2.2.16.1.1.1.0", num(483))}, snmp.WrongValue, 1, snmp.BadValue},
		{"no instance", "boss", []snmp.Varbind{bind("1.3.6.1.2.1.1.4.1", str("x"))}, snmp.NoCreation, 1, snmp.NoSuchName},
		{"no row", "boss", []snmp.Varbind{bind("1.3.6.1.2.1.2.2.1.7.3", num(1))}, snmp.NoCreation, 1, snmp.NoSuchName},
		{"no category row", "boss", []snmp.Varbind{bind(trapObjects+"17.1.2.26", num(1))}, snmp.NoCreation, 1, snmp.NoSuchName},
		{"impossible row", "boss", []snmp.Varbind{bind(trapHost+"2.300.0.0.1", num(4))}, snmp.NoCreation, 1, snmp.NoSuchName},
		{"row not made", "boss", []snmp.Varbind{bind(community+"3.110.101.119", num(1))}, snmp.InconsistentName, 1, snmp.NoSuchName},
		{"row there is", "boss", []snmp.Varbind{bind(community+"2.98.111.115.115", num(4))}, snmp.InconsistentValue, 1, snmp.BadValue},
		{"createAndWait", "boss", []snmp.Varbind{bind(community+"2.110.101.119", num(5))}, snmp.WrongValue, 1, snmp.BadValue},
		{"host without a community", "boss", []snmp.Varbind{bind(trapHost+"2.10.0.0.1", num(4)), bind(trapHost+"3.10.0.0.1", num(162))}, snmp.InconsistentValue, 1, snmp.BadValue},
		{"serial number", "boss", []snmp.Varbind{bind("1.3.6.1.6.3.1.1.6.1.0", num(5))}, snmp.InconsistentValue, 1, snmp.BadValue},
		{"stuck interface", "boss", []snmp.Varbind{bind(sysContact0, str("x")), bind("1.3.6.1.2.1.2.2.1.7.5", num(2))}, snmp.CommitFailed, 2, snmp.GenErr},
		{"read-only community", "reader", []snmp.Varbind{bind(sysContact0, str("x"))}, snmp.NoAccess, 1, snmp.NoSuchName},
		{"no such view", "blind", []snmp.Varbind{bind(sysContact0, str("x"))}, snmp.NoAccess, 1, snmp.NoSuchName},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answer := g.v2(tt.who, request(snmp.PDUSet, tt.vbs...))
			if got := snmp.ErrorStatus(answer.ErrorStatus); got != tt.status || answer.ErrorIndex != tt.index {
				t.Errorf("%v at %d, want %v at %d", got, answer.ErrorIndex, tt.status, tt.index)
			}
			if !slices.EqualFunc(answer.Varbinds, tt.vbs, func(a, b snmp.Varbind) bool { return a.Name.Compare(b.Name) == 0 && a.Value == b.Value }) {
				t.Errorf("varbinds %v", answer.Varbinds)
			}
			if tt.v1 != 0 {
				if got := snmp.ErrorStatus(g.ask(snmp.Version1, tt.who, request(snmp.PDUSet, tt.vbs...)).ErrorStatus); got != tt.v1 {
					t.Errorf("SNMPv1: %v, want %v", got, tt.v1)
				}
			}
		})
	}
	if g.systems[0].Contact() != "" || g.agents[0].PacketSize() != DefaultPacketSize || len(g.changes) != 0 || !g.mirror.Load() {
		t.Errorf("contact %q, packet size %d, changes %v", g.systems[0].Contact(), g.agents[0].PacketSize(), g.changes)
	}
}

// TestSet: what can be set is set, read back, and told to the owner once.
func TestSet(t *testing.T) {
	g := newRig(t)
	mask := "\x00\x00\x00\x00\x00\x00\x01\x41" // snmp, BGP, CLI security
	vbs := []snmp.Varbind{
		bind(sysContact0, snmp.OctetString("Joe Administrator")),
		bind(sysName0, snmp.OctetString("edge7")),
		bind(sysLocation0, snmp.OctetString("Bldg 3")),
		bind("1.3.6.1.2.1.11.30.0", snmp.Integer(1)),
		bind("1.3.6.1.4.1.4874.2.2.16.1.1.1.0", snmp.Integer(8000)),
		bind("1.3.6.1.4.1.4874.2.2.16.1.1.4.0", snmp.Integer(0)),
		bind(trapObjects+"1.0", snmp.OctetString(mask)),
		bind(trapObjects+"2.0", snmp.Integer(8)),
		bind(trapObjects+"4.0", snmp.Integer(1)),
		bind("1.3.6.1.2.1.92.1.1.1.0", snmp.Unsigned(100)),
		bind("1.3.6.1.2.1.92.1.1.2.0", snmp.Unsigned(60)),
		bind(trapObjects+"17.1.2.6", snmp.Integer(2)),
		bind(trapHost+"5.127.0.0.1", snmp.Integer(1)),
		bind(trapHost+"6.127.0.0.1", snmp.OctetString(mask)),
		bind(trapHost+"12.127.0.0.1", snmp.Integer(64)),
		bind(trapHost+"14.127.0.0.1", snmp.Integer(1)),
		bind(community+"3.114.101.97.100.101.114", snmp.Integer(2)),
		bind(community+"4.114.101.97.100.101.114", snmp.Integer(7)),
	}
	if answer := g.v2("boss", request(snmp.PDUSet, vbs...)); answer.ErrorStatus != 0 {
		t.Fatalf("%v at %d", snmp.ErrorStatus(answer.ErrorStatus), answer.ErrorIndex)
	}
	asked := make([]snmp.Varbind, len(vbs))
	for i := range vbs {
		asked[i].Name = vbs[i].Name
	}
	for i, vb := range g.v2("boss", request(snmp.PDUGet, asked...)).Varbinds {
		if vb.Value != vbs[i].Value {
			t.Errorf("%v is %v, was set to %v", vb.Name, vb.Value, vbs[i].Value)
		}
	}
	if len(g.changes) != 1 || g.changes[0] != (Change{Router: "default", Side: side.Ordinary}) {
		t.Errorf("changes %v", g.changes)
	}
	if n := g.stat(side.Ordinary, snmp.StatInTotalSetVars); n != uint32(len(vbs)) {
		t.Errorf("%d variables set", n)
	}
}

// TestRows: rows of communities and trap hosts are made and removed.
func TestRows(t *testing.T) {
	g := newRig(t)
	g.must(g.agents[0].SetPacketSize(MaxPacketSize))
	set := func(vbs ...snmp.Varbind) {
		t.Helper()
		if answer := g.v2("boss", request(snmp.PDUSet, vbs...)); answer.ErrorStatus != 0 {
			t.Fatalf("%v at %d", snmp.ErrorStatus(answer.ErrorStatus), answer.ErrorIndex)
		}
	}
	// Columns may come before the RowStatus, and one SET may make several rows.
	set(
		bind(community+"6.110.101.119", snmp.OctetString("sys")), bind(community+"2.110.101.119", snmp.Integer(4)),
		bind(trapHost+"4.10.0.0.9", snmp.OctetString("traps")), bind(trapHost+"2.10.0.0.9", snmp.Integer(4)),
		bind(trapHost+"9.10.0.0.9", snmp.Integer(2)),
	)
	c, ok := g.lcd().Snapshot().Community([]byte("new"))
	if !ok || c.View != "sys" || c.Privilege != snmp.ReadOnly {
		t.Errorf("community %+v", c)
	}
	hosts := g.traps().As(side.Clearance{}).Hosts()
	if len(hosts) != 2 || hosts[1].SecurityString != "traps" || hosts[1].Filter != mib.Critical || hosts[1].Size != 32 {
		t.Errorf("hosts %+v", hosts)
	}
	set(bind(community+"3.110.101.119", snmp.Integer(3))) // admin: the view becomes everything
	if c, _ := g.lcd().Snapshot().Community([]byte("new")); c.View != snmp.ViewEverything {
		t.Errorf("community %+v", c)
	}
	set(bind(community+"2.110.101.119", snmp.Integer(6)), bind(trapHost+"2.10.0.0.9", snmp.Integer(6)), bind(trapHost+"2.10.0.0.8", snmp.Integer(6)))
	if _, ok := g.lcd().Snapshot().Community([]byte("new")); ok || len(g.traps().As(side.Clearance{}).Hosts()) != 1 {
		t.Error("rows are still there")
	}
}

// failing is a branch whose commit or undo fails.
type failing struct {
	scalar
	undoFails bool
}

type failingChange struct{ b *failing }

func (b *failing) stage(tx *transaction, _ mib.OID, _ snmp.Value) snmp.ErrorStatus {
	tx.add(failingChange{b})
	return snmp.NoError
}
func (failingChange) check() snmp.ErrorStatus { return snmp.NoError }
func (c failingChange) commit() error {
	if c.b.undoFails {
		return nil
	}
	return errors.New("no")
}
func (failingChange) undo() error { return errors.New("no") }

// TestUndo: a commit that fails leaves everything as it was, rows and scalars.
func TestUndo(t *testing.T) {
	g := newRig(t)
	g.must(g.agents[0].SetPacketSize(MaxPacketSize))
	before := g.walk(t, "everything", false)
	bad := &failing{scalar: scalar{oid: mib.MustOID("1.3.9")}}
	worse := &failing{scalar: scalar{oid: mib.MustOID("1.3.8")}, undoFails: true}
	g.r.tree = newRegistry(append(slices.Clone(g.r.tree), bad, worse)...)
	vbs := []snmp.Varbind{
		bind(sysContact0, snmp.OctetString("Joe")),
		bind("1.3.6.1.6.3.1.1.6.1.0", snmp.Integer(0)),
		bind(community+"2.110.101.119", snmp.Integer(4)),
		bind(community+"2.98.111.115.115", snmp.Integer(6)),
		bind(trapHost+"2.127.0.0.1", snmp.Integer(6)),
		bind(trapHost+"4.10.0.0.9", snmp.OctetString("traps")), bind(trapHost+"2.10.0.0.9", snmp.Integer(4)),
		bind(trapObjects+"17.1.2.6", snmp.Integer(0)),
		bind(trapObjects+"7.0", snmp.Integer(0)),
		bind("1.3.6.1.2.1.92.1.1.1.0", snmp.Unsigned(100)),
		bind("1.3.9.0", snmp.Integer(1)),
	}
	answer := g.v2("boss", request(snmp.PDUSet, vbs...))
	if snmp.ErrorStatus(answer.ErrorStatus) != snmp.CommitFailed || answer.ErrorIndex != 11 {
		t.Errorf("%v at %d", snmp.ErrorStatus(answer.ErrorStatus), answer.ErrorIndex)
	}
	g.r.tree = newRegistry(modules()...)
	after := g.walk(t, "everything", false)
	counting := func(vb snmp.Varbind) bool { return vb.Value.Tag() == snmp.TagCounter32 }
	before, after = slices.DeleteFunc(before, counting), slices.DeleteFunc(after, counting)
	if !slices.EqualFunc(before, after, func(a, b snmp.Varbind) bool { return a.Name.Compare(b.Name) == 0 && a.Value == b.Value }) {
		t.Errorf("%d instances before, %d after", len(before), len(after))
	}
	g.r.tree = newRegistry(append(slices.Clone(g.r.tree), bad, worse)...)
	answer = g.v2("boss", request(snmp.PDUSet, bind("1.3.8.0", snmp.Integer(1)), bind("1.3.9.0", snmp.Integer(1))))
	if snmp.ErrorStatus(answer.ErrorStatus) != snmp.UndoFailed || answer.ErrorIndex != 0 {
		t.Errorf("%v at %d", snmp.ErrorStatus(answer.ErrorStatus), answer.ErrorIndex)
	}
}
