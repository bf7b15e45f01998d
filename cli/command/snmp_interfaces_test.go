package command

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// ifDescrs are the interfaces of ifTable, by ifIndex.
func ifDescrs(t *testing.T, o *operator) (all []string) {
	at := mib.MustOID("1.3.6.1.2.1.2.2.1.2")
	for entry := at; ; {
		vb := askAgent(t, o, snmp.PDUGetNext, snmp.Varbind{Name: at}).Varbinds[0]
		if !vb.Name.HasPrefix(entry) {
			number := askAgent(t, o, snmp.PDUGet, snmp.Varbind{Name: mib.MustOID("1.3.6.1.2.1.2.1.0")}).Varbinds[0].Value.Int64()
			if int(number) != len(all) {
				t.Errorf("ifNumber is %d, ifTable has %d rows", number, len(all))
			}
			return all
		}
		at = vb.Name
		all = append(all, fmt.Sprint(at[len(at)-1], " ", vb.Value.Str()))
	}
}

// TestInterfaceTables: what the agent leaves out of its tables, and how interfaces
// are numbered.
func TestInterfaceTables(t *testing.T) {
	setup := []string{"configure terminal", "snmp-server community boss admin",
		"interface atm 2/1", "interface atm 2/1.2", "interface fastEthernet 9/0", "shutdown", "interface loopback 0", "end",
		"test subscriber login joe", "configure terminal"}
	all := []string{"1 ATM 2/1", "2 ATM 2/1.2", "3 FastEthernet 9/0", "4 Loopback 0", "5 IP dyn5"}
	for _, tt := range []struct {
		lines string
		want  []string
	}{
		{"", all},
		{"snmp-server interfaces compress", []string{all[0], all[2], all[3]}},
		{"snmp-server interfaces compress-restriction ifadminstatusdown", []string{all[0], all[1], all[3], all[4]}},
		{"snmp-server interfaces compress;snmp-server interfaces compress-restriction ifadminstatusdown", []string{all[0], all[3]}},
		{"snmp-server interfaces compress;no snmp-server interfaces compress", all},
		{"snmp-server interfaces compress;default snmp-server interfaces compress", all},
		{"no interface atm 2/1;interface loopback 1", append(slices.Clone(all[1:]), "6 Loopback 1")},
		{"snmp-server interfaces rfc1213;no interface atm 2/1;interface loopback 1;interface loopback 2", append(append([]string{"1 Loopback 1"}, all[1:]...), "6 Loopback 2")},
		{"snmp-server interfaces rfc1213;no interface atm 2/1;no snmp-server interfaces rfc1213;interface loopback 1", append(slices.Clone(all[1:]), "6 Loopback 1")},
	} {
		t.Run(tt.lines, func(t *testing.T) {
			o := operatorOf(t, newShell(t), setup...)
			for line := range strings.SplitSeq(tt.lines, ";") {
				o.do(t, line)
			}
			same(t, "ifTable", strings.Join(tt.want, "\n"), strings.Join(ifDescrs(t, o), "\n"))
		})
	}
}

// TestLinkStatus: linkUp and linkDown are raised where they are not kept back.
func TestLinkStatus(t *testing.T) {
	for _, tt := range []struct {
		lines string
		want  uint32
	}{
		{"", 2},
		{"no snmp trap ip link-status", 0},
		{"no snmp-server trap ip link-status", 0},
		{"no snmp trap ip link-status;snmp trap ip link-status", 2},
		{"default snmp trap ip link-status", 2},
		{"interface loopback 0;no snmp trap ip link-status", 0},
		{"interface loopback 0;no snmp trap ip link-status;default snmp trap ip link-status", 2},
		{"interface loopback 1;no snmp trap ip link-status", 2},
	} {
		t.Run(tt.lines, func(t *testing.T) {
			o := operatorOf(t, newShell(t), "configure terminal", "interface loopback 0", "interface loopback 1", "exit")
			for line := range strings.SplitSeq(tt.lines, ";") {
				o.do(t, line)
			}
			raised := func() uint32 { return o.VirtualRouter().Traps().As(side.Clearance{}).Counters(side.Ordinary).Received }
			before := raised()
			for _, line := range []string{"interface loopback 0", "shutdown", "no shutdown"} {
				o.do(t, line)
			}
			if got := raised() - before; got != tt.want {
				t.Errorf("%d traps, want %d", got, tt.want)
			}
		})
	}
}

// TestProxyIsSaved: what SET has changed stands in the configuration, too.
func TestProxyIsSaved(t *testing.T) {
	o := operatorOf(t, newShell(t), "configure terminal", "snmp-server community boss admin")
	proxy := mib.JuniSnmpMIB.Sub(1, 1, 4).Sub(0)
	if p := askAgent(t, o, snmp.PDUSet, snmp.Varbind{Name: proxy, Value: snmp.Integer(0)}); p.ErrorStatus != 0 {
		t.Fatal("refused", p.ErrorStatus)
	}
	if text := o.do(t, "do show configuration snmp"); !strings.Contains(text, "snmp-server proxy disable\n") {
		t.Errorf("the configuration is %s", text)
	}
	o.do(t, "no snmp-server proxy disable")
	if v := askAgent(t, o, snmp.PDUGet, snmp.Varbind{Name: proxy}).Varbinds[0].Value.Int64(); v != 1 {
		t.Errorf("juniSnmpProxyStatus is %d", v)
	}
}
