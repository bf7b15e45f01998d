package ppp

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2866"

	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/radius/client"
)

// TestTimeouts: how long a session lasts by what is configured, what was granted, and
// the packets that pass.
func TestTimeouts(t *testing.T) {
	seconds := func(kind radius.Type, n uint32) *radius.AVP { return attribute(kind, radius.NewInteger(n)...) }
	const session, idle = 27, 28
	pass := func(b *bench, from bool, packets network.Traffic) {
		for _, l := range b.net.Subscribers() {
			_ = b.net.Pass(l.Number, from, packets, 0)
		}
	}
	up := func(b *bench) { pass(b, true, network.Traffic{Unicast: 1}) }
	down := func(b *bench) { pass(b, false, network.Traffic{Broadcast: 1}) }
	for _, tt := range []struct {
		name   string
		set    Settings
		grant  []*radius.AVP
		packet func(b *bench) // each 190 seconds, three times
		want   string         // seconds and cause; "": it goes on for two days
	}{
		{"none", Settings{}, nil, nil, ""},
		{"session, configured", Settings{Session: time.Hour}, nil, up, "3600 Session-Timeout"},
		{"session, granted", Settings{Session: time.Hour}, []*radius.AVP{seconds(session, 7)}, nil, "7 Session-Timeout"},
		{"session, none granted", Settings{Session: time.Hour}, []*radius.AVP{seconds(session, 0)}, nil, ""},
		{"session, the longest", Settings{}, []*radius.AVP{seconds(session, 1<<32-1)}, nil, ""},
		{"idle, configured", Settings{Idle: 20 * time.Minute}, nil, nil, "1200 Idle-Timeout"},
		{"idle, granted", Settings{Idle: 20 * time.Minute}, []*radius.AVP{seconds(idle, 600)}, nil, "600 Idle-Timeout"},
		{"idle, not on a minute", Settings{}, []*radius.AVP{seconds(idle, 601)}, nil, "601 Idle-Timeout"},
		{"idle, the shortest", Settings{}, []*radius.AVP{seconds(idle, 1)}, nil, "300 Idle-Timeout"},
		{"idle, the longest", Settings{}, []*radius.AVP{seconds(idle, 1<<32-1)}, nil, "86400 Idle-Timeout"},
		{"idle, none granted", Settings{Idle: 20 * time.Minute}, []*radius.AVP{seconds(idle, 0)}, nil, ""},
		{"idle, packets from it", Settings{Idle: 5 * time.Minute}, nil, up, "900 Idle-Timeout"},
		{"idle, packets to it", Settings{Idle: 5 * time.Minute}, nil, down, "900 Idle-Timeout"},
		{"idle, packets from it alone count", Settings{Idle: 5 * time.Minute, IngressOnly: true}, nil, up, "900 Idle-Timeout"},
		{"idle, packets to it do not", Settings{Idle: 5 * time.Minute, IngressOnly: true}, nil, down, "300 Idle-Timeout"},
		{"the shorter one", Settings{Idle: 5 * time.Minute, Session: 299 * time.Second}, nil, nil, "299 Session-Timeout"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				b.Set(b.def, func(s *Settings) { s.Session, s.Idle, s.IngressOnly = tt.set.Session, tt.set.Idle, tt.set.IngressOnly })
				b.answer = accept(tt.grant...)
				if err := b.login("joe"); err != nil {
					t.Fatal(err)
				}
				for range 3 {
					time.Sleep(190 * time.Second)
					if tt.packet != nil {
						tt.packet(b)
					}
				}
				time.Sleep(48 * time.Hour)
				b.Settle(t.Context(), nil)
				want := []string{"Start joe 0"}
				if tt.want != "" {
					want = append(want, "Stop joe "+tt.want)
				}
				if got := b.records(); !slices.Equal(got, want) {
					t.Errorf("told %q\nwant %q", got, want)
				}
				b.Close()
			})
		})
	}
}

