package agent

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// bothSides are the counters of the default virtual router.
func (g *rig) bothSides() [side.Count]snmp.Counters {
	return [side.Count]snmp.Counters{g.agents[0].stats[0].Counters(), g.agents[0].stats[1].Counters()}
}

// changedStats lists what changed, as "ordinary snmpInPkts", without what every
// answer counts.
func changedStats(before, after [side.Count]snmp.Counters) string {
	var all []string
	for of := range side.Count {
		d := after[of].Since(before[of])
		for _, s := range snmp.AllStats() {
			if d.Values[s] != 0 && s != snmp.StatOutPkts {
				all = append(all, fmt.Sprintf("%v %v", side.Side(of), s))
			}
		}
	}
	return strings.Join(all, ", ")
}

// TestRefusals: each way to be refused has its counter, on the right side, and
// its Report; of a secure user strangers learn nothing.
func TestRefusals(t *testing.T) {
	type test struct {
		name   string
		client *client
		pdu    snmp.Tag
		stat   snmp.Stat
		side   side.Side
		level  snmp.SecurityLevel // of the Report, 0 for none
	}
	g := newRig(t)
	g.busy()
	g.advance(1000 * time.Second)
	ops := func(change func(*client)) *client {
		c := g.client("ops", snmp.SHA, snmp.AES)
		change(c)
		return c
	}
	tap := func(change func(*client)) *client {
		c := ops(change)
		if c.user.Name == "ops" {
			c.user.Name = "tap"
		}
		return c
	}
	key := func(k snmp.Key) snmp.Key { k = bytes.Clone(k); k[0] ^= 1; return k }
	wrongAuth := func(c *client) { c.user.AuthKey = key(c.user.AuthKey) }
	wrongPriv := func(c *client) { c.user.PrivKey = key(c.user.PrivKey) }
	longMAC := func(c *client) { c.user = user(c.user.Name, "any", snmp.SHA256, snmp.AES) }
	noEngine := func(c *client) { c.engine = "12345" }
	nobody := func(c *client) { c.user.Name = "nobody" }
	oldBoots := func(c *client) { c.boots-- }
	late := func(c *client) { c.time += 151 }
	early := func(c *client) { c.time -= 151 }
	context := func(c *client) { c.context = "router9" }
	engine := func(c *client) { c.contextEngine = "12345" }
	same := func(*client) {}
	get := snmp.PDUGet
	for _, tt := range []test{
		{"engine ID", ops(noEngine), get, snmp.StatUnknownEngineIDs, side.Ordinary, snmp.NoAuthNoPriv},
		{"engine ID, secure", tap(noEngine), get, snmp.StatUnknownEngineIDs, side.Ordinary, snmp.NoAuthNoPriv},
		{"user", ops(nobody), get, snmp.StatUnknownUserNames, side.Ordinary, snmp.NoAuthNoPriv},
		{"level", g.client("plain", snmp.SHA, snmp.NoPriv), get, snmp.StatUnsupportedSecLevels, side.Ordinary, snmp.NoAuthNoPriv},
		{"privacy level", g.client("auth", snmp.SHA256, snmp.AES), get, snmp.StatUnsupportedSecLevels, side.Ordinary, snmp.NoAuthNoPriv},
		{"level, secure", g.client("open", snmp.SHA, snmp.NoPriv), get, snmp.StatUnknownUserNames, side.Ordinary, snmp.NoAuthNoPriv},
		{"no level, secure", g.client("tap", snmp.NoAuth, snmp.NoPriv), get, snmp.StatUnknownUserNames, side.Ordinary, snmp.NoAuthNoPriv},
		{"key", ops(wrongAuth), get, snmp.StatWrongDigests, side.Ordinary, snmp.NoAuthNoPriv},
		{"key, secure", tap(wrongAuth), get, snmp.StatUnknownUserNames, side.Ordinary, snmp.NoAuthNoPriv},
		{"MAC length", ops(longMAC), get, snmp.StatWrongDigests, side.Ordinary, snmp.NoAuthNoPriv},
		{"MAC length, secure", tap(longMAC), get, snmp.StatUnknownUserNames, side.Ordinary, snmp.NoAuthNoPriv},
		{"boots", ops(oldBoots), get, snmp.StatNotInTimeWindows, side.Ordinary, snmp.AuthNoPriv},
		{"late", ops(late), get, snmp.StatNotInTimeWindows, side.Ordinary, snmp.AuthNoPriv},
		{"early", ops(early), get, snmp.StatNotInTimeWindows, side.Ordinary, snmp.AuthNoPriv},
		{"boots, secure", tap(oldBoots), get, snmp.StatNotInTimeWindows, side.Secure, snmp.AuthNoPriv},
		{"late, secure", tap(late), get, snmp.StatNotInTimeWindows, side.Secure, snmp.AuthNoPriv},
		{"boots and key, secure", tap(func(c *client) { oldBoots(c); wrongAuth(c) }), get, snmp.StatUnknownUserNames, side.Ordinary, snmp.NoAuthNoPriv},
		{"privacy key", ops(wrongPriv), get, snmp.StatDecryptionErrors, side.Ordinary, snmp.NoAuthNoPriv},
		{"privacy key, secure", tap(wrongPriv), get, snmp.StatDecryptionErrors, side.Secure, snmp.NoAuthNoPriv},
		{"context", ops(context), get, snmp.StatUnknownContexts, side.Ordinary, snmp.AuthPriv},
		{"context, secure", tap(context), get, snmp.StatUnknownContexts, side.Secure, snmp.AuthPriv},
		{"context engine", ops(engine), get, snmp.StatUnknownPDUHandlers, side.Ordinary, snmp.AuthPriv},
		{"trap", ops(same), snmp.PDUTrap, snmp.StatUnknownPDUHandlers, side.Ordinary, 0},
		{"response", tap(same), snmp.PDUResponse, snmp.StatUnknownPDUHandlers, side.Secure, 0},
		{"inform", ops(same), snmp.PDUInform, snmp.StatUnknownPDUHandlers, side.Ordinary, snmp.AuthPriv},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := g.bothSides()
			msg := tt.client.seal(request(tt.pdu, names(sysDescr0)...))
			out := g.handle(msg)
			after := g.bothSides()
			want := fmt.Sprintf("%v snmpInPkts, %v %v", tt.side, tt.side, tt.stat)
			if got := changedStats(before, after); got != want {
				t.Errorf("counted %s, want %s", got, want)
			}
			if d := after[tt.side].Since(before[tt.side]); d.Reports[tt.stat] != min(uint32(tt.level), 1) || d.Values[snmp.StatOutPkts] != min(uint32(tt.level), 1) {
				t.Errorf("%d reports, %d messages out", d.Reports[tt.stat], d.Values[snmp.StatOutPkts])
			}
			if tt.level == 0 {
				if out != nil {
					t.Errorf("answered %x", out)
				}
				return
			}
			s, level, err := tt.client.open(out)
			if err != nil {
				t.Fatal(err)
			}
			if level != tt.level || s.PDU.Type != snmp.PDUReport || len(s.PDU.Varbinds) != 1 {
				t.Fatalf("%v, %+v", level, s)
			}
			vb := s.PDU.Varbinds[0]
			if vb.Name.Compare(tt.stat.OID().Sub(0)) != 0 || vb.Value != snmp.Counter(after[tt.side].Values[tt.stat]) {
				t.Errorf("reported %v = %v", vb.Name, vb.Value)
			}
		})
	}
}

