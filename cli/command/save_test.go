package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/state"
)

// TestSaveDuringAChange saves while a command runs, before it has changed
// anything: the change must still be saved afterwards.
func TestSaveDuringAChange(t *testing.T) {
	slow := cli.Command{
		Modes: inGlobal, Level: levelConfigure, Syntax: kw("slow", "Change the hostname, slowly"),
		Run: cli.Do(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) error {
			if err := s.Shell().Changed(side.Ordinary); err != nil {
				return err
			}
			s.Router().SetHostname("changed")
			return nil
		}),
	}
	shell := shellWith(t, append(All(), slow))
	o := operatorOf(t, shell, "configure terminal", "slow")
	if err := o.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	data, err := shell.Store.ReadFile("startup.cnf")
	if err != nil || !strings.Contains(string(data), "hostname changed\n") {
		t.Errorf("saved is %q, %v", data, err)
	}
}

// TestSecureLinesMakeNothingOrdinary restores secure lines whose place in the
// ordinary configuration is gone: they are left out, and kept beside the file.
func TestSecureLinesMakeNothingOrdinary(t *testing.T) {
	first := newShell(t)
	runs(t, operatorOf(t, first, "mirror-enable"), `configure terminal
interface fastEthernet 1/0
ip policy secure-input gone
exit
interface fastEthernet 2/0
ip policy secure-input kept
exit
virtual-router red
snmp-server user tap group mirror authentication sha passphrase privacy aes passphrase
interface loopback 1
ip policy secure-input gone
exit
virtual-router blue
snmp-server user tap group mirror authentication sha passphrase privacy aes passphrase
end`)
	if err := first.Changed(side.Secure); err != nil {
		t.Fatal(err)
	}
	saved, err := first.Store.ReadFile("secure.cnf")
	if err != nil {
		t.Fatal(err)
	}
	second := newShell(t)
	runs(t, operatorOf(t, second), "configure terminal\ninterface fastEthernet 2/0\nvirtual-router blue\nend")
	if err := second.Changed(side.Ordinary); err != nil {
		t.Fatal(err)
	}
	want, err := second.Store.ReadFile("startup.cnf")
	if err != nil {
		t.Fatal(err)
	}
	// Comments and blank lines change nothing, wherever they are.
	lines := strings.ReplaceAll(strings.TrimSuffix(string(saved), "\n"), "\n", "\n\n ! a note\n")
	for _, text := range []string{string(saved), lines + "\n"} {
		restoreSecure(t, second.Store, text, string(want))
	}
}

func restoreSecure(t *testing.T, store state.Store, saved, want string) {
	t.Helper()
	if err := store.WriteFile("secure.cnf", []byte(saved), 0o600); err != nil {
		t.Fatal(err)
	}
	third := newShell(t)
	third.Store = store
	skipped := 0
	err := third.Restore(t.Context(), func(file string, line int, reason string, of side.Side) {
		skipped++
		if of == side.Ordinary {
			t.Errorf("%s:%d: %s", file, line, reason)
		}
	})
	if err != nil || skipped != 8 {
		t.Errorf("%d lines are left out, %v", skipped, err)
	}
	if _, got, _ := strings.Cut(shown(t, third, false), "\nconfigure terminal"); !strings.HasSuffix(want, got) {
		t.Errorf("the ordinary configuration is\n%s\nwant\n%s", got, want)
	}
	whole := shown(t, third, true)
	for _, line := range []string{"ip policy secure-input kept", "user tap group mirror"} {
		if strings.Count(whole, line) != 1 {
			t.Errorf("not one %q in\n%s", line, whole)
		}
	}
	if kept, err := third.Store.ReadFile("secure.cnf.bak"); err != nil || string(kept) != saved {
		t.Errorf("%q, %v", kept, err)
	}
}

// TestTruncatedConfigurationIsDamaged wherever it is cut off, and one that was
// never saved is not.
func TestTruncatedConfigurationIsDamaged(t *testing.T) {
	store := state.NewMemory(stopped)
	shell := shellOn(t, store)
	restore := func() error {
		return shell.Restore(t.Context(), func(file string, line int, reason string, _ side.Side) { t.Errorf("%s:%d: %s", file, line, reason) })
	}
	if err := restore(); err != nil {
		t.Errorf("an empty store: %v", err)
	}
	operatorOf(t, shell, "mirror-enable", "configure terminal", "hostname lab", "mirror trap-enable", "virtual-router red", "virtual-router default")
	if err := shell.Changed(side.Secure); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"startup.cnf", "secure.cnf"} {
		whole, err := store.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for n := range whole {
			if err := store.WriteFile(name, whole[:n], 0o600); err != nil {
				t.Fatal(err)
			}
			var damaged *state.DamagedError
			if err := restore(); !errors.As(err, &damaged) || damaged.Path != store.Path(name) || !strings.Contains(damaged.Remedy, "configure again") {
				t.Fatalf("after %q: %v", whole[:n], err)
			}
		}
		if err := store.WriteFile(name, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := restore(); err != nil {
			t.Errorf("whole %s: %v", name, err)
		}
	}
}