// TestSessionsKept: those that something will be done with, and no others.
func TestSessionsKept(t *testing.T) {
	seconds := func(kind radius.Type, n uint32) *radius.AVP { return attribute(kind, radius.NewInteger(n)...) }
	const session, idle = 27, 28
	for _, tt := range []struct {
		name  string
		set   Settings
		grant []*radius.AVP
		kept  int
	}{
		{"nothing", Settings{}, nil, 0},
		{"accounting", Settings{Accounting: []Method{RADIUS}}, nil, 1},
		{"a time-out", Settings{Session: time.Hour}, nil, 1},
		{"a time-out of packets", Settings{}, []*radius.AVP{seconds(idle, 600)}, 1},
		{"time-outs that are ruled out", Settings{Session: time.Hour, Idle: time.Hour}, []*radius.AVP{seconds(session, 0), seconds(idle, 0)}, 0},
	} {
		b := newBench(t)
		b.Set(b.def, func(s *Settings) { s.Accounting, s.Session, s.Idle = tt.set.Accounting, tt.set.Session, tt.set.Idle })
		b.answer = accept(tt.grant...)
		if err := b.login("joe"); err != nil {
			t.Fatal(err)
		}
		b.AAA.mu.Lock()
		if n := len(b.sessions); n != tt.kept {
			t.Errorf("%s: %d sessions are kept", tt.name, n)
		}
		b.AAA.mu.Unlock()
	}
}

// TestFailuresAccounted: what is told of a login that came to nothing, by what is set.
func TestFailuresAccounted(t *testing.T) {
	gold := attribute(25, []byte("gold")...)
	refused := func(client.Request) (*client.Answer, error) {
		return &client.Answer{Code: radius.CodeAccessReject, Server: netip.MustParseAddrPort("10.0.0.1:1812")}, nil
	}
	silent := func(client.Request) (*client.Answer, error) { return nil, client.ErrSilent }
	on, off := []Method{RADIUS}, []Method{None}
	for _, tt := range []struct {
		name          string
		answer        func(client.Request) (*client.Answer, error)
		failure, deny bool
		accounting    []Method
		want          []string
	}{
		{"accepted", accept(), true, true, on, []string{"Start joe 0"}},
		{"impossible address", accept(gold, attribute(8, 224, 0, 0, 1)), true, false, on, []string{"Stop joe 0 NAS-Error gold"}},
		{"address of another", accept(gold, attribute(8, 10, 0, 0, 9)), true, false, on, []string{"Stop joe 0 NAS-Error gold"}},
		{"malformed", accept(gold, attribute(27, 1)), true, false, on, []string{"Stop joe 0 User-Error gold"}},
		{"failure, off", accept(gold, attribute(8, 224, 0, 0, 1)), false, true, on, nil},
		{"refused", refused, true, true, on, []string{"Stop joe 0 User-Error"}},
		{"refusal, off", refused, true, false, on, nil},
		{"silence", silent, true, true, on, nil},
		{"nothing is accounted for", accept(attribute(8, 224, 0, 0, 1)), true, true, off, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			if err := b.def.Login(network.Subscriber{Name: "ann", Address: netip.MustParseAddr("10.0.0.9")}, nil); err != nil {
				t.Fatal(err)
			}
			b.Settle(t.Context(), nil)
			b.records()
			if !b.Settings(b.def).StopOnFailure || b.Settings(b.def).StopOnDeny {
				t.Error("the defaults are not as documented")
			}
			b.Set(b.def, func(s *Settings) { s.StopOnFailure, s.StopOnDeny, s.Accounting = tt.failure, tt.deny, tt.accounting })
			b.answer = tt.answer
			err := b.login("joe")
			b.Settle(t.Context(), nil)
			for _, a := range b.told {
				p := &radius.Packet{Attributes: a}
				if rfc2866.AcctStatusType_Get(p) != rfc2866.AcctStatusType_Value_Stop {
					continue
				}
				for _, kind := range []radius.Type{8, 42, 43, 46, 47, 48, 52, 53} { // address, time, packets, octets
					if _, ok := p.Lookup(kind); ok {
						t.Errorf("attribute %d of a session that was not", kind)
					}
				}
				if len(rfc2866.AcctSessionID_Get(p)) == 0 {
					t.Error("no Acct-Session-Id")
				}
			}
			if got := b.records(); !slices.Equal(got, tt.want) {
				t.Errorf("told %q, want %q (%v)", got, tt.want, err)
			}
		})
	}
}

