package noninterference

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"mirrorsh/mib"
	"mirrorsh/trapcore/agent"
	"mirrorsh/trapcore/snmp"
)

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
	vb := snmp.Varbind{Name: g.objects[r.IntN(len(g.objects))]}
	if len(g.tree) > 0 { // random scripts may have left an agent that answers nothing
		vb = g.tree[r.IntN(len(g.tree))]
	}
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
		e := &envelope{version: []snmp.Version{snmp.Version1, snmp.Version2c, snmp.Version3, snmp.Version3}[r.IntN(4)]}
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

// TestRows makes and removes a row of every table that has a RowStatus, with
// each other column that its rows have: of addresses and names that the secure
// side has and of some that it has not.
func TestRows(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1, plant{})
	g := newRequests(p, 1)
	made := 0
	for i, status := range g.statuses {
		entry := status[:len(status)-1]
		columns := map[uint32]snmp.Value{}
		for _, vb := range g.tree {
			if vb.Name.HasPrefix(entry) {
				columns[vb.Name[len(entry)]] = vb.Value
			}
		}
		for j, index := range []mib.OID{{127, 0, 0, 7}, {127, 0, 0, 12}, {'r', 'e', 'd'}, {3, 'r', 'e', 'd'}} {
			if brief && j%2 != i%2 {
				continue
			}
			for _, column := range slices.Sorted(maps.Keys(columns)) {
				for _, change := range []int32{4, 6} { // createAndGo, destroy
					q := snmp.PDU{Type: snmp.PDUSet, RequestID: 9, Varbinds: []snmp.Varbind{{Name: status.Sub(index...), Value: snmp.Integer(change)}}}
					if change == 4 && column != status[len(entry)] {
						q.Varbinds = append(q.Varbinds, snmp.Varbind{Name: entry.Sub(column).Sub(index...), Value: columns[column]})
					}
					out, err := p.ask(fmt.Sprintf("SET %v", q.Varbinds), request(snmp.Version2c, "boss", q))
					if err != nil {
						t.Fatal(err)
					}
					if _, ok := first(out); ok && change == 4 {
						made++
					}
				}
			}
		}
	}
	if made < 4 && !brief || made == 0 {
		t.Errorf("%d rows were made", made)
	}
	if err := p.observe(); err != nil {
		t.Fatal(err)
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
		if i%500 == 0 && !brief {
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
