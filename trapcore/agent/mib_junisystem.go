package agent

import (
	"mirrorsh/mib"
	"mirrorsh/trapcore/chassis"
	"mirrorsh/trapcore/snmp"
)

var juniSystem = mib.JuniMIBs.Sub(2, 1)

type (
	unit       = chassis.Unit
	unitColumn = column[unit]
)

// What a table of juniSystem has a row of.
type (
	slotLevel struct{ slot, level int }
	sensor    struct{ *chassis.Module }
	numbered  int // a fan or power supply, from 0
)

// Values of juniSystemModuleOperStatus and the like.
const (
	slotNone, slotEmpty, slotTaken = 1, 2, 4
	moduleOnline                   = 6
	fanOK                          = 1
	powerGood                      = 2
	temperatureNominal             = 3
)

// juniperSystemMIB is of Juniper-System-MIB what the chassis and its software
// have; it is the same in every virtual router.
var juniperSystemMIB = []branch{
	systemValue("juniSystemSwVersion", juniSystem.Sub(1, 1), func(sc *scope) snmp.Value { return text("(" + sc.r.opts.Release.String() + ")") }),
	systemValue("juniSystemSwBuildDate", juniSystem.Sub(1, 2), func(sc *scope) snmp.Value { return text(sc.r.opts.Release.BuildDate()) }),
	systemValue("juniSystemMemUtilPct", juniSystem.Sub(1, 3), func(sc *scope) snmp.Value { return snmp.Integer(sc.r.memory()) }),
	systemValue("juniSystemMemCapacity", juniSystem.Sub(1, 4), func(sc *scope) snmp.Value {
		if mb := sc.r.opts.Model.SRP().Memory; mb < 2048 {
			return snmp.Integer(int32(mb) << 20)
		}
		return snmp.Integer(-1) // more than there are numbers for
	}),
	systemValue("juniSystemMemKBytesCapacity", juniSystem.Sub(1, 23), func(sc *scope) snmp.Value {
		return snmp.Integer(int32(sc.r.opts.Model.SRP().Memory) << 10)
	}),
	systemValue("juniSystemMaxSlotNumber", juniSystem.Sub(3, 1), func(sc *scope) snmp.Value { return snmp.Integer(int32(sc.r.opts.Model.LastSlot)) }),
	systemValue("juniSystemMaxModulesPerSlot", juniSystem.Sub(3, 2), func(sc *scope) snmp.Value { return snmp.Integer(int32(sc.r.opts.Model.Levels)) }),
	&table[slotLevel]{
		entry: juniSystem.Sub(3, 3, 1),
		rows:  slotRows,
		columns: []column[slotLevel]{
			{n: 3, name: "juniSystemSlotStatus", get: func(sc *scope, s *slotLevel) snmp.Value { return snmp.Integer(slotStatus(sc.r.opts.Model, s)) }},
			{n: 4, name: "juniSystemSlotType", get: func(sc *scope, s *slotLevel) snmp.Value {
				return snmp.Integer(int32(sc.r.opts.Model.SlotType(s.slot, s.level)))
			}},
		},
	},
	&table[unit]{
		entry: juniSystem.Sub(3, 4, 1),
		rows:  func(sc *scope) []row[unit] { return unitRows(sc, func(*unit) bool { return true }) },
		columns: []unitColumn{
			unitValue(1, "juniSystemModuleOperStatus", func(*unit) snmp.Value { return snmp.Integer(moduleOnline) }),
			unitValue(2, "juniSystemModuleDisableReason", func(*unit) snmp.Value { return snmp.Integer(0) }), // none(0)
			unitValue(3, "juniSystemModuleLastChange", func(*unit) snmp.Value { return snmp.Ticks(0) }),
			unitValue(4, "juniSystemModuleCurrentType", func(u *unit) snmp.Value { return snmp.Integer(u.Kind) }),
			unitValue(5, "juniSystemModuleExpectedType", func(u *unit) snmp.Value { return snmp.Integer(u.Kind) }),
			unitValue(6, "juniSystemModuleDescr", func(u *unit) snmp.Value { return text(u.Descr) }),
			unitValue(7, "juniSystemModuleSlotSpan", func(*unit) snmp.Value { return snmp.Integer(1) }),
			unitValue(8, "juniSystemModulePortCount", func(u *unit) snmp.Value { return snmp.Integer(int32(u.Ports)) }),
			unitValue(9, "juniSystemModuleSerialNumber", func(u *unit) snmp.Value { return text(u.Serial) }),
			unitValue(10, "juniSystemModuleAssemblyPartNumber", func(u *unit) snmp.Value { return text(u.Board.Number) }),
			unitValue(11, "juniSystemModuleAssemblyRev", func(u *unit) snmp.Value { return text(u.Board.Assembly) }),
			unitValue(12, "juniSystemModulePhysicalIndex", func(u *unit) snmp.Value { return snmp.Integer(u.Physical) }),
			unitValue(13, "juniSystemModuleSoftwareSupport", func(u *unit) snmp.Value { return truth(u.Software) }),
			unitValue(14, "juniSystemModuleRedundancySupport", func(*unit) snmp.Value { return truth(false) }),
			unitValue(15, "juniSystemModuleLevelSpan", func(*unit) snmp.Value { return snmp.Integer(1) }),
		},
	},
	&table[unit]{
		entry: juniSystem.Sub(3, 5, 1),
		rows:  func(sc *scope) []row[unit] { return unitRows(sc, func(u *unit) bool { return u.Software }) },
		columns: []unitColumn{
			{n: 2, name: "juniSystemModuleSoftwareVersion", get: func(sc *scope, _ *unit) snmp.Value { return text(sc.r.opts.Release.String()) }},
			cpuColumn(3, "juniSystemModuleCpuUtilPct", 1),
			{n: 4, name: "juniSystemModuleMemUtilPct", get: func(sc *scope, u *unit) snmp.Value {
				if u.Part == sc.r.opts.Model.SRP().Part {
					return snmp.Integer(sc.r.memory())
				}
				return snmp.Integer(unknown)
			}},
			unitValue(5, "juniSystemModuleAdminStatus", func(*unit) snmp.Value { return snmp.Integer(1) }), // enable(1)
			unitValue(6, "juniSystemModuleControl", func(*unit) snmp.Value { return snmp.Integer(0) }),     // noOperation(0)
			unitValue(7, "juniSystemModuleBootReleaseFile", func(*unit) snmp.Value { return text("") }),
			unitValue(8, "juniSystemModuleBootBackupReleaseFile", func(*unit) snmp.Value { return text("") }),
			cpuColumn(9, "juniSystemModuleCpuFiveSecUtilPct", 1),
			cpuColumn(10, "juniSystemModuleCpuOneMinAvgPct", 60/loadSlice),
			cpuColumn(11, "juniSystemModuleCpuFiveMinAvgPct", 300/loadSlice),
		},
	},
	systemValue("juniSystemPowerCount", juniSystem.Sub(8, 1), func(sc *scope) snmp.Value { return snmp.Integer(int32(len(sc.r.opts.Model.Power))) }),
	&table[numbered]{
		entry: juniSystem.Sub(8, 2, 1),
		rows:  func(sc *scope) []row[numbered] { return numberedRows(len(sc.r.opts.Model.Power)) },
		columns: []column[numbered]{
			{n: 2, name: "juniSystemPowerStatus", get: func(*scope, *numbered) snmp.Value { return snmp.Integer(powerGood) }},
			{n: 3, name: "juniSystemPowerPhysicalIndex", get: func(_ *scope, n *numbered) snmp.Value { return snmp.Integer(chassis.PowerIndex(int(*n))) }},
		},
	},
	systemValue("juniSystemFanCount", juniSystem.Sub(9, 1), func(sc *scope) snmp.Value { return snmp.Integer(int32(len(sc.r.opts.Model.Fans))) }),
	&table[numbered]{
		entry: juniSystem.Sub(9, 2, 1),
		rows:  func(sc *scope) []row[numbered] { return numberedRows(len(sc.r.opts.Model.Fans)) },
		columns: []column[numbered]{
			{n: 2, name: "juniSystemFanStatus", get: func(*scope, *numbered) snmp.Value { return snmp.Integer(fanOK) }},
			{n: 3, name: "juniSystemFanPhysicalIndex", get: func(_ *scope, n *numbered) snmp.Value { return snmp.Integer(chassis.FanIndex(int(*n))) }},
		},
	},
	systemValue("juniSystemTempCount", juniSystem.Sub(9, 3), func(sc *scope) snmp.Value { return snmp.Integer(int32(len(sc.r.opts.Model.Sensors()))) }),
	&table[sensor]{
		entry: juniSystem.Sub(9, 4, 1),
		rows:  sensorRows,
		columns: []column[sensor]{
			{n: 2, name: "juniSystemTempStatus", get: func(*scope, *sensor) snmp.Value { return snmp.Integer(temperatureNominal) }},
			{n: 3, name: "juniSystemTempValue", get: func(_ *scope, s *sensor) snmp.Value { return snmp.Integer(int32(s.Celsius)) }},
			{n: 4, name: "juniSystemTempPhysicalIndex", get: func(_ *scope, s *sensor) snmp.Value { return snmp.Integer(chassis.SensorIndex(s.Slot)) }},
		},
	},
}

