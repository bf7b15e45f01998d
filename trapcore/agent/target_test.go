package agent

import (
	"net/netip"
	"strings"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
)

// TestHostsOfIPv6 finds hosts of both families in SNMP-TARGET-MIB, by names of at
// most 32 octets, and those of IPv4 alone in juniSnmpTrapHostTable.
func TestHostsOfIPv6(t *testing.T) {
	g := newRig(t)
	const long = "2001:db8:1111:2222:3333:4444:5555:6666"
	for _, a := range []string{"127.0.0.9", "::1", long} {
		h := notify.NewHost(netip.MustParseAddr(a), "public")
		h.Port = 4660
		g.must(g.traps().As(side.Clear(false)).SetHost(h))
	}
	got := map[string]string{}
	before := len(g.traps().As(side.Clear(false)).Hosts()) - 3
	old := -before
	for _, vb := range g.walk(t, "everything", false) {
		if vb.Name.HasPrefix(juniTrap.Sub(3, 1, 1)) {
			old++
		}
		for column, of := range map[uint32]string{2: "domain ", 3: "address "} {
			prefix := targetObjects.Sub(2, 1, column)
			if vb.Name.HasPrefix(prefix) {
				var name strings.Builder
				for _, c := range vb.Name[len(prefix):] {
					name.WriteByte(byte(c))
				}
				got[of+name.String()] = vb.Value.String()
				if column == 3 {
					got[of+name.String()] = vb.Value.Str()
				}
			}
		}
	}
	v6 := mib.MustOID("1.3.6.1.2.1.100.1.2").String()
	for key, want := range map[string]string{
		"domain 127.0.0.9": "1.3.6.1.6.1.1", "address 127.0.0.9": "\x7f\x00\x00\x09\x12\x34",
		"domain ::1": v6, "address ::1": strings.Repeat("\x00", 15) + "\x01\x12\x34",
		"domain 20010db8111122223333444455556666": v6, "address 20010db8111122223333444455556666": "\x20\x01\x0d\xb8\x11\x11\x22\x22\x33\x33\x44\x44\x55\x55\x66\x66\x12\x34",
	} {
		if got[key] != want {
			t.Errorf("%s is %q, want %q", key, got[key], want)
		}
	}
	if old != 1 {
		t.Errorf("%d rows in juniSnmpTrapHostTable", old)
	}
}
