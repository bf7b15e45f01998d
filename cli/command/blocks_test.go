package command

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore/side"
)

// ways leads to the modes in which a heading may stand, and on from them to one
// that is not left before the heading comes.
var ways = map[grammar.Mode]string{
	cli.Exec:                  "",
	cli.GlobalConfig:          "configure terminal\n",
	cli.InterfaceConfig:       "configure terminal\ninterface loopback 1\n",
	cli.LineConfig:            "configure terminal\nline vty 3\n",
	cli.RADIUSServer:          "configure terminal\nradius dynamic-request server 127.0.0.9\n",
	cli.RADIUSClient:          "configure terminal\nradius authentication server 127.0.0.9\n",
	cli.PolicyList:            "configure terminal\nip policy-list good\n",
	cli.ClassifierGroup:       "configure terminal\nip policy-list good\nclassifier-group *\n",
	cli.SecurePolicyList:      "configure terminal\nsecure ip policy-list good\n",
	cli.SecureClassifierGroup: "configure terminal\nsecure ip policy-list good\nclassifier-group *\n",
}

// headingsOf are the commands of a mode that lead to other lines, one line each way
// to write them, and the mode that they lead to.
func headingsOf(t *testing.T, tree *grammar.Tree[cli.Handler], mode grammar.Mode) map[string]*cli.Command {
	t.Helper()
	lines := map[string]*cli.Command{}
	for line := range tree.Lines(mode, sampleValue) {
		m, err := tree.Parse(mode, grammar.View{Level: 15, Mirror: true}, line)
		if err == nil && m.Mode == mode && m.Args.Form == grammar.Affirmative && (m.Command.Enters != "" || m.Command.Switches) {
			lines[line] = m.Command
		}
	}
	return lines
}

// broken are ways in which a heading is refused.
func broken(line string) []string {
	words := strings.Fields(line)
	last := len(words) - 1
	with := func(i int, word string) string {
		changed := slices.Clone(words)
		changed[i] = word
		return strings.Join(changed, " ")
	}
	list := []string{line + " surplus", line + ` "`, with(0, words[0][:2]+"q"+words[0][2:])}
	if last > 0 {
		list = append(list, with(last, `"open`), with(last, `<hidden>`), strings.Join(words[:last], " "), with(last, strings.Repeat("x", 300)))
	}
	if last > 1 {
		list = append(list, with(1, words[1][:1]+"q"+words[1][1:]))
	}
	return list
}

// inner are the commands of a mode alone, apart from those that lead elsewhere.
func inner(tree *grammar.Tree[cli.Handler], mode grammar.Mode) []string {
	var lines []string
	for line := range tree.Lines(mode, sampleValue) {
		m, err := tree.Parse(mode, grammar.View{Level: 15, Mirror: true}, line)
		if err == nil && m.Mode == mode && !m.Command.Moves && m.Command.Enters == "" && !m.Command.Switches && !strings.HasPrefix(line, "banner") {
			lines = append(lines, line)
		}
	}
	return lines
}

// keepsGoing are the ways in which a script goes on after a refused line.
var keepsGoing = map[string]func(t *testing.T, script string) *cli.Shell{
	"batch": func(t *testing.T, script string) *cli.Shell {
		shell := newShell(t)
		w := bufio.NewWriter(io.Discard)
		b := &cli.Batch{Session: shell.NewSession(cli.SessionOptions{Level: 15, Out: w}), Out: w, Errors: &bytes.Buffer{}, KeepGoing: true}
		defer func() { b.Session.Close() }()
		// In two pieces: what is left out goes on in the next script.
		at := strings.LastIndex(script[:len(script)/2+1], "\n") + 1
		err := b.RunAll(t.Context(), []cli.Source{
			{Name: "1", R: strings.NewReader("mirror-enable\n" + script[:at])}, {Name: "2", R: strings.NewReader(script[at:])}})
		if !errors.Is(err, cli.ErrRefused) {
			t.Fatalf("nothing was refused: %v", err)
		}
		return shell
	},
	"startup.cnf": func(t *testing.T, script string) *cli.Shell {
		shell := newShell(t)
		restores(t, shell, map[string]string{"startup.cnf": script})
		return shell
	},
	"secure.cnf": func(t *testing.T, script string) *cli.Shell {
		shell := newShell(t)
		restores(t, shell, map[string]string{"secure.cnf": script})
		return shell
	},
	"configure memory": func(t *testing.T, script string) *cli.Shell {
		shell := newShell(t)
		if err := shell.Store.WriteFile("startup.cnf", []byte(script+endOfScript), 0o600); err != nil {
			t.Fatal(err)
		}
		var refusal *cli.Refusal
		if err := operatorOf(t, shell).Execute(t.Context(), "configure memory"); !errors.As(err, &refusal) {
			t.Fatalf("nothing was refused: %v", err)
		}
		return shell
	},
}

const endOfScript = "! End of configuration script\n"