func systemValue(name string, oid mib.OID, read func(*scope) snmp.Value) *scalar {
	return &scalar{name: name, oid: oid, read: read}
}

func unitValue(n uint32, name string, read func(*unit) snmp.Value) unitColumn {
	return unitColumn{n: n, name: name, get: func(_ *scope, u *unit) snmp.Value { return read(u) }}
}

// unknown is what a percentage is that nobody knows.
const unknown = -1

// Load is how busy the agents were with requests of the ordinary side in the last
// five seconds, minute and five minutes, in percent: juniSystemModuleCpuFiveSecUtilPct
// and its kin.
func (r *Responder) Load() (fiveSeconds, minute, fiveMinutes int32) {
	now := r.opts.Engine.Now().Time
	return r.load.percent(now, 1), r.load.percent(now, 60/loadSlice), r.load.percent(now, 300/loadSlice)
}

// Memory is the share of the room for interfaces, routes and subscribers that is
// taken, in percent: juniSystemMemUtilPct. It is -1 if it is not known.
func (r *Responder) Memory() int32 { return r.memory() }

// memory is the share of the room for interfaces, routes and subscribers that is
// taken, in percent.
func (r *Responder) memory() int32 {
	if r.opts.Tables == nil {
		return unknown
	}
	used, room := r.opts.Tables()
	return int32(used * 100 / room)
}

