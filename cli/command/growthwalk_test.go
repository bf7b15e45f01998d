package command

import (
	"net/netip"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// BenchmarkWalk walks the large tables: GETBULK from one name to the next.
func BenchmarkWalk(b *testing.B) {
	grammar := newCrowd(b, nil, nil)
	defer grammar.close()
	walks := []struct {
		name, table string
		columns     uint32 // each is walked by itself
		of          string
	}{
		{"ifTable", "1.3.6.1.2.1.2.2.1", 22, "interfaces"},
		{"ifXTable", "1.3.6.1.2.1.31.1.1.1", 19, "interfaces"},
		{"ipAddrTable", "1.3.6.1.2.1.4.20.1", 5, "interfaces"},
		{"juniAaaSubscriberTable", "1.3.6.1.4.1.4874.2.2.20.1.8.4.1", 15, "subscribers"},
		{"vacmContextTable", "1.3.6.1.6.3.16.1.1.1", 1, "virtual routers"},
		{"juniAaaSubscriberRouterSummaryTable", "1.3.6.1.4.1.4874.2.2.20.1.8.5.1", 2, "virtual routers"},
		{"vacmViewTreeFamilyTable", "1.3.6.1.6.3.16.1.5.2.1", 6, "views and families"},
	}
	for _, w := range walks {
		b.Run(w.name, func(b *testing.B) {
			for b.Loop() {
				g, rows := newGrowth(), 0
				n := 0
				for i := range crowds {
					m := &crowds[i]
					if m.name != w.of {
						continue
					}
					n = m.n / *shrunk
					for range *rounds {
						for size := range 3 {
							c := newCrowd(b, grammar.shell, nil)
							c.fill(m, n<<size)
							c.run("snmp-server community boss view everything\n")
							g.several(size, nothing, func() { rows = walk(b, c.shell, mib.MustOID(w.table)) }, nothing)
							c.close()
						}
					}
				}
				g.report(b, 4*n, "ns/row")
				b.ReportMetric(float64(rows), "variables")
				b.ReportMetric(float64(rows)/g.took[2]*1e9, "variables/s")
			}
		})
	}
}

// walk returns how many variables are below a name.
func walk(t testing.TB, shell *cli.Shell, root mib.OID) (n int) {
	t.Helper()
	var list, in, out snmp.Buffer
	for name, id := root, int32(1); ; id++ {
		list.Reset()
		list.PutVarbinds([]snmp.Varbind{{Name: name}})
		msg, err := snmp.EncodeReply(&in, snmp.Version2c, []byte("boss"), id, &snmp.Reply{Type: snmp.PDUGetBulk, ErrorIndex: 50, Varbinds: list.Bytes()})
		if err != nil {
			t.Fatal(err)
		}
		d, err := snmp.ParseDatagram(shell.Router.Responder().Handle(&out, netip.MustParseAddrPort("127.0.0.1:9"), msg))
		if err != nil {
			t.Fatal(err)
		}
		m, err := d.Community()
		if err != nil {
			t.Fatal(err)
		}
		p, err := m.PDU()
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Varbinds) == 0 {
			t.Fatalf("no answer after %v: %v", name, snmp.ErrorStatus(p.ErrorStatus))
		}
		for _, vb := range p.Varbinds {
			if !vb.Name.HasPrefix(root) || vb.Value.Exception() {
				return n
			}
			name = vb.Name
			n++
		}
	}
}