// TestWindowEdge: 150 seconds away is inside, and no time is once boots are latched.
func TestWindowEdge(t *testing.T) {
	g := newRig(t)
	g.advance(1000 * time.Second)
	for _, d := range []int32{-150, 150} {
		c := g.client("ops", snmp.SHA, snmp.AES)
		c.time += d
		if s, _ := c.do(request(snmp.PDUGet, names(sysDescr0)...)); s.PDU.Type != snmp.PDUResponse {
			t.Errorf("%d seconds away: %#x", d, s.PDU.Type)
		}
	}
	g.engine.Restart(snmp.MaxEngineTime)
	c := g.client("ops", snmp.SHA, snmp.AES)
	before := g.bothSides()
	out := g.handle(c.seal(request(snmp.PDUGet, names(sysDescr0)...)))
	if got := changedStats(before, g.bothSides()); out == nil || got != "ordinary snmpInPkts, ordinary usmStatsNotInTimeWindows" {
		t.Errorf("boots latched: counted %s", got)
	}
}

// TestSecureUserLooksUnknown: whatever is wrong with a message, the answer to
// one that names a secure user is that to one that names nobody.
func TestSecureUserLooksUnknown(t *testing.T) {
	for _, auth := range []snmp.AuthProtocol{snmp.NoAuth, snmp.MD5, snmp.SHA, snmp.SHA512} {
		for _, priv := range []snmp.PrivProtocol{snmp.NoPriv, snmp.DES, snmp.AES256} {
			if auth == snmp.NoAuth && priv != snmp.NoPriv {
				continue
			}
			var answers [][]byte
			for _, busy := range []bool{true, false} {
				g := newRig(t)
				if busy {
					g.busy()
				}
				c := g.client("tap", auth, priv)
				if auth != snmp.NoAuth {
					c.user.AuthKey = make(snmp.Key, auth.KeyLen())
				}
				answers = append(answers, g.handle(c.seal(request(snmp.PDUGet, names(trapEnable0)...))))
			}
			if answers[0] == nil || !bytes.Equal(answers[0], answers[1]) {
				t.Errorf("%v %v:\n%x\n%x", auth, priv, answers[0], answers[1])
			}
		}
	}
}

