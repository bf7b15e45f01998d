package trapcore

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/chassis"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// polled is a router with interfaces and subscribers that a manager polls.
type polled struct {
	*Router
	t *testing.T
}

func newPolled(t *testing.T, m *chassis.Model) *polled {
	t.Helper()
	r, err := New(Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 1, Model: m, Release: chassis.Release{Version: "0.1.0", Built: testTime}})
	must(t, err)
	t.Cleanup(func() { must(t, r.Close()) })
	must(t, r.Default().Users(side.Clearance{}).SetCommunity(snmp.Community{Name: "boss", Privilege: snmp.Admin}))
	n := r.Default().Network()
	for i := range 12 {
		id := network.InterfaceID{Type: network.GigabitEthernet, Spec: fmt.Sprint("1/", i)}
		must(t, n.CreateInterface(id))
		must(t, n.SetAddress(id, netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, byte(i), 1}), 24)))
		must(t, n.Login(network.Subscriber{Name: fmt.Sprint("sub", i), Interface: id}, nil))
	}
	must(t, n.SetARP(network.ARP{
		Address: netip.MustParseAddr("10.0.3.7"), Interface: network.InterfaceID{Type: network.GigabitEthernet, Spec: "1/3"}, MAC: network.MAC{0, 0x90, 0x1a, 0, 0, 7},
	}))
	must(t, n.AddRoute(network.Route{Prefix: netip.MustParsePrefix("0.0.0.0/0"), NextHop: netip.MustParseAddr("10.0.3.7")}))
	return &polled{r, t}
}

func (p *polled) ask(pdu snmp.Tag, vb snmp.Varbind) snmp.Varbind {
	p.t.Helper()
	var list, in, out snmp.Buffer
	list.PutVarbinds([]snmp.Varbind{vb})
	msg, err := snmp.EncodeReply(&in, snmp.Version2c, []byte("boss"), 1, &snmp.Reply{Type: pdu, Varbinds: list.Bytes()})
	must(p.t, err)
	d, err := snmp.ParseDatagram(p.Responder().Handle(&out, netip.MustParseAddrPort("127.0.0.1:9"), msg))
	must(p.t, err)
	m, err := d.Community()
	must(p.t, err)
	got, err := m.PDU()
	must(p.t, err)
	if got.ErrorStatus != 0 || len(got.Varbinds) != 1 {
		p.t.Fatalf("%v %v: %+v", pdu, vb.Name, got)
	}
	return got.Varbinds[0]
}

func (p *polled) walk(root mib.OID) (all []snmp.Varbind) {
	for at := root; ; {
		vb := p.ask(snmp.PDUGetNext, snmp.Varbind{Name: at})
		if !vb.Name.HasPrefix(root) {
			return all
		}
		all, at = append(all, vb), vb.Name
	}
}