// cpuColumn is the load of the processor that the agents run on, over some slices.
// The others have nothing to do, since no packet comes.
func cpuColumn(n uint32, name string, slices int) unitColumn {
	return unitColumn{n: n, name: name, get: func(sc *scope, u *unit) snmp.Value {
		if u.Part == sc.r.opts.Model.SRP().Part {
			return snmp.Integer(sc.r.load.percent(sc.now.Time, slices))
		}
		return snmp.Integer(0)
	}}
}

func slotRows(sc *scope) (rows []row[slotLevel]) {
	m := sc.r.opts.Model
	for slot := range m.LastSlot + 1 {
		for level := 1; level <= m.Levels; level++ {
			rows = append(rows, row[slotLevel]{mib.OID{uint32(slot), uint32(level)}, slotLevel{slot, level}})
		}
	}
	return rows
}

func slotStatus(m *chassis.Model, s *slotLevel) int32 {
	if m.SlotType(s.slot, s.level) == chassis.NoSlot {
		return slotNone
	}
	for _, u := range m.Units() {
		if u.Slot == s.slot && u.Level == s.level {
			return slotTaken
		}
	}
	return slotEmpty
}

func unitRows(sc *scope, with func(*unit) bool) (rows []row[unit]) {
	for _, u := range sc.r.opts.Model.Units() {
		if with(&u) {
			rows = append(rows, row[unit]{mib.OID{uint32(u.Slot), uint32(u.Level)}, u})
		}
	}
	return rows
}

// numberedRows are indexed from 1.
func numberedRows(n int) []row[numbered] {
	rows := make([]row[numbered], n)
	for i := range rows {
		rows[i] = row[numbered]{mib.OID{uint32(i + 1)}, numbered(i)}
	}
	return rows
}

func sensorRows(sc *scope) (rows []row[sensor]) {
	for i, mod := range sc.r.opts.Model.Sensors() {
		rows = append(rows, row[sensor]{mib.OID{uint32(i + 1)}, sensor{mod}})
	}
	return rows
}
