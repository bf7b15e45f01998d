package aaa

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mirrorsh/cli/access"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/tacacs"
	"mirrorsh/trapcore/tacacs/tacacstest"
)

// newAAA makes the AAA of a new router, with a server if there is one.
func newAAA(t *testing.T, servers ...netip.AddrPort) (*AAA, *access.Access, *trapcore.Router) {
	t.Helper()
	router, err := trapcore.New(trapcore.Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = router.Close() })
	secure, _ := router.Secure(side.Clear(true))
	acc := access.New()
	a := New(router, acc, secure)
	t.Cleanup(a.Close)
	for _, s := range servers {
		if err := router.TACACS().SetServer(tacacs.Server{Address: s.Addr(), Port: s.Port(), Key: "sesame", Timeout: 10 * time.Second}); err != nil {
			t.Fatal(err)
		}
	}
	return a, acc, router
}

func hash(t *testing.T, password string) access.Hash {
	h, err := access.NewHash(password)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// closed is an address at which nothing listens.
func closed(t *testing.T) netip.AddrPort {
	l, err := net.Listen("tcp", "127.0.0.9:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	return netip.MustParseAddrPort(l.Addr().String())
}

var ann = tacacs.Who{User: "ann", Port: "vty 0", From: "10.1.2.3"}

// TestLogin: a method that is not available leaves the decision to the next, one that
// denies ends the list, and so does its end.
func TestLogin(t *testing.T) {
	up := tacacstest.Start(t, tacacstest.Policy{Key: "sesame", Users: map[string]string{"ann": "apples"}}).Addr
	down := closed(t)
	lined := access.Line{Password: hash(t, "line's")}
	level := hash(t, "level's")
	for _, tt := range []struct {
		server   netip.AddrPort
		methods  Methods
		line     access.Line
		password string
		want     Outcome
	}{
		{up, Methods{TACACS, Line}, lined, "apples", Outcome{true, TACACS}},
		{up, Methods{TACACS, Line}, lined, "line's", Outcome{false, TACACS}},
		{up, Methods{TACACS, None}, lined, "", Outcome{false, TACACS}},
		{down, Methods{TACACS, Line}, lined, "line's", Outcome{true, Line}},
		{down, Methods{TACACS, Line, None}, lined, "apples", Outcome{false, Line}},
		{down, Methods{TACACS, Line, Enable}, access.Line{}, "level's", Outcome{true, Enable}},
		{down, Methods{TACACS, Line, Enable}, access.Line{}, "", Outcome{false, Enable}},
		{down, Methods{TACACS, Line}, access.Line{}, "", Outcome{}},
		{down, Methods{TACACS, None}, lined, "anything", Outcome{true, None}},
		{down, Methods{TACACS}, lined, "apples", Outcome{}},
		{down, Methods{None}, lined, "", Outcome{true, None}},
		{down, Methods{Line, TACACS}, access.Line{}, "", Outcome{}},
		{down, Methods{IfAuthenticated}, lined, "", Outcome{}},
		{down, Methods{}, lined, "", Outcome{}},
	} {
		a, acc, _ := newAAA(t, tt.server)
		acc.SetEnable(10, access.Password, level)
		a.SetOn(true)
		if err := a.SetMethods(Login, 0, Default, tt.methods); err != nil {
			t.Fatal(err)
		}
		if got := a.Login(t.Context(), Who{Who: ann, Line: tt.line}, tt.password); got != tt.want {
			t.Errorf("%v with %q: %+v, want %+v", tt.methods.All(), tt.password, got, tt.want)
		}
	}
}

func TestEnable(t *testing.T) {
	s := tacacstest.Start(t, tacacstest.Policy{Key: "sesame", Enable: map[string]string{"ann": "up", "$enab12$": "twelve"}})
	a, acc, _ := newAAA(t, s.Addr)
	acc.SetEnable(12, access.Secret, hash(t, "level's"))
	a.SetOn(true)
	if _, governed := a.EnableAsks(); governed {
		t.Error("no list decides")
	}
	if err := a.SetMethods(EnableLevel, 0, Default, Methods{TACACS, Enable}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		user, password string
		want           Outcome
	}{
		{"ann", "up", Outcome{true, TACACS}},
		{"ann", "level's", Outcome{false, TACACS}},
		{"", "twelve", Outcome{true, TACACS}},
	} {
		if got := a.Enable(t.Context(), Who{Who: tacacs.Who{User: tt.user}}, 12, tt.password); got != tt.want {
			t.Errorf("%q with %q: %+v, want %+v", tt.user, tt.password, got, tt.want)
		}
	}
	s.Stop()
	if got := a.Enable(t.Context(), Who{Who: ann}, 12, "level's"); got != (Outcome{true, Enable}) {
		t.Errorf("without the server: %+v", got)
	}
}

// TestAuthorize: which list decides about a command, and how.
func TestAuthorize(t *testing.T) {
	s := tacacstest.Start(t, tacacstest.Policy{Key: "sesame", Denies: func(r tacacstest.Request) bool { return strings.HasPrefix(r.Command(), "reload") }})
	down := closed(t)
	boston := access.Line{Lists: access.Lists{AuthorizeCommands: [access.MaxLevel + 1]string{15: "boston"}}}
	long := make([]string, 300)
	for i := range long {
		long[i] = "x"
	}
	type lists map[string]Methods
	for _, tt := range []struct {
		name    string
		off     bool
		server  netip.AddrPort
		lists   lists
		line    access.Line
		known   bool
		command Command
		noConf  bool
		want    error
	}{
		{name: "allowed", server: s.Addr, lists: lists{Default: {TACACS}}, command: Command{Words: []string{"show"}, Level: 15}},
		{name: "denied", server: s.Addr, lists: lists{Default: {TACACS, None}}, command: Command{Words: []string{"reload", "now"}, Level: 15}, want: errCommand},
		{name: "no new-model", off: true, server: s.Addr, lists: lists{Default: {TACACS}}, command: Command{Words: []string{"reload"}, Level: 15}},
		{name: "another level", server: s.Addr, lists: lists{Default: {TACACS}}, command: Command{Words: []string{"reload"}, Level: 14}},
		{name: "the list of the line", server: s.Addr, lists: lists{Default: {None}, "boston": {TACACS}}, line: boston, command: Command{Words: []string{"reload"}, Level: 15}, want: errCommand},
		{name: "the default list of others", server: s.Addr, lists: lists{Default: {None}, "boston": {TACACS}}, command: Command{Words: []string{"reload"}, Level: 15}},
		{name: "a list that does not exist", server: s.Addr, lists: lists{Default: {None}}, line: boston, known: true, command: Command{Words: []string{"show"}, Level: 15}, want: errCommand},
		{name: "no list", server: s.Addr, command: Command{Words: []string{"reload"}, Level: 15}},
		{name: "down", server: down, lists: lists{Default: {TACACS}}, known: true, command: Command{Words: []string{"show"}, Level: 15}, want: errCommand},
		{name: "down, then none", server: down, lists: lists{Default: {TACACS, None}}, command: Command{Words: []string{"show"}, Level: 15}},
		{name: "if authenticated", server: s.Addr, lists: lists{Default: {IfAuthenticated, TACACS}}, known: true, command: Command{Words: []string{"reload"}, Level: 15}},
		{name: "if not authenticated", server: s.Addr, lists: lists{Default: {IfAuthenticated, TACACS}}, command: Command{Words: []string{"reload"}, Level: 15}, want: errCommand},
		{name: "configuration", server: s.Addr, lists: lists{Default: {TACACS}}, command: Command{Words: []string{"reload"}, Level: 15, Config: true}, want: errCommand},
		{name: "no config-commands", noConf: true, server: s.Addr, lists: lists{Default: {TACACS}}, command: Command{Words: []string{"reload"}, Level: 15, Config: true}},
		{name: "too many words to ask about", server: s.Addr, lists: lists{Default: {TACACS, None}}, command: Command{Words: long, Level: 15}, want: errCommand},
		{name: "a word too long to ask about", server: s.Addr, lists: lists{Default: {TACACS}}, command: Command{Words: []string{strings.Repeat("x", 300)}, Level: 15}, want: errCommand},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, _, router := newAAA(t, tt.server)
			a.SetOn(!tt.off)
			a.SetConfigCommands(!tt.noConf)
			for name, m := range tt.lists {
				if err := a.SetMethods(AuthorizeCommands, 15, name, m); err != nil {
					t.Fatal(err)
				}
			}
			asked, err := a.Authorize(t.Context(), Who{Who: ann, Line: tt.line, Authenticated: tt.known}, tt.command)
			if !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
			a.Settle(asked, side.Secure)
			entries, _ := router.EventLog().Entries()
			if n := router.TACACS().Counters(tt.server.Addr()).Authorization.Requests; n != 0 || len(entries) != 0 {
				t.Errorf("a secure command has left %d requests, %v", n, entries)
			}
			a.Settle(asked, side.Ordinary)
			if n := router.TACACS().Counters(tt.server.Addr()).Authorization.Requests; int(n) != len(asked.trails) {
				t.Errorf("%d requests are counted, %d were made", n, len(asked.trails))
			}
		})
	}
}

