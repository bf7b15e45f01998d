package fleet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"mirrorsh/cli"
	"mirrorsh/trapcore/receiver"
	"mirrorsh/trapcore/snmp"
	"mirrorsh/trapcore/state"
)

const (
	authPass = "auth passphrase"
	privPass = "priv passphrase"
)

func start(t *testing.T, o Options) *Fleet {
	t.Helper()
	o.Hostname = "lab"
	if o.Identity == "" {
		o.Identity = "test"
	}
	f, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// engines are the engine IDs in the order of the routers.
func engines(f *Fleet) (all []snmp.EngineID) {
	for _, shell := range f.Shells() {
		all = append(all, shell.Router.Default().EngineID())
	}
	return all
}

// TestIdentities: each its own, the same in every run, other ones for another
// fleet, and never the default of a single router.
func TestIdentities(t *testing.T) {
	of := func(identity string) []snmp.EngineID {
		return engines(start(t, Options{Routers: 300, Identity: identity}))
	}
	a, again, b := of("a"), of("a"), of("b")
	if !slices.Equal(a, again) {
		t.Error("another run has other engine IDs")
	}
	seen := map[snmp.EngineID]bool{}
	for _, id := range append(a, b...) {
		if seen[id] || strings.Contains(id.String(), strings.ReplaceAll(state.EphemeralMAC, ":", "")) {
			t.Errorf("engine ID %v", id)
		}
		seen[id] = true
	}
}

// script makes secure informs go to a receiver.
func script(to string) Script {
	return Script{Name: "lab.scr", Text: fmt.Sprintf(`mirror-enable
configure terminal
snmp-server location rack ${ROUTER}
snmp-server user mirrorUser group mirror authentication sha %q privacy aes %q
snmp-server host 127.0.0.1 version v3 mirrorUser udp-port %s informs packetMirror
snmp-server enable traps packetMirror
mirror trap-enable
end
`, authPass, privPass, to)}
}

// listen starts a receiver of mirrorUser, and counts what each engine sends.
func listen(t *testing.T) (port string, stop func() map[snmp.EngineID]int) {
	t.Helper()
	keys := newKeyring()
	user := snmp.Credential{Name: "mirrorUser", Auth: snmp.SHA, Priv: snmp.AES}
	var err error
	if user.AuthKey, err = keys.masterKey(snmp.SHA, authPass); err != nil {
		t.Fatal(err)
	}
	if user.PrivKey, err = keys.masterKey(snmp.SHA, privPass); err != nil {
		t.Fatal(err)
	}
	r, err := receiver.Listen("127.0.0.1:0", receiver.Options{Users: []snmp.Credential{user}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return fmt.Sprint(r.Addr().Port()), func() map[snmp.EngineID]int {
		r.Close()
		by := map[snmp.EngineID]int{}
		for {
			n, err := r.Next(context.Background())
			if err != nil {
				return by
			}
			by[n.ContextEngine]++
		}
	}
}

// TestCountsAddUp: what the routers have sent is what the receiver has got, of
// each engine as much, and the statistics say so.
func TestCountsAddUp(t *testing.T) {
	const routers, times = 40, 5
	port, stop := listen(t)
	f := start(t, Options{Routers: routers})
	if err := f.Run(t.Context(), script(port)); err != nil {
		t.Fatal(err)
	}
	if err := f.Repeat(t.Context(), Repeat{Commands: []string{"test mirror traps sessionStart"}, Times: times}); err != nil {
		t.Fatal(err)
	}
	if done, total := f.Progress(); done != routers*times || total != done {
		t.Errorf("progress %d of %d", done, total)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	f.Drain(ctx)
	s := f.Stats()
	same := Percentiles[int64]{times, times, times, times, times, times}
	if s.Routers != routers || s.Runs != routers*times || s.Sent != routers*times || s.Acknowledged != routers*times ||
		s.Discarded+s.GivenUp+s.Refused != 0 || s.PerRouter != same || s.RunTime.P50 == 0 || s.RunTime.P50 > s.RunTime.Max || s.Took == 0 || s.Rates.Min <= 0 || s.Rates.Min > s.Rates.Max {
		t.Errorf("%+v", s)
	}
	by := stop()
	for _, id := range engines(f) {
		if by[id] != times {
			t.Errorf("%v has sent %d", id, by[id])
		}
	}
	if len(by) != routers {
		t.Errorf("%d engines", len(by))
	}
}

// TestVariables: scripts, files beside them and repeated commands have the number of
// the router and the environment.
func TestVariables(t *testing.T) {
	var said bytes.Buffer
	env := func(name string) (string, bool) {
		return map[string]string{"RACK": "r7", "ROUTER": "no"}[name], name == "RACK"
	}
	f := start(t, Options{Routers: 2, Errors: &said, Environ: env})
	s := Script{Name: "a.scr", Text: "configure file b.scr\n", Beside: fstest.MapFS{"b.scr": {Data: []byte(
		"configure terminal\nsnmp-server location \"${RACK} ${ROUTER} ${FLOOR:-3} $${ROUTER}\"\nend\n")}}}
	if err := f.Run(t.Context(), s); err != nil {
		t.Fatal(err, said.String())
	}
	if err := f.Repeat(t.Context(), Repeat{Commands: []string{"configure terminal", "snmp-server contact ${RACK}.${ROUTER}", "end"}, Times: 1}); err != nil {
		t.Fatal(err, said.String())
	}
	for i, m := range f.members {
		v, n := m.router.Default(), fmt.Sprint(i+1)
		if v.Location() != "r7 "+n+" 3 ${ROUTER}" || v.Contact() != "r7."+n {
			t.Errorf("%s: %q, %q", m.name, v.Location(), v.Contact())
		}
	}
	if err := f.Repeat(t.Context(), Repeat{Commands: []string{"show ${NONE}"}, Times: 1}); !errors.Is(err, cli.ErrRefused) ||
		!strings.Contains(said.String(), "lab2: % environment variable NONE is not set") {
		t.Errorf("%v, %s", err, said.String())
	}
}

// TestRate: what a router sends a second is told without the time that others need.
func TestRate(t *testing.T) {
	at := func(d time.Duration) time.Time { return time.Unix(100, 0).Add(d) }
	for _, tt := range []struct {
		p    pace
		sent uint64
		want float64
	}{
		{pace{}, 0, 0},
		{pace{before: 5, runs: 3, first: at(0), last: at(time.Second)}, 5, 0}, // nothing
		{pace{runs: 1, first: at(0), last: at(0)}, 8, 2},                      // in the 4 s of all
		{pace{runs: 2, first: at(time.Second), last: at(3 * time.Second)}, 2, 0.5},
		{pace{before: 4, runs: 5, first: at(0), last: at(2 * time.Second)}, 54, 20},
		{pace{runs: 1e8, first: at(0), last: at(1e8 * time.Second)}, 1e8, 1},
	} {
		if got := tt.p.rate(tt.sent, 4*time.Second); math.Abs(got-tt.want) > tt.want*1e-6 {
			t.Errorf("%+v: %v, want %v", tt.p, got, tt.want)
		}
	}
}

// TestRefusals: a router that refuses ends its script; the others do not, and the
// refusal names it.
func TestRefusals(t *testing.T) {
	var said bytes.Buffer
	f := start(t, Options{Routers: 50, Errors: &said})
	odd := Script{Name: "odd.scr", Text: "configure terminal\nsnmp-server packetsize ${ROUTER}00\nsnmp-server location here\n"}
	if err := f.Run(t.Context(), odd); !errors.Is(err, cli.ErrRefused) {
		t.Error(err)
	}
	lines := strings.Split(strings.TrimSpace(said.String()), "\n")
	if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "lab1: odd.scr:2: % ") }) || len(lines) != 4 {
		t.Errorf("%q", lines) // 100 to 400 are too small
	}
	for i, m := range f.members {
		if there := m.router.Default().Location() == "here"; there != (i >= 4) {
			t.Errorf("%s has gone on: %v", m.name, there)
		}
	}
	said.Reset()
	if err := f.Repeat(t.Context(), Repeat{Commands: []string{"nonsense"}, Times: 3}); !errors.Is(err, cli.ErrRefused) {
		t.Error(err)
	}
	if n := strings.Count(said.String(), "\n"); n > maxTold+1 || !strings.Contains(said.String(), "counted only") || f.Stats().Refused != 4+150 {
		t.Errorf("%d lines, %+v", n, f.Stats())
	}
}

func TestDue(t *testing.T) {
	for _, tt := range []struct {
		r    Repeat
		k, i int
		want time.Duration
	}{
		{Repeat{}, 5, 5, 0},
		{Repeat{Rate: 100}, 0, 9, 90 * time.Millisecond},
		{Repeat{Rate: 100}, 1, 0, 100 * time.Millisecond},
		{Repeat{PerHost: 2}, 1, 0, 500 * time.Millisecond},
		{Repeat{PerHost: 2}, 0, 5, 250 * time.Millisecond}, // spread
		{Repeat{Rate: 10, PerHost: 2}, 1, 0, time.Second},
		{Repeat{Rate: 1000, PerHost: 2}, 1, 0, 500 * time.Millisecond},
	} {
		if got := tt.r.due(tt.k, tt.i, 10); got != tt.want {
			t.Errorf("%+v: run %d of router %d after %v, want %v", tt.r, tt.k, tt.i, got, tt.want)
		}
	}
}

// TestReceiverForms: every router is in what receivers need, and the users' keys
// are read back.
func TestReceiverForms(t *testing.T) {
	f := start(t, Options{Routers: 30})
	traps := script("9162")
	traps.Text = strings.ReplaceAll(traps.Text, " informs", "")
	if err := f.Run(t.Context(), traps); err != nil {
		t.Fatal(err)
	}
	conf, err := f.Receivers("snmptrapd")
	if err != nil {
		t.Fatal(err)
	}
	var users receiver.Users
	if err := users.Read("users.conf", strings.NewReader(conf)); err != nil || len(users.Credentials) != 30 {
		t.Errorf("%d users, %v", len(users.Credentials), err)
	}
	if n := strings.Count(conf, "authUser"); n != 1 {
		t.Errorf("authUser stands there %d times", n)
	}
	sc4snmp, err := f.Receivers("sc4snmp")
	if err != nil || strings.Count(sc4snmp, `- "8000130a05`) != 30 || strings.Count(sc4snmp, "sc4snmp-mirroruser") != 2 {
		t.Errorf("%v\n%s", err, sc4snmp)
	}
	telegraf, err := f.Receivers("telegraf")
	if err != nil || strings.Count(telegraf, "[[inputs.snmp_trap]]") != 1 || !strings.Contains(telegraf, `auth_password = "${MIRRORUSER_AUTH}"`) {
		t.Errorf("%v\n%s", err, telegraf)
	}
	for _, text := range []string{conf, sc4snmp, telegraf} {
		if strings.Contains(text, "passphrase") {
			t.Error("a passphrase is written")
		}
	}
	if _, err := f.Receivers("other"); err == nil {
		t.Error("any form is known")
	}
}

// TestKeyring: the same key as without it, and a copy.
func TestKeyring(t *testing.T) {
	k := newKeyring()
	for _, pass := range []string{authPass, privPass} {
		for _, auth := range []snmp.AuthProtocol{snmp.MD5, snmp.SHA512} {
			want, err := snmp.MasterKey(auth, pass)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				got, err := k.masterKey(auth, pass)
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("%v: %v", auth, err)
				}
				clear(got)
			}
		}
	}
	if _, err := k.masterKey(snmp.SHA, "short"); !errors.Is(err, snmp.ErrPassphrase) {
		t.Error(err)
	}
}

func TestFleetEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Start(ctx, Options{Routers: 3}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := Start(t.Context(), Options{}); err == nil {
		t.Error("a fleet without routers starts")
	}
	f := start(t, Options{Routers: 3})
	if err := f.Run(ctx, Script{Name: "x", Text: "show version\n"}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := f.Repeat(ctx, Repeat{Commands: []string{"show version"}, Times: 1000, Rate: 1}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
