package trapcore

import (
	"net/netip"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/acl"
	"mirrorsh/trapcore/agent"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// TestResponder: the agent reads and writes the state of the router that it is
// part of.
func TestResponder(t *testing.T) {
	r, err := New(Options{Hostname: "host1", Boots: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	v := r.Default()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(v.Users(side.Clearance{}).SetCommunity(snmp.Community{Name: "boss", Privilege: snmp.Admin, AccessList: "insiders"}))
	id, ok := network.ParseInterface("gigabitEthernet", "1/0")
	if !ok {
		t.Fatal("no interface")
	}
	must(r.Default().Network().CreateInterface(id))
	found, _ := r.Default().Network().Interface(id)
	var changes []agent.Change
	r.Responder().OnChange(func(c agent.Change) { changes = append(changes, c) })

	ask := func(from string, pdu snmp.Tag, vbs ...snmp.Varbind) *snmp.PDU {
		t.Helper()
		var list, in, out snmp.Buffer
		list.PutVarbinds(vbs)
		msg, err := snmp.EncodeReply(&in, snmp.Version2c, []byte("boss"), 1, &snmp.Reply{Type: pdu, Varbinds: list.Bytes()})
		must(err)
		answer := r.Responder().Handle(&out, netip.MustParseAddrPort(from), msg)
		if answer == nil {
			return nil
		}
		d, err := snmp.ParseDatagram(answer)
		must(err)
		m, err := d.Community()
		must(err)
		p, err := m.PDU()
		must(err)
		return &p
	}
	const inside, outside = "127.0.0.1:1000", "127.0.0.2:1000"
	bind := func(oid string, value snmp.Value) snmp.Varbind {
		return snmp.Varbind{Name: mib.MustOID(oid), Value: value}
	}
	if ask(inside, snmp.PDUGet) != nil {
		t.Error("an access list that does not exist admits")
	}
	must(v.AccessLists().Add("insiders", acl.NewRule(true, netip.MustParseAddr("127.0.0.1"), 0)))
	if ask(outside, snmp.PDUGet) != nil || ask("[::1]:1000", snmp.PDUGet) != nil || ask(inside, snmp.PDUGet) == nil {
		t.Error("the access list does not decide")
	}
	index := uint32(found.Index)
	column := func(n uint32) mib.OID { return mib.MustOID("1.3.6.1.2.1.2.2.1").Sub(n, index) }
	answer := ask(inside, snmp.PDUSet,
		bind("1.3.6.1.2.1.1.4.0", snmp.OctetString("Joe")), bind("1.3.6.1.2.1.1.5.0", snmp.OctetString("edge7")),
		bind("1.3.6.1.2.1.1.6.0", snmp.OctetString("Bldg 3")), snmp.Varbind{Name: column(7), Value: snmp.Integer(2)},
		bind("1.3.6.1.4.1.4874.2.2.16.1.3.2.0", snmp.Integer(int32(index))), bind("1.3.6.1.4.1.4874.2.2.16.1.3.4.0", snmp.Integer(1)),
	)
	if answer == nil || answer.ErrorStatus != 0 {
		t.Fatalf("%+v", answer)
	}
	found, _ = r.Default().Network().Interface(id)
	source, _ := v.Traps().Source()
	if v.Contact() != "Joe" || v.Location() != "Bldg 3" || r.Hostname() != "edge7" || found.AdminUp || source != id || !v.Traps().Settings().Proxy {
		t.Errorf("contact %q, location %q, name %q, interface %+v, source %v", v.Contact(), v.Location(), r.Hostname(), found, source)
	}
	if len(changes) != 1 || changes[0].Router != DefaultName {
		t.Errorf("changes %v", changes)
	}
	read := ask(inside, snmp.PDUGet,
		snmp.Varbind{Name: column(2)}, snmp.Varbind{Name: column(3)}, snmp.Varbind{Name: column(7)}, snmp.Varbind{Name: column(8)},
		bind("1.3.6.1.2.1.2.1.0", snmp.Value{}), bind("1.3.6.1.4.1.4874.2.2.16.1.3.2.0", snmp.Value{}), bind("1.3.6.1.6.3.10.2.1.1.0", snmp.Value{}),
	)
	for i, want := range []snmp.Value{
		snmp.OctetString("GigabitEthernet 1/0"), snmp.Integer(6), snmp.Integer(2), snmp.Integer(2), snmp.Integer(1),
		snmp.Integer(int32(index)), snmp.OctetString(string(v.EngineID())),
	} {
		if read.Varbinds[i].Value != want {
			t.Errorf("%v = %v, want %v", read.Varbinds[i].Name, read.Varbinds[i].Value, want)
		}
	}
	if v.Agent().As(side.Clearance{}).Counters().Values[snmp.StatInSetRequests] != 1 {
		t.Error("the request was not counted")
	}
	// Contexts come and go with their virtual routers.
	contexts := func() (n int) {
		at := mib.MustOID("1.3.6.1.6.3.16.1.1.1.1")
		for {
			vb := ask(inside, snmp.PDUGetNext, snmp.Varbind{Name: at}).Varbinds[0]
			if !vb.Name.HasPrefix(mib.MustOID("1.3.6.1.6.3.16.1.1.1.1")) {
				return n
			}
			n, at = n+1, vb.Name
		}
	}
	if n := contexts(); n != 2 {
		t.Errorf("%d contexts", n)
	}
	if _, err := r.Create("blue"); err != nil {
		t.Fatal(err)
	}
	if n := contexts(); n != 3 {
		t.Errorf("%d contexts", n)
	}
	must(r.Remove("blue"))
	if n := contexts(); n != 2 {
		t.Errorf("%d contexts", n)
	}
}
