package command

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/state"
)

// stopped is a clock at a time of which logs and configurations can be compared.
func stopped() time.Time { return time.Date(2026, 11, 22, 6, 12, 11, 0, time.UTC) }

// whole is a shell with every command, whose grammar the others share.
var whole = sync.OnceValues(func() (*cli.Shell, error) {
	router, err := trapcore.New(trapcore.Options{Hostname: "host1", Boots: 1, Clock: stopped})
	if err != nil {
		return nil, err
	}
	defer router.Close()
	return cli.New(cli.Options{Router: router, Commands: All(), Sections: Sections(), Store: state.NewMemory(stopped)})
})

// makeShell returns a shell on a fresh router. Without commands it has every one.
func makeShell(t testing.TB, r trapcore.Options, o cli.Options) *cli.Shell {
	t.Helper()
	r.Hostname, r.MAC, r.Boots = "host1", [6]byte{2, 0, 0, 0, 0, 1}, 1
	if r.Clock == nil {
		r.Clock = stopped
	}
	if o.Store == nil {
		o.Store = state.NewMemory(stopped)
	}
	var err error
	if o.Router, err = trapcore.New(r); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.Router.Close() })
	if o.Sections = Sections(); o.Commands == nil {
		if o.Like, err = whole(); err != nil {
			t.Fatal(err)
		}
	}
	shell, err := cli.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return shell
}

// newShell returns a shell with every command on a fresh router.
func newShell(t testing.TB) *cli.Shell {
	t.Helper()
	return shellWith(t, nil)
}

// shellWith returns a shell with a set of commands on a fresh router.
func shellWith(t testing.TB, commands []cli.Command) *cli.Shell {
	t.Helper()
	return makeShell(t, trapcore.Options{}, cli.Options{Commands: commands, Habits: Habits()})
}

// operator is a session with what it has printed.
type operator struct {
	*cli.Session
	out bytes.Buffer
}

func operatorOf(t testing.TB, shell *cli.Shell, setup ...string) *operator {
	t.Helper()
	o := &operator{}
	o.Session = shell.NewSession(cli.SessionOptions{Level: 15, Out: &o.out})
	for _, line := range setup {
		o.do(t, line)
	}
	return o
}

// do runs a line that must not be refused and returns what it printed.
func (o *operator) do(t testing.TB, line string) string {
	t.Helper()
	if err := o.Execute(t.Context(), line); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	return o.take()
}

func (o *operator) take() string {
	defer o.out.Reset()
	return o.out.String()
}

// typed returns all that a line and each key on the way to it shows.
func (o *operator) typed(t testing.TB, line string) string {
	insert, list := o.Complete(line)
	all := o.Help(line) + "|" + insert + "|" + list + "|"
	for _, s := range o.Suggest(line) {
		all += s.Text + " " + s.Description + "\n"
	}
	return all
}

// blind are the ways for a session not to see the secure side.
var blind = map[string][]string{
	"without mirror-enable":     nil,
	"mirror-enable at level 12": {"mirror-enable", "disable", "enable 12"},
	"mirror-enable at level 10": {"mirror-enable", "disable", "enable 10"},
	"after no mirror-enable":    {"mirror-enable", "no mirror-enable"},
}

// sampleValue makes a word up for a parameter.
func sampleValue(p *grammar.Parameter) string {
	for _, word := range []string{"10", "64", "600", "10.1.2.3", "word1234", "0a0b", "0", "1.3.6"} {
		if _, ok := p.Type.Parse(word); ok {
			return word
		}
	}
	return "word"
}

// secureLines are lines in which a secure word stands where prefix ends.
var secureLines = []struct{ prefix, word string }{
	{"show ", "mirror trap"},
	{"show snmp ", "secure-log"},
	{"test ", "mirror traps all"},
	{"snmp-server ", "clear secure-log"},
	{"configure terminal;snmp-server ", "secure-log"},
	{"configure terminal;snmp-server ", "clear secure-log"},
	{"configure terminal;", "mirror trap-enable"},
	{"configure terminal;no ", "mirror trap-enable"},
	{"configure terminal;snmp-server enable traps ", "packetMirror"},
	{"configure terminal;no snmp-server enable traps ", "packetMirror"},
	{"configure terminal;snmp-server enable traps per-category-trapFilters ", "packetMirror 5"},
	{"configure terminal;snmp-server host 10.1.2.3 version v3 user ", "packetMirror"},
	{"configure terminal;snmp-server host 10.1.2.3 pingTimeOut 2 ", "packetMirror"},
	{"configure terminal;no snmp-server host 10.1.2.3 ", "packetMirror"},
	{"configure terminal;do show ", "mirror trap detail"},
	{"show ", "mirror rules"},
	{"show ", "secure policy-list"},
	{"clear ", "mirror log"},
	{"test subscriber login joe ", "li-action 1"},
	{"test subscriber login joe ip-address 10.0.0.1 ", "med-ip-address 10.1.2.3"},
	{"test subscriber fail nasError joe ", "med-dev-handle 40000010"},
	{"configure terminal;", "secure ip policy-list p"},
	{"configure terminal;no ", "secure ip policy-list p"},
	{"configure terminal;", "mirror username joe ip secure-policy-list p"},
	{"configure terminal;", "mirror disable username joe"},
}

