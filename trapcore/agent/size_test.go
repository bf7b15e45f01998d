package agent

import (
	"math"
	"slices"
	"strings"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// TestTooBig: an answer that does not fit becomes tooBig, and nothing if even
// that does not fit.
func TestTooBig(t *testing.T) {
	g := newRig(t)
	g.systems[0].SetContact(strings.Repeat("x", 255))
	many := make([]snmp.Varbind, 6)
	for i := range many {
		many[i] = snmp.Varbind{Name: mib.MustOID(sysContact0)}
	}
	for _, pdu := range []snmp.Tag{snmp.PDUGet, snmp.PDUGetNext} {
		q := request(pdu, slices.Clone(many)...)
		if pdu == snmp.PDUGetNext {
			for i := range q.Varbinds {
				q.Varbinds[i].Name = q.Varbinds[i].Name[:8]
			}
		}
		a := g.v2("boss", q)
		if snmp.ErrorStatus(a.ErrorStatus) != snmp.TooBig || a.ErrorIndex != 0 || len(a.Varbinds) != 0 {
			t.Errorf("v2c: %+v", a)
		}
		a = g.ask(snmp.Version1, "boss", q)
		if snmp.ErrorStatus(a.ErrorStatus) != snmp.TooBig || len(a.Varbinds) != len(many) {
			t.Errorf("v1: %+v", a)
		}
	}
	// What the sender takes counts too.
	c := g.client("ops", snmp.SHA, snmp.AES)
	c.maxSize = snmp.MinMessageSize
	if s, _ := c.do(request(snmp.PDUGet, many[:2]...)); snmp.ErrorStatus(s.PDU.ErrorStatus) != snmp.TooBig {
		t.Errorf("v3: %+v", s.PDU)
	}
	if n := g.stat(side.Ordinary, snmp.StatOutTooBigs); n != 5 {
		t.Errorf("%d tooBig", n)
	}
	// A SET whose answer would not fit changes nothing.
	long := bind(sysLocation0, snmp.OctetString(strings.Repeat("y", 255)))
	a := g.v2("boss", request(snmp.PDUSet, long, long, long, long, long, long))
	if snmp.ErrorStatus(a.ErrorStatus) != snmp.TooBig || g.systems[0].Location() != "default room" {
		t.Errorf("%v, location %q", snmp.ErrorStatus(a.ErrorStatus), g.systems[0].Location())
	}
	if g.ask(snmp.Version1, "boss", request(snmp.PDUSet, long, long, long, long, long, long)) != nil || g.stat(side.Ordinary, snmp.StatSilentDrops) != 1 {
		t.Error("an answer too big was not dropped silently")
	}
}

// TestBulk: RFC 3416 section 4.2.3: the count of variables, and the fill of
// the message.
func TestBulk(t *testing.T) {
	g := newRig(t)
	sys := []string{"1.3.6.1.2.1.1.1", "1.3.6.1.2.1.1.5", "1.3.6.1.2.1.1.6"}
	for _, tt := range []struct {
		once, repeat int32
		names        []string
		want         int
	}{
		{0, 0, sys, 0},
		{1, 0, sys, 1},
		{1, 3, sys, 1 + 2*3},
		{3, 9, sys, 3},
		{9, 9, sys, 3},
		{-1, 2, sys, 6},
		{0, -1, sys, 0},
		{0, 9, []string{"1.3.6.1.6.3.99", "1.3.7"}, 2}, // the end of the view, once
		{0, 9, nil, 0},
	} {
		q := request(snmp.PDUGetBulk, names(tt.names...)...)
		q.ErrorStatus, q.ErrorIndex = tt.once, tt.repeat
		a := g.v2("boss", q)
		if a.ErrorStatus != 0 || len(a.Varbinds) != tt.want {
			t.Errorf("%d, %d, %v: %d variables, %v", tt.once, tt.repeat, tt.names, len(a.Varbinds), snmp.ErrorStatus(a.ErrorStatus))
		}
	}
	for _, size := range []int{MinPacketSize, DefaultPacketSize, MaxPacketSize} {
		g.must(g.agents[0].SetPacketSize(size))
		q := request(snmp.PDUGetBulk, names("1.3.6.1.2.1.2.2.1.2")...)
		q.ErrorIndex = math.MaxInt32
		out := g.handle(communityRequest(t, snmp.Version2c, "boss", q))
		if len(out) > size || len(out) < size-90 {
			t.Errorf("%d octets of %d", len(out), size)
		}
		for _, p := range snmp.PrivProtocols() {
			c := g.client("ops", snmp.SHA, snmp.AES)
			c.user.Priv = p
			g.must(g.lcd().As(side.Clearance{}).SetUser(user("ops", "admin", snmp.SHA, p)))
			c.user = user("ops", "admin", snmp.SHA, p)
			out := g.handle(c.seal(q))
			if len(out) > size || len(out) < size-90 {
				t.Errorf("%v: %d octets of %d", p, len(out), size)
			}
		}
	}
}

// TestManyRequests: a request with as many names as there can be is answered
// within the size, whatever it asks.
func TestManyRequests(t *testing.T) {
	g := newRig(t)
	q := request(snmp.PDUGetBulk)
	for i := range snmp.MaxVarbinds {
		q.Varbinds = append(q.Varbinds, snmp.Varbind{Name: system.Sub(2, uint32(i))})
	}
	q.ErrorIndex = math.MaxInt32
	if a := g.v2("boss", q); len(a.Varbinds) < 20 {
		t.Errorf("%d variables", len(a.Varbinds))
	}
	q.Varbinds = append(q.Varbinds, q.Varbinds[0])
	before := g.stat(side.Ordinary, snmp.StatInASNParseErrs)
	if g.ask(snmp.Version2c, "boss", q) != nil || g.stat(side.Ordinary, snmp.StatInASNParseErrs) != before+1 {
		t.Error("too many variables were taken")
	}
}
