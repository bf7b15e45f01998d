package radius

import (
	"fmt"
	"testing"

	"layeh.com/radius"
)

// claims are mirroring attributes in a request: valid, malformed, alone.
var claims = map[string]func(builder) builder{
	"valid": func(p builder) builder { return p.mirror() },
	"off":   func(p builder) builder { return p.hidden(liAction, u32(0)) },
	"decoy": func(p builder) builder { return p.hidden(liAction, u32(2)) },
	"with a header": func(p builder) builder {
		return p.mirror().hidden(medDevHandle, make([]byte, 8)).hidden(medPortNumber, u32(2500))
	},
	"in the clear":  func(p builder) builder { return p.vendor(vendorJuniper, liAction, u32(1)) },
	"empty":         func(p builder) builder { return p.vendor(vendorJuniper, liAction, nil) },
	"no action":     func(p builder) builder { return p.hidden(medIPAddress, []byte{192, 168, 99, 2}) },
	"handle alone":  func(p builder) builder { return p.hidden(medDevHandle, make([]byte, 8)) },
	"port alone":    func(p builder) builder { return p.hidden(medPortNumber, u32(2500)) },
	"action 3":      func(p builder) builder { return p.hidden(liAction, u32(3)) },
	"twice":         func(p builder) builder { return p.mirror().mirror() },
	"no analyzer":   func(p builder) builder { return p.hidden(liAction, u32(1)) },
	"half a header": func(p builder) builder { return p.mirror().hidden(medDevHandle, make([]byte, 8)) },
	"off, analyzer of 5 octets": func(p builder) builder {
		return p.hidden(liAction, u32(0)).hidden(medIPAddress, make([]byte, 5))
	},
}

var valid = map[string]bool{"valid": true, "off": true, "decoy": true, "with a header": true}

// TestClaimsOfTheForged: until a request is authentic it counts as any other of
// its kind, whatever mirroring attributes it has.
func TestClaimsOfTheForged(t *testing.T) {
	for client, change := range map[string]func(*Client){
		"everything": nil, "no key": func(c *Client) { c.Key, c.Port = "", 4000 },
		"nothing accepted": func(c *Client) { c.CoA, c.Disconnect = false, false },
	} {
		for claim, add := range claims {
			for kind, code := range map[string]radius.Code{"CoA": radius.CodeCoARequest, "Disconnect": radius.CodeDisconnectRequest} {
				var seen [2]string
				for i := range seen {
					b := newBench(t)
					b.client("default", change)
					b.login(joe())
					p := builder{radius.New(code, []byte("wrong"))}.user("joe")
					if i == 1 {
						p = add(p)
					}
					at := here
					at.port = b.Clients("default")[0].Port
					if b.handle(at, p.encode()) != nil {
						t.Errorf("%s, %s, %s: answered", client, kind, claim)
					}
					at.from = at.from.Next() // no client
					b.handle(at, p.encode())
					seen[i] = fmt.Sprintf("%+v", b.Statistics("default", false))
				}
				if seen[0] != seen[1] {
					t.Errorf("%s, %s, %s:\n%s\n%s", client, kind, claim, seen[0], seen[1])
				}
			}
		}
	}
}

// TestClaimsOfTheAuthentic: a CoA-Request with valid mirroring attributes counts
// on the secure side, whatever becomes of it; any other is an ordinary NAK.
func TestClaimsOfTheAuthentic(t *testing.T) {
	rejected, accepted, dropped := Counters{Requests: 1, Rejects: 1}, Counters{Requests: 1, Accepts: 1}, Counters{Requests: 1, Dropped: 1}
	for claim, add := range claims {
		b := newBench(t)
		b.client("default", nil)
		b.login(joe())
		b.ask(add(coa().user("joe")))
		st := b.Statistics("default", false).Clients[0]
		if want := map[bool]Counters{true: accepted}[valid[claim]]; st.Mirroring != want {
			t.Errorf("%s: counted on the secure side %+v", claim, st.Mirroring)
		}
		if want := map[bool]Counters{false: rejected}[valid[claim]]; st.CoA != want {
			t.Errorf("%s: counted as a CoA %+v", claim, st.CoA)
		}
		if got := b.ask(add(disconnect().user("joe"))); got != "NAK 401" {
			t.Errorf("%s in a Disconnect: %s", claim, got)
		}
		st = b.Statistics("default", false).Clients[0]
		if st.Disconnect != rejected || len(b.network.Subscribers()) != 1 {
			t.Errorf("%s in a Disconnect: counted %+v", claim, st.Disconnect)
		}
	}
	for name, tt := range map[string]struct {
		change func(*Client)
		p      builder
		want   Counters
	}{
		"no session":            {nil, coa().user("jim").mirror(), rejected},
		"with an unknown one":   {nil, coa().user("joe").mirror().vendor(9, 1, []byte("x")), rejected},
		"CoA is not accepted":   {func(c *Client) { c.CoA = false }, coa().user("joe").mirror(), dropped},
		"nobody is identified":  {nil, coa().mirror(), Counters{Requests: 1, Rejects: 1, NoSessionID: 1}},
		"malformed name in it":  {nil, coa().user("jo\ne").mirror(), rejected},
		"it is for another NAS": {nil, coa().user("joe").mirror().add(32, []byte("other")), rejected},
	} {
		b := newBench(t)
		b.client("default", tt.change)
		b.login(joe())
		b.ask(tt.p)
		if st := b.Statistics("default", false).Clients[0]; st.Mirroring != tt.want || st.CoA != (Counters{}) {
			t.Errorf("%s: counted %+v, %+v", name, st.Mirroring, st.CoA)
		}
	}
}