// TestToolsRefused: net-snmp's tools say what was wrong, and show snmp can.
func TestToolsRefused(t *testing.T) {
	g := newRig(t)
	g.busy()
	g.serve()
	wrong := func(args []string, flag string) []string {
		for i, a := range args {
			if a == flag {
				args[i+1] = "not the right passphrase"
			}
		}
		return args
	}
	ops := func() []string { return v3("ops", snmp.SHA, snmp.AES, sysDescr0) }
	tap := func() []string { return v3("tap", snmp.SHA, snmp.AES, sysDescr0) }
	for _, tt := range []struct {
		args []string
		says string
		stat snmp.Stat
	}{
		{v3("nobody", snmp.SHA, snmp.AES, sysDescr0), "Unknown user name", snmp.StatUnknownUserNames},
		{wrong(ops(), "-A"), "Authentication failure", snmp.StatWrongDigests},
		{wrong(tap(), "-A"), "Unknown user name", snmp.StatUnknownUserNames},
		{wrong(ops(), "-X"), "Decryption error", snmp.StatDecryptionErrors},
		{v3("plain", snmp.SHA, snmp.AES, sysDescr0), "Unsupported security level", snmp.StatUnsupportedSecLevels},
		{append(v3("ops", snmp.SHA, snmp.AES, "-n", "router9"), sysDescr0), "", snmp.StatUnknownContexts},
	} {
		before := g.stat(side.Ordinary, tt.stat)
		out, err := g.tool("snmpget", tt.args...)
		if err == nil || !strings.Contains(out, tt.says) {
			t.Errorf("%v: %q, want %q", tt.args, out, tt.says)
		}
		if d := g.stat(side.Ordinary, tt.stat) - before; d != 1 {
			t.Errorf("%v: %v counted %d", tt.args, tt.stat, d)
		}
	}
	// The first message has the boots and time given; the Report puts them right.
	before := g.stat(side.Ordinary, snmp.StatNotInTimeWindows)
	for _, z := range []string{"1,1", "7,100000"} {
		out, err := g.tool("snmpget", append(v3("ops", snmp.SHA, snmp.AES, "-e", g.agents[0].cfg.Local.Identity().ID.String(), "-Z", z), sysDescr0)...)
		if err != nil || !strings.Contains(out, "a router") {
			t.Errorf("-Z %s: %s", z, out)
		}
	}
	if d := g.stat(side.Ordinary, snmp.StatNotInTimeWindows) - before; d < 2 {
		t.Errorf("not in time windows: %d", d)
	}
}
