package ppp

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2866"
	"layeh.com/radius/rfc2869"

	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/radius/client"
)

// fake is servers that answer as a test says, and note what they are told.
type fake struct {
	answer func(client.Request) (*client.Answer, error)
	slow   chan struct{} // Account waits for it; nil: it does not
	none   atomic.Bool   // there is no server for accounting

	mu   sync.Mutex
	told []radius.Attributes
}

func (f *fake) Authenticate(_ context.Context, r client.Request) (*client.Answer, error) {
	return f.answer(r)
}

func (f *fake) Account(ctx context.Context, request func() client.Request) (*client.Answer, error) {
	if f.slow != nil {
		select {
		case <-f.slow:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.told = append(f.told, request().Attributes)
	return &client.Answer{Code: radius.CodeAccountingResponse}, nil
}

func (f *fake) Accounts() bool { return !f.none.Load() }

func (f *fake) Enter(r client.Request) {
	_, _ = f.Account(context.Background(), func() client.Request { return r })
}

// records are what was told since: status, session time, terminate cause, classes.
func (f *fake) records() (all []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, a := range f.told {
		p := &radius.Packet{Attributes: a}
		text := fmt.Sprintf("%v %s %v", rfc2866.AcctStatusType_Get(p), rfc2865.UserName_GetString(p), uint32(rfc2866.AcctSessionTime_Get(p)))
		if cause, err := rfc2866.AcctTerminateCause_Lookup(p); err == nil {
			text += fmt.Sprintf(" %v", cause)
		}
		classes, _ := rfc2865.Class_GetStrings(p)
		all = append(all, strings.Join(append([]string{text}, classes...), " "))
	}
	f.told = nil
	return all
}

func accept(attributes ...*radius.AVP) func(client.Request) (*client.Answer, error) {
	return func(client.Request) (*client.Answer, error) {
		return &client.Answer{Code: radius.CodeAccessAccept, Attributes: attributes, Server: netip.MustParseAddrPort("10.0.0.1:1812")}, nil
	}
}

func attribute(t radius.Type, value ...byte) *radius.AVP {
	return &radius.AVP{Type: t, Attribute: value}
}

// bench is AAA with a network and fake servers.
type bench struct {
	*AAA
	*fake
	net *network.Network
	def *network.Router
	log []string // what logins came to
}

func (b *bench) Changed(ch network.Change) {
	switch ch := ch.(type) {
	case network.LoggedIn:
		b.log = append(b.log, fmt.Sprintf("in %s %v %s", ch.Name, ch.Address, ch.Router.Name()))
	case network.LoggedOut:
		b.log = append(b.log, fmt.Sprintf("out %s %v", ch.Name, ch.Reason))
	case network.LoginRefused:
		b.log = append(b.log, "refused "+ch.Name)
	case network.LoginFailed:
		b.log = append(b.log, fmt.Sprintf("failed %s %v", ch.Name, ch.Reason))
	}
}

func (b *bench) take() []string {
	defer func() { b.log = nil }()
	return b.log
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{fake: &fake{answer: accept()}, net: network.New(network.Options{Default: "default"})}
	var err error
	if b.def, err = b.net.Add("default", 1); err != nil {
		t.Fatal(err)
	}
	b.net.Listen(b)
	b.AAA = New(Options{
		Network: b.net, Default: "default", Hostname: func() string { return "host1" },
		Servers: func(*network.Router) Servers { return b.fake },
	})
	t.Cleanup(b.Close)
	return b
}

func (b *bench) login(name string) error {
	return b.Login(context.Background(), b.def, network.Subscriber{Name: name}, Password{Text: "secret"})
}

// TestAnswers: what becomes of a login by the answer of the server.
func TestAnswers(t *testing.T) {
	answers := func(code radius.Code, attributes ...*radius.AVP) func(client.Request) (*client.Answer, error) {
		return func(client.Request) (*client.Answer, error) {
			return &client.Answer{Code: code, Attributes: attributes, Server: netip.MustParseAddrPort("10.0.0.1:1812")}, nil
		}
	}
	router := func(name string) *radius.AVP {
		value, err := radius.NewVendorSpecific(4874, append([]byte{1, byte(2 + len(name))}, name...))
		if err != nil {
			t.Fatal(err)
		}
		return attribute(rfc2865.VendorSpecific_Type, value...)
	}
	fails := func(err error) func(client.Request) (*client.Answer, error) {
		return func(client.Request) (*client.Answer, error) { return nil, err }
	}
	const refuses = "RADIUS server 10.0.0.1 refuses the login"
	silence := fmt.Errorf("%w: all", client.ErrSilent)
	for _, tt := range []struct {
		name    string
		answer  func(client.Request) (*client.Answer, error)
		methods []Method
		log     string
		err     string
	}{
		{name: "accept", answer: accept(), log: "in joe 100.64.0.1 default"},
		{name: "address", answer: accept(attribute(8, 10, 0, 0, 7)), log: "in joe 10.0.0.7 default"},
		{name: "address of the pool", answer: accept(attribute(8, 255, 255, 255, 254)), log: "in joe 100.64.0.1 default"},
		{name: "address the user wants", answer: accept(attribute(8, 255, 255, 255, 255)), log: "in joe 100.64.0.1 default"},
		{name: "no address", answer: accept(attribute(8, 0, 0, 0, 0)), log: "in joe 100.64.0.1 default"},
		{name: "impossible address", answer: accept(attribute(8, 224, 0, 0, 1)), log: "failed joe nasError", err: "address"},
		{name: "short address", answer: accept(attribute(8, 10, 0, 0)), log: "refused joe", err: refuses + ": attribute 8 of its Access-Accept is malformed"},
		{name: "long address", answer: accept(attribute(8, make([]byte, 16)...)), log: "refused joe", err: "malformed"},
		{name: "short timeout", answer: accept(attribute(27, 1)), log: "refused joe", err: "malformed"},
		{name: "empty class", answer: accept(attribute(25)), log: "refused joe", err: "malformed"},
		{name: "unknown attributes", answer: accept(attribute(200, 1), attribute(26, 0, 0, 0, 9, 1, 3, 1), attribute(26, 1), attribute(26, 0, 0, 0x13, 0x0a, 1, 9)), log: "in joe 100.64.0.1 default"},
		{name: "virtual router", answer: accept(router("isp")), log: "in joe 100.64.0.1 isp"},
		{name: "no such virtual router", answer: accept(router("nowhere")), log: "failed joe nasError", err: "virtual router"},
		{name: "virtual router with blanks", answer: accept(router("a b")), log: "refused joe", err: "malformed"},
		{name: "reject", answer: answers(radius.CodeAccessReject), log: "refused joe", err: refuses},
		{name: "reject with a message", answer: answers(radius.CodeAccessReject, attribute(18, 'n', 'o', 27)), log: "refused joe", err: refuses + `: no\x1b`},
		{name: "challenge", answer: answers(radius.CodeAccessChallenge), log: "refused joe", err: refuses},
		{name: "silence", answer: fails(silence), log: "failed joe nasError", err: client.ErrSilent.Error()},
		{name: "no server", answer: fails(client.ErrNoServer), log: "failed joe nasError", err: client.ErrNoServer.Error()},
		{name: "silence, then none", answer: fails(silence), methods: []Method{RADIUS, None}, log: "in joe 100.64.0.1 default"},
		{name: "reject, then none", answer: answers(radius.CodeAccessReject), methods: []Method{RADIUS, None}, log: "refused joe", err: refuses},
		{name: "none", answer: fails(errors.New("asked")), methods: []Method{None}, log: "in joe 100.64.0.1 default"},
		{name: "no packet", answer: fails(errors.New("too long")), err: "too long"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			if _, err := b.net.Add("isp", 2); err != nil {
				t.Fatal(err)
			}
			b.answer = tt.answer
			if tt.methods != nil {
				b.Set(b.def, func(s *Settings) { s.Authentication = tt.methods })
			}
			err := b.login("joe")
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error %v, want %q", err, tt.err)
			}
			if got := strings.Join(b.take(), ", "); got != tt.log {
				t.Errorf("it came to %q, want %q", got, tt.log)
			}
		})
	}
}

