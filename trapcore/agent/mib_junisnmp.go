package agent

import (
	"errors"
	"math"
	"slices"

	"mirrorsh/mib"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// noAccessPermission is the default of juniSnmpAccessPermission.
const noAccessPermission = 1

var (
	juniGeneral = mib.JuniSnmpMIB.Sub(1, 1)
	juniTrap    = mib.JuniSnmpMIB.Sub(1, 3)
)

// juniperSNMPMIB is Juniper-SNMP-MIB: packet size, communities, trap categories
// and trap hosts. Compressed interface tables and management applications are
// not part of this product.
var juniperSNMPMIB = slices.Concat([]branch{
	writable("juniSnmpMaxPduSize", juniGeneral.Sub(1), number(MinPacketSize, MaxPacketSize), (*scope).PacketSize, (*scope).SetPacketSize),
	writable("juniSnmpProxyStatus", juniGeneral.Sub(4), either(1, 0), (*scope).Proxy, always((*scope).SetProxy)),
	&scalar{
		// The MIB does not say what it permits, so nobody may set it.
		name: "juniSnmpAccessPermission", oid: juniGeneral.Sub(5),
		read: func(*scope) snmp.Value { return snmp.Integer(noAccessPermission) },
	},
	writable("juniSnmpTrapGlobalFilter", juniTrap.Sub(1), trapMask,
		func(sc *scope) mib.CategorySet { return sc.cfg.Traps.Settings().Enabled },
		always(func(sc *scope, set mib.CategorySet) { sc.cfg.Traps.SetOrdinary(set) })),
	writable("juniSnmpTrapSource", juniTrap.Sub(2), number[int32](0, math.MaxInt32),
		func(sc *scope) int32 { return sc.ifs().TrapSource() },
		func(sc *scope, index int32) error { return sc.ifs().SetTrapSource(index) }).when(isInterface),
	writable("juniSnmpTrapProxy", juniTrap.Sub(4), truthValue,
		func(sc *scope) bool { return sc.cfg.Traps.Settings().Proxy },
		func(sc *scope, on bool) error { return sc.cfg.Traps.SetProxy(on) }).when(mayProxy),
	writable("juniSnmpTrapGlobalSeverityFilter", juniTrap.Sub(7), number(mib.Emergency, mib.Debug),
		func(sc *scope) mib.Severity { return sc.cfg.Traps.Settings().GlobalFilter },
		func(sc *scope, f mib.Severity) error { return sc.cfg.Traps.SetGlobalFilter(f) }).undoneBy(severities),
	severityTable,
	communityTable,
	trapHostTable,
}, trapCounters)

// isInterface checks an ifIndex: 0, or that of an interface there is.
func isInterface(sc *scope, v snmp.Value) snmp.ErrorStatus {
	n := int32(v.Int64())
	if i, ok := sc.ifs().Next(n - 1); n != 0 && (!ok || i.Index != n) {
		return snmp.InconsistentValue
	}
	return snmp.NoError
}

// mayProxy lets the default virtual router alone send for others.
func mayProxy(sc *scope, v snmp.Value) snmp.ErrorStatus {
	if first, _, _ := sc.r.snapshot(); v == truth(true) && sc.Agent != first {
		return snmp.InconsistentValue
	}
	return snmp.NoError
}

// severities returns what sets all filters as they are now: setting the global
// one removes those of single categories.
func severities(sc *scope) func() error {
	was, own := sc.cfg.Traps.Settings().GlobalFilter, severityRows(sc)
	return func() error {
		err := sc.cfg.Traps.SetGlobalFilter(was)
		for _, r := range own {
			err = errors.Join(err, sc.cfg.Traps.As(side.Clearance{}).SetCategoryFilter(r.rec.category, r.rec.filter))
		}
		return err
	}
}

// mask is a JuniSnmpTrapMask, whose Mirror bit reads 0.
func mask(set mib.CategorySet) snmp.Value {
	m := set.TrapMask()
	return text(string(m[:]))
}

// categories reads a JuniSnmpTrapMask to be set: ordinary categories with a
// keyword only, so neither the Mirror bit nor one without a meaning here.
func categories(v snmp.Value) (mib.CategorySet, snmp.ErrorStatus) {
	s := v.Str()
	if len(s) != 8 {
		return 0, snmp.WrongLength
	}
	set := mib.CategorySetOfMask([8]byte([]byte(s)))
	if set&^mib.OrdinaryCategories != 0 {
		return 0, snmp.WrongValue
	}
	return set, snmp.NoError
}

// trapCounters are the counters of traps of the ordinary side.
var trapCounters = func() []branch {
	var all []branch
	for _, c := range []struct {
		n    uint32
		name string
		read func(notify.Counters) uint32
	}{
		{6, "juniSnmpTrapGlobalDiscards", func(c notify.Counters) uint32 { return c.GlobalDiscards }},
		{8, "juniSnmpTrapTotalTrapsReceived", func(c notify.Counters) uint32 { return c.Received }},
		{9, "juniSnmpTrapLocalTrapsSubmitted", func(c notify.Counters) uint32 { return c.Local }},
		{10, "juniSnmpTrapProxyTrapsSubmitted", func(c notify.Counters) uint32 { return c.Proxied }},
		{11, "juniSnmpTrapTotalTrapsDiscarded", func(c notify.Counters) uint32 { return c.Discarded }},
		{12, "juniSnmpTrapNoMemoryDiscards", func(c notify.Counters) uint32 { return c.NoMemory }},
		{13, "juniSnmpTrapNoQueueResourceDiscards", func(c notify.Counters) uint32 { return c.NoQueue }},
		{14, "juniSnmpTrapAgentSnmpNotAbleDiscards", func(c notify.Counters) uint32 { return c.NotAble }},
		{15, "juniSnmpTrapTotalTrapsOut", func(c notify.Counters) uint32 { return c.Out }},
		{16, "juniSnmpTrapTotalProxyOut", func(c notify.Counters) uint32 { return c.ProxyOut }},
	} {
		all = append(all, &scalar{name: c.name, oid: juniTrap.Sub(c.n), read: func(sc *scope) snmp.Value {
			return snmp.Counter(c.read(sc.cfg.Traps.As(side.Clearance{}).Counters(side.Ordinary)))
		}})
	}
	return all
}()

// severityRow is a category with a filter of its own.
type severityRow struct {
	category mib.Category
	filter   mib.Severity
}

// severityTable is juniSnmpTrapSeverityFilterTable. Rows are made from the
// command line; packetMirror has none.
var severityTable = &table[severityRow]{
	entry: juniTrap.Sub(17, 1),
	rows:  severityRows,
	columns: []column[severityRow]{
		{
			n: 2, name: "juniSnmpTrapSeverityFilter", tag: snmp.TagInteger,
			get: func(_ *scope, r *severityRow) snmp.Value { return snmp.Integer(int32(r.filter)) },
			set: func(_ *scope, r *severityRow, v snmp.Value) snmp.ErrorStatus {
				r.filter = mib.Severity(v.Int64())
				return inRange(v, int64(mib.Emergency), int64(mib.Debug))
			},
		},
	},
	edit: &edit[severityRow]{apply: func(sc *scope, _, is *severityRow) error {
		return sc.cfg.Traps.As(side.Clearance{}).SetCategoryFilter(is.category, is.filter)
	}},
}

func severityRows(sc *scope) []row[severityRow] {
	s := sc.cfg.Traps.Settings()
	var rows []row[severityRow]
	for c := mib.Category(0); c < 64; c++ {
		if f, own := s.CategoryFilter(c); own {
			rows = append(rows, row[severityRow]{mib.OID{uint32(c)}, severityRow{c, f}})
		}
	}
	return rows
}