// TestNothingHangsOnARefusedLine: a router does not start without all that its
// file has because the line that leads there is refused. A single line is skipped.
func TestNothingHangsOnARefusedLine(t *testing.T) {
	const head, end = "! Version: 1\n!\n", "! End of configuration script\n"
	lines := map[string]string{"startup.cnf": "hostname kept\n", "secure.cnf": "mirror trap-enable\n"}
	for _, tc := range []struct {
		before string
		line   int // where it is damaged; 0: not
	}{
		{head + "configure terminal\n", 0},
		{"configure terminal\n", 0},
		{"\n  configure terminal\n", 0},
		{"configure terminal\nno such line\n", 0},
		{"configure terminal\ninterface nowhere\nshutdown\nexit\n", 0},
		{head + "configure terminal garbage\n", 3},
		{"configure terminal garbage\n", 1},
		{head + "configure\n", 3},
		{head + "configure <hidden>\n", 3},
		{head + "cofigure terminal\n", 3},
		{head + "configure terminl\n", 3},
		{head + "configure memory\n", 3},
		{head, 3},
		{head + "no such line\nconfigure terminal\n", 3},
		{head + "terminal length 0\n", 3},
		{"configure terminal\nno such line\nend\nconfigure terminal garbage\n", 4},
		{"configure terminal\nend\n!\nconfigure terminl\n", 4},
		{"configure terminal\nexit\nconfigure <hidden>\n", 3},
	} {
		for name, line := range lines {
			t.Run(name+"/"+tc.before, func(t *testing.T) {
				shell := newShell(t)
				text := tc.before + line + end
				if err := shell.Store.WriteFile(name, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				err := shell.Restore(t.Context(), func(string, int, string, side.Side) {})
				var damaged *state.DamagedError
				switch {
				case tc.line == 0:
					if err != nil || !strings.Contains(configuration(t, shell, true), line) {
						t.Errorf("not started: %v", err)
					}
				case !errors.As(err, &damaged), !strings.HasPrefix(err.Error(), fmt.Sprintf("%s:%d is damaged", shell.Store.Path(name), tc.line)),
					!strings.Contains(damaged.Remedy, "mend that line"):
					t.Errorf("got %v", err)
				}
				if got, err := shell.Store.ReadFile(name); err != nil || tc.line > 0 && string(got) != text {
					t.Errorf("the file has %q, %v", got, err)
				}
			})
		}
	}
}

// tightStore is a store without room until there is some.
type tightStore struct {
	state.Store
	room atomic.Bool
}

func (s *tightStore) Commit(files map[string][]byte) error {
	if !s.room.Load() {
		return errors.New("no room")
	}
	return s.Store.Commit(files)
}

// TestFailedSaveIsTriedAgain: once there is room the change is saved, whoever
// works then or nobody at all, and nobody is told otherwise any more.
func TestFailedSaveIsTriedAgain(t *testing.T) {
	for name, again := range map[string]func(*cli.Shell, *operator){
		"ordinary command": func(_ *cli.Shell, o *operator) { o.SetMirror(false); _ = o.Save(t.Context()) },
		"reload":           func(_ *cli.Shell, o *operator) { _ = o.Reload(t.Context()) },
		"end":              func(sh *cli.Shell, _ *operator) { _ = sh.Close() },
		"clock":            func(*cli.Shell, *operator) {},
	} {
		t.Run(name, func(t *testing.T) {
			shell := newShell(t)
			store := &tightStore{Store: shell.Store}
			shell.Store = store
			shell.Options.Reload = func(cli.Startup) (func(), error) { return func() {}, nil }
			if shell.SaveRetry = time.Hour; name == "clock" {
				shell.SaveRetry = 10 * time.Millisecond
			}
			defer shell.Close()
			o := operatorOf(t, shell, "mirror-enable", "configure terminal", "hostname changed")
			if err := o.Save(t.Context()); err == nil || !strings.Contains(err.Error(), "% configuration not saved: no room") {
				t.Fatalf("saved without room: %v", err)
			}
			store.room.Store(true)
			again(shell, o)
			for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
				data, err := store.ReadFile("startup.cnf")
				if err == nil && strings.Contains(string(data), "hostname changed\n") {
					break
				}
				if time.Now().After(deadline) {
					t.Fatalf("saved is %q, %v", data, err)
				}
			}
			o.SetMirror(true)
			if err := o.Save(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestSavedLineThatIsGone restores secure lines of an earlier release: the one
// that is no longer there is left out, and the others are run.
func TestSavedLineThatIsGone(t *testing.T) {
	first := newShell(t)
	runs(t, operatorOf(t, first, "mirror-enable"), `configure terminal
radius dynamic-request server 127.0.0.9
exit
mirror username joe ip secure-policy-list gone
end`)
	if err := first.Changed(side.Secure); err != nil {
		t.Fatal(err)
	}
	saved, err := first.Store.ReadFile("secure.cnf")
	if err != nil {
		t.Fatal(err)
	}
	old := strings.Replace(string(saved), "mirror username", "radius dynamic-request server 127.0.0.9\n packet-mirroring\n exit\nmirror username", 1)
	if err := first.Store.WriteFile("secure.cnf", []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	second := newShell(t)
	second.Store = first.Store
	var skipped []string
	err = second.Restore(t.Context(), func(file string, line int, reason string, of side.Side) {
		skipped = append(skipped, fmt.Sprintf("%s: %s, side: %v", file, reason, of))
	})
	if err != nil || len(skipped) != 1 || !strings.HasPrefix(skipped[0], "secure.cnf: ") || !strings.HasSuffix(skipped[0], "side: secure") {
		t.Errorf("left out %q, %v", skipped, err)
	}
	_, want, _ := strings.Cut(shown(t, first, true), "\nconfigure terminal")
	if _, got, _ := strings.Cut(shown(t, second, true), "\nconfigure terminal"); got != want || !strings.Contains(got, "joe") {
		t.Errorf("restored is\n%s\nwant\n%s", got, want)
	}
}

// TestSecureFileMakesNothingOrdinary: no line of the secure file that leads to
// other lines makes what it leads to, whether lines follow or not.
func TestSecureFileMakesNothingOrdinary(t *testing.T) {
	const body = "\n ip analyzer\n udp-port 4000\n exit\n"
	tree := newShell(t).Tree()
	leading := 0
	for line := range tree.Lines(cli.GlobalConfig, sampleValue) {
		m, err := tree.Parse(cli.GlobalConfig, grammar.View{Level: 15}, line)
		if err != nil || m.Secure || m.Args.Form != grammar.Affirmative || m.Command.Moves || m.Command.Enters == "" && !m.Command.Switches {
			continue
		}
		leading++
		for _, text := range []string{line + "\n", line + body} {
			shell := newShell(t)
			want := shown(t, shell, true)
			if err := shell.Store.WriteFile("secure.cnf", []byte("configure terminal\n"+text+"! End of configuration script\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := shell.Restore(t.Context(), func(string, int, string, side.Side) {}); err != nil {
				t.Error(err)
			}
			if got := shown(t, shell, true); got != want {
				t.Errorf("%q makes\n%s", text, got)
			}
		}
	}
	if leading < 4 {
		t.Errorf("only %d lines lead to others", leading)
	}
}

// unsayable is a setting that no line says.
type unsayable struct {
	Key string `cli:"KEY"`
}

// TestUnsayableSettingFails: what cannot be written fails the save and the
// command, is never left out, and its value is not told.
func TestUnsayableSettingFails(t *testing.T) {
	for _, secure := range []bool{false, true} {
		t.Run(fmt.Sprintf("secure %v", secure), func(t *testing.T) {
			shell := newShell(t)
			var set atomic.Bool // the saver may look at any time
			place := ofRouter
			place.Secure = secure
			shell.Sections = append(shell.Sections, cli.Section{Name: "unsayable", Rows: []cli.Row{&cli.Setting[*trapcore.Router, unsayable]{
				Place:  place,
				Syntax: seq(kw("unsayable", "A setting"), words("KEY", "high", "One value", "low", "The other")),
				Lines: func(*trapcore.Router, side.Clearance) []unsayable {
					if set.Load() {
						return []unsayable{{"something else"}}
					}
					return nil
				},
			}}})
			o, tap := operatorOf(t, shell), operatorOf(t, shell, "mirror-enable")
			o.do(t, "configure terminal")
			o.do(t, "hostname before")
			if err := errors.Join(o.Save(t.Context()), tap.Save(t.Context())); err != nil {
				t.Fatal(err)
			}
			set.Store(true)
			o.do(t, "hostname after")
			for _, s := range []*operator{o, tap} { // the one who waits for his change first
				who := map[*operator]string{o: "ordinary", tap: "secure"}[s]
				told := !secure || s == tap
				err := s.Save(t.Context())
				shown := s.run(t, "do show configuration")
				if s == tap {
					shown = s.run(t, "show configuration")
				}
				if (err != nil) != told {
					t.Fatalf("%s: %v", who, err)
				}
				if strings.Contains(shown, "cannot be shown: unsayable { high | low }: ") != told {
					t.Errorf("%s: %v, %q", who, err, shown)
				}
				if told && (strings.Contains(err.Error(), "something") || strings.Contains(shown, "something")) {
					t.Errorf("%s is told the value: %v, %s", who, err, shown)
				}
			}
			data, err := shell.Store.ReadFile("startup.cnf")
			if want := map[bool]string{false: "hostname before", true: "hostname after"}[secure]; err != nil || !strings.Contains(string(data), want) {
				t.Errorf("%s, %v", data, err)
			}
			set.Store(false)
			if err := shell.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