// TestInterrupted: a login whose context ends comes to nothing, also where another
// method would let it in.
func TestInterrupted(t *testing.T) {
	b := newBench(t)
	b.Set(b.def, func(s *Settings) { s.Authentication = []Method{RADIUS, None} })
	ctx, cancel := context.WithCancel(t.Context())
	b.answer = func(client.Request) (*client.Answer, error) { cancel(); return nil, context.Cause(ctx) }
	if err := b.Login(ctx, b.def, network.Subscriber{Name: "joe"}, Password{Text: "x"}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if got := b.take(); got != nil {
		t.Errorf("it came to %q", got)
	}
}

// TestTwice: a second login under a name is refused before anybody is asked, and one
// that fails meanwhile leaves the session of the first alone.
func TestTwice(t *testing.T) {
	b := newBench(t)
	b.answer = func(client.Request) (*client.Answer, error) {
		if err := b.def.Login(network.Subscriber{Name: "joe"}, nil); err != nil {
			t.Error(err)
		}
		return nil, client.ErrSilent
	}
	if err := b.login("joe"); !errors.Is(err, client.ErrSilent) {
		t.Error(err)
	}
	if err := b.login("joe"); err == nil || errors.Is(err, client.ErrSilent) {
		t.Error(err)
	}
	if got := strings.Join(b.take(), ", "); got != "in joe 100.64.0.1 default, failed joe nasError" {
		t.Errorf("it came to %q", got)
	}
}

// TestAccessRequest: what an Access-Request says of a subscriber.
func TestAccessRequest(t *testing.T) {
	b := newBench(t)
	id, ok := network.ParseInterface("fastEthernet", "3/1.100")
	if parent, _ := network.ParseInterface("fastEthernet", "3/1"); !ok || b.def.CreateInterface(parent) != nil || b.def.CreateInterface(id) != nil {
		t.Fatal("no interface")
	}
	var asked []client.Request
	b.answer = func(r client.Request) (*client.Answer, error) {
		asked = append(asked, r)
		return &client.Answer{Code: radius.CodeAccessReject}, nil
	}
	with := network.Subscriber{
		Name: "joe", Interface: id, CallingStationID: "call", AgentCircuitID: "circuit", AgentRemoteID: "remote", DHCPOption82: "dhcp",
		Address: netip.MustParseAddr("10.0.0.7"),
	}
	for _, chap := range []bool{false, true} {
		if err := b.Login(t.Context(), b.def, with, Password{Text: "secret", CHAP: chap}); err == nil {
			t.Error("it was let in")
		}
	}
	p := &radius.Packet{Attributes: asked[0].Attributes}
	for what, got := range map[string]any{
		"joe": rfc2865.UserName_GetString(p), "call": rfc2865.CallingStationID_GetString(p), "host1": rfc2865.NASIdentifier_GetString(p),
		"erx fastethernet 3/1.100:0000000001": rfc2866.AcctSessionID_GetString(p), "fastEthernet 3/1.100": rfc2869.NASPortID_GetString(p),
		"Framed-User": rfc2865.ServiceType_Get(p), "PPP": rfc2865.FramedProtocol_Get(p), "Ethernet": rfc2865.NASPortType_Get(p),
		"822083684": uint32(rfc2865.NASPort_Get(p)), "10.0.0.7": rfc2865.FramedIPAddress_Get(p),
	} {
		if fmt.Sprint(got) != what {
			t.Errorf("%v, want %s", got, what)
		}
	}
	var vendors []string
	for _, a := range p.Attributes {
		if a.Type == rfc2865.VendorSpecific_Type {
			vendor, rest, _ := radius.VendorSpecific(a.Attribute)
			vendors = append(vendors, fmt.Sprintf("%d-%d %s", vendor, rest[0], rest[2:]))
		}
	}
	if want := []string{"3561-1 circuit", "3561-2 remote", "4874-159 dhcp"}; !slices.Equal(vendors, want) {
		t.Errorf("attributes of vendors %q", vendors)
	}
	if string(asked[0].Password) != "secret" {
		t.Errorf("password %q", asked[0].Password)
	}
	// The answer to a challenge is what a server computes of the password, too.
	p = &radius.Packet{Attributes: asked[1].Attributes}
	response, challenge := rfc2865.CHAPPassword_Get(p), rfc2865.CHAPChallenge_Get(p)
	if asked[1].Password != nil || len(response) != 17 || len(challenge) != 16 || !slices.Equal(response[1:], chapResponse(response[0], "secret", challenge)) {
		t.Errorf("challenge %x, response %x, password %q", challenge, response, asked[1].Password)
	}
}

// TestSession: Session-Timeout and Acct-Interim-Interval are kept to, Class comes back,
// and each way to end has its cause.
func TestSession(t *testing.T) {
	seconds := func(n uint32) []byte { return radius.NewInteger(n) }
	for _, tt := range []struct {
		name    string
		grant   []*radius.AVP
		interim time.Duration // configured
		lasts   time.Duration
		end     func(b *bench)
		want    []string
	}{
		{
			"session timeout", []*radius.AVP{attribute(27, seconds(90)...), attribute(25, []byte("gold")...), attribute(25, '1')}, 0, time.Hour, nil,
			[]string{"Start joe 0 gold 1", "Stop joe 90 Session-Timeout gold 1"},
		},
		{
			"user request", nil, 0, 5 * time.Second, func(b *bench) { _ = b.def.Logout("joe", network.UserRequest) },
			[]string{"Start joe 0", "Stop joe 5 User-Request"},
		},
		{
			"disconnect", nil, 0, time.Second, func(b *bench) { _ = b.net.Disconnect(network.Identification{UserName: "joe"}) },
			[]string{"Start joe 0", "Stop joe 1 Admin-Reset"},
		},
		{
			"reboot", []*radius.AVP{attribute(27, seconds(90)...)}, 0, time.Second, func(b *bench) { b.Reboot() },
			[]string{"Start joe 0", "Stop joe 1 Admin-Reboot"},
		},
		{
			"failure", nil, 0, time.Second, func(b *bench) { _ = b.def.Fail(network.Subscriber{Name: "joe"}, nil, network.ReasonGenericFailure) },
			[]string{"Start joe 0", "Stop joe 1 NAS-Error"},
		},
		{
			"interim, as granted", []*radius.AVP{attribute(85, seconds(900)...)}, time.Hour, 1801 * time.Second, func(b *bench) { b.net.LogoutAll(network.AdminReset) },
			[]string{"Start joe 0", "Interim-Update joe 900", "Interim-Update joe 1800", "Stop joe 1801 Admin-Reset"},
		},
		{
			"interim, no more often than each ten minutes", []*radius.AVP{attribute(85, seconds(60)...)}, 0, 601 * time.Second, nil,
			[]string{"Start joe 0", "Interim-Update joe 600"},
		},
		{"interim, as configured", nil, time.Hour, 3601 * time.Second, nil, []string{"Start joe 0", "Interim-Update joe 3600"}},
		{"no interim, as granted", []*radius.AVP{attribute(85, seconds(0)...)}, time.Hour, 3601 * time.Second, nil, []string{"Start joe 0"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				b.Set(b.def, func(s *Settings) { s.Interim = tt.interim })
				b.answer = accept(tt.grant...)
				if err := b.login("joe"); err != nil {
					t.Fatal(err)
				}
				time.Sleep(tt.lasts)
				synctest.Wait()
				if tt.end != nil {
					tt.end(b)
				}
				b.Settle(t.Context(), nil)
				if got := b.records(); !slices.Equal(got, tt.want) {
					t.Errorf("told %q\nwant %q", got, tt.want)
				}
				b.Close()
			})
		})
	}
}