// TestClientsRead: what public clients of the E-series get and walk, as their
// sources have it, is there in every model and of the type that they take.
func TestClientsRead(t *testing.T) {
	const juni, ifTable, ifX = "1.3.6.1.4.1.4874.2.2.", "1.3.6.1.2.1.2.2.1.", "1.3.6.1.2.1.31.1.1.1."
	anyOf := func(n int) func(*chassis.Model) int { return func(*chassis.Model) int { return n } }
	units := func(m *chassis.Model) int { return len(m.Units()) }
	software := func(m *chassis.Model) (n int) {
		for _, u := range m.Units() {
			if u.Software {
				n++
			}
		}
		return n
	}
	sensors := func(m *chassis.Model) int { return len(m.Sensors()) }
	interfaces := anyOf(24) // with those of the subscribers
	const str, num, gauge, c32, c64, oid, ticks, ip = snmp.TagOctetString, snmp.TagInteger, snmp.TagUnsigned32, snmp.TagCounter32,
		snmp.TagCounter64, snmp.TagObjectIdentifier, snmp.TagTimeTicks, snmp.TagIPAddress
	for _, tt := range []struct {
		client, root string
		tag          snmp.Tag
		rows         func(*chassis.Model) int
	}{
		{"LibreNMS: version", juni + "2.1.1.1", str, anyOf(1)},
		{"LibreNMS, OpenNMS: modules", juni + "2.1.3.4.1.6", str, units},
		{"LibreNMS: their entities", juni + "2.1.3.4.1.12", num, units},
		{"LibreNMS, Observium, OpenNMS: CPU", juni + "2.1.3.5.1.3", num, software},
		{"OpenNMS, NOC: memory", juni + "2.1.3.5.1.4", num, software},
		{"NOC: CPU of 5 seconds", juni + "2.1.3.5.1.9", num, software},
		{"NOC, LibreNMS: CPU of a minute", juni + "2.1.3.5.1.10", num, software},
		{"LibreNMS: CPU of 5 minutes", juni + "2.1.3.5.1.11", num, software},
		{"Observium, LibreNMS, OpenNMS: temperature", juni + "2.1.9.4.1.3", num, sensors},
		{"OpenNMS: whose temperature", juni + "2.1.9.4.1.4", num, sensors},
		{"OpenNMS: most subscribers there can be", juni + "20.1.8.1", num, anyOf(1)},
		{"OpenNMS: most there were", juni + "20.1.8.2", gauge, anyOf(1)},
		{"OpenNMS, NOC: subscribers", juni + "20.1.8.3", gauge, anyOf(1)},
		{"subscriber management: names", juni + "20.1.8.4.1.2", str, anyOf(12)},
		{"NOC: subscribers by port", juni + "20.1.8.8.1.2", gauge, anyOf(12)},
		{"Open-AudIT: serial numbers", juni + "2.1.3.4.1.9", str, units},
		{"NOC, Telegraf, if_mib: ifName", ifX + "1", str, interfaces},
		{"NOC: ifOperStatus", ifTable + "8", num, interfaces},
		{"if_mib, Telegraf: octets in 64 bits", ifX + "6", c64, interfaces},
		{"if_mib, Telegraf: octets out", ifX + "10", c64, interfaces},
		{"if_mib: bandwidth", ifX + "15", gauge, interfaces},
		{"if_mib, cfgmaker: alias", ifX + "18", str, interfaces},
		{"if_mib: discontinuity", ifX + "19", ticks, interfaces},
		{"Telegraf, cfgmaker: ifDescr", ifTable + "2", str, interfaces},
		{"cfgmaker: octets", ifTable + "10", c32, interfaces},
		{"snmpnetstat: queue", ifTable + "21", gauge, interfaces},
		{"cfgmaker: interface of an address", "1.3.6.1.2.1.4.20.1.2", num, anyOf(12)},
		{"snmpnetstat: mask", "1.3.6.1.2.1.4.20.1.3", ip, anyOf(12)},
		{"SNMP::Info: addresses", "1.3.6.1.2.1.4.34.1.3", num, anyOf(12)},
		{"SNMP::Info, LibreNMS: layers", "1.3.6.1.2.1.31.1.2.1.3", num, anyOf(24 + 12)},
		{"SNMP::Info, LibreNMS: neighbors", "1.3.6.1.2.1.4.22.1.2", str, anyOf(1)},
		{"SNMP::Info, snmpnetstat: next hops", "1.3.6.1.2.1.4.21.1.7", ip, anyOf(12 + 12 + 1)},
		{"SNMP::Info, snmpnetstat: masks", "1.3.6.1.2.1.4.21.1.11", ip, anyOf(12 + 12 + 1)},
		{"snmpnetstat: types of routes", "1.3.6.1.2.1.4.24.4.1.6", num, anyOf(12 + 12 + 1)},
		{"NOC: PPP sessions", juni + "11.1.7.7", num, anyOf(1)},
		{"NOC: PPPoE sessions", juni + "18.1.5.11", num, anyOf(1)},
		{"NOC: L2TP tunnels", juni + "35.1.1.2.10", gauge, anyOf(1)},
		{"SNMP::Info, LibreNMS: entities", "1.3.6.1.2.1.47.1.1.1.1.2", str, func(m *chassis.Model) int { return len(m.Physical(chassis.Release{})) }},
		{"LibreNMS, Observium: product", "1.3.6.1.2.1.1.2", oid, anyOf(1)},
	} {
		for _, m := range chassis.Models() {
			p := newPolled(t, m)
			got := p.walk(mib.MustOID(tt.root))
			if len(got) != tt.rows(m) {
				t.Errorf("%s of %s: %d instances, want %d", tt.client, m.Name, len(got), tt.rows(m))
			}
			for _, vb := range got {
				if vb.Value.Tag() != tt.tag {
					t.Errorf("%s of %s: %v is %v", tt.client, m.Name, vb.Name, vb.Value)
				}
			}
		}
	}
	for _, m := range chassis.Models() {
		p := newPolled(t, m)
		// NOC asks for level 1 of each slot, and for the first sensor.
		cpu := p.ask(snmp.PDUGet, snmp.Varbind{Name: mib.MustOID(juni+"2.1.3.5.1.9").Sub(uint32(m.SRP().Slot), 1)})
		if cpu.Value.Tag() != num || cpu.Value.Int64() < 0 || cpu.Value.Int64() > 100 {
			t.Errorf("%s: CPU of the SRP is %v", m.Name, cpu.Value)
		}
		if v := p.ask(snmp.PDUGet, snmp.Varbind{Name: mib.MustOID(juni + "2.1.9.4.1.3.1")}).Value; v.Tag() != num || v.Int64() < 20 {
			t.Errorf("%s: temperature is %v", m.Name, v)
		}
		// NOC reads subscribers by slot, adapter and port where there are adapters.
		place, octets := p.walk(mib.MustOID(juni + "20.1.8.8.1.2"))[3].Name, mib.OID{2, 1, 3}
		if m.Adapters() {
			octets = mib.OID{3, 1, 0, 3}
		}
		if kind := p.ask(snmp.PDUGet, snmp.Varbind{Name: mib.MustOID(juni + "20.1.8.7.0")}).Value.Int64(); !place.HasPrefix(mib.MustOID(juni+"20.1.8.8.1.2").Sub(octets...)) || kind != int64(octets[0])-1 {
			t.Errorf("%s: %v of type %d", m.Name, place, kind)
		}
		// LibreNMS takes version and build out of brackets.
		version := p.ask(snmp.PDUGet, snmp.Varbind{Name: mib.MustOID(juni + "2.1.1.1.0")}).Value.Str()
		if version != "(0.1.0 release-0.0 [BuildId 0])" {
			t.Errorf("%s: %q", m.Name, version)
		}
		if v := p.ask(snmp.PDUGet, snmp.Varbind{Name: mib.MustOID("1.3.6.1.2.1.1.2.0")}).Value; v != snmp.ObjectID(m.Product) {
			t.Errorf("%s is %v", m.Name, v)
		}
	}
}

