package radius

import (
	"bytes"
	"fmt"
	"net/netip"
	"testing"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"

	"mirrorsh/trapcore/network"
)

// requests are those of both kinds about the session of joe, in which nothing
// is wrong.
func requests() map[string]func() builder {
	return map[string]func() builder{
		"CoA":        func() builder { return coa().acct("erx ip:0001048579") },
		"Disconnect": func() builder { return disconnect().acct("erx ip:0001048579") },
	}
}

// verdict answers one request of a bench of its own, in which joe is logged in
// and an interface has 10.1.1.1.
func verdictAlone(t *testing.T, p builder) string {
	t.Helper()
	b := newBench(t)
	b.client("default", nil)
	b.login(joe())
	id, _ := network.ParseInterface("fastEthernet", "1/0")
	b.do(b.isp.CreateInterface(id))
	b.do(b.isp.SetAddress(id, netip.MustParsePrefix("10.1.1.1/24")))
	got := b.ask(p)
	if n := len(b.network.Subscribers()); (n == 0) != (got == "ACK" && p.Code == radius.CodeDisconnectRequest) {
		t.Errorf("%s, and %d subscribers are logged in", got, n)
	}
	return got
}

// TestEveryAttribute adds each attribute of the standard, and of some vendors,
// to a request that is accepted without it (RFC 5176 sections 3, 3.5 and 3.6).
func TestEveryAttribute(t *testing.T) {
	const vsa = 26
	expected := func(kind string, number int) string {
		switch number {
		case 1, 8, 31, 87: // identification: of another session
			return "NAK 503"
		case 44: // a second Acct-Session-Id
			return "NAK 404"
		case 4, 32: // of another NAS
			return "NAK 403"
		case 95: // 4 octets are no IPv6 address
			return "NAK 404"
		case 33: // Proxy-State
			return "ACK"
		case 24: // State
			if kind == "CoA" {
				return "ACK"
			}
		case 6: // Service-Type
			if kind == "CoA" {
				return "NAK 405"
			}
		case 55, 80: // Event-Timestamp of 1998, a Message-Authenticator too short
			return "none"
		}
		return "NAK 401"
	}
	for kind, request := range requests() {
		for number := 1; number < 256; number++ {
			if number == vsa {
				continue
			}
			if got, want := verdictAlone(t, request().add(radius.Type(number), []byte("5678"))), expected(kind, number); got != want {
				t.Errorf("%s with attribute %d: %s, want %s", kind, number, got, want)
			}
		}
		for _, tt := range []struct {
			vendor uint32
			number byte
		}{{9, 1}, {9, 250}, {311, 16}, {14988, 8}, {vendorJuniper, 2}, {vendorJuniper, 10}, {vendorJuniper, 57}, {vendorJuniper, 62}, {vendorJuniper, 255}, {vendorADSLForum, 3}, {0, 1}} {
			if got := verdictAlone(t, request().vendor(tt.vendor, tt.number, []byte("5678"))); got != "NAK 401" {
				t.Errorf("%s with attribute %d of vendor %d: %s", kind, tt.number, tt.vendor, got)
			}
		}
	}
}

