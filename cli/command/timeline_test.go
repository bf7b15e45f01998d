package command

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/state"
)

// TestScheduledHelp: behind at and every stand the commands of the mode, as the
// session sees them, with their help, Tab, secrets and side.
func TestScheduledHelp(t *testing.T) {
	shell := newShell(t)
	plain, sees := operatorOf(t, shell), operatorOf(t, shell, "mirror-enable")
	const at = "at +1s "
	for _, line := range []string{"", "mirror ", "show mirror ", "test mirror traps ", "sh", "show snmp "} {
		for _, o := range []*operator{plain, sees} {
			want, werr := o.Shell().Tree().Choices(o.Mode(), o.View(), line)
			got, err := o.Shell().Tree().Choices(o.Mode(), o.View(), at+line)
			if got.Format() != want.Format() || got.Extend() != want.Extend() || (err == nil) != (werr == nil) {
				t.Errorf("%s%s?\n%s%v, want\n%s%v", at, line, got.Format(), err, want.Format(), werr)
			}
		}
	}
	m, err := shell.Tree().Parse(cli.Exec, sees.View(), "every 1s count 2 test mirror traps all")
	if err != nil || !m.Secure || m.Lead == nil || m.Lead.Rest != "test mirror traps all" {
		t.Errorf("%+v, %v", m, err)
	}
	m, err = shell.Tree().Parse(cli.InterfaceConfig, sees.View(), `at +1s every 1s count 1 snmp-server user x group admin authentication sha "a secret of mine" ! no comment`)
	if err == nil || strings.Contains(m.Redacted, "secret of") {
		t.Errorf("%q, %v", m.Redacted, err)
	}
	m, err = shell.Tree().Parse(cli.InterfaceConfig, sees.View(), `at +1s every 1s count 1 snmp-server user x group admin authentication sha "a secret of mine"`)
	if err != nil || m.Redacted != "at +1s every 1s count 1 snmp-server user x group admin authentication sha <hidden>" || m.Lead.Command.Leads != true || m.Secure {
		t.Errorf("%q, %v", m.Redacted, err)
	}
}

// TestScheduledStops: what is scheduled ends with the context and with the session.
func TestScheduledStops(t *testing.T) {
	shell := newShell(t)
	shown := func([]byte) {}
	run := func(ctx context.Context, script string) (string, error) {
		var out, errs bytes.Buffer
		w := bufio.NewWriter(writerFunc(func(b []byte) (int, error) { shown(b); return out.Write(b) }))
		b := &cli.Batch{Session: shell.NewSession(cli.SessionOptions{Level: 15, Out: w}), Out: w, Errors: &errs}
		defer b.Session.Close()
		err := b.Run(ctx, cli.Source{Name: "x.scr", R: strings.NewReader(script)})
		return out.String() + errs.String(), err
	}
	start := time.Now()
	if out, err := run(t.Context(), "at +1h show privilege\nlogout\n"); err != nil || strings.Contains(out, "Privilege level") {
		t.Errorf("after the session: %s, %v", out, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	shown = func(out []byte) {
		if bytes.Contains(out, []byte("Privilege level")) {
			cancel()
		}
	}
	if out, err := run(ctx, "every 1ms count 1000000 show privilege\nat +1h show clock\n"); !errors.Is(err, context.Canceled) || !strings.Contains(out, "Privilege level") {
		t.Errorf("interrupted: %.100s, %v", out, err)
	}
	if out, err := run(t.Context(), "repeat 600\nat +1h show clock\nat +1h show clock\nend\n"); err == nil || !strings.HasSuffix(out, "x.scr:2: % more than 1000 commands are scheduled\n") {
		t.Errorf("too many: %.100s, %v", out, err)
	}
	if out, err := run(t.Context(), "repeat 2\n"+strings.Repeat("! "+strings.Repeat("x", 1000)+"\n", 1100)+"end\n"); err == nil || !strings.Contains(out, "lines to be repeated are more than 1048576 octets") {
		t.Errorf("too long: %.100s, %v", out, err)
	}
	if out, err := run(t.Context(), "repeat 1000\nrepeat 1001\nend\nend\n"); err == nil || !strings.Contains(out, "x.scr:2: % repeats in repeats are more than 1000000 in all\n") {
		t.Errorf("too often: %.100s, %v", out, err)
	}
	if out, err := run(t.Context(), strings.Repeat("repeat 1\n", 9)); err == nil || !strings.Contains(out, "x.scr:9: % repeats are more than 8 deep\n") {
		t.Errorf("too deep: %.100s, %v", out, err)
	}
	// Typed at a terminal, a line waits for what it schedules; nothing is repeated.
	o := operatorOf(t, shell)
	if got := o.do(t, "every 1ms count 2 show privilege"); strings.Count(got, "Privilege level is 15") != 2 {
		t.Errorf("typed: %q", got)
	}
	if err := o.Execute(t.Context(), "repeat 2"); err == nil || err.Error() != "% only a script repeats lines" {
		t.Errorf("typed: %v", err)
	}
	if time.Since(start) > time.Minute {
		t.Error("it was waited for")
	}
}

// TestScriptTime: what commands take is no time of the script, so that the order of
// what is scheduled is the same on a slow machine; what a script within waits is. Waits
// last as long as they say.
func TestScriptTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := cli.Command{
			Modes: []grammar.Mode{cli.Exec}, Level: 1, Syntax: grammar.Kw("slow", "Take a second"), Summary: "Take a second",
			Run: cli.Do(cli.None{}, func(context.Context, *cli.Session, cli.None) error {
				time.Sleep(time.Second)
				return nil
			}),
		}
		router, err := trapcore.New(trapcore.Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer router.Close()
		shell, err := cli.New(cli.Options{Router: router, Commands: append(All(), slow), Sections: Sections(), Store: state.NewMemory(nil)})
		if err != nil {
			t.Fatal(err)
		}
		defer shell.Close()
		if err := shell.Files().Write("in.scr", "at +4ms terminal length 8\nsleep 6ms\nslow\n"); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		w := bufio.NewWriter(&out)
		b := &cli.Batch{Session: shell.NewSession(cli.SessionOptions{Level: 15, Out: w}), Out: w, Errors: w}
		defer b.Session.Close()
		began := time.Now()
		err = b.Run(t.Context(), cli.Source{Name: "x.scr", R: strings.NewReader(`at +20ms terminal length 3
slow
at +10ms terminal length 1
sleep 15ms
terminal length 2
slow
every 7ms count 2 terminal length 4
at +25ms terminal length 7
configure file in.scr
terminal length 5
slow
sleep 1ms
terminal length 6
`)})
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(began)
		got := ""
		for _, m := range regexp.MustCompile(`(?m)^host1#terminal length (\d)`).FindAllStringSubmatch(out.String(), -1) {
			got += m[1]
		}
		// At 10 and 15; 5 after in.scr, which waits until 21; at 15, 20 and 22; at 40.
		if want := "12543467"; got != want {
			t.Errorf("%s, want %s\n%s", got, want, &out)
		}
		if want := 4*time.Second + (15+6+1+18)*time.Millisecond; took != want {
			t.Errorf("it takes %v, want %v", took, want)
		}
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