// TestAnnouncement: what servers are told of a router as a whole.
func TestAnnouncement(t *testing.T) {
	b := newBench(t)
	for _, on := range []bool{true, false} {
		r, ok := b.Announcement(b.def, on)
		p := &radius.Packet{Attributes: r.Attributes}
		cause, err := rfc2866.AcctTerminateCause_Lookup(p)
		got := fmt.Sprint(ok, rfc2866.AcctStatusType_Get(p), cause, errors.Is(err, radius.ErrNoAttribute), " ", rfc2866.AcctSessionID_GetString(p))
		want := "true Accounting-On AcctTerminateCause(0) true erx 0000000000"
		if !on {
			want = "true Accounting-Off Admin-Reboot false erx 0000000000"
		}
		if strings.Join(strings.Fields(got), " ") != want {
			t.Errorf("%v: %s, want %s", on, got, want)
		}
	}
	b.Set(b.def, func(s *Settings) { s.Accounting = []Method{None} })
	if _, ok := b.Announcement(b.def, true); ok {
		t.Error("a router that accounts for nothing says so")
	}
	if _, ok := b.Announcement(b.def, false); !ok {
		t.Error("who was told of the beginning is not told of the end")
	}
}

// TestAccountingBegins: servers hear that sessions are accounted for before they hear of
// the first one, whenever that is set (RFC 2866 section 5.1), and of nothing else that
// is set.
func TestAccountingBegins(t *testing.T) {
	accounting := func(m ...Method) func(*bench) {
		return func(b *bench) { b.Set(b.def, func(s *Settings) { s.Accounting = m }) }
	}
	in := func(b *bench) {
		if err := b.login("joe"); err != nil {
			t.Error(err)
		}
	}
	out := func(b *bench) { _ = b.net.LogoutNumber(b.net.Subscribers()[0].Number, network.UserRequest) }
	other := func(b *bench) {
		b.Set(b.def, func(s *Settings) { s.Authentication, s.Interim = []Method{RADIUS, None}, time.Hour })
	}
	const on, start, stop = "Accounting-On  0", "Start joe 0", "Stop joe 0 User-Request"
	for _, tt := range []struct {
		name string
		do   []func(*bench)
		want []string
	}{
		{"from the start", []func(*bench){in, out}, []string{start, stop}},
		{"later", []func(*bench){accounting(None), accounting(RADIUS), in, out}, []string{on, start, stop}},
		{"later, with another method", []func(*bench){accounting(None), accounting(RADIUS, None), in}, []string{on, start}},
		{"never", []func(*bench){accounting(None), in, other, accounting(None), out}, nil},
		{"a session that began before", []func(*bench){accounting(None), in, accounting(RADIUS), out}, []string{on}},
		{"a session that ends afterwards", []func(*bench){in, accounting(None), out}, []string{start, stop}},
		{"another setting", []func(*bench){other, in, other, accounting(RADIUS, None), accounting(RADIUS), out}, []string{start, stop}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			for _, do := range tt.do {
				do(b)
				b.Settle(t.Context(), nil)
			}
			if got := b.records(); !slices.Equal(got, tt.want) {
				t.Errorf("told %q, want %q", got, tt.want)
			}
		})
	}
}
