//go:build interop

package agent

import (
	"slices"
	"strings"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// TestTwoSwitches: SNMP sets juniPacketMirrorTrapEnable once the command line
// has enabled the category, and not before; each access is in the secure log.
func TestTwoSwitches(t *testing.T) {
	g := newRig(t)
	g.must(g.lcd().As(side.Clear(true)).SetUser(user("tap", "mirror", snmp.SHA, snmp.AES)))
	g.must(g.lcd().As(side.Clear(true)).SetGroup(snmp.NewGroup("watch", snmp.AuthPriv, "mirrorAdmin", "", "")))
	g.must(g.lcd().As(side.Clear(true)).SetUser(user("watcher", "watch", snmp.SHA, snmp.AES)))
	g.log.SetOn(true)
	g.serve()
	get := append(v3("tap", snmp.SHA, snmp.AES, "-On", "-m", "", "-M", t.TempDir()), trapEnable0)
	set := func(v string) []string { return append(slices.Clone(get), "i", v) }
	from := "from 127.0.0.1:PORT v3 tap "
	steps := []struct {
		tool   string
		args   []string
		says   string
		logged string
	}{
		{"snmpget", get, "INTEGER: 2", "INFO snmpPduAudit: " + from + "GET juniPacketMirrorTrapEnable.0 = false(2), result noError"},
		{"snmpset", set("1"), "inconsistentValue", "NOTICE snmpSetPduAudit: " + from + "SET juniPacketMirrorTrapEnable.0 = true(1), result inconsistentValue"},
		{"snmpset", set("3"), "wrongValue", "NOTICE snmpSetPduAudit: " + from + "SET juniPacketMirrorTrapEnable.0 = 3, result wrongValue"},
		{"enable", nil, "", ""},
		{"snmpset", set("1"), "INTEGER: 1", "NOTICE snmpSetPduAudit: " + from + "SET juniPacketMirrorTrapEnable.0 = true(1), result noError"},
		{"snmpget", get, "INTEGER: 1", "INFO snmpPduAudit: " + from + "GET juniPacketMirrorTrapEnable.0 = true(1), result noError"},
		{"snmpgetnext", append(get[:len(get)-1:len(get)-1], ".1.3"), trapEnable0 + " = INTEGER: 1", "INFO snmpPduAudit: " + from + "GETNEXT juniPacketMirrorTrapEnable.0 = true(1), result noError"},
		{"snmpget", append(get[:len(get)-1:len(get)-1], sysDescr0), "No Such Object", ""},
	}
	for _, s := range steps {
		if s.tool == "enable" {
			if g.mirror.Load() {
				t.Error("true before the category is enabled")
			}
			g.traps().As(side.Clear(true)).Enable(mib.NewCategorySet(mib.PacketMirror))
			continue
		}
		before := len(g.secureLog())
		out, _ := g.tool(s.tool, s.args...)
		if !strings.Contains(out, s.says) {
			t.Errorf("%s: %s, want %s", s.tool, out, s.says)
		}
		log := g.secureLog()[before:]
		var want []string
		if s.logged != "" {
			want = []string{s.logged}
		}
		for i := range log {
			head, rest, _ := strings.Cut(log[i], "127.0.0.1:")
			_, tail, _ := strings.Cut(rest, " ")
			log[i] = head + "127.0.0.1:PORT " + tail
		}
		if !slices.Equal(log, want) {
			t.Errorf("logged %q, want %q", log, want)
		}
	}
	if !g.mirror.Load() || len(g.changes) != 1 || g.changes[0].Side != side.Secure {
		t.Errorf("enabled %v, changes %v", g.mirror.Load(), g.changes)
	}
	// Reading is not writing, and who tries is known.
	g.must(g.lcd().As(side.Clear(true)).SetCommunity(snmp.Community{Name: "watching", View: "mirrorAdmin"}))
	before := len(g.secureLog())
	g.v2("watching", request(snmp.PDUSet, bind(trapEnable0, snmp.Integer(2))))
	s, _ := g.client("watcher", snmp.SHA, snmp.AES).do(request(snmp.PDUSet, bind(trapEnable0, snmp.Integer(2))))
	if snmp.ErrorStatus(s.PDU.ErrorStatus) != snmp.AuthorizationError || !g.mirror.Load() {
		t.Errorf("a reader may write: %+v", s.PDU)
	}
	lost := g.client("watcher", snmp.SHA, snmp.AES)
	lost.context = "nowhere"
	lost.do(request(snmp.PDUGet, names(trapEnable0)...))
	want := []string{
		"NOTICE snmpSetPduAudit: from 127.0.0.1:40000 v2c watching SET juniPacketMirrorTrapEnable.0 = false(2), result noAccess",
		"NOTICE snmpSetPduAudit: from 127.0.0.1:40000 v3 watcher SET juniPacketMirrorTrapEnable.0 = false(2), result authorizationError",
		"INFO snmpPduAudit: from 127.0.0.1:40000 v3 watcher GET juniPacketMirrorTrapEnable.0 = null, result snmpUnknownContexts",
	}
	if log := g.secureLog()[before:]; !slices.Equal(log, want) {
		t.Errorf("logged %q", log)
	}
}
