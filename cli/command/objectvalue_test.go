package command

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/mib"
	"mirrorsh/trapcore/mirror"
)

// values are, by syntax, what can be typed for an object, with what is sent, and
// what cannot. {least} and {most} are the bounds of the object.
var values = map[mib.Syntax]struct{ good, bad []string }{
	mib.Integer32:     {[]string{"{least}", "{most}"}, []string{"{below}", "{above}", "+1", "x", "0x1"}},
	mib.Unsigned32:    {[]string{"0=0", "{least}", "{most}"}, []string{"{below}", "{above}", "-1", "+1", "1.5"}},
	mib.DisplayString: {[]string{"joe=joe", `"a b"=a b`, `"count 5"=count 5`}, []string{"{long}", "h\xc3\xa9"}},
	mib.IPAddress:     {[]string{"10.1.2.3=10.1.2.3", "0.0.0.0=0.0.0.0", "255.255.255.255=255.255.255.255"}, []string{"10.1.2", "10.1.2.256", "::1", "x"}},
	mib.DateAndTime: {
		[]string{"2026-11-22,6:12:11.3,+1:30=2026-11-22,6:12:11.3,+1:30", "1999-1-2,03:04:10,-5:0=1999-1-2,3:4:10.0,-5:0", "2026-2-28,23:59:59.9=2026-2-28,23:59:59.9"},
		[]string{"2026-2-30,0:0:0.0", "2026-13-1,0:0:0.0", "2026-1-1,24:0:0.0", "2026-1-1,0:60:0.0", "2026-1-1,0:0:0.0,+14:0", "2026-1-1,0:0:0.0,+1:60", "65536-1-1,0:0:0.0", "0", "now"},
	},
}

// forObject writes the values of its syntax for an object.
func forObject(o *mib.Object, forms []string) (all []string) {
	least, most := o.Range()
	if o.Enum != nil {
		least, most = o.Enum[0].Value, o.Enum[len(o.Enum)-1].Value
	}
	say := func(n int64) string {
		if l := o.Label(n); l != "" {
			return fmt.Sprintf("%d=%s(%d)", n, l, n)
		}
		return fmt.Sprintf("%d=%d", n, n)
	}
	r := strings.NewReplacer("{least}", say(least), "{most}", say(most), "{below}", fmt.Sprint(least-1), "{above}", fmt.Sprint(most+1), "{long}", strings.Repeat("x", int(min(most, 300))+1))
	for _, f := range forms {
		all = append(all, r.Replace(f))
	}
	return all
}

// TestTestMirrorTrapsTakesEveryVarbind: every object of every notification takes the
// values of its syntax and range, which are what is sent, and no others.
func TestTestMirrorTrapsTakesEveryVarbind(t *testing.T) {
	sink, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	_, port, _ := strings.Cut(sink.LocalAddr().String(), ":")
	o := operatorOf(t, newShell(t), "mirror-enable", "configure terminal",
		`snmp-server user watcher group mirror authentication sha "auth passphrase" privacy aes "priv passphrase"`,
		"snmp-server host 127.0.0.1 version v3 watcher udp-port "+port+" packetMirror",
		"snmp-server enable traps packetMirror", "mirror trap-enable", "snmp-server secure-log", "end")
	sent := func(line string) string {
		o.do(t, "snmp-server clear secure-log")
		o.do(t, line)
		return o.do(t, "show snmp secure-log")
	}
	for _, n := range mib.MirrorNotifications {
		for _, object := range n.Objects {
			of, ok := values[object.Syntax]
			if !ok {
				t.Fatalf("no values for syntax %d of %s", object.Syntax, object.Name)
			}
			typed := "test mirror traps " + strings.ToLower(n.Short()) + " " + object.Name + " "
			good := forObject(object, of.good)
			for _, l := range object.Enum {
				good = append(good, fmt.Sprintf("%s=%s(%d)", l.Name, l.Name, l.Value), fmt.Sprintf("%d=%s(%d)", l.Value, l.Name, l.Value))
			}
			for _, g := range good {
				word, shown, _ := strings.Cut(g, "=")
				if log := sent(typed + word + " count 1"); !strings.Contains(log, object.Name+".0 = "+shown+",") && !strings.HasSuffix(strings.TrimSpace(log), object.Name+".0 = "+shown) {
					t.Errorf("%s%s: sent %s", typed, word, log)
				}
			}
			for _, word := range forObject(object, of.bad) {
				var refusal *cli.Refusal
				if err := o.Execute(t.Context(), typed+word); !errors.As(err, &refusal) {
					t.Errorf("%s%s: %v, want a refusal", typed, word, err)
				}
				o.take()
			}
		}
		// The objects of others are none of its own.
		for _, other := range mib.MirrorNotifications {
			for _, object := range other.Objects {
				has := strings.Contains(fmt.Sprint(namesOf(n.Objects, func(o *mib.Object) string { return o.Name })), object.Name)
				_, err := o.Shell().Tree().Choices(cli.Exec, o.View(), "test mirror traps "+n.Short()+" "+object.Name+" ")
				if (err == nil) != has {
					t.Errorf("%s %s: %v", n.Short(), object.Name, err)
				}
			}
		}
	}
	// What is not typed is as it would be, and goes on from trap to trap.
	first, second := sent("test mirror traps sessionStart juniPacketMirrorPolicyName p count 9"), sent("test mirror traps sessionStart")
	if strings.Count(first, "juniPacketMirrorPolicyName.0 = p,") != 9 || !strings.Contains(second, "spl_") || strings.Contains(first, "SessionIdentifier.0 = 147,") {
		t.Errorf("sent %s then %s", first, second)
	}
	if all := sent("test mirror traps all juniPacketMirrorDirection egress juniPacketMirrorRouterId 5"); strings.Count(all, "egress(1)") != 7 || strings.Count(all, "RouterId.0 = 5") != 10 {
		t.Errorf("all: %s", all)
	}
}

