package agent

import (
	"fmt"
	"maps"
	"math"
	"net/netip"
	"slices"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// views of a full rig, each with a community of its name.
var costViews = []string{
	"all",    // of everything
	"holes",  // without the first rows of a column
	"cells",  // single cells of a long table
	"masked", // some rows of any column
	"sieve",  // everything but a long table, cell by cell
	"last",   // the end of the tree
}

// fill makes every table as long as it can be.
func (g *rig) fill() {
	l := g.lcd()
	view := func(name string, included bool, oid mib.OID, mask ...byte) {
		g.must(l.As(side.Clearance{}).SetView(name, snmp.Family{Subtree: oid, Included: included, Mask: mask}))
	}
	for _, name := range []string{"all", "holes", "sieve"} {
		view(name, true, mib.OID{1, 3})
	}
	view("last", true, vacmObjects)
	for i := range uint32(snmp.MaxFamilies - 1) {
		view("holes", false, ifEntry.Sub(1, 2+3*i))
		view("cells", true, ifEntry.Sub(1+i%20, 30_000+i))
		view("masked", true, ifEntry.Sub(0, 30_000+i), 0xff, 0xbf)
		view("sieve", false, ifEntry.Sub(i, 0), 0xff, 0x80)
	}
	for _, name := range costViews {
		g.must(l.As(side.Clearance{}).SetCommunity(snmp.Community{Name: name, View: name, Privilege: snmp.ReadWrite}))
	}
	upTo := func(limit int, set func(name string) error) {
		for i := range limit {
			if set(fmt.Sprint("n", i)) != nil {
				return // the others that are there already count too
			}
		}
	}
	upTo(snmp.MaxCommunities, func(n string) error { return l.As(side.Clearance{}).SetCommunity(snmp.Community{Name: n}) })
	upTo(snmp.MaxGroups, func(n string) error {
		return l.As(side.Clearance{}).SetGroup(snmp.NewGroup(n, snmp.NoAuthNoPriv, "user", "", ""))
	})
	upTo(snmp.MaxUsers, func(n string) error {
		return l.As(side.Clearance{}).SetUser(user(n, "public", snmp.NoAuth, snmp.NoPriv))
	})
	upTo(snmp.MaxViews, func(n string) (err error) {
		for i := uint32(0); i < snmp.MaxFamilies && err == nil; i++ {
			err = l.As(side.Clearance{}).SetView(n, snmp.Family{Subtree: mib.OID{1, 3, i}, Included: true})
		}
		return err
	})
	for i := range notify.MaxHosts {
		_ = g.traps().As(side.Clear(true)).SetHost(notify.NewHost(netip.AddrFrom4([4]byte{127, 0, 1, byte(i + 1)}), "traps"))
	}
	for c := range mib.Category(64) {
		if mib.OrdinaryCategories.Has(c) {
			g.must(g.traps().As(side.Clearance{}).SetCategoryFilter(c, mib.Debug))
		}
	}
	g.agents[0].SetInterfaces(&fakeInterfaces{many: 36_000})
	g.r.opts.Subscribers = &fakeSubscribers{many: 32_000}
	f := newFakeLog()
	for log, some := range f.entries {
		var many []notify.LogEntry
		for i := range notify.MaxLogEntries / len(f.entries) {
			e := some[i%len(some)]
			e.Index = uint32(i + 1)
			many = append(many, e)
		}
		f.entries[log] = many
	}
	f.content = f.Content()
	g.agents[0].log = f
	g.must(g.agents[0].SetPacketSize(MaxPacketSize))
}

// repeated is a request of some 49 KB for a name.
func repeated(pdu snmp.Tag, name mib.OID) snmp.PDU {
	q := request(pdu)
	for range min(snmp.MaxVarbinds, 49_000/snmp.VarbindSize(name, snmp.Value{})) {
		q.Varbinds = append(q.Varbinds, snmp.Varbind{Name: name})
	}
	return q
}

// work is what an answer has taken.
func (g *rig) work(community string, q snmp.PDU) int {
	var buf snmp.Buffer
	x := &exchange{r: g.r, first: g.agents[0], from: testFrom, buf: &buf}
	x.answer(communityRequest(g.t, snmp.Version2c, community, q))
	return x.work
}

// TestWorkIsBounded: the worst that can be asked about every object, through
// views of all sorts and with all tables full, takes no more than the bound,
// and much less where the view has no wildcards.
func TestWorkIsBounded(t *testing.T) {
	g := newRig(t)
	g.fill()
	const listing = 8 * notify.MaxLogEntries // the longest table that is gone through once
	objects := slices.SortedFunc(maps.Values(Objects()), mib.OID.Compare)
	special := []mib.OID{{0, 0}, {1, 3}, {1, 3, 6, 1, 2, 1, 92}, {1, 3, 6, 1, 2, 1, 92, 1, 3, 2, 1, 12}, ifEntry.Sub(1, 2), ifEntry.Sub(22), vacmObjects}
	for _, view := range costViews {
		most := 0
		ask := special
		if view == "all" {
			ask = append(ask, objects...)
		}
		for _, name := range ask {
			single := request(snmp.PDUGetNext, snmp.Varbind{Name: name})
			bulk := request(snmp.PDUGetBulk, snmp.Varbind{Name: name})
			bulk.ErrorIndex = math.MaxInt32
			wide := repeated(snmp.PDUGetBulk, name)
			wide.ErrorIndex = math.MaxInt32
			fits := repeated(snmp.PDUGetNext, name) // as many as an answer may hold
			fits.Varbinds = fits.Varbinds[:400]
			for _, q := range []snmp.PDU{repeated(snmp.PDUGet, name.Sub(0)), repeated(snmp.PDUGetNext, name), single, bulk, wide, fits} {
				most = max(most, g.work(view, q))
			}
		}
		if most > maxWork+listing {
			t.Errorf("view %s: work %d", view, most)
		}
		if (view == "all" || view == "cells" || view == "last") && most > maxWork/2 {
			t.Errorf("view %s: work %d for a request that is no trouble", view, most)
		}
	}
}

// TestTooBigByNames: names alone say that an answer does not fit, and nothing
// is read.
func TestTooBigByNames(t *testing.T) {
	g := newRig(t)
	ifs := &fakeInterfaces{}
	g.agents[0].SetInterfaces(ifs)
	for _, size := range []int{MinPacketSize, DefaultPacketSize, MaxPacketSize} {
		g.must(g.agents[0].SetPacketSize(size))
		for _, pdu := range []snmp.Tag{snmp.PDUGet, snmp.PDUGetNext} {
			q := repeated(pdu, mib.MustOID("1.3.6.1.2.1.2.1.0"))
			if a := g.v2("boss", q); snmp.ErrorStatus(a.ErrorStatus) != snmp.TooBig || ifs.asked != 0 {
				t.Errorf("packetsize %d, %v: %v, asked %d times", size, pdu, snmp.ErrorStatus(a.ErrorStatus), ifs.asked)
			}
			ifs.asked = 0
		}
	}
	// No more is read than fits.
	for _, pdu := range []snmp.Tag{snmp.PDUGet, snmp.PDUGetNext, snmp.PDUGetBulk} {
		g.must(g.agents[0].SetPacketSize(MinPacketSize))
		q := request(pdu, slices.Repeat(names("1.3.6.1.2.1.2.2.1.2.2"), 40)...)
		q.ErrorIndex = 1
		if a := g.v2("boss", q); (pdu != snmp.PDUGetBulk) != (snmp.ErrorStatus(a.ErrorStatus) == snmp.TooBig) || ifs.asked > 21 {
			t.Errorf("%v: %v, asked %d times", pdu, snmp.ErrorStatus(a.ErrorStatus), ifs.asked)
		}
		ifs.asked = 0
	}
}

// TestOverworked: what takes too much work is refused, or cut where GETBULK may.
func TestOverworked(t *testing.T) {
	g := newRig(t)
	g.fill()
	q := request(snmp.PDUGetNext, slices.Repeat(names("1.3.6.1.2.1.2.2.1.1.1"), 400)...)
	if a := g.v2("holes", q); snmp.ErrorStatus(a.ErrorStatus) != snmp.GenErr || a.ErrorIndex < 2 {
		t.Errorf("GETNEXT: %v at %d", snmp.ErrorStatus(a.ErrorStatus), a.ErrorIndex)
	}
	if a := g.v2("holes", request(snmp.PDUGetNext, q.Varbinds[:9]...)); a.ErrorStatus != 0 || len(a.Varbinds) != 9 {
		t.Errorf("an ordinary one: %v", snmp.ErrorStatus(a.ErrorStatus))
	}
	q = request(snmp.PDUGetBulk, names("1.3.6.1.2.1.1.1", "1.3.6.1.2.1.2.1")...)
	q.ErrorIndex = 100
	if a := g.v2("sieve", q); a.ErrorStatus != 0 || len(a.Varbinds) < 2 || len(a.Varbinds)%2 != 0 {
		t.Errorf("GETBULK: %v, %d variables", snmp.ErrorStatus(a.ErrorStatus), len(a.Varbinds))
	}
	q.ErrorStatus, q.Varbinds = 1, q.Varbinds[1:]
	if a := g.v2("sieve", q); snmp.ErrorStatus(a.ErrorStatus) != 0 && snmp.ErrorStatus(a.ErrorStatus) != snmp.GenErr {
		t.Errorf("GETBULK of none that repeats: %v", snmp.ErrorStatus(a.ErrorStatus))
	}
}

// BenchmarkWorst answers the worst requests; a time is of one datagram.
func BenchmarkWorst(b *testing.B) {
	g := newRig(b)
	g.fill()
	wide := repeated(snmp.PDUGetBulk, nlm)
	wide.ErrorIndex = math.MaxInt32
	for _, bb := range []struct {
		name, view string
		q          snmp.PDU
	}{
		{"get ifNumber", "all", repeated(snmp.PDUGet, mib.MustOID("1.3.6.1.2.1.2.1.0"))},
		{"get next of log variables", "all", request(snmp.PDUGetNext, slices.Repeat(names("1.3.6.1.2.1.92.1.3.2.1.12"), 400)...)},
		{"get bulk of the log", "all", wide},
		{"get next of cells", "cells", request(snmp.PDUGetNext, slices.Repeat(names("1.3"), 400)...)},
		{"get next of a sieve", "sieve", request(snmp.PDUGetNext, slices.Repeat(names("1.3.6.1.2.1.2.1.0"), 400)...)},
	} {
		in := communityRequest(b, snmp.Version2c, bb.view, bb.q)
		b.Run(bb.name, func(b *testing.B) {
			var buf snmp.Buffer
			for b.Loop() {
				g.r.Handle(&buf, testFrom, in)
			}
		})
	}
}
