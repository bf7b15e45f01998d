package radius

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2869"

	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
)

func TestLengths(t *testing.T) {
	whole := coa().acct("none").encode()
	cut := func(n int) []byte { return append([]byte{}, whole[:n]...) }
	set := func(at int, v byte) []byte { b := cut(len(whole)); b[at] = v; return b }
	tests := []struct {
		name     string
		datagram []byte
		want     string
	}{
		{"whole", whole, "NAK 503"},
		{"padded", append(cut(len(whole)), 1, 2, 3), "NAK 503"},
		{"empty", nil, "none"},
		{"header only in part", cut(19), "none"},
		{"cut off", cut(len(whole) - 1), "none"},
		{"length 19", set(3, 19), "none"},
		{"length 0", set(3, 0), "none"},
		{"attribute of length 0", set(21, 0), "none"},
		{"attribute of length 1", set(21, 1), "none"},
		{"attribute too long", set(21, 255), "none"},
	}
	for _, tt := range tests {
		b := newBench(t)
		b.client("default", nil)
		if got := b.verdictOf(whole, b.exchange(tt.datagram)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if n := b.Statistics("default", false).Clients[0].BadLengths; (n == 1) != (tt.want == "none") {
			t.Errorf("%s: %d bad lengths", tt.name, n)
		}
	}
}

// sign adds a Message-Authenticator made with a key.
func (p builder) sign(key string) builder {
	p.Add(rfc2869.MessageAuthenticator_Type, make(radius.Attribute, md5.Size))
	p.Authenticator = [16]byte{}
	unsigned, err := p.MarshalBinary()
	if err != nil {
		panic(err)
	}
	mac := hmac.New(md5.New, []byte(key))
	mac.Write(unsigned)
	p.Set(rfc2869.MessageAuthenticator_Type, mac.Sum(nil))
	return p
}

func (p builder) proxyState(v string) builder {
	p.Add(rfc2865.ProxyState_Type, radius.Attribute(v))
	return p
}

func TestMessageAuthenticator(t *testing.T) {
	short, twice := coa().acct("none"), coa().acct("none").sign(key)
	short.Add(rfc2869.MessageAuthenticator_Type, make(radius.Attribute, md5.Size-1))
	twice.Add(rfc2869.MessageAuthenticator_Type, twice.Get(rfc2869.MessageAuthenticator_Type))
	tests := []struct {
		name    string
		request builder
		want    string
	}{
		{"right", coa().acct("none").sign(key), "NAK 503"},
		{"attributes in front", coa().acct("none").proxyState("x").sign(key), "NAK 503"},
		{"added to afterwards", coa().acct("none").sign(key).proxyState("x"), "none"},
		{"wrong key", coa().acct("none").sign("other"), "none"},
		{"short", short, "none"},
		{"twice", twice, "none"},
	}
	for _, tt := range tests {
		b := newBench(t)
		b.client("default", nil)
		request := tt.request.encode()
		answer := b.exchange(request)
		if got := b.verdictOf(request, answer); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if answer == nil {
			if n := b.Statistics("default", false).Clients[0].CoA.BadAuthenticators; n != 1 {
				t.Errorf("%s: %d bad authenticators", tt.name, n)
			}
			continue
		}
		p, err := radius.Parse(answer, []byte(key))
		b.do(err)
		got := p.Get(rfc2869.MessageAuthenticator_Type)
		p.Set(rfc2869.MessageAuthenticator_Type, make(radius.Attribute, md5.Size))
		copy(p.Authenticator[:], request[4:])
		unsigned, err := p.MarshalBinary()
		b.do(err)
		mac := hmac.New(md5.New, []byte(key))
		mac.Write(unsigned)
		if !hmac.Equal(got, mac.Sum(nil)) {
			t.Errorf("%s: answer is signed with %x", tt.name, got)
		}
	}
}

// Proxy-State comes back, in order, unless there is no room for it.
func TestProxyState(t *testing.T) {
	b := newBench(t)
	b.client("default", nil)
	p := coa().acct("none").proxyState("one").proxyState("two")
	answer, err := radius.Parse(b.exchange(p.encode()), []byte(key))
	b.do(err)
	var got []string
	for _, a := range answer.Attributes {
		if a.Type == rfc2865.ProxyState_Type {
			got = append(got, string(a.Attribute))
		}
	}
	if fmt.Sprint(got) != "[one two]" {
		t.Errorf("proxy state %v", got)
	}
	full := coa().proxyState("0123456789")
	for range 16 {
		full.proxyState(strings.Repeat("x", 252))
	}
	if got := b.ask(full); got != "none" {
		t.Errorf("no room: %s", got)
	}
	if c := b.Statistics("default", false).Clients[0].CoA; c != (Counters{Requests: 2, Rejects: 1, Dropped: 1}) {
		t.Errorf("counters %+v", c)
	}
}

func TestMalformed(t *testing.T) {
	vsa := func(raw ...byte) builder {
		p := coa().acct("erx ip:0001048579")
		p.Add(rfc2865.VendorSpecific_Type, raw)
		return p
	}
	attribute := func(ty radius.Type, v string) builder {
		p := coa().acct("erx ip:0001048579")
		p.Add(ty, radius.Attribute(v))
		return p
	}
	tests := []struct {
		name    string
		request builder
		want    string
	}{
		{"vendor without a number", vsa(0, 0), "NAK 404"},
		{"vendor attribute cut off", vsa(0, 0, 0x13, 0x0a, 1, 9, 'x'), "NAK 404"},
		{"other vendor", vsa(0, 0, 0, 9, 1, 9, 'x'), "NAK 401"},
		{"vendor without attributes", vsa(0, 0, 0x13, 0x0a), "NAK 404"},
		{"two in one", vsa(0, 0, 0x0d, 0xe9, 1, 9, 'c', 'i', 'r', 'c', 'u', 'i', 't', 2, 8, 'r', 'e', 'm', 'o', 't', 'e'), "ACK"},
		{"two in one, one wrong", vsa(0, 0, 0x0d, 0xe9, 1, 9, 'c', 'i', 'r', 'c', 'u', 'i', 't', 2, 8, 'r', 'e', 'm', 'o', 't', 'X'), "NAK 503"},
		{"line feed", attribute(rfc2865.UserName_Type, "jo\ne"), "NAK 404"},
		{"not UTF-8", attribute(rfc2865.UserName_Type, "\xff"), "NAK 404"},
		{"empty", attribute(rfc2865.UserName_Type, ""), "NAK 404"},
		{"address of 3 octets", attribute(rfc2865.FramedIPAddress_Type, "\x0a\x00\x00"), "NAK 404"},
		{"address of 16 octets", attribute(rfc2865.FramedIPAddress_Type, "0123456789abcdef"), "NAK 404"},
		{"action in the clear", coa().user("joe").vendor(vendorJuniper, liAction, u32(1)), "NAK 404"},
		{"action empty", coa().user("joe").vendor(vendorJuniper, liAction, nil), "NAK 404"},
		{"action of 3 octets", coa().user("joe").hidden(liAction, []byte{0, 0, 1}).hidden(medIPAddress, []byte{127, 0, 0, 9}), "NAK 404"},
		{"action 3", coa().user("joe").hidden(liAction, u32(3)).hidden(medIPAddress, []byte{127, 0, 0, 9}), "NAK 404"},
		{"analyzer of 5 octets", coa().user("joe").hidden(liAction, u32(1)).hidden(medIPAddress, make([]byte, 5)), "NAK 404"},
		{"analyzer 0.0.0.0", coa().user("joe").hidden(liAction, u32(1)).hidden(medIPAddress, make([]byte, 4)), "NAK 404"},
		{"analyzer is IPv6", coa().user("joe").hidden(liAction, u32(1)).hidden(medIPAddress, make([]byte, 16)), "NAK 404"},
		{"port 65536", coa().user("joe").mirror().hidden(medDevHandle, make([]byte, 8)).hidden(medPortNumber, u32(65536)), "NAK 404"},
		{"port of 2 octets", coa().user("joe").mirror().hidden(medDevHandle, make([]byte, 8)).hidden(medPortNumber, []byte{9, 0xc4}), "NAK 404"},
	}
	for _, tt := range tests {
		b := newBench(t)
		b.client("default", nil)
		b.login(joe())
		if got := b.ask(tt.request); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if b.session("joe") != nil {
			t.Errorf("%s: mirrored", tt.name)
		}
	}
}

// What is refused before it comes to package mirror is reported there all the
// same, once.
func TestRefusedMirroringIsReported(t *testing.T) {
	type requests = []builder
	for _, tt := range []struct {
		name     string
		requests requests
		want     string
		reported bool
	}{
		{"unknown attribute", requests{coa().user("joe").mirror().vendor(vendorJuniper, 2, []byte("x"))}, "NAK 401", true},
		{"malformed", requests{coa().user("jo\ne").mirror(), coa().user("").mirror(), coa().user("joe").user("joe").mirror()}, "NAK 404", true},
		{"another NAS", requests{coa().user("joe").mirror().add(rfc2865.NASIdentifier_Type, []byte("other"))}, "NAK 403", true},
		{"no service", requests{coa().user("joe").mirror().add(rfc2865.ServiceType_Type, u32(17))}, "NAK 405", true},
		{"without mirroring attributes", requests{coa().user("joe").vendor(vendorJuniper, 2, []byte("x"))}, "NAK 401", false},
		{"no CoA", requests{disconnect().user("joe").mirror()}, "NAK 401", false},
	} {
		for n, p := range tt.requests {
			b := newBench(t)
			b.client("default", nil)
			b.login(joe())
			request := p.encode()
			if got := b.verdictOf(request, b.exchange(request)); got != tt.want {
				t.Errorf("%s %d: %s, want %s", tt.name, n, got, tt.want)
			}
			b.exchange(request) // a retransmission
			if got := b.take(); (len(got) == 2) != tt.reported || (len(got) == 0) == tt.reported {
				t.Errorf("%s %d: %q", tt.name, n, got)
			}
		}
	}
}

// Two virtual routers can have a client in common: its key tells them apart,
// and the names in a request without Virtual-Router are of that router.
func TestVirtualRouters(t *testing.T) {
	b := newBench(t)
	b.client("default", nil)
	b.client("isp", func(c *Client) { c.Key = "of the isp" })
	b.do(b.isp.Login(network.Subscriber{Name: "ann"}, nil))
	p := disconnect().user("ann")
	if got := b.ask(p); got != "NAK 503" {
		t.Errorf("default: %s", got)
	}
	p = disconnect().user("ann")
	p.Secret = []byte("of the isp")
	if b.exchange(p.encode()) == nil || len(b.network.Subscribers()) != 0 {
		t.Error("isp: still logged in")
	}
	for router, want := range map[string]Counters{"default": {Requests: 1, Rejects: 1}, "isp": {Requests: 1, Accepts: 1}} {
		if got := b.Statistics(router, false).Clients[0].Disconnect; got != want {
			t.Errorf("%s: counters %+v", router, got)
		}
	}
}

func TestRetransmissionWindow(t *testing.T) {
	b := newBench(t)
	b.client("default", nil)
	b.login(joe())
	request := disconnect().user("joe").encode()
	first := b.exchange(request)
	b.pass(lifetime - 1)
	if again := b.exchange(request); !bytes.Equal(first, again) {
		t.Errorf("answers %x and %x", first, again)
	}
	b.pass(1)
	if got := b.verdictOf(request, b.exchange(request)); got != "NAK 503" {
		t.Errorf("after %v: %s", lifetime, got)
	}
	b.do(b.Change("default", loopback, func(c *Client) { c.Disconnect = false }))
	if b.exchange(request) != nil {
		t.Error("answered where disconnects are not accepted any more")
	}
}

func TestCacheIsBounded(t *testing.T) {
	now := time.Unix(1e9, 0)
	for _, size := range []int{20, 4096} {
		c := cache{lifetime: lifetime}
		for i := range maxAnswers + 100 {
			t := transmission{authenticator: [16]byte(append(make([]byte, 12), u32(uint32(i))...))}
			c.claim(t, now)
			c.put(t, make([]byte, size))
		}
		if len(c.answers) > maxAnswers || len(c.answers) != len(c.order) || c.octets > maxOctets || c.octets != size*len(c.answers) {
			t.Errorf("%d answers of %d octets", len(c.answers), c.octets)
		}
		if c.expire(now.Add(lifetime)); c.answers != nil || c.order != nil || c.octets != 0 {
			t.Error("old answers are kept")
		}
	}
}

func TestBaseline(t *testing.T) {
	b := newBench(t)
	b.client("default", nil)
	b.login(joe())
	round := func() {
		b.ask(coa().acct("none"))
		b.ask(coa().user("joe").mirror())
		b.handle(arrival{netip.MustParseAddr("127.0.0.9"), loopback, DefaultPort}, nil)
	}
	round()
	b.Baseline("default", side.Clearance{})
	round()
	got := b.Statistics("default", true)
	if got.InvalidClients != 1 || got.Clients[0].CoA.Requests != 1 || got.Clients[0].Mirroring.Requests != 2 {
		t.Errorf("after an ordinary baseline: %+v", got)
	}
	b.Baseline("default", side.Clear(true))
	got = b.Statistics("default", true)
	if got.InvalidClients != 0 || got.Clients[0].CoA.Requests != 0 || got.Clients[0].Mirroring.Requests != 0 {
		t.Errorf("after a baseline of all: %+v", got)
	}
	if all := b.Statistics("default", false); all.InvalidClients != 2 || all.Clients[0].CoA.Requests != 2 {
		t.Errorf("without delta: %+v", all)
	}
}

// TestOrdinaryAnswersOweTheSecureSideNothing sends the same ordinary requests
// to a router whose secure side is busy and to one without, mirroring requests
// in between: answers and counters are the same to the octet.
func TestOrdinaryAnswersOweTheSecureSideNothing(t *testing.T) {
	busy, empty := newBench(t), newBench(t)
	empty.client("default", nil)
	busy.client("default", nil)
	busy.mirrored()
	for _, b := range []*bench{busy, empty} {
		b.login(joe())
	}
	empty.login(network.Subscriber{Name: "cli"})
	for n := range maxAnswers + 10 { // enough to fill a cache that were shared
		p := coa().user("cli").hidden(liAction, u32(mirror.LINoAction))
		p.Identifier = byte(n)
		p.Add(rfc2865.ProxyState_Type, u32(uint32(n))) // another authenticator
		if got := busy.ask(p); got != "ACK" {
			t.Fatal(got)
		}
		if n == 100 {
			for _, ordinary := range ordinaryRequests() {
				if a, b := busy.exchange(ordinary), empty.exchange(ordinary); !bytes.Equal(a, b) {
					t.Errorf("%x: answers %x and %x", ordinary, a, b)
				}
			}
		}
	}
	for _, ordinary := range ordinaryRequests() {
		if a, b := busy.exchange(ordinary), empty.exchange(ordinary); !bytes.Equal(a, b) {
			t.Errorf("again %x: answers %x and %x", ordinary, a, b)
		}
	}
	a, b := busy.Statistics("default", false), empty.Statistics("default", false)
	a.Clients[0].Mirroring = Counters{}
	if fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("counters\n%+v\n%+v", a, b)
	}
}

// ordinaryRequests are always the same octets.
func ordinaryRequests() (all [][]byte) {
	for n, p := range []builder{
		coa().acct("erx ip:0001048579"), coa().acct("none"), coa().user("joe"), coa(),
		coa().acct("erx ip:0001048579").vendor(vendorJuniper, 2, []byte("x")),
		disconnect(), disconnect().user("jim"), disconnect().user("joe"), disconnect().user("joe").sign(key),
	} {
		p.Identifier = byte(n)
		p.Authenticator = [16]byte{}
		all = append(all, p.encode())
	}
	return all
}