// TestTestMirrorTrapsHelp: objects, labels and ranges are listed and completed.
func TestTestMirrorTrapsHelp(t *testing.T) {
	o := operatorOf(t, newShell(t), "mirror-enable")
	for _, tt := range []struct{ line, want string }{
		{"test mirror traps analyzerUnreachable ", "  count                            How many traps of each kind, 1 if none is given\n  juniPacketMirrorAnalyzerAddress  The address of the analyzer\n  juniPacketMirrorDateAndTime      When it happened\n" +
			"  juniPacketMirrorRouterId         The unique identifier of the virtual router of the user or interface\n  rate                             How many traps a second\n  <cr>\n"},
		{"test mirror traps sessionStart juniPacketMirrorDirection ", "  <0 - 1>  The value\n  egress   The value 1\n  ingress  The value 0\n"},
		{"test mirror traps sessionStart juniPacketMirrorTriggerType acc", "  acctSessionId  The value 5\n"},
		{"test mirror traps sessionStart juniPacketMirrorDateAndTime ", "  YYYY-MM-DD,HH:MM:SS.D[,+HH:MM]  The value\n"},
	} {
		c, err := o.Shell().Tree().Choices(cli.Exec, o.View(), tt.line)
		if err != nil || c.Format() != tt.want {
			t.Errorf("%s?\n%s%v, want\n%s", tt.line, c.Format(), err, tt.want)
		}
	}
	c, err := o.Shell().Tree().Choices(cli.Exec, o.View(), "test mirror traps sessionEnd juniPacketMirrorTerm")
	if err != nil || c.Extend() != "inationReason " {
		t.Errorf("Tab adds %q, %v", c.Extend(), err)
	}
}

// TestObjectType holds objects of syntaxes that no mirror notification has to it.
func TestObjectType(t *testing.T) {
	for _, tt := range []struct {
		o        mib.Object
		good     map[string]any
		bad      []string
		writesAs map[string]string
	}{
		{mib.Object{Syntax: mib.OctetString, Min: 1, Max: 4}, map[string]any{"abcd": "abcd", "0x00ff": "\x00\xff"}, []string{"", "abcde", "0x0", "0x0011223344", "0xgg"}, map[string]string{"0x00ff": "0x00ff", "0x6162": "ab"}},
		{mib.Object{Syntax: mib.Counter64}, map[string]any{"9223372036854775807": int64(1<<63 - 1)}, []string{"-1", "18446744073709551616"}, nil},
		{mib.Object{Syntax: mib.Integer32, Min: -5, Max: 5}, map[string]any{"-5": int64(-5)}, []string{"6"}, nil},
		{mib.Object{Syntax: mib.TruthValue, Enum: []mib.Label{{Value: 1, Name: "true"}, {Value: 2, Name: "false"}}}, map[string]any{"2": int64(2)}, []string{"0", "3", "true"}, nil},
		{mib.Object{Syntax: mib.Integer32, Enum: []mib.Label{{Value: 1, Name: "a"}, {Value: 4, Name: "b"}}}, map[string]any{"4": int64(4)}, []string{"2"}, nil},
		{mib.Object{Syntax: mib.ObjectIdentifier}, map[string]any{"1.3.6": "1.3.6"}, []string{"1", "x"}, nil},
		{mib.Object{Syntax: mib.TimeTicks}, map[string]any{"4294967295": int64(1<<32 - 1)}, []string{"4294967296"}, nil},
	} {
		typ := objectType(&tt.o)
		for word, want := range tt.good {
			if v, ok := typ.Parse(word); !ok || v.(mib.Assignment).Value != want {
				t.Errorf("syntax %d: %q is %v, %v", tt.o.Syntax, word, v, ok)
			}
		}
		for _, word := range tt.bad {
			if v, ok := typ.Parse(word); ok {
				t.Errorf("syntax %d: %q is %v", tt.o.Syntax, word, v)
			}
		}
		for word, want := range tt.writesAs {
			v, _ := typ.Parse(word)
			if got := writeOctets(v.(mib.Assignment).Value.(string)); got != want {
				t.Errorf("%q is written %q", word, got)
			}
		}
	}
	for _, word := range []string{"2026-11-22,6:12:11.3,+1:30", "2026-11-22,6:12:11.0", "2026-1-2,3:4:5.0,-0:30"} {
		at, ok := parseDateAndTime(word)
		if !ok || writeDateAndTime(at) != word {
			t.Errorf("%s is written %s", word, writeDateAndTime(at))
		}
	}
}

// TestAssignFitsEveryEvent: every event takes the bounds of each of its objects.
func TestAssignFitsEveryEvent(t *testing.T) {
	for i, n := range mib.MirrorNotifications {
		for _, o := range n.Objects {
			least, most := o.Range()
			all := []any{least, most}
			switch o.Syntax {
			case mib.DisplayString:
				all = []any{"x"}
			case mib.IPAddress:
				a, _ := grammar.IPv4().Parse("10.1.2.3")
				all = []any{a}
			case mib.DateAndTime:
				all = []any{time.Now()}
			}
			for _, v := range all {
				if ev := mirror.Events()[i]; !mirror.Assign(ev, mib.Assignment{Object: o, Value: v}) {
					t.Errorf("%s does not take %v for %s", n.Name, v, o.Name)
				}
			}
			if mirror.Assign(mirror.Events()[i], mib.Assignment{Object: o, Value: struct{}{}}) {
				t.Errorf("%s takes anything for %s", n.Name, o.Name)
			}
		}
	}
}
