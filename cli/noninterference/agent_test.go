package noninterference

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// manager is where requests come from.
var manager = netip.MustParseAddrPort("127.0.0.1:40001")

// request encodes a request of SNMPv1 or v2c.
func request(version snmp.Version, community string, p snmp.PDU) []byte {
	var list, buf snmp.Buffer
	list.PutVarbinds(p.Varbinds)
	msg, err := snmp.EncodeReply(&buf, version, []byte(community), p.RequestID, &snmp.Reply{
		Type: p.Type, ErrorStatus: p.ErrorStatus, ErrorIndex: p.ErrorIndex, Varbinds: list.Bytes(),
	})
	if err != nil {
		return nil
	}
	return msg
}

func key(t testing.TB, hexadecimal string) snmp.Key {
	k, err := hex.DecodeString(hexadecimal)
	if err != nil {
		t.Fatal(err)
	}
	return snmp.Key(k)
}

// users are who sends SNMPv3 requests: right ones, strangers, and those who
// know the name of a secure user but not its key.
func users(t testing.TB) []snmp.User {
	good, wrong := key(t, key20), key(t, "0000000000000000000000000000000000000000")
	all := []snmp.User{
		{Name: "ops", Auth: snmp.SHA, AuthKey: good, Priv: snmp.AES, PrivKey: good},
		{Name: "ops", Auth: snmp.SHA, AuthKey: good},
		{Name: "ops"},
		{Name: "bob", Auth: snmp.SHA, AuthKey: good},
		{Name: "bob", Auth: snmp.SHA, AuthKey: good, Priv: snmp.AES, PrivKey: good},
		{Name: "plain"},
		{Name: "nobody"},
		{Name: "nobody", Auth: snmp.SHA, AuthKey: wrong, Priv: snmp.AES, PrivKey: wrong},
		{Name: "tap0"},
		{Name: "tap0", Auth: snmp.SHA, AuthKey: wrong},
		{Name: "tap1", Auth: snmp.SHA, AuthKey: wrong, Priv: snmp.AES, PrivKey: wrong},
		{Name: "tap40", Auth: snmp.SHA, AuthKey: wrong, Priv: snmp.AES, PrivKey: wrong},
		{Name: "ops", Auth: snmp.SHA, AuthKey: wrong, Priv: snmp.AES, PrivKey: wrong},
	}
	for i := range all {
		all[i].Group = "any"
	}
	return all
}

// The last one is of the secure side, for whom an access list lets in.
var communities = []string{"public", "private", "boss", "boss", "nobody", "red", "mirror", guarded}

// envelope is how a request gets to the agent.
type envelope struct {
	version   snmp.Version
	community string
	user      snmp.User
	context   int   // of which virtual router
	skew      int32 // seconds that the sender's idea of the time is off
}

// seal encodes a request of SNMPv3. Each router gets the same bytes, which are
// made with the engine of the empty one.
func (p *pair) seal(e *envelope, q snmp.PDU) []byte {
	routers := p.empty.router.VirtualRouters()
	engine := p.empty.router.Engine()
	keys, err := e.user.Localize(routers[0].EngineID(), engine)
	if err != nil {
		p.t.Fatal(err)
	}
	sealer, err := snmp.NewSealer(keys)
	if err != nil {
		p.t.Fatal(err)
	}
	now := engine.Now()
	var list, buf snmp.Buffer
	list.PutVarbinds(q.Varbinds)
	m := &snmp.Message{
		Boots: now.Boots, Time: max(0, now.Time+e.skew), ID: 77, RequestID: q.RequestID, ErrorStatus: q.ErrorStatus, ErrorIndex: q.ErrorIndex,
		PDU: q.Type, Varbinds: list.Bytes(),
	}
	m.ContextEngine = routers[0].EngineID()
	if v := routers[e.context%len(routers)]; e.context > 0 {
		m.ContextEngine, m.Context = v.EngineID(), v.ContextName()
	}
	msg, err := sealer.Seal(&buf, m)
	if err != nil {
		return nil
	}
	return append([]byte(nil), msg...)
}

func (p *pair) encode(e *envelope, q snmp.PDU) []byte {
	if e.version == snmp.Version3 {
		return p.seal(e, q)
	}
	return request(e.version, e.community, q)
}

// ask gives both agents a datagram and compares answers, traps and logs. It
// returns the answer of the empty one.
func (p *pair) ask(what string, msg []byte) ([]byte, error) {
	p.did("SNMP %s: %x", what, msg)
	a, b := p.empty.handle(msg), p.busy.handle(msg)
	p.settle()
	if err := p.differs("answer to "+what, p.empty.answer(a), p.busy.answer(b)); err != nil {
		return a, err
	}
	return a, p.emitted()
}

