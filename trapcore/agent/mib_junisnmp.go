package agent

import (
	"errors"
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
	&scalar{
		name: "juniSnmpMaxPduSize", oid: juniGeneral.Sub(1),
		read: func(sc *scope) snmp.Value { return snmp.Integer(int32(sc.PacketSize())) },
		write: &writer{tag: snmp.TagInteger, check: between(MinPacketSize, MaxPacketSize), put: func(sc *scope, v snmp.Value) error {
			return sc.SetPacketSize(int(v.Int64()))
		}},
	},
	&scalar{
		name: "juniSnmpProxyStatus", oid: juniGeneral.Sub(4), // disable(0), enable(1)
		read: func(sc *scope) snmp.Value {
			if sc.Proxy() {
				return snmp.Integer(1)
			}
			return snmp.Integer(0)
		},
		write: &writer{tag: snmp.TagInteger, check: between(0, 1), put: func(sc *scope, v snmp.Value) error {
			sc.SetProxy(v.Int64() == 1)
			return nil
		}},
	},
	&scalar{
		// What it permits is not documented, so nobody may set it.
		name: "juniSnmpAccessPermission", oid: juniGeneral.Sub(5),
		read: func(*scope) snmp.Value { return snmp.Integer(noAccessPermission) },
	},
	&scalar{
		name: "juniSnmpTrapGlobalFilter", oid: juniTrap.Sub(1),
		read: func(sc *scope) snmp.Value { return mask(sc.cfg.Traps.Settings().Enabled) },
		write: &writer{
			tag: snmp.TagOctetString,
			check: func(_ *scope, v snmp.Value) snmp.ErrorStatus {
				_, status := categories(v)
				return status
			},
			put: func(sc *scope, v snmp.Value) error {
				set, _ := categories(v)
				sc.cfg.Traps.SetOrdinary(set)
				return nil
			},
		},
	},
	&scalar{
		name: "juniSnmpTrapSource", oid: juniTrap.Sub(2),
		read: func(sc *scope) snmp.Value { return snmp.Integer(sc.ifs().TrapSource()) },
		write: &writer{tag: snmp.TagInteger, check: trapSource, put: func(sc *scope, v snmp.Value) error {
			return sc.ifs().SetTrapSource(int32(v.Int64()))
		}},
	},
	&scalar{
		name: "juniSnmpTrapProxy", oid: juniTrap.Sub(4),
		read: func(sc *scope) snmp.Value { return truth(sc.cfg.Traps.Settings().Proxy) },
		write: &writer{tag: snmp.TagInteger, check: trapProxy, put: func(sc *scope, v snmp.Value) error {
			return sc.cfg.Traps.SetProxy(v.Int64() == 1)
		}},
	},
	&scalar{
		name: "juniSnmpTrapGlobalSeverityFilter", oid: juniTrap.Sub(7),
		read: func(sc *scope) snmp.Value { return snmp.Integer(int32(sc.cfg.Traps.Settings().GlobalFilter)) },
		write: &writer{
			tag: snmp.TagInteger, check: between(int64(mib.Emergency), int64(mib.Debug)),
			put: func(sc *scope, v snmp.Value) error { return sc.cfg.Traps.SetGlobalFilter(mib.Severity(v.Int64())) },
			// Setting it removes the filters of single categories.
			save: func(sc *scope) func() error {
				was, own := sc.cfg.Traps.Settings().GlobalFilter, severityRows(sc)
				return func() error {
					err := sc.cfg.Traps.SetGlobalFilter(was)
					for _, r := range own {
						err = errors.Join(err, sc.cfg.Traps.SetCategoryFilter(r.rec.category, r.rec.filter))
					}
					return err
				}
			},
		},
	},
	severityTable,
	communityTable,
	trapHostTable,
}, trapCounters)

// trapSource checks an ifIndex, 0 or one there is.
func trapSource(sc *scope, v snmp.Value) snmp.ErrorStatus {
	n := int32(v.Int64())
	if n < 0 {
		return snmp.WrongValue
	}
	if i, ok := sc.ifs().Next(n - 1); n != 0 && (!ok || i.Index != n) {
		return snmp.InconsistentValue
	}
	return snmp.NoError
}

// trapProxy lets the default virtual router alone send for others.
func trapProxy(sc *scope, v snmp.Value) snmp.ErrorStatus {
	if status := inRange(v, 1, 2); status != snmp.NoError {
		return status
	}
	if agents, _, _ := sc.r.snapshot(); v.Int64() == 1 && sc.Agent != agents[0] {
		return snmp.InconsistentValue
	}
	return snmp.NoError
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
		return sc.cfg.Traps.SetCategoryFilter(is.category, is.filter)
	}},
}

func severityRows(sc *scope) []row[severityRow] {
	s := sc.cfg.Traps.Settings()
	var rows []row[severityRow]
	for c := mib.Category(0); c < 64; c++ {
		if s.OwnFilters().Has(c) && !c.Secure() {
			f, _ := s.CategoryFilter(c)
			rows = append(rows, row[severityRow]{mib.OID{uint32(c)}, severityRow{c, f}})
		}
	}
	return rows
}
