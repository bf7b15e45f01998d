package command

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"mirrorsh/ascii"
	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/mib"
	"mirrorsh/trapcore/agent"
	"mirrorsh/trapcore/snmp"
)

// displayObjects are the objects of that syntax in the module texts that the
// agent has.
func displayObjects(t *testing.T) map[string]mib.OID {
	t.Helper()
	syntax := regexp.MustCompile(`(?m)^(\w+)\s+OBJECT-TYPE\s+SYNTAX\s+(?:DisplayString|SnmpAdminString)`)
	files, err := mib.Modules.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]mib.OID{}
	for _, f := range files {
		text, err := mib.Modules.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range syntax.FindAllSubmatch(text, -1) {
			if oid, ok := agent.Objects()[string(m[1])]; ok {
				found[string(m[1])] = oid
			}
		}
	}
	if len(found) < 12 {
		t.Fatalf("only %d objects", len(found))
	}
	return found
}

// ask sends a request of the community boss and returns the answer.
func askAgent(t *testing.T, o *operator, pdu snmp.Tag, vb snmp.Varbind) *snmp.PDU {
	t.Helper()
	var list, buf snmp.Buffer
	list.PutVarbinds([]snmp.Varbind{vb})
	msg, err := snmp.EncodeReply(&buf, snmp.Version2c, []byte("boss"), 1, &snmp.Reply{Type: pdu, Varbinds: list.Bytes()})
	if err != nil {
		t.Fatal(err)
	}
	var out snmp.Buffer
	d, err := snmp.ParseDatagram(o.Router().Responder().Handle(&out, netip.MustParseAddrPort("127.0.0.1:9"), append([]byte(nil), msg...)))
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
	return &p
}

var displayTexts = []string{
	"a", "a text with blanks", `"quoted" \ back`, "!", "j\u00f6", "\u00f6", "\t", "a\x01", "\x7f", "a\u0080", "\xff",
	strings.Repeat("x", 31), strings.Repeat("x", 32), strings.Repeat("x", 64), strings.Repeat("x", 65), strings.Repeat("x", 254),
	strings.Repeat("x", 255), strings.Repeat("x", 256), strings.Repeat("\u00f6", 128), strings.Repeat("\u00f6", 255), strings.Repeat("x", 254) + "\u00f6",
}

// TestTextsByCommandAndSET: a text is taken by a command exactly if it is taken
// by SET of its object, and both show the same.
func TestTextsByCommandAndSET(t *testing.T) {
	for _, tt := range []struct{ command, object string }{
		{"snmp-server contact ", "sysContact"}, {"snmp-server location ", "sysLocation"}, {"hostname ", "sysName"},
	} {
		for _, text := range displayTexts {
			var refused [2]bool
			var shown [2]string
			name := agent.Objects()[tt.object].Sub(0)
			for i, set := range []func(o *operator) bool{
				func(o *operator) bool { return o.Execute(t.Context(), tt.command+grammar.QuoteAlways(text)) == nil },
				func(o *operator) bool {
					return askAgent(t, o, snmp.PDUSet, snmp.Varbind{Name: name, Value: snmp.OctetString(text)}).ErrorStatus == 0
				},
			} {
				o := operatorOf(t, newShell(t), "configure terminal", "snmp-server community boss admin")
				refused[i] = !set(o)
				shown[i] = askAgent(t, o, snmp.PDUGet, snmp.Varbind{Name: name}).Varbinds[0].Value.Str()
			}
			if refused[0] != refused[1] || shown[0] != shown[1] {
				t.Errorf("%s %q: by command refused %v, %q; by SET refused %v, %q", tt.object, text, refused[0], shown[0], refused[1], shown[1])
			}
		}
	}
}

// TestDisplayStringsOfTheAgent: every object of that syntax holds printable
// ASCII of at most 255 octets, whatever was typed, or tried to.
func TestDisplayStringsOfTheAgent(t *testing.T) {
	objects := displayObjects(t)
	o := operatorOf(t, newShell(t), "configure terminal", "snmp-server community boss admin")
	for _, text := range displayTexts {
		for _, line := range []string{
			"snmp-server contact ", "snmp-server location ", "hostname ", "snmp-server community ", "snmp-server group g noauth read ",
			"virtual-router ", "interface tunnel gre:", "snmp-server host 127.0.0.1 version 2c ",
		} {
			_ = o.Execute(t.Context(), line+grammar.QuoteAlways(text)) // many are refused
			_ = o.Execute(t.Context(), "configure terminal")
		}
		_ = o.Execute(t.Context(), "snmp-server user "+grammar.QuoteAlways(text)+" group public")
		_ = o.Execute(t.Context(), "snmp-server view "+grammar.QuoteAlways(text)+" 1.3 included")
	}
	seen := map[string]bool{}
	for at := (mib.OID{1, 3}); ; {
		vb := askAgent(t, o, snmp.PDUGetNext, snmp.Varbind{Name: at}).Varbinds[0]
		if vb.Value.Exception() {
			break
		}
		at = vb.Name
		for name, oid := range objects {
			if at.HasPrefix(oid) {
				seen[name] = true
				if s := vb.Value.Str(); !ascii.Printable(s) || len(s) > 255 {
					t.Errorf("%s is %q", name, s)
				}
			}
		}
	}
	if len(seen) < 10 {
		t.Errorf("only %d objects have a value", len(seen))
	}
}

// TestTextsOfTraps: what ends in a mirror trap is ASCII at the command line.
func TestTextsOfTraps(t *testing.T) {
	for _, text := range displayTexts {
		o := operatorOf(t, newShell(t), "mirror-enable")
		ascii := ascii.Printable(text)
		login := o.Execute(t.Context(), "test subscriber login "+grammar.QuoteAlways(text)) == nil
		if login && !(ascii && len(text) <= 64) {
			t.Errorf("subscriber %q logs in", text)
		}
		o.do(t, "configure terminal")
		rule := o.Execute(t.Context(), "mirror username "+grammar.QuoteAlways(text)+" ip secure-policy-list p") == nil
		if want := ascii && len(text) <= 64; rule != want {
			t.Errorf("rule for %q: %v", text, rule)
		}
		rule = o.Execute(t.Context(), "mirror nas-port-id "+grammar.QuoteAlways(text)+" ip secure-policy-list p") == nil
		if want := ascii && len(text) <= 255; rule != want {
			t.Errorf("rule for NAS port %q: %v", text, rule)
		}
	}
}

// TestParametersAreASCII: no parameter but the text of a banner takes anything
// that is not printable ASCII: it would be kept.
func TestParametersAreASCII(t *testing.T) {
	tree := newShell(t).Tree()
	for _, mode := range cli.AllModes {
		tried := map[string]bool{}
		for range tree.Lines(mode, func(p *grammar.Parameter) string {
			for _, word := range []string{"jöe45678", "joe\u00a045678", "日本語日本語日本語", "\u202e12345678", "\x7f12345678"} {
				if _, ok := p.Type.Parse(word); ok && (p.Key != "TEXT" || p.Type.Usage() != "LINE") && !tried[p.Key] {
					tried[p.Key] = true
					t.Errorf("%s: %s takes %q", mode, p.Key, word)
				}
			}
			return sampleValue(p)
		}) {
		}
	}
}
