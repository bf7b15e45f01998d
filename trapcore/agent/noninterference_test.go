package agent

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// pair is two routers, one with a busy secure side, that get the same input.
type pair struct {
	t           *testing.T
	empty, busy *rig
}

func newPair(t *testing.T) *pair {
	p := &pair{t, newRig(t), newRig(t)}
	p.busy.busy()
	return p
}

// noise is traffic of the secure side, in the busy router only.
func (p *pair) noise(i int) {
	g := p.busy
	g.client("tap", snmp.SHA, snmp.AES).do(request(snmp.PDUGet, names(trapEnable0)...))
	g.client("tapper1", snmp.SHA, snmp.AES).do(request(snmp.PDUSet, bind(trapEnable0, snmp.Integer(int32(1+i%2)))))
	g.client("open", snmp.MD5, snmp.DES).do(request(snmp.PDUGetNext, names("1.3")...))
	g.v2("tap2", request(snmp.PDUSet, bind(sysContact0, snmp.OctetString("x"))))
	late := g.client("tap", snmp.SHA, snmp.AES)
	late.time += 1000
	g.handle(late.seal(request(snmp.PDUGet)))
	g.must(g.lcd().As(side.Clear(true)).SetCommunity(snmp.Community{Name: fmt.Sprintf("noise%d", i%8), View: "mirrorAdmin"}))
}

// same sends one datagram to both and compares the answers, which must be
// without secrets of their own.
func (p *pair) same(what string, msg []byte) {
	p.t.Helper()
	a, b := p.empty.handle(msg), p.busy.handle(msg)
	// Traps leave in their own time, and are counted then.
	for _, g := range []*rig{p.empty, p.busy} {
		ctx, cancel := context.WithTimeout(p.t.Context(), 10*time.Second)
		if n := g.traps().Drain(ctx).As(side.Clearance{}); n != 0 {
			p.t.Fatalf("%d traps do not leave", n)
		}
		cancel()
	}
	if !bytes.Equal(a, b) {
		p.t.Errorf("%s:\nempty %x\nbusy  %x", what, a, b)
	}
}

// TestNoninterferenceWalk: the whole tree, counters included, by each way to
// walk it, while the secure side is at work.
func TestNoninterferenceWalk(t *testing.T) {
	p := newPair(t)
	at, i := mib.OID{0, 0}, 0
	for ; ; i++ {
		if i%100 == 0 {
			p.noise(i)
		}
		msg := communityRequest(t, snmp.Version2c, "boss", request(snmp.PDUGetNext, snmp.Varbind{Name: at}))
		p.same("GETNEXT "+at.String(), msg)
		next := p.empty.v2("boss", request(snmp.PDUGetNext, snmp.Varbind{Name: at})).Varbinds[0]
		p.busy.v2("boss", request(snmp.PDUGetNext, snmp.Varbind{Name: at}))
		if next.Value.Exception() {
			break
		}
		at = next.Name
	}
	if i < 1500 {
		t.Errorf("only %d instances", i)
	}
	// As encrypted by an administrator; keys and salts are the same in neither.
	for _, start := range []string{"0.0", "1.3.6.1.4.1", "1.3.6.1.6.3.15", "1.3.6.1.6.3.16.1.4"} {
		bulk := request(snmp.PDUGetBulk, names(start)...)
		bulk.ErrorIndex = 60
		a, _ := p.empty.client("ops", snmp.SHA, snmp.AES).do(bulk)
		b, _ := p.busy.client("ops", snmp.SHA, snmp.AES).do(bulk)
		if !slices.EqualFunc(a.PDU.Varbinds, b.PDU.Varbinds, equalVarbind) || len(a.PDU.Varbinds) == 0 {
			t.Errorf("GETBULK %s: %v, %v", start, a.PDU.Varbinds, b.PDU.Varbinds)
		}
	}
}

func equalVarbind(a, b snmp.Varbind) bool { return a.Name.Compare(b.Name) == 0 && a.Value == b.Value }

