package noninterference

import (
	"strings"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
	"mirrorsh/trapcore/state"
)

// TestEngineID: another engine ID, and the default one again, with requests, traps
// and informs of both sides before and after, and a restart.
func TestEngineID(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1, plant{})
	sysName := snmp.Varbind{Name: mib.MustOID("1.3.6.1.2.1.1.5.0")}
	answered, turns := 0, 0
	around := func() {
		t.Helper()
		for range 4 {
			p.noise()
		}
		before := p.seal(&envelope{user: users(t)[0]}, snmp.PDU{Type: snmp.PDUGet, RequestID: 3, Varbinds: []snmp.Varbind{sysName}})
		if err := p.give(0, "snmp-server contact Ann\ntest subscriber login bob ip-address 10.0.0.7 interface fastEthernet 1/0\ntest subscriber logout bob"); err != nil {
			t.Fatal(err)
		}
		if _, err := p.ask("as before", before); err != nil {
			t.Fatal(err)
		}
		for i, u := range users(t) {
			for context := range 3 {
				if brief && context != i%3 {
					continue
				}
				q := snmp.PDU{Type: snmp.PDUGet, RequestID: 4, Varbinds: []snmp.Varbind{sysName}}
				out, err := p.ask("by "+u.Name, p.seal(&envelope{user: u, context: context}, q))
				if err != nil {
					t.Fatal(err)
				}
				if u.Name == "ops" && strings.Contains(p.empty.answer(out), "host1") {
					answered++
				}
			}
		}
		if turns++; brief && turns%2 == 0 {
			return
		}
		if err := p.observe(); err != nil {
			t.Fatal(err)
		}
	}
	for _, script := range []string{
		"end\nconfigure terminal\nsnmp-server engineID local 8000130a0501020304",
		"virtual-router vr1\nsnmp-server engineID local 8000130a0501020305\nsnmp-server engineID local 8000130a0501020304\nvirtual-router default",
		"snmp-server engineID local 0x8000130a0501020306",
		"no snmp-server engineID local",
	} {
		if err := p.give(0, script); err != nil {
			t.Fatal(err)
		}
		around()
	}
	if err := p.restart(7); err != nil {
		t.Fatal(err)
	}
	if err := p.give(0, "configure terminal"); err != nil {
		t.Fatal(err)
	}
	around()
	if answered < 5 {
		t.Errorf("%d answers: the engine IDs were not in use", answered)
	}
}

// macros are of both sides: to a session that does not see the secure one, what
// they have of it is nothing.
var macros = lines(
	"<# plain #>", "show version", "configure terminal", "arp 192.168.99.2 fastEthernet 9/0 0090.1a00.0001", "end", "<# endtmpl #>",
	"<# hidden #>", "show mirror trap", "<# endtmpl #>",
	"<# option #>", "configure terminal", "snmp-server enable traps packetMirror", "<# endtmpl #>",
	"<# there #>", "mirror-enable", "show version", "no mirror enable", "show mirror trap", "<# endtmpl #>",
)

// TestMacros: every kind of session runs, and is only shown, macros of both sides.
func TestMacros(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1, plant{})
	for _, w := range p.twins() {
		if err := w.store.WriteFile(state.Files+"/test.mac", []byte(macros), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for who := range kinds {
		for _, name := range []string{"plain", "hidden", "option", "there", "nothing"} {
			for i, how := range []string{"", " test", " verbose"} {
				if brief && i != (who+len(name))%3 {
					continue
				}
				p.noise()
				if err := p.give(who, "end\nmacro test.mac "+name+how+"\nend"); err != nil {
					t.Fatal(err)
				}
			}
		}
		if brief && who+1 < len(kinds) {
			continue
		}
		if err := p.observe(); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(strings.Join(p.trail, "\n"), "macro test.mac plain verbose") || p.accepted < 20 && !brief || p.accepted < 5 {
		t.Errorf("%d lines were accepted", p.accepted)
	}
}