// TestLogoutEndsMirroring: a SET logs a subscriber out, as the command does, and
// what is mirrored of it ends.
func TestLogoutEndsMirroring(t *testing.T) {
	r, receive := newMirroring(t)
	must(t, secureOf(r).Mirror().SetRule(vr(t, r, "isp"), mirror.Username, "joe", mirror.IP, "p"))
	must(t, r.Default().Users(side.Clearance{}).SetCommunity(snmp.Community{Name: "boss", Privilege: snmp.Admin}))
	must(t, vr(t, r, "isp").Login(network.Subscriber{Name: "joe"}, nil))
	for range 3 {
		receive()
	}
	p := &polled{r, t}
	rows := p.walk(mib.MustOID("1.3.6.1.4.1.4874.2.2.20.1.8.4.1.15"))
	if len(rows) != 1 {
		t.Fatalf("%v", rows)
	}
	p.ask(snmp.PDUSet, snmp.Varbind{Name: rows[0].Name, Value: snmp.Integer(6)})
	receive()
	if n := secureOf(r).Settle(t.Context()); n != 0 || !slices.ContainsFunc(secureTexts(r), func(e string) bool { return strings.Contains(e, "SessionEnd") }) {
		t.Errorf("%d traps left, %v", n, secureTexts(r))
	}
	if now, peak := r.Network().SubscriberCount(); now != 0 || peak != 1 {
		t.Errorf("%d subscribers, peak %d", now, peak)
	}
}