// TestRefusedAsNonsense holds, for lines typed in full, the refusal of a secure
// word to that of a word that nothing begins with.
func TestRefusedAsNonsense(t *testing.T) {
	shell := newShell(t)
	for name, setup := range blind {
		for _, l := range secureLines {
			t.Run(name+"/"+l.prefix+l.word, func(t *testing.T) {
				before, prefix, _ := strings.Cut(l.prefix, ";")
				if prefix == "" && !strings.Contains(l.prefix, ";") {
					before, prefix = "", l.prefix
				}
				refusal := func(word string) string {
					o := operatorOf(t, shell, setup...)
					if before != "" {
						o.do(t, before)
					}
					err := o.Execute(t.Context(), prefix+word)
					if err == nil {
						t.Fatalf("%q was accepted", prefix+word)
					}
					return o.take() + err.Error()
				}
				_, rest, _ := strings.Cut(l.word, " ")
				if got, want := refusal(l.word), refusal("qqqqqqqqqqqq "+rest); got != want {
					t.Errorf("refused with\n%swhere nonsense gets\n%s", got, want)
				}
			})
		}
	}
}

// TestSecureLinesAreReal makes sure that the lines above are refused for their
// visibility and nothing else.
func TestSecureLinesAreReal(t *testing.T) {
	shell := newShell(t)
	for _, l := range secureLines {
		before, line, ok := strings.Cut(l.prefix, ";")
		if !ok {
			before, line = "", l.prefix
		}
		o := operatorOf(t, shell, "mirror-enable")
		if before != "" {
			o.do(t, before)
		}
		if _, err := shell.Tree().Parse(o.Mode(), o.View(), line+l.word); err != nil {
			t.Errorf("%q: %v", line+l.word, err)
		}
	}
}

// TestOutputWithoutSecureSide compares what blind sessions are shown on a
// router whose secure side is busy with one where it is empty.
func TestOutputWithoutSecureSide(t *testing.T) {
	ordinary := []string{
		"configure terminal", "snmp-server contact Joe", "snmp-server user joe group admin authentication md5 passphrase privacy des passphrase",
		"snmp-server host 127.0.0.5 version v2c public link", "snmp-server enable traps link bgp", "exit",
	}
	secure := []string{
		"mirror-enable", "configure terminal", "hostname other", "no hostname",
		"snmp-server user spy group mirror authentication sha passphrase privacy aes passphrase",
		"snmp-server host 127.0.0.5 version v3 spy packetMirror trapFilters error", "snmp-server host 127.0.0.6 version v3 spy packetMirror link",
		"snmp-server enable traps packetMirror trapFilters notice", "mirror trap-enable", "snmp-server secure-log", "exit",
		"test mirror traps all count 3",
	}
	busy, empty := newShell(t), newShell(t)
	operatorOf(t, busy, append(ordinary, secure...)...)
	operatorOf(t, empty, ordinary...)
	for name, setup := range blind {
		a, b, tried := operatorOf(t, busy, setup...), operatorOf(t, empty, setup...), 0
		for line := range busy.Tree().Lines(cli.Exec, sampleValue) {
			word, _, _ := strings.Cut(line, " ")
			if word != "show" || strings.Contains(line, "show clock") || strings.Contains(line, "show version") {
				continue
			}
			if strings.Contains(line, "engineID") || strings.Contains(line, "show users") {
				continue // its time column moves
			}
			line = strings.ReplaceAll(line, "| begin word", "| exclude generated")
			if strings.HasPrefix(line, "show configuration") && !strings.Contains(line, "|") {
				continue // its header has the time; the filtered line is among them
			}
			if tried++; tried%share > 0 {
				continue
			}
			err1, err2 := a.Execute(t.Context(), line), b.Execute(t.Context(), line)
			if (err1 == nil) != (err2 == nil) {
				t.Errorf("%s: %q: %v on the busy router, %v on the empty one", name, line, err1, err2)
			}
			if d := cmp.Diff(b.take(), a.take()); d != "" {
				t.Errorf("%s: %q: %s", name, line, d)
			}
		}
	}
}