// atWork returns how many senders there are.
func (b *bench) atWork() int {
	b.AAA.mu.Lock()
	defer b.AAA.mu.Unlock()
	return b.senders
}

// TestSessionsAreSmall: of what has been accounted for a session that lasts keeps
// nothing, and what no server has said is there once.
func TestSessionsAreSmall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		const sessions = 2 * maxSenders
		for i := range sessions {
			if err := b.def.Login(network.Subscriber{Name: fmt.Sprint("user", i)}, nil); err != nil {
				t.Fatal(err)
			}
		}
		b.Settle(t.Context(), nil)
		synctest.Wait() // for senders that have nothing left
		b.AAA.mu.Lock()
		defer b.AAA.mu.Unlock()
		if n := len(b.sessions); n != sessions {
			t.Errorf("%d sessions", n)
		}
		for _, s := range b.sessions {
			if s.records != nil || s.grant != ungranted {
				t.Fatalf("%s keeps what has been sent, or a grant of its own", s.login.Name)
			}
		}
		for _, s := range b.ready[:cap(b.ready)] {
			if s != nil {
				t.Errorf("%s still waits", s.login.Name)
			}
		}
	})
}

// TestNobodyServes: what there is no server for waits for none. A session that began so
// is told of when it ends, if somebody serves by then.
func TestNobodyServes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		defer b.Close()
		b.slow = make(chan struct{})
		b.none.Store(true)
		for _, name := range []string{"joe", "jim"} {
			if err := b.login(name); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.def.Logout("joe", network.UserRequest); err != nil {
			t.Fatal(err)
		}
		if _, n := b.left(nil); n != 0 {
			t.Errorf("%d records wait", n)
		}
		b.none.Store(false)
		if err := b.def.Logout("jim", network.UserRequest); err != nil {
			t.Fatal(err)
		}
		close(b.slow)
		synctest.Wait()
		if got := b.records(); len(got) != 1 || !strings.HasPrefix(got[0], "Stop jim") {
			t.Errorf("told %q", got)
		}
	})
}