func restores(t *testing.T, shell *cli.Shell, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := shell.Store.WriteFile(name, []byte(text+endOfScript), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	skipped := 0
	if err := shell.Restore(t.Context(), func(string, int, string, side.Side) { skipped++ }); err != nil || skipped == 0 {
		t.Fatalf("%d lines were left out: %v", skipped, err)
	}
}

// is compares the configuration of a shell with that of a script that runs.
func is(t *testing.T, shell *cli.Shell, script string) {
	t.Helper()
	if got, want := configuration(t, shell, true), after(t, script); got != want {
		t.Errorf("the configuration is\n%s\nwant\n%s", got, want)
	}
}

// configurations are those after scripts that ran before.
var configurations = map[string]string{}

// after is the configuration after a script that runs.
func after(t *testing.T, script string) string {
	t.Helper()
	text, ok := configurations[script]
	if !ok {
		shell := newShell(t)
		if out, err := batch(t, shell, "mirror-enable\n"+script); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		text = configuration(t, shell, true)
		configurations[script] = text
	}
	return text
}

// TestWhatBelongsToARefusedHeadingIsLeftOut refuses every line of the grammar
// that leads to others, in every way, in every script that goes on.
func TestWhatBelongsToARefusedHeadingIsLeftOut(t *testing.T) {
	tree := newShell(t).Tree()
	tried := map[*cli.Command]int{}
	for _, owner := range cli.AllModes {
		for heading, c := range headingsOf(t, tree, owner) {
			if c.Switches || c.Enters == owner || tried[c] == 2 {
				continue
			}
			tried[c]++
			lines := strings.Join(inner(tree, c.Enters), "\n") + "\nexit\n"
			for i, bad := range broken(heading) {
				if _, err := tree.Parse(owner, grammar.View{Level: 15, Mirror: true}, bad); err == nil {
					continue // accepted after all
				}
				for name, run := range keepsGoing {
					if i > 0 && i != 3 && name != "batch" {
						continue // they have this in common
					}
					if owner == cli.Exec && name != "batch" {
						continue // all of a saved file would belong to it: TestNothingHangsOnARefusedLine
					}
					if c.Secure && name != "batch" && name != "secure.cnf" || !c.Secure && name == "secure.cnf" {
						continue
					}
					before := ways[c.Enters] // and stays in the mode
					if c.Enters == cli.GlobalConfig {
						before = ""
					}
					after := "hostname after\n"
					if owner == cli.Exec {
						after = ways[cli.GlobalConfig] + after
					}
					flat := before + bad + "\n" + lines + after
					deep := before + bad + "\n " + strings.ReplaceAll(strings.TrimSuffix(lines, "\n"), "\n", "\n ") + "\n" + after
					noExit := before + bad + "\n" + strings.TrimSuffix(lines, "exit\n") + after
					scripts := map[string]string{"flat": flat, "indented": deep}
					if owner != cli.Exec {
						scripts["without exit"] = noExit
					}
					if share > 1 && i > 0 {
						continue
					}
					for how, script := range scripts {
						t.Run(name+"/"+how+"/"+bad[:min(len(bad), 60)], func(t *testing.T) {
							is(t, run(t, script), before+after)
						})
					}
				}
			}
		}
	}
	if len(tried) < len(cli.ConfigModes) {
		t.Errorf("only %d commands lead to other lines", len(tried))
	}
}

// TestWhatBelongsToARefusedVirtualRouterIsLeftOut up to the next one, in whatever
// modes the lines are.
func TestWhatBelongsToARefusedVirtualRouterIsLeftOut(t *testing.T) {
	const lines = `access-list open permit any
snmp-server community world admin
interface loopback 7
 ip address 10.7.7.7 255.255.255.255
 exit
interface loopback 8
ip address 10.8.8.8 255.255.255.255
exit
banner motd #several
virtual-router default
lines#
radius dynamic-request server 127.0.0.8
 key "k"
line vty 0
no login
hostname inner
end
configure terminal
snmp-server contact inner
exit
terminal length 0
configure terminal
no virtual-router default
ip route 0.0.0.0 0.0.0.0 10.1.1.1
`
	for _, bad := range []string{"virtual-router <hidden>", `virtual-router "a b"`, `virtual-router "a`, "virtual-router a b", "virtual-router",
		"virtual-router sixteencharacter", "virtal-router red", "virtual-routr red", "do virtual-router nowhere", "VIRT <hidden>"} {
		for name, run := range keepsGoing {
			if name == "secure.cnf" {
				continue // its headings make nothing
			}
			t.Run(name+"/"+bad, func(t *testing.T) {
				const before = "configure terminal\ninterface loopback 1\nexit\n"
				const after = "virtual-router good\nsnmp-server contact good\nvirtual-router default\nhostname after\n"
				is(t, run(t, before+bad+"\n"+lines+after), before+after)
				is(t, run(t, before+"line vty 3\n"+bad+"\n"+lines+after), before+after)
			})
		}
	}
	t.Run("Exec", func(t *testing.T) {
		shell := keepsGoing["batch"](t, "virtual-router nowhere\nconfigure terminal\n"+lines+"virtual-router default\nhostname after\n")
		is(t, shell, "configure terminal\nhostname after")
	})
}

// TestRefusedTextIsLeftOut: the lines of a banner are no commands, whatever
// becomes of the banner.
func TestRefusedTextIsLeftOut(t *testing.T) {
	shell := keepsGoing["batch"](t, "configure terminal\nprivilege configure level 15 banner\nend\ndisable 10\nconfigure terminal\n"+
		"banner motd #a\nhostname text\nend\n#\naccess-list after permit any\n")
	is(t, shell, "configure terminal\nprivilege configure level 15 banner\naccess-list after permit any")
}

// TestTextInTheWrongMode: nor are they where the banner is in the wrong mode, or a
// word of it is wrong.
func TestTextInTheWrongMode(t *testing.T) {
	text := "hostname text\nconfigure terminal\nsnmp-server community leak rw\nend\n#\n"
	wrong := []string{"baner motd #", "BANNRE login #", "do banner motd #", "DO banner #", "do baner exec #"}
	for before, banners := range map[string][]string{
		"":                     append([]string{"banner motd #", "banner #", "ban exec #first", "  banner motd #", "baner motd \"\n\"\nbannr motd #"}, wrong...),
		"configure terminal\n": wrong, "configure terminal\ninterface loopback 1\n": wrong, "configure terminal\nline vty 3\n": wrong,
		"configure terminal\ninterface bogus 1\n": append([]string{"banner motd #", " banner #"}, wrong...),
	} {
		for _, banner := range banners {
			shell := keepsGoing["batch"](t, before+banner+"\n"+text+"end\nconfigure terminal\naccess-list after permit any\n")
			got := configuration(t, shell, true)
			if strings.Contains(got, "leak") || strings.Contains(got, "hostname text") {
				t.Errorf("%q, %q: the text has run", before, banner)
			}
			if !strings.Contains(got, "access-list after permit any") {
				t.Errorf("%q, %q: what follows the text has not run:\n%s", before, banner, got)
			}
		}
	}
}

// TestScriptInARemovedVirtualRouter: what a script has for a virtual router that is
// removed meanwhile does not go to the default one.
func TestScriptInARemovedVirtualRouter(t *testing.T) {
	shell := newShell(t)
	r, w := io.Pipe()
	out := bufio.NewWriter(io.Discard)
	b := &cli.Batch{Session: shell.NewSession(cli.SessionOptions{Level: 15, Out: out}), Out: out, Errors: &bytes.Buffer{}, KeepGoing: true, Quiet: true}
	defer b.Session.Close()
	done := make(chan error, 1)
	go func() { done <- b.Run(t.Context(), cli.Source{Name: "s", R: r}) }()
	write := func(s string) {
		if _, err := io.WriteString(w, s); err != nil {
			t.Error(err)
		}
	}
	write("configure terminal\nvirtual-router red\ninterface loopback 1\n")
	write("! the line before has run\n")
	if err := shell.Router.Remove("red"); err != nil {
		t.Fatal(err)
	}
	write("ip address 10.1.1.1 255.255.255.255\nshutdown\nexit\naccess-list open permit any\nend\nconfigure terminal\nsnmp-server contact inner\n" +
		"virtual-router default\nhostname after\n")
	_ = w.Close()
	if err := <-done; !errors.Is(err, cli.ErrRefused) {
		t.Fatal(err)
	}
	is(t, shell, "configure terminal\nhostname after")
}

// TestHeadingsAreDeclared runs every configuration line there is, and holds
// where it leads to what its command says of itself.
func TestHeadingsAreDeclared(t *testing.T) {
	for _, mode := range cli.AllModes {
		tree := newShell(t).Tree()
		done := map[*cli.Command]int{}
		for line := range tree.Lines(mode, sampleValue) {
			m, err := tree.Parse(mode, grammar.View{Level: 15, Mirror: true}, line)
			if err != nil || m.Mode != mode || strings.HasPrefix(line, "sleep") || strings.HasPrefix(line, "reload") || done[m.Command] == 3 {
				continue
			}
			done[m.Command]++
			shell := newShell(t)
			o := operatorOf(t, shell, "configure terminal", "virtual-router word1234", "virtual-router default", "end", "mirror-enable")
			runs(t, o, ways[mode])
			router := o.VirtualRouter()
			if err := o.Execute(t.Context(), line); err != nil {
				continue
			}
			entered := grammar.Mode("")
			if o.Mode() != mode && !m.Command.Moves || m.Command.Enters != "" {
				entered = o.Mode()
			}
			affirmative := m.Args.Form == grammar.Affirmative
			if want := m.Command.Enters; affirmative && entered != want || !affirmative && entered != "" && entered != mode {
				t.Errorf("%q leads from %s to %s, declared is %q", line, mode, o.Mode(), want)
			}
			if switched := o.VirtualRouter() != router; switched && !(m.Command.Switches && affirmative) {
				t.Errorf("%q goes to another virtual router", line)
			}
		}
	}
}