// TestHistoryWhereLevelsAreMoved: where the secure parts of shared output and
// secure commands have different levels, what is typed while only the latter
// are visible is secure history all the same.
func TestHistoryWhereLevelsAreMoved(t *testing.T) {
	for _, setup := range [][]string{
		{"mirror-enable", "configure terminal", "privilege exec level 15 show mirror trap", "end", "disable 13"},
		{"mirror-enable", "configure terminal", "privilege exec level 5 show mirror rules", "end", "disable 6"},
	} {
		o := operatorOf(t, newShell(t), setup...)
		for _, line := range []string{"show mirror rules", "show mirror bogus"} {
			_ = o.Execute(t.Context(), line)
		}
		o.do(t, "show history")
		if got := strings.Join(o.History(), "\n"); !strings.Contains(got, "show mirror rules") {
			t.Errorf("who sees them does not find them: %s", got)
		}
		o.SetMirror(false)
		if got := strings.Join(o.History(), "\n"); strings.Contains(got, "show mirror") {
			t.Errorf("the ordinary history is %s", got)
		}
	}
}

// TestMistypedSecretsAreNotKept: of a refused line, what may be a secret does not
// get into the history; words of commands do, to be mended there.
func TestMistypedSecretsAreNotKept(t *testing.T) {
	o := operatorOf(t, newShell(t), "configure terminal")
	for line, want := range map[string]string{
		"snmp-server user bob group admin authentication sha passphrase privacy aess SECRET": "snmp-server user <hidden> group <hidden> authentication sha <hidden> privacy <hidden>",
		"snmp-server user bob group admin authentication sha SHORT":                          "snmp-server user <hidden> group <hidden> authentication sha <hidden>",
		"snmp-server user bob group admin authentication sha":                                "snmp-server user <hidden> group <hidden> authentication sha",
		"snmp-server usr bob group admin authentication sha SECRET":                          "snmp-server usr <hidden>",
		"snmp-server comunity SECRET ro":                                                     "snmp-server <hidden>",
		"snmp-servr community SECRET":                                                        "snmp-servr community <hidden>",
		"no snmp-server comunity SECRET":                                                     "no snmp-server <hidden>",
		"snmp-server host 10.1.1.1 version v3c SECRET":                                       "snmp-server host 10.1.1.1 version <hidden>",
		"snmp-server view SECRET community v":                                                "snmp-server view <hidden> <hidden>",
		"enable password level 99 0 SECRET":                                                  "enable password level <hidden>",
		"enable secrte SECRET":                                                               "enable <hidden>",
		"key SECRET":                                                                         "key <hidden>",
		"pasword SECRET":                                                                     "<hidden>",
		"radius dynamic-request server 127.0.0.9 key SECRET":                                 "radius dynamic-request server 127.0.0.9 <hidden>",
		"line vty 0 4 passwordSECRET":                                                        "line vty 0 4 <hidden>",
		"enable secret a SECRET":                                                             "enable secret <hidden> <hidden>",
		"enable password level 3 a SECRET":                                                   "enable password level 3 <hidden> <hidden>",
		"do enable 15 SECRET":                                                                "do enable 15 <hidden>",
		"do enableSECRET":                                                                    "do <hidden>",
		"do SECRET enable 15":                                                                "do <hidden>",
		"pass phrase":                                                                        "pass <hidden>",
		"horse battery":                                                                      "<hidden>",
		"snmp-server enabel traps link":                                                      "snmp-server enabel traps link",
		"snmp-server contct Joe":                                                             "snmp-server contct Joe",
		"interface loopbak 7":                                                                "interface loopbak 7",
		"do shwo version":                                                                    "do shwo version",
		"do shwo version now":                                                                "do shwo version <hidden>",
		"do show ip rotue":                                                                   "do show ip rotue",
		"do hostname red":                                                                    "do hostname red",
	} {
		if err := o.Execute(t.Context(), line); err == nil {
			t.Errorf("%q is not refused", line)
		}
		all := o.History()
		if got := all[len(all)-1]; got != want {
			t.Errorf("%q is kept as %q, want %q", line, got, want)
		}
	}
}

// TestModesGoWithTheirSight: a session that does not see the secure side any
// more is in no mode of it.
func TestModesGoWithTheirSight(t *testing.T) {
	for _, blind := range []string{"do no mirror-enable", "do enable 12"} {
		for _, deep := range [][]string{{"secure ip policy-list x"}, {"secure ip policy-list x", "classifier-group *"}} {
			o := operatorOf(t, newShell(t), append([]string{"mirror-enable", "configure terminal"}, deep...)...)
			o.do(t, blind)
			if got := o.Prompt(); got != "host1(config)#" {
				t.Errorf("after %q and %q the prompt is %q", deep, blind, got)
			}
		}
	}
}