// noiseSNMP has the agent of the busy router answer those who may see the secure
// side, and refuse them once it knows them.
func (p *pair) noiseSNMP() {
	good := key(p.t, tap20)
	tap := snmp.User{Name: fmt.Sprintf("tap%d", p.rnd.IntN(8)), Group: "any", Auth: snmp.SHA, AuthKey: good, Priv: snmp.AES, PrivKey: good}
	enable := snmp.Varbind{Name: mib.PacketMirrorMIB.Sub(2, 1, 0), Value: snmp.Integer(1)}
	for _, e := range []*envelope{
		{version: snmp.Version3, user: tap}, {version: snmp.Version3, user: tap, skew: 1000}, {version: snmp.Version3, user: tap, context: 1},
		{version: snmp.Version2c, community: "tapcommunity2"}, {version: snmp.Version1, community: "tapcommunity1"},
	} {
		q := snmp.PDU{Type: []snmp.Tag{snmp.PDUGet, snmp.PDUGetNext, snmp.PDUSet}[p.rnd.IntN(3)], RequestID: 8, Varbinds: []snmp.Varbind{enable}}
		if p.rnd.IntN(4) == 0 {
			q.Varbinds = append(q.Varbinds, snmp.Varbind{Name: mib.MustOID("1.3.6.1.2.1.1.4.0"), Value: snmp.OctetString("tapped")})
		}
		switch p.rnd.IntN(8) {
		case 0:
			q.Type, q.ErrorIndex = snmp.PDUGetBulk, 100
		case 1:
			q.Type = snmp.PDUResponse // which nobody answers
		case 2:
			for range 60 { // an answer that does not fit
				q.Varbinds = append(q.Varbinds, snmp.Varbind{Name: mib.MustOID("1.3.6.1.2.1.1.4.0"), Value: snmp.OctetString("tapped")})
			}
		}
		msg := p.encode(e, q)
		if msg == nil {
			continue
		}
		if p.rnd.IntN(8) == 0 && e.version != snmp.Version3 {
			msg[len(msg)-1-p.rnd.IntN(20)] ^= 0x55 // a PDU that is broken
		}
		p.busy.handle(msg)
	}
}

// answer is what the sender makes of an answer.
func (w *twin) answer(data []byte) string {
	if data == nil {
		return "none"
	}
	return w.wire.read(data)
}

// often is after how many requests all that was logged of them is to be delivered:
// how many a destination of the log may be behind is a matter of time.
const often = 200

// walk compares walks by GETNEXT, with SNMPv1 and v2c, and by GETBULK in every
// virtual router with SNMPv3.
func (p *pair) walk() error {
	versions := []snmp.Version{snmp.Version1, snmp.Version2c}
	if brief {
		versions = versions[p.rnd.IntN(2):][:1]
	}
	for _, version := range versions {
		at := mib.OID{0, 0}
		for i := range 20000 {
			if i%often == 0 {
				p.settle()
			}
			msg := request(version, "boss", snmp.PDU{Type: snmp.PDUGetNext, RequestID: 5, Varbinds: []snmp.Varbind{{Name: at}}})
			a, b := p.empty.handle(msg), p.busy.handle(msg)
			if string(a) != string(b) {
				p.did("SNMP GETNEXT after %v", at)
				return p.differs("walk", fmt.Sprintf("%x", a), fmt.Sprintf("%x", b))
			}
			next, ok := first(a)
			if !ok {
				break
			}
			at = next
		}
	}
	ops := users(p.t)[0]
	for i := range p.empty.router.VirtualRouters() {
		for _, from := range []mib.OID{{1, 3, 6, 1, 2, 1}, {1, 3, 6, 1, 4, 1}, {1, 3, 6, 1, 6, 3, 15}, {1, 3, 6, 1, 6, 3, 16, 1, 4}, mib.PacketMirrorMIB} {
			q := snmp.PDU{Type: snmp.PDUGetBulk, RequestID: 6, ErrorIndex: 50, Varbinds: []snmp.Varbind{{Name: from}}}
			if _, err := p.ask(fmt.Sprintf("GETBULK after %v", from), p.seal(&envelope{user: ops, context: i}, q)); err != nil {
				return err
			}
		}
	}
	return nil
}

// first is the name of the first varbind of an answer that has a value.
func first(data []byte) (mib.OID, bool) {
	d, err := snmp.ParseDatagram(data)
	if err != nil {
		return nil, false
	}
	m, err := d.Community()
	if err != nil {
		return nil, false
	}
	pdu, err := m.PDU()
	if err != nil || pdu.ErrorStatus != 0 || len(pdu.Varbinds) == 0 || pdu.Varbinds[0].Value.Exception() {
		return nil, false
	}
	return pdu.Varbinds[0].Name, true
}

// tree is every instance an administrator sees, and its value.
func (p *pair) tree() []snmp.Varbind {
	var all []snmp.Varbind
	at := mib.OID{0, 0}
	for {
		if len(all)%often == 0 {
			p.settle()
		}
		a := p.empty.handle(request(snmp.Version2c, "boss", snmp.PDU{Type: snmp.PDUGetNext, RequestID: 5, Varbinds: []snmp.Varbind{{Name: at}}}))
		p.busy.handle(request(snmp.Version2c, "boss", snmp.PDU{Type: snmp.PDUGetNext, RequestID: 5, Varbinds: []snmp.Varbind{{Name: at}}}))
		next, ok := first(a)
		if !ok {
			return all
		}
		d, _ := snmp.ParseDatagram(a)
		m, _ := d.Community()
		pdu, _ := m.PDU()
		all = append(all, pdu.Varbinds[0])
		at = next
	}
}
