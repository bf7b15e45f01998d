package grammar

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	exec   Mode = "exec"
	config Mode = "config"
	iface  Mode = "interface"
)

// fixture is a small command set with every kind of node, and secure things
// beside ordinary ones that begin alike.
func fixture(t testing.TB) *Tree[string] {
	t.Helper()
	host := Seq(Kw("host", "Configure a host"), Param("address", IPv4(), "The address of the host"),
		Opt(Kw("version", "Set the version"), Words("version", "v1", "Version 1", "v2c", "Version 2c", "v3", "Version 3")),
		Param("name", Name("WORD", 31), "A community or user"),
		Opt(Kw("port", "Set the port"), Param("port", Int(1, 65535), "The port")),
		Any(Kw("bgp", "BGP").As("category"), Kw("link", "Links").As("category"), Kw("packetMirror", "Mirroring").As("category").Secure()))
	tree, err := New(
		[]ModeSpec{
			{Mode: exec},
			{Mode: config, Prefixes: []Prefix{{Kw("do", "Run an Exec command"), exec}, {Kw("run", "Run an Exec command"), exec}}},
			{Mode: iface, Fallback: config, Prefixes: []Prefix{{Kw("do", "Run an Exec command"), exec}}},
		},
		[]Command[string]{
			{Modes: []Mode{exec, config}, Syntax: Kw("exit", "Leave"), Run: "exit"},
			{Modes: []Mode{exec}, Level: 1, Shows: true, Syntax: Seq(Kw("show", "Show"), Kw("version", "Show the version")), Run: "show version"},
			{Modes: []Mode{exec}, Level: 5, Syntax: Seq(Kw("show", "Show"), Kw("secrets", "Show secrets")), Run: "show secrets"},
			{Modes: []Mode{exec}, Level: 13, Secure: true, Shows: true, Syntax: Seq(Kw("show", "Show"), Kw("secure", "Show the secure side"), Opt(Kw("detail", "All of it"))), Run: "show secure"},
			{Modes: []Mode{exec}, Level: 12, Syntax: Kw("mirror-enable", "Enable"), No: Kw("mirror-enable", "Disable"), Run: "mirror-enable"},
			{Modes: []Mode{exec}, Level: 13, Secure: true, Syntax: Seq(Kw("mirror", "Mirror"), Kw("trap", "Traps")), Run: "mirror trap"},
			{Modes: []Mode{config}, Level: 10, Syntax: Seq(Kw("snmp-server", "Configure SNMP"), host), No: Seq(Kw("snmp-server", "Configure SNMP"), Kw("host", "Remove a host"), Param("address", IPv4(), "The address")), Run: "host"},
			{Modes: []Mode{config}, Level: 10, Syntax: Seq(Kw("snmp-server", "Configure SNMP"), Kw("contact", "Set the contact"), Param("text", Text(40), "The contact")), Run: "contact"},
			{Modes: []Mode{config}, Level: 10, Syntax: Seq(Kw("rule", "A rule"), Param("value", Text(40), "The value"), Alt(Kw("ip", "IP"), Kw("l2tp", "L2TP")), Kw("list", "A list"), Param("list", Name("WORD", 10), "The list")),
				No: Seq(Kw("rule", "A rule"), Param("value", Text(40), "The value"), Opt(Alt(Kw("ip", "IP"), Kw("l2tp", "L2TP")), Kw("list", "A list"), Param("list", Name("WORD", 10), "The list"))), Run: "rule"},
			{Modes: []Mode{config}, Level: 10, Syntax: Seq(Kw("ip", "IP"), Kw("route", "A route")), Run: "ip route"},
			{Modes: []Mode{iface}, Level: 10, Syntax: Seq(Kw("ip", "IP"), Kw("address", "An address"), Param("address", IPv4(), "The address")), Run: "ip address"},
			{Modes: []Mode{iface}, Level: 13, Secure: true, Syntax: Seq(Kw("ip", "IP"), Kw("analyzer", "An analyzer")), Run: "ip analyzer"},
		})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

var (
	ordinary = View{Level: 15}
	secure   = View{Level: 15, Mirror: true}
)

func TestParse(t *testing.T) {
	tree := fixture(t)
	for _, c := range []struct {
		mode Mode
		view View
		line string
		want string // command and arguments, or the error with its offset
	}{
		{exec, ordinary, "exit", "exit []"},
		{exec, ordinary, "EX", "exit []"},
		{exec, ordinary, "  sh ver  ", "show version []"},
		{exec, ordinary, "  sh ver  ! and so on", "10 Invalid"},
		{exec, ordinary, "show version | exclude !", "show version [filter=exclude regex=!]"},
		{config, ordinary, "snmp-server contact ! here", "contact [text=! here]"},
		{exec, View{Level: 0}, "sh ver", "0 Invalid"},
		{exec, View{Level: 1}, "show sec", "5 Invalid"},
		{exec, View{Level: 5}, "show sec", "show secrets []"},
		{exec, ordinary, "show sec", "show secrets []"},
		{exec, secure, "show sec", "5 Ambiguous"},
		{exec, secure, "show secure", "show secure [] secure"},
		{exec, View{Level: 12, Mirror: true}, "show secure", "5 Invalid"},
		{exec, secure, "show secure d | inc a b  c ", "show secure [filter=include regex=a b  c] secure"},
		{exec, ordinary, "mirror", "mirror-enable []"},
		{exec, secure, "mirror", "6 Incomplete"},
		{exec, secure, "no mirror", "no mirror-enable []"},
		{exec, ordinary, "mirror trap", "7 Invalid"},
		{exec, ordinary, "mirror-enable trap", "14 Invalid"},
		{exec, ordinary, "show", "4 Incomplete"},
		{exec, ordinary, "show | include x", "5 Invalid"},
		{exec, ordinary, "show version > a.txt", "show version [redirect=> toFile=a.txt]"},
		{exec, ordinary, "show version | inc a b >> a.txt", "show version [filter=include regex=a b redirect=>> toFile=a.txt]"},
		{exec, ordinary, `show version | inc "a > b" &> a.txt`, "show version [filter=include regex=a > b redirect=&> toFile=a.txt]"},
		{exec, ordinary, `show version | inc "a > b"`, "show version [filter=include regex=a > b]"},
		{exec, ordinary, "show version | inc a & b", "show version [filter=include regex=a & b]"},
		{exec, ordinary, "show version | inc > > a.txt", "show version [filter=include regex=> redirect=> toFile=a.txt]"},
		{exec, ordinary, "show version | inc a > b c", "25 Invalid"},
		{exec, ordinary, "show version >", "14 Incomplete"},
		{exec, View{Level: 9}, "show version > a.txt", "13 Invalid"},
		{exec, View{Level: 9}, "show version | inc a > a.txt", "show version [filter=include regex=a > a.txt]"},
		{exec, ordinary, `"exit"`, "0 Invalid"},
		{exec, ordinary, "bogus", "0 Invalid"},
		{config, ordinary, "snmp host 10.1.2.3 public", "host [address=10.1.2.3 name=public]"},
		{config, ordinary, "snmp host 10.1.2.3 ver v3 u port 162 link bgp", "host [address=10.1.2.3 version=v3 name=u port=162 category=link category=bgp]"},
		{config, ordinary, "snmp host 10.1.2.3 ver v3 u link link", "33 Invalid"},
		{config, ordinary, "snmp host 10.1.2.3 ver v3 u packetMirror", "28 Invalid"},
		{config, secure, "snmp host 10.1.2.3 ver v3 u pa b", "host [address=10.1.2.3 version=v3 name=u category=packetMirror category=bgp] secure"},
		{config, secure, "snmp host 10.1.2.3 ver v3 u p", "28 Ambiguous"},
		{config, ordinary, "snmp host 10.1.2.3 ver v3 u p", "29 Incomplete"},
		{config, ordinary, "snmp host 10.1.2.3 u port 0", "26 Invalid"},
		{config, ordinary, "snmp host 10.1.2.3 u port 65536", "26 Invalid"},
		{config, ordinary, "snmp host 10.1.2.3 u port +5", "26 Invalid"},
		{config, ordinary, "snmp host 10.1.2 u", "10 Invalid"},
		{config, ordinary, "snmp host ::1 u", "10 Invalid"},
		{config, ordinary, `snmp host 10.1.2.3 "version"`, "host [address=10.1.2.3 name=version]"},
		{config, ordinary, `snmp host 10.1.2.3 "a b"`, "19 Invalid"},
		{config, ordinary, `snmp host 10.1.2.3 "ab`, "19 Invalid"},
		{config, ordinary, `snmp host 10.1.2.3 "ab"c`, "19 Invalid"},
		{config, ordinary, "no snmp host 10.1.2.3", "no host [address=10.1.2.3]"},
		{config, ordinary, "snmp contact Joe  Admin", "contact [text=Joe  Admin]"},
		{config, ordinary, `snmp contact "Joe \"J\"  Admin"`, `contact [text=Joe "J"  Admin]`},
		{config, ordinary, `snmp contact "Joe" Admin`, `contact [text="Joe" Admin]`},
		{config, ordinary, "snmp contact " + strings.Repeat("x", 41), "13 Invalid"},
		{config, ordinary, "rule a  b ip list x", "rule [value=a  b list=x]"},
		{config, ordinary, "rule a ip b ip l x", "rule [value=a ip b list=x]"},
		{config, ordinary, `rule "ip list y" l2tp list x`, "rule [value=ip list y list=x]"},
		{config, ordinary, "rule a ip", "9 Incomplete"},
		{config, ordinary, "rule a b", "8 Incomplete"},
		{config, ordinary, "rule a ip b", "11 Incomplete"},
		{config, ordinary, "no rule a ip b", "no rule [value=a ip b]"},
		{config, ordinary, "no rule a b ip list x", "no rule [value=a b list=x]"},
		{config, ordinary, "do show version", "show version []"},
		{config, ordinary, "run sh ve", "show version []"},
		{config, ordinary, "do", "2 Incomplete"},
		{config, ordinary, "do bogus", "3 Invalid"},
		{iface, ordinary, "ip address 1.2.3.4", "ip address [address=1.2.3.4]"},
		{iface, ordinary, "ip route", "ip route []"},
		{iface, ordinary, "ip a", "4 Incomplete"},
		{iface, secure, "ip a", "3 Ambiguous"},
		{iface, ordinary, "ip analyzer", "3 Invalid"},
		{iface, ordinary, "snmp contact x", "contact [text=x]"},
		{iface, ordinary, "snmp host x", "10 Invalid"},
		{iface, ordinary, "do show version", "show version []"},
	} {
		t.Run(fmt.Sprintf("%s/%s", c.mode, c.line), func(t *testing.T) {
			got := ""
			m, err := tree.Parse(c.mode, c.view, c.line)
			var refusal *Error
			switch {
			case errors.As(err, &refusal):
				got = fmt.Sprint(refusal.Offset, " ", [...]string{"Invalid", "Ambiguous", "Incomplete"}[refusal.Kind])
			case err != nil:
				t.Fatalf("error %v is no *Error", err)
			default:
				var args []string
				for _, a := range m.Args.list {
					if s := fmt.Sprint(a.value); a.key != s {
						args = append(args, a.key+"="+s)
					}
				}
				got = [...]string{"", "no ", "default "}[m.Args.Form] + m.Command.Run + " " + fmt.Sprint(args)
				if m.Secure {
					got += " secure"
				}
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	tree := fixture(t)
	for line, want := range map[string]string{
		"bogus":    "Invalid input detected at '^' marker.",
		"show":     "Incomplete command.",
		"show sec": `Ambiguous command:  "show sec"`,
	} {
		if _, err := tree.Parse(exec, secure, line); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
}

func TestChoices(t *testing.T) {
	tree := fixture(t)
	for _, c := range []struct {
		mode       Mode
		view       View
		line       string
		want       string
		insert     string
		wantOffset int // of the refusal, if want is ""
	}{
		{exec, View{}, "", "  exit  Leave\n", "exit ", 0},
		{exec, ordinary, "", "  exit           Leave\n  mirror-enable  Enable\n  no             Negate a command or restore its default\n  show           Show\n", "", 0},
		{exec, secure, "", "  exit           Leave\n  mirror         Mirror\n  mirror-enable  Enable\n  no             Negate a command or restore its default\n  show           Show\n", "", 0},
		{exec, ordinary, "sh", "  show  Show\n", "ow ", 0},
		{exec, ordinary, "mir", "  mirror-enable  Enable\n", "ror-enable ", 0},
		{exec, secure, "mir", "  mirror         Mirror\n  mirror-enable  Enable\n", "ror", 0},
		{exec, ordinary, "SHOW s", "  secrets  Show secrets\n", "ecrets ", 0},
		{exec, secure, "show s", "  secrets  Show secrets\n  secure   Show the secure side\n", "ec", 0},
		{exec, View{Level: 1}, "show s", "", "", 5},
		{exec, View{Level: 9}, "show version ", "  |  Filter the output\n  <cr>\n", "| ", 0},
		{exec, ordinary, "show version ", "  &>   Write the output to a file, and display it\n  &>>  Append the output to a file, and display it\n" +
			"  >    Write the output to a file\n  >>   Append the output to a file\n  |    Filter the output\n  <cr>\n", "", 0},
		{exec, ordinary, "show version | include a b >", "  >   Write the output to a file\n  >>  Append the output to a file\n", "", 0},
		{exec, ordinary, "show version | include a b > ", "  FILE  The name of the file\n", "", 0},
		{exec, ordinary, "bogus ", "", "", 0},
		{config, ordinary, "snmp host ", "  A.B.C.D  The address of the host\n", "", 0},
		{config, ordinary, "snmp host 1.2.3.4 ", "  WORD     A community or user\n  version  Set the version\n", "version ", 0},
		{config, ordinary, "snmp host 1.2.3.4 x", "  WORD  A community or user\n", "", 0},
		{config, ordinary, "snmp host 1.2.3.4 x ", "  bgp   BGP\n  link  Links\n  port  Set the port\n  <cr>\n", "", 0},
		{config, secure, "snmp host 1.2.3.4 x ", "  bgp           BGP\n  link          Links\n  packetMirror  Mirroring\n  port          Set the port\n  <cr>\n", "", 0},
		{config, ordinary, "snmp host 1.2.3.4 x port ", "  <1 - 65535>  The port\n", "", 0},
		{config, ordinary, "snmp host 1.2.3.4 x bgp ", "  link  Links\n  <cr>\n", "link ", 0},
		{config, ordinary, "rule ", "  LINE  The value\n", "", 0},
		{config, ordinary, "rule a", "  LINE  The value\n", "", 0},
		{config, ordinary, "rule a b ", "  ip    IP\n  l2tp  L2TP\n", "", 0},
		{config, ordinary, "rule a b l", "  l2tp  L2TP\n", "2tp ", 0},
		{config, ordinary, "rule a b ip ", "  list  A list\n", "list ", 0},
		{config, ordinary, "rule a b ip li", "  list  A list\n", "st ", 0},
		{config, ordinary, "rule a b ip list ", "  WORD  The list\n", "", 0},
		{config, ordinary, "do sh", "  show  Show\n", "ow ", 0},
		{config, ordinary, "do ", "  exit           Leave\n  mirror-enable  Enable\n  no             Negate a command or restore its default\n  show           Show\n", "", 0},
		{iface, ordinary, "ip ", "  address  An address\n", "address ", 0},
		{iface, ordinary, "snmp", "  snmp-server  Configure SNMP\n", "-server ", 0},
	} {
		t.Run(fmt.Sprintf("%s/%s", c.mode, c.line), func(t *testing.T) {
			got, err := tree.Choices(c.mode, c.view, c.line)
			if c.want == "" {
				var refusal *Error
				if !errors.As(err, &refusal) || refusal.Offset != c.wantOffset {
					t.Fatalf("got %v, want a refusal at %d", err, c.wantOffset)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got.Format()); diff != "" {
				t.Error(diff)
			}
			if got.Extend() != c.insert {
				t.Errorf("Tab adds %q, want %q", got.Extend(), c.insert)
			}
		})
	}
}

// TestInvisibleIsNonsense holds the central promise: for a view that does not
// see it, each prefix of each secure word is what a nonsense word is.
func TestInvisibleIsNonsense(t *testing.T) {
	tree := fixture(t)
	without, err := New([]ModeSpec{{Mode: exec}, {Mode: config}, {Mode: iface, Fallback: config}}, []Command[string]{
		tree.commands[0], tree.commands[1], tree.commands[2], tree.commands[4],
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []View{ordinary, {Level: 12, Mirror: true}, {Level: 10, Mirror: true}} {
		for _, words := range []string{"show secure", "show secure detail", "mirror trap", "mirror trap x", "no mirror trap"} {
			for n := 1; n <= len(words); n++ {
				line := words[:n]
				_, err1 := tree.Parse(exec, v, line)
				_, err2 := without.Parse(exec, v, line)
				if d := cmp.Diff(err2, err1); d != "" {
					t.Errorf("%q at %+v: %s", line, v, d)
				}
				c1, err1 := tree.Choices(exec, v, line)
				c2, err2 := without.Choices(exec, v, line)
				if d := cmp.Diff(err2, err1) + cmp.Diff(c2, c1); d != "" {
					t.Errorf("choices of %q at %+v: %s", line, v, d)
				}
			}
		}
	}
}

func TestNewRefusesBadCommands(t *testing.T) {
	many := make([]Node, maxOptions+1)
	for i := range many {
		many[i] = Kw(fmt.Sprint("k", i), "")
	}
	for name, c := range map[string]Command[string]{
		"begins with a parameter": {Modes: []Mode{exec}, Syntax: Param("x", IPv4(), "")},
		"is empty":                {Modes: []Mode{exec}, Syntax: Opt(Kw("x", ""))},
		"unknown mode":            {Modes: []Mode{"other"}, Syntax: Kw("x", "")},
		"too many options":        {Modes: []Mode{exec}, Syntax: Seq(Kw("x", ""), Any(many...))},
	} {
		tree, err := New([]ModeSpec{{Mode: exec}}, []Command[string]{c})
		if err == nil {
			err = tree.Load()
		}
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestUsage(t *testing.T) {
	n := Seq(Kw("snmp-server", ""), Opt(Kw("version", ""), Words("v", "v1", "", "v3", "")), Param("NAME", IPv4(), ""), Any(Kw("bgp", ""), Kw("link", "")))
	if got, want := Usage(n), "snmp-server [ version { v1 | v3 } ] NAME [ bgp | link ]*"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestQuoteReadsBack(t *testing.T) {
	for _, s := range []string{"a", "a b", `a"b`, `a\b`, `a\"b\`, "!a", "a!", "", `\`, "ü"} {
		toks, _ := split(nil, "x "+Quote(s)+" y")
		if len(toks) != 3 || toks[1].text != s || toks[1].broken {
			t.Errorf("%q is read back as %+v", s, toks)
		}
	}
}

func FuzzParse(f *testing.F) {
	tree := fixture(f)
	for _, s := range []string{"show version | include x", `snmp-server host 1.2.3.4 "a b" bgp`, "do show secure detail", "no mirror-enable ! x", "\"", `"\`} {
		f.Add(s, uint8(15), true)
	}
	f.Fuzz(func(t *testing.T, line string, level uint8, mirror bool) {
		v := View{Level: int(level % 16), Mirror: mirror}
		for _, m := range []Mode{exec, config, iface} {
			_, err := tree.Parse(m, v, line)
			var refusal *Error
			if errors.As(err, &refusal) && (refusal.Offset < 0 || refusal.Offset > len(line)) {
				t.Fatalf("offset %d outside of %q", refusal.Offset, line)
			}
			if c, err := tree.Choices(m, v, line); err == nil && !v.SeesSecure() {
				if s := c.Format(); strings.Contains(s, "packetMirror") || strings.Contains(s, "secure side") {
					t.Fatalf("%q shows %s", line, s)
				}
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	tree := fixture(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tree.Parse(config, secure, "snmp host 10.1.2.3 ver v3 user port 162 link bgp"); err != nil {
			b.Fatal(err)
		}
	}
}

func TestSecretsAreRedacted(t *testing.T) {
	tree, err := New([]ModeSpec{{Mode: exec}}, []Command[string]{{Modes: []Mode{exec},
		Syntax: Seq(Kw("user", ""), Param("name", Name("WORD", 9), ""), Param("pass", Word("WORD", 2, 20), "").Secret(),
			Opt(Kw("privacy", ""), Param("priv", Word("WORD", 2, 20), "").Secret()))}})
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"user joe tell":                     "user joe <hidden>",
		`user joe "tell none" pri "of it" `: "user joe <hidden> pri <hidden> ",
		"user joe tell bogus":               "user <hidden> <hidden> <hidden>", // or it is the rest of one that was not quoted
	} {
		if m, _ := tree.Parse(exec, ordinary, line); m.Redacted != want {
			t.Errorf("got %q, want %q", m.Redacted, want)
		}
	}
}