// TestIdentification has each identification beside another that is right: it
// must match, too, and be there once.
func TestIdentification(t *testing.T) {
	standard := func(n radius.Type) func(builder, []byte) builder {
		return func(p builder, v []byte) builder { return p.add(n, v) }
	}
	vendor := func(vendor uint32, n byte) func(builder, []byte) builder {
		return func(p builder, v []byte) builder { return p.vendor(vendor, n, v) }
	}
	addr := func(s string) string { return string(netip.MustParseAddr(s).AsSlice()) }
	for _, tt := range []struct {
		name  string
		add   func(builder, []byte) builder
		right []string
		wrong []string
		cause int
		bad   []string
	}{
		{"User-Name", standard(1), []string{"joe"}, []string{"jim", "Joe", "joe ", "jo", "jöe"}, 503, []string{"", "jo\ne", "\xff", "joe\x00"}},
		{"Framed-IP-Address", standard(8), []string{addr("10.0.0.1")}, []string{addr("10.0.0.2"), addr("255.255.255.254"), addr("0.0.0.0")}, 503, []string{"", "\x0a\x00\x00", "\x0a\x00\x00\x01\x00", addr("::1")}},
		{"Calling-Station-Id", standard(31), []string{"call"}, []string{"other"}, 503, []string{"", "\x07"}},
		{"NAS-Port-Id", standard(87), []string{"nas"}, []string{"other"}, 503, []string{"", "\x07"}},
		{"DHCP-Option-82", vendor(vendorJuniper, 159), []string{"dhcp"}, []string{"other"}, 503, []string{"", "\x07"}},
		{"Agent-Circuit-Id", vendor(vendorADSLForum, 1), []string{"circuit"}, []string{"other"}, 503, []string{"", "\x07"}},
		{"Agent-Remote-Id", vendor(vendorADSLForum, 2), []string{"remote"}, []string{"other"}, 503, []string{"", "\x07"}},
		{"Virtual-Router", vendor(vendorJuniper, 1), []string{"default"}, []string{"isp", "none"}, 503, []string{"", "\x07"}},
		{"NAS-IP-Address", standard(4), []string{addr("10.1.1.1"), addr("127.0.0.1")}, []string{addr("10.1.1.2"), addr("10.0.0.1"), addr("0.0.0.0"), addr("127.0.0.2")}, 403, []string{"", "\x0a\x01\x01", addr("::1")}},
		{"NAS-Identifier", standard(32), []string{hostname}, []string{"host2", "HOST1", "host", "host1."}, 403, []string{"", "host1\x00"}},
		{"NAS-IPv6-Address", standard(95), nil, []string{addr("::1"), addr("2001:db8::1"), addr("::ffff:10.1.1.1")}, 403, []string{"", addr("10.1.1.1")}},
	} {
		for kind, request := range requests() {
			try := func(want string, values ...string) {
				t.Helper()
				p := request()
				for _, v := range values {
					tt.add(p, []byte(v))
				}
				if got := verdictAlone(t, p); got != want {
					t.Errorf("%s with %s %q: %s, want %s", kind, tt.name, values, got, want)
				}
			}
			for _, v := range tt.right {
				try("ACK", v)
				try("NAK 404", v, v)
			}
			for _, v := range tt.wrong {
				try(fmt.Sprint("NAK ", tt.cause), v)
			}
			for _, v := range tt.bad {
				try("NAK 404", v)
			}
		}
	}
}

// All that identify together must match; that of the NAS comes first.
func TestIdentificationTogether(t *testing.T) {
	all := func(p builder) builder {
		return p.user("joe").add(rfc2865.FramedIPAddress_Type, []byte{10, 0, 0, 1}).add(rfc2865.CallingStationID_Type, []byte("call")).
			add(87, []byte("nas")).add(rfc2865.NASIdentifier_Type, []byte(hostname)).add(rfc2865.NASIPAddress_Type, []byte{127, 0, 0, 1})
	}
	for kind, request := range requests() {
		for name, tt := range map[string]struct {
			p    builder
			want string
		}{
			"all":            {all(request()), "ACK"},
			"no such line":   {all(request()).vendor(vendorADSLForum, agentRemoteID, []byte("other")), "NAK 503"},
			"another NAS":    {request().user("jim").add(rfc2865.NASIdentifier_Type, []byte("other")), "NAK 403"},
			"one is another": {request().add(rfc2865.NASIdentifier_Type, []byte(hostname)).add(rfc2865.NASIPAddress_Type, []byte{10, 9, 9, 9}), "NAK 403"},
			"unsupported":    {all(request()).add(rfc2865.SessionTimeout_Type, u32(60)), "NAK 401"},
		} {
			if got := verdictAlone(t, tt.p); got != tt.want {
				t.Errorf("%s, %s: %s, want %s", kind, name, got, tt.want)
			}
		}
	}
}

// TestReturned: State and Proxy-State come back as they are and in order.
func TestReturned(t *testing.T) {
	for name, tt := range map[string]struct {
		p    builder
		want string
	}{
		"CoA-ACK":        {coa().acct("erx ip:0001048579"), "ACK"},
		"CoA-NAK":        {coa().acct("none"), "NAK 503"},
		"mirrored":       {coa().user("joe").mirror(), "ACK"},
		"not mirrored":   {coa().user("jim").mirror(), "NAK 503"},
		"no service":     {coa().acct("none").add(rfc2865.ServiceType_Type, u32(17)), "NAK 405"},
		"Disconnect-NAK": {disconnect().user("joe"), "NAK 401"}, // State is none of its attributes
	} {
		b := newBench(t)
		b.client("default", nil)
		b.login(joe())
		p := tt.p.proxyState("one").add(rfc2865.State_Type, []byte("\x00state\xff")).proxyState("two").sign(key)
		request := p.encode()
		answer := b.exchange(request)
		if got := b.verdictOf(request, answer); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
		packet, err := radius.Parse(answer, []byte(key))
		b.do(err)
		var got [][]byte
		for _, a := range packet.Attributes {
			if a.Type == rfc2865.ProxyState_Type || a.Type == rfc2865.State_Type {
				got = append(got, a.Attribute)
			}
		}
		if string(bytes.Join(got, []byte("|"))) != "one|\x00state\xff|two" {
			t.Errorf("%s: returned %q", name, got)
		}
	}
}