func TestExecLevel(t *testing.T) {
	for _, tt := range []struct {
		args  []string
		level int
		ok    bool
	}{
		{nil, 1, true},
		{[]string{"priv-lvl=7"}, 7, true},
		{[]string{"priv-lvl*15", "service=shell", "cmd="}, 15, true},
		{[]string{"priv-lvl=16"}, 1, false},
		{[]string{"priv-lvl=x"}, 1, false},
		{[]string{"idletime*5", "priv-lvl=3"}, 3, true},
		{[]string{"acl=4"}, 1, false},
		{[]string{"nonsense"}, 1, false},
	} {
		level, ok := execLevel(tt.args, 1)
		if ok != tt.ok || ok && level != tt.level {
			t.Errorf("%q: %d, %v", tt.args, level, ok)
		}
	}
}

// TestAccounting: sessions and commands are told as their lists say.
func TestAccounting(t *testing.T) {
	s := tacacstest.Start(t, tacacstest.Policy{Key: "sesame"})
	for _, tt := range []struct {
		name  string
		set   func(a *AAA) error
		user  string
		wants []string
	}{
		{"nothing", func(*AAA) error { return nil }, "ann", nil},
		{"sessions", func(a *AAA) error { return a.SetAccounting(false, 0, Default, StartStop) }, "ann", []string{"start ", "stop "}},
		{"their end", func(a *AAA) error { return a.SetAccounting(false, 0, Default, StopOnly) }, "ann", []string{"stop "}},
		{"commands", func(a *AAA) error { return a.SetAccounting(true, 5, Default, StartStop) }, "ann", []string{"stop show version"}},
		{"another level", func(a *AAA) error { return a.SetAccounting(true, 6, Default, StopOnly) }, "ann", nil},
		{"another list", func(a *AAA) error { return a.SetAccounting(true, 5, "other", StopOnly) }, "ann", nil},
		{"nobody", func(a *AAA) error {
			a.SetSuppressNameless(true)
			return a.SetAccounting(true, 5, Default, StopOnly)
		}, "", nil},
		{"off", func(a *AAA) error { a.SetOn(false); return a.SetAccounting(true, 5, Default, StopOnly) }, "ann", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, _, _ := newAAA(t, s.Addr)
			a.SetOn(true)
			if err := tt.set(a); err != nil {
				t.Fatal(err)
			}
			before := len(s.Records())
			w := Who{Who: tacacs.Who{User: tt.user, Port: "vty 0"}}
			stay := a.Arrived(w, 1)
			a.Ran(w, Command{Words: []string{"show", "version"}, Level: 5}, side.Ordinary)
			a.Ran(w, Command{Words: []string{"show", "mirror"}, Level: 5}, side.Secure)
			a.Left(stay, 1)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			s.Await(ctx, before+len(tt.wants), "start", "stop") // the end waits for a while only
			a.Close()
			var got []string
			for _, r := range s.Records()[before:] {
				got = append(got, r.Kind+" "+r.Command())
			}
			if d := cmp.Diff(tt.wants, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestLost: nobody waits for a server that does not answer; what does not fit is lost,
// and the end does not wait for long.
func TestLost(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // says nothing
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	a, _, _ := newAAA(t, netip.MustParseAddrPort(l.Addr().String()))
	a.SetOn(true)
	if err := a.SetAccounting(true, 1, Default, StopOnly); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	for range maxQueued + 10 {
		a.Ran(Who{Who: ann}, Command{Words: []string{"show"}, Level: 1}, side.Ordinary)
	}
	if a.Lost() < 9 {
		t.Errorf("%d records are lost", a.Lost())
	}
	a.Close()
	if d := time.Since(begun); d > closeGrace+5*time.Second {
		t.Errorf("it took %v", d)
	}
}

// TestInterrupted: who is called away while a server is asked is not let through by the
// method behind it.
func TestInterrupted(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	a, _, _ := newAAA(t, netip.MustParseAddrPort(l.Addr().String()))
	a.SetOn(true)
	for _, k := range []Kind{Login, EnableLevel, AuthorizeExec, AuthorizeCommands} {
		if err := a.SetMethods(k, 0, Default, Methods{TACACS, None}); err != nil {
			t.Fatal(err)
		}
	}
	gone := errors.New("gone")
	for name, ask := range map[string]func(ctx context.Context) bool{
		"login":  func(ctx context.Context) bool { return a.Login(ctx, Who{}, "").Allowed },
		"enable": func(ctx context.Context) bool { return a.Enable(ctx, Who{}, 0, "").Allowed },
		"exec":   func(ctx context.Context) bool { _, err := a.Exec(ctx, Who{}, 1); return !errors.Is(err, gone) },
		"command": func(ctx context.Context) bool {
			_, err := a.Authorize(ctx, Who{}, Command{Words: []string{"show"}})
			return !errors.Is(err, gone)
		},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(10*time.Millisecond, func() { cancel(gone) })
		if ask(ctx) {
			t.Errorf("%s: let through", name)
		}
	}
}

func TestListsAreBounded(t *testing.T) {
	a, _, _ := newAAA(t)
	for i := range maxLists {
		if err := a.SetMethods(Login, 0, fmt.Sprint(i), Methods{None}); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.SetMethods(Login, 0, "more", Methods{None}); !errors.Is(err, errTooManyLists) {
		t.Error(err)
	}
	if err := a.SetMethods(Login, 0, "1", Methods{TACACS, None, TACACS}); !errors.Is(err, errTwice) {
		t.Error(err)
	}
	if err := a.SetMethods(Login, 0, "1", Methods{}); err != nil {
		t.Error(err)
	}
	if names := a.ListNames(); len(names) != maxLists-1 || slices.Contains(names, "1") {
		t.Errorf("%d names: %q", len(names), names)
	}
}
