package ppp

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2869"

	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/radius/client"
	"mirrorsh/trapcore/radius/radiustest"
)

const key = "a secret"

// server is a RADIUS server that accepts every login, with attributes that are hidden
// with the authenticator of the request.
type server struct {
	hidden []hidden

	mu       sync.Mutex
	requests []string // as they came, without what is random
}

// hidden is a mirroring attribute; raw is sent as it is.
type hidden struct {
	number byte
	value  []byte
	raw    bool
}

func (s *server) answer(request *radius.Packet, _ netip.Addr) *radius.Packet {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := fmt.Sprint(request.Code, len(request.Attributes), " ")
	for _, a := range request.Attributes {
		if a.Type == rfc2869.MessageAuthenticator_Type || a.Type == rfc2869.EventTimestamp_Type {
			continue
		}
		if a.Type == rfc2865.UserPassword_Type {
			password, err := radius.UserPassword(a.Attribute, []byte(key), request.Authenticator[:])
			a = &radius.AVP{Type: a.Type, Attribute: fmt.Append(nil, password, err)}
		}
		seen += fmt.Sprintf("%d=%q ", a.Type, a.Attribute)
	}
	s.requests = append(s.requests, seen)
	answer := request.Response(radius.CodeAccessAccept)
	if request.Code == radius.CodeAccountingRequest {
		return request.Response(radius.CodeAccountingResponse)
	}
	for _, h := range s.hidden {
		value := h.value
		if !h.raw {
			value, _ = radius.NewTunnelPassword(h.value, []byte{0x80 | h.number, 1}, []byte(key), request.Authenticator[:])
		}
		vendor, err := radius.NewVendorSpecific(mirror.Vendor, append([]byte{h.number, byte(2 + len(value))}, value...))
		if err == nil {
			answer.Add(rfc2865.VendorSpecific_Type, vendor)
		}
	}
	return answer
}

// sink notes the types of events.
type sink struct{ seen []string }

func (s *sink) Secure(_ *network.Router, ev mirror.Event) {
	s.seen = append(s.seen, strings.TrimPrefix(fmt.Sprintf("%T", ev), "*mirror."))
}
func (s *sink) Failed(_ *network.Router, f *mirror.FailedPolicy) {
	s.seen = append(s.seen, "log: "+f.Text)
}

// TestMirroringAttributes: what an Access-Accept says of mirroring is acted on, or
// reported where it is not right; the subscriber is let in all the same, and nothing
// that is sent tells of it.
func TestMirroringAttributes(t *testing.T) {
	on, off, decoy := []byte{0, 0, 0, 1}, []byte{0, 0, 0, 0}, []byte{0, 0, 0, 2}
	handle, analyzer, port := []byte{0, 0, 3, 0, 0, 0, 0, 0x90}, []byte{192, 168, 99, 2}, []byte{0, 0, 9, 0xc4}
	reject := func(text string) []string { return []string{"RadiusBasedMirroringFailure", "log: " + text} }
	starts := []string{"SessionStart", "SessionStart", "SessionStart"}
	var plain string
	for _, tt := range []struct {
		name   string
		hidden []hidden
		want   []string
		id     mirror.Identity
	}{
		{name: "none"},
		{"on", []hidden{{58, on, false}, {60, analyzer, false}}, starts, mirror.Identity{}},
		{"on, with a header", []hidden{{58, on, false}, {59, handle, false}, {60, analyzer, false}, {61, port, false}}, starts, mirror.Identity{MirrorID: 0x300, SessionID: 0x90}},
		{"handle of 4 octets", []hidden{{58, on, false}, {59, []byte{0x40, 0, 0, 0x10}, false}, {60, analyzer, false}, {61, port, false}}, starts, mirror.Identity{MirrorID: 0x10, SessionID: 1}},
		{"off", []hidden{{58, off, false}}, nil, mirror.Identity{}},
		{"decoy", []hidden{{58, decoy, false}, {60, analyzer, false}}, nil, mirror.Identity{}},
		{"one of handle and port", []hidden{{58, on, false}, {59, handle, false}, {60, analyzer, false}}, reject("mirror identifier and analyzer port go together"), mirror.Identity{}},
		{"no analyzer", []hidden{{58, on, false}}, reject("analyzer address is missing"), mirror.Identity{}},
		{"no action", []hidden{{60, analyzer, false}}, reject("mirroring attributes without an action"), mirror.Identity{}},
		{"not encrypted", []hidden{{58, on, true}, {60, analyzer, true}}, reject("analyzer address is not usable"), mirror.Identity{}},
		{"salt without its bit", []hidden{{58, append([]byte{1, 1}, make([]byte, 16)...), true}}, reject("action is none of 0, 1 and 2"), mirror.Identity{}},
		{"short action", []hidden{{58, []byte{1}, false}, {60, analyzer, false}}, reject("action is none of 0, 1 and 2"), mirror.Identity{}},
		{"short handle", []hidden{{58, on, false}, {59, []byte{1, 2, 3}, false}, {60, analyzer, false}, {61, port, false}}, reject("mirror identifier is not formatted properly"), mirror.Identity{}},
		{"twice", []hidden{{58, on, false}, {60, analyzer, false}, {60, analyzer, false}}, reject("analyzer address is not usable"), mirror.Identity{}},
		{"port of more than 16 bits", []hidden{{58, on, false}, {59, handle, false}, {60, analyzer, false}, {61, []byte{1, 0, 0, 0}, false}}, reject("analyzer port is not 1 to 65535"), mirror.Identity{}},
		{"empty", []hidden{{58, nil, true}}, reject("action is none of 0, 1 and 2"), mirror.Identity{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			net := network.New(network.Options{Default: "default"})
			def, err := net.Add("default", 1)
			if err != nil {
				t.Fatal(err)
			}
			out := &sink{}
			machine := mirror.New(mirror.Options{Network: net, Default: def, Sink: out})
			far, loopback := &server{hidden: tt.hidden}, netip.MustParseAddr("127.0.0.1")
			port := radiustest.Serve(t, loopback, key, far.answer)
			servers := client.New(client.Options{})
			for _, k := range []client.Kind{client.Authentication, client.Accounting} {
				if err := servers.Add(k, loopback); err != nil {
					t.Fatal(err)
				}
				if err := servers.Change(k, loopback, func(s *client.Server) { s.Key, s.Port = key, port }); err != nil {
					t.Fatal(err)
				}
			}
			a := New(Options{
				Network: net, Default: "default", Hostname: func() string { return "host1" },
				Servers: func(*network.Router) Servers { return servers },
			})
			defer func() { a.Close(); _ = servers.Close() }()
			if err := a.Login(t.Context(), def, network.Subscriber{Name: "joe"}, Password{Text: "x"}); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(out.seen, tt.want) {
				t.Errorf("raised %q, want %q", out.seen, tt.want)
			}
			var of mirror.Identity
			for _, s := range machine.Sessions() {
				of = s.Identity
			}
			if of != tt.id {
				t.Errorf("mirrored as %v, want %v", of, tt.id)
			}
			a.Settle(t.Context(), nil)
			far.mu.Lock()
			defer far.mu.Unlock()
			seen := strings.Join(far.requests, "\n")
			if plain == "" {
				plain = seen
			}
			if seen != plain || len(far.requests) != 2 {
				t.Errorf("requests of who is mirrored:\n%s\nof who is not:\n%s", seen, plain)
			}
		})
	}
}