// TestSilentAccounting: a server that takes nothing holds up nobody, what it is told
// stays bounded, and what waits ends with AAA.
func TestSilentAccounting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.slow = make(chan struct{})
		b.Set(b.def, func(s *Settings) { s.Interim = MinInterim })
		const sessions = 3 * maxSenders
		for i := range sessions {
			if err := b.login(fmt.Sprint("user", i)); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		b.net.LogoutAll(network.AdminReset)
		if _, left := b.left(nil); left > 3*sessions || b.atWork() != maxSenders {
			t.Errorf("%d records wait, %d senders", left, b.atWork())
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		b.Settle(ctx, b.def)
		close(b.slow)
		b.Settle(t.Context(), b.def)
		synctest.Wait() // for senders that have nothing left
		starts, stops := 0, 0
		for _, r := range b.records() {
			switch {
			case strings.HasPrefix(r, "Start"):
				starts++
			case strings.HasPrefix(r, "Stop"):
				stops++
			}
		}
		if starts != sessions || stops != sessions || b.atWork() != 0 {
			t.Errorf("%d starts and %d stops of %d sessions, %d senders", starts, stops, sessions, b.atWork())
		}
		b.slow = make(chan struct{})
		if err := b.login("joe"); err != nil {
			t.Fatal(err)
		}
		b.Close()
		b.Settle(t.Context(), nil)
	})
}