// TestNoninterferenceRandom: random requests, valid or not, by ordinary users,
// strangers, and strangers who guess secure names; then the counters.
func TestNoninterferenceRandom(t *testing.T) {
	p := newPair(t)
	p.empty.raised()
	p.busy.raised()
	rnd := rand.New(rand.NewPCG(1, 2))
	tree := p.empty.walk(t, "everything", false)
	host := byte(0)
	good := func() snmp.Varbind {
		switch n := rnd.Int32N(8); rnd.IntN(7) {
		case 0:
			return bind(sysContact0, snmp.OctetString(fmt.Sprint("contact ", n)))
		case 1:
			return bind(trapObjects+"7.0", snmp.Integer(n))
		case 2:
			return bind(trapObjects+"1.0", snmp.OctetString("\x00\x00\x00\x00\x00\x00\x00"+string(rune(n)|1)))
		case 3:
			return bind(fmt.Sprintf("%s2.110.%d", community, n), snmp.Integer(4+2*(n&1)))
		case 4:
			return bind(fmt.Sprintf("%s6.110.%d", community, n), snmp.OctetString("mirrorAdmin"))
		case 5:
			return bind(fmt.Sprintf("%s4.127.0.0.%d", trapHost, host), snmp.OctetString("tapper1"))
		}
		host = byte(1 + rnd.IntN(12))
		return bind(fmt.Sprintf("%s2.127.0.0.%d", trapHost, host), snmp.Integer(4+2*rnd.Int32N(2)))
	}
	pick := func() snmp.Varbind {
		if rnd.IntN(3) == 0 {
			return good()
		}
		vb := tree[rnd.IntN(len(tree))]
		switch rnd.IntN(6) {
		case 0:
			vb.Name = vb.Name[:1+rnd.IntN(len(vb.Name))]
		case 1:
			vb.Name = vb.Name.Sub(rnd.Uint32N(3))
		case 2:
			vb.Name = mib.PacketMirrorMIB.Sub(2, 1, 0)[:9+rnd.IntN(4)]
			vb.Value = snmp.Integer(rnd.Int32N(4))
		case 3:
			vb.Value = snmp.Integer(rnd.Int32N(8))
		}
		return vb
	}
	pdus := []snmp.Tag{snmp.PDUGet, snmp.PDUGetNext, snmp.PDUGetBulk, snmp.PDUSet, snmp.PDUGetBulk, snmp.PDUInform}
	who := []string{"boss", "writer", "reader", "blind", "limited", "nobody", "public"}
	for i := range 3000 {
		if i%50 == 0 {
			p.noise(i)
			p.empty.advance(time.Second)
			p.busy.advance(time.Second)
		}
		q := request(pdus[rnd.IntN(len(pdus))])
		for range 1 + rnd.IntN(3) {
			q.Varbinds = append(q.Varbinds, pick())
		}
		if q.Type == snmp.PDUGetBulk {
			q.ErrorStatus, q.ErrorIndex = rnd.Int32N(4)-1, rnd.Int32N(40)-1
		}
		switch rnd.IntN(4) {
		case 0, 1:
			version := snmp.Version2c
			if q.Type != snmp.PDUGetBulk && q.Type != snmp.PDUInform && rnd.IntN(2) == 0 {
				version = snmp.Version1
			}
			p.same("community", communityRequest(t, version, who[rnd.IntN(len(who))], q))
		case 2:
			name := []string{"plain", "tap", "tapper0", "nobody", "auth"}[rnd.IntN(5)]
			p.same("user "+name, p.empty.client(name, snmp.NoAuth, snmp.NoPriv).seal(q))
		case 3:
			c := p.empty.client([]string{"tap", "tapper2", "open", "nobody", "ops"}[rnd.IntN(5)], snmp.SHA, snmp.NoPriv)
			c.user.AuthKey = make(snmp.Key, snmp.SHA.KeyLen())
			p.same("forged "+c.user.Name, c.seal(q))
		}
		if t.Failed() {
			t.Fatalf("after %d requests, %+v", i, q)
		}
	}
	a, b := p.empty.agents[0].As(side.Clearance{}).Counters(), p.busy.agents[0].As(side.Clearance{}).Counters()
	if a != b || a.Values[snmp.StatUnknownUserNames] == 0 || a.Values[snmp.StatInTotalSetVars] == 0 {
		t.Errorf("counters differ or are empty:\n%+v\n%+v", a, b)
	}
	if x, y := p.empty.traps().As(side.Clearance{}).Counters(side.Ordinary), p.busy.traps().As(side.Clearance{}).Counters(side.Ordinary); x.Local != y.Local || x.Local == 0 {
		t.Errorf("traps raised: %+v, %+v", x, y)
	}
	if x, y := p.empty.r.load.slices, p.busy.r.load.slices; x != y || x == [len(x)]int{} {
		t.Errorf("the load differs or is none: %v, %v", x, y)
	}
	if len(p.empty.changes) == 0 || len(p.empty.changes) == len(p.busy.changes) {
		t.Errorf("%d and %d changes", len(p.empty.changes), len(p.busy.changes))
	}
}