// FuzzAccept: whatever an Access-Accept has, what it grants is in bounds, and the
// same without what it says of mirroring.
func FuzzAccept(f *testing.F) {
	f.Add([]byte{8, 6, 10, 0, 0, 1, 27, 6, 0, 0, 0, 60, 25, 3, 1, 85, 6, 0, 0, 0, 1})
	f.Add([]byte{27, 6, 0, 0, 0, 0, 28, 6, 0, 0, 0, 0, 85, 6, 0, 0, 0, 0}) // no time-outs
	f.Add([]byte{26, 12, 0, 0, 0x13, 0x0a, 58, 6, 0x80, 1, 2, 3, 26, 9, 0, 0, 0x13, 0x0a, 1, 3, 'v'})
	f.Add([]byte{26, 14, 0, 0, 0x13, 0x0a, 1, 3, 'v', 59, 5, 1, 2, 3})
	f.Fuzz(func(t *testing.T, wire []byte) {
		attributes, err := radius.ParseAttributes(wire)
		if err != nil {
			return
		}
		g, err := read(&client.Answer{Attributes: attributes})
		bare, bareErr := read(&client.Answer{Attributes: without(attributes)})
		if (err == nil) != (bareErr == nil) {
			t.Fatalf("with mirroring attributes %v, without %v", err, bareErr)
		}
		if err != nil {
			return
		}
		g.mirroring, bare.mirroring = nil, nil
		if fmt.Sprintf("%+v", g) != fmt.Sprintf("%+v", bare) {
			t.Errorf("grants %+v, without mirroring attributes %+v", g, bare)
		}
		in := func(d, least, most time.Duration) bool { return d == 0 || d == never || least <= d && d <= most }
		if !in(g.timeout, time.Second, MaxSession) || !in(g.idle, MinIdle, MaxIdle) || g.interim == never || !in(g.interim, MinInterim, MaxInterim) ||
			g.address.IsValid() && !g.address.Is4() {
			t.Errorf("grants %+v", g)
		}
	})
}

// without leaves out mirroring attributes.
func without(all radius.Attributes) (kept radius.Attributes) {
	for _, a := range all {
		vendor, rest, err := radius.VendorSpecific(a.Attribute)
		subs, bad := radius.ParseAttributes(rest)
		if a.Type != rfc2865.VendorSpecific_Type || err != nil || bad != nil || vendor != mirror.Vendor {
			kept = append(kept, a)
			continue
		}
		for _, sub := range subs {
			if sub.Type < 58 || sub.Type > 61 {
				value, err := radius.NewVendorSpecific(vendor, append([]byte{byte(sub.Type), byte(2 + len(sub.Attribute))}, sub.Attribute...))
				if err == nil {
					kept.Add(rfc2865.VendorSpecific_Type, value)
				}
			}
		}
	}
	return kept
}