// TestTraffic: records have what has passed up to then.
func TestTraffic(t *testing.T) {
	b := newBench(t)
	if err := b.login("joe"); err != nil {
		t.Fatal(err)
	}
	in, out := network.Traffic{Octets: 5<<32 | 7, Unicast: 3, Multicast: 2}, network.Traffic{Octets: 1 << 20, Unicast: 1, Broadcast: 1}
	for from, passed := range map[bool]network.Traffic{true: in, false: out} {
		if err := b.net.Pass(2, from, passed, 0); err != nil { // 1 was the attempt
			t.Fatal(err)
		}
	}
	b.net.LogoutAll(network.UserRequest)
	b.Settle(t.Context(), nil)
	p := &radius.Packet{Attributes: b.told[1]}
	got := []uint32{
		uint32(rfc2866.AcctInputOctets_Get(p)), uint32(rfc2869.AcctInputGigawords_Get(p)), uint32(rfc2866.AcctInputPackets_Get(p)),
		uint32(rfc2866.AcctOutputOctets_Get(p)), uint32(rfc2869.AcctOutputGigawords_Get(p)), uint32(rfc2866.AcctOutputPackets_Get(p)),
	}
	if want := []uint32{7, 5, 5, 1 << 20, 0, 2}; !slices.Equal(got, want) {
		t.Errorf("told of %v, want %v", got, want)
	}
}

// TestAccountingOff: nothing is told where the methods say so.
func TestAccountingOff(t *testing.T) {
	b := newBench(t)
	b.Set(b.def, func(s *Settings) { s.Accounting = []Method{None} })
	if err := b.login("joe"); err != nil {
		t.Fatal(err)
	}
	b.net.LogoutAll(network.AdminReset)
	b.Settle(t.Context(), nil)
	if got := b.records(); got != nil {
		t.Errorf("told %q", got)
	}
}
