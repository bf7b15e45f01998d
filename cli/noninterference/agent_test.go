package noninterference

import (
	"encoding/hex"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"mirrorsh/mib"
	"mirrorsh/trapcore/agent"
	"mirrorsh/trapcore/snmp"
)

// manager is where requests come from.
var manager = netip.MustParseAddrPort("127.0.0.1:40001")

// request encodes a request of SNMPv1 or v2c.
func request(version int32, community string, p snmp.PDU) []byte {
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
	version   int32
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

// walk compares walks by GETNEXT, with SNMPv1 and v2c, and by GETBULK in every
// virtual router with SNMPv3.
func (p *pair) walk() error {
	for _, version := range []int32{snmp.Version1, snmp.Version2c} {
		at := mib.OID{0, 0}
		for range 20000 {
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

// requests makes random requests about what there is and what there is not.
type requests struct {
	p        *pair
	rnd      *rand.Rand
	tree     []snmp.Varbind
	objects  []mib.OID // all that are registered
	statuses []mib.OID // the columns that make and remove rows
	who      []snmp.User
}

func newRequests(p *pair, seed uint64) *requests {
	g := &requests{p: p, rnd: rand.New(rand.NewPCG(seed, 9)), tree: p.tree(), who: users(p.t)}
	for name, oid := range agent.Objects() {
		g.objects = append(g.objects, oid)
		if strings.HasSuffix(name, "RowStatus") {
			g.statuses = append(g.statuses, oid)
		}
	}
	slices.SortFunc(g.objects, mib.OID.Compare)
	slices.SortFunc(g.statuses, mib.OID.Compare)
	return g
}

// row makes, changes or removes a row: of an address or a name that the secure
// side has too, though none that only one of the sides can have, with values
// that other rows of the table have.
func (g *requests) row() []snmp.Varbind {
	r := g.rnd
	status := g.statuses[r.IntN(len(g.statuses))]
	entry := status[:len(status)-1]
	index := mib.OID{127, 0, 0, 1 + r.Uint32N(15)}
	if r.IntN(2) == 0 {
		index = nil
		for _, c := range []byte([]string{"public", "red", "blue", "mirror", "spare"}[r.IntN(5)]) {
			index = append(index, uint32(c))
		}
	}
	all := []snmp.Varbind{{Name: status.Sub(index...), Value: snmp.Integer([]int32{1, 4, 4, 4, 5, 6}[r.IntN(6)])}}
	values := map[uint32]snmp.Value{}
	for _, vb := range g.tree {
		if vb.Name.HasPrefix(entry) && len(vb.Name) > len(entry) && vb.Name[len(entry)] != status[len(entry)] {
			values[vb.Name[len(entry)]] = vb.Value
		}
	}
	for _, column := range slices.Sorted(maps.Keys(values)) {
		if r.IntN(4) == 0 {
			all = append(all, snmp.Varbind{Name: entry.Sub(column).Sub(index...), Value: values[column]})
		}
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// index makes the instance of a row that only the secure side may have: that of
// a user, a group, a community or a host.
func (g *requests) index() (index mib.OID) {
	r := g.rnd
	if r.IntN(3) == 0 {
		return mib.OID{127, 0, 0, 1 + r.Uint32N(15)}
	}
	name := fmt.Sprint([]string{"tap", "tapgroup", "tapcommunity", "mirror"}[r.IntN(4)], r.IntN(3))
	if r.IntN(4) == 0 {
		engine := g.p.empty.router.Default().EngineID()
		index = append(index, uint32(len(engine)))
		for _, c := range []byte(engine) {
			index = append(index, uint32(c))
		}
	}
	if r.IntN(4) > 0 { // not IMPLIED
		index = append(index, uint32(len(name)))
	}
	for _, c := range []byte(name) {
		index = append(index, uint32(c))
	}
	return index
}

func (g *requests) varbind() snmp.Varbind {
	r := g.rnd
	vb := g.tree[r.IntN(len(g.tree))]
	switch r.IntN(10) {
	case 0:
		vb.Name = vb.Name[:1+r.IntN(len(vb.Name))]
	case 1:
		vb.Name = vb.Name.Sub(r.Uint32N(3))
	case 2:
		vb.Name = mib.PacketMirrorMIB.Sub(2, 1, 0)[:9+r.IntN(4)]
		vb.Value = snmp.Integer(r.Int32N(4))
	case 3:
		vb.Value = snmp.Integer(r.Int32N(8))
	case 4:
		vb.Value = snmp.OctetString(pool[r.IntN(len(pool))])
	case 5: // another row
		vb.Name = append(mib.OID(nil), vb.Name...)
		vb.Name[len(vb.Name)-1] = r.Uint32N(12)
	case 6: // an object, whether or not it has an instance
		vb.Name = g.objects[r.IntN(len(g.objects))].Sub(0)
	case 7: // a row that should not be there, or its neighbour
		vb.Name = g.objects[r.IntN(len(g.objects))].Sub(g.index()...)
	}
	return vb
}

// next makes one request, and says what it is.
func (g *requests) next() (string, []byte) {
	r := g.rnd
	for {
		q := snmp.PDU{RequestID: r.Int32(), Type: []snmp.Tag{snmp.PDUGet, snmp.PDUGetNext, snmp.PDUGetBulk, snmp.PDUSet, snmp.PDUSet, snmp.PDUInform}[r.IntN(6)]}
		for range 1 + r.IntN(3) {
			q.Varbinds = append(q.Varbinds, g.varbind())
		}
		if q.Type == snmp.PDUSet && r.IntN(3) == 0 {
			q.Varbinds = g.row()
		}
		if q.Type == snmp.PDUGetBulk {
			q.ErrorStatus, q.ErrorIndex = r.Int32N(4)-1, r.Int32N(40)-1
		}
		e := &envelope{version: []int32{snmp.Version1, snmp.Version2c, snmp.Version3, snmp.Version3}[r.IntN(4)]}
		e.community, e.user = communities[r.IntN(len(communities))], g.who[r.IntN(len(g.who))]
		if r.IntN(3) == 0 {
			e.context = r.IntN(4)
		}
		if r.IntN(10) == 0 {
			e.skew = []int32{-1000, 1000}[r.IntN(2)]
		}
		msg := g.p.encode(e, q)
		if msg == nil {
			continue
		}
		if r.IntN(12) == 0 { // an octet that is wrong
			msg[r.IntN(len(msg))] ^= byte(1 << r.IntN(8))
		}
		return fmt.Sprintf("%#x version %d %s %s %+v", q.Type, e.version, e.community, e.user.Name, q.Varbinds), msg
	}
}

// TestAgent: random requests, most of them refused, by whoever there is, while
// the secure side is at work.
func TestAgent(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1, plant{})
	g := newRequests(p, 1)
	for i := range 1000 / share {
		if i%100 == 0 {
			p.noise()
			p.advance(time.Second)
		}
		if i%500 == 0 {
			if err := p.observe(); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := p.ask(g.next()); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.observe(); err != nil {
		t.Fatal(err)
	}
}
