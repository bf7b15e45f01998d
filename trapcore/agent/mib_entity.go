package agent

import (
	"mirrorsh/mib"
	"mirrorsh/trapcore/chassis"
	"mirrorsh/trapcore/snmp"
)

// maker is entPhysicalMfgName: nobody makes what is simulated.
const maker = "simulated by mirrorsh"

type physicalColumn = column[chassis.Physical]

// entityMIB is of ENTITY-MIB (RFC 4133) what the chassis has; it is the same in
// every virtual router.
var entityMIB = []branch{
	&table[chassis.Physical]{
		entry: mib.MustOID("1.3.6.1.2.1.47.1.1.1.1"),
		rows: func(sc *scope) []row[chassis.Physical] {
			all := sc.r.opts.Model.Physical(sc.r.opts.Release)
			rows := make([]row[chassis.Physical], len(all))
			for i, p := range all {
				rows[i] = row[chassis.Physical]{mib.OID{uint32(p.Index)}, p}
			}
			return rows
		},
		columns: []physicalColumn{
			physical(2, "entPhysicalDescr", func(p *chassis.Physical) snmp.Value { return text(p.Descr) }),
			physical(3, "entPhysicalVendorType", func(p *chassis.Physical) snmp.Value {
				if p.Vendor == nil {
					return zeroDotZero
				}
				return snmp.ObjectID(p.Vendor)
			}),
			physical(4, "entPhysicalContainedIn", func(p *chassis.Physical) snmp.Value { return snmp.Integer(p.In) }),
			physical(5, "entPhysicalClass", func(p *chassis.Physical) snmp.Value { return snmp.Integer(p.Class) }),
			physical(6, "entPhysicalParentRelPos", func(p *chassis.Physical) snmp.Value { return snmp.Integer(p.Position) }),
			physical(7, "entPhysicalName", func(p *chassis.Physical) snmp.Value { return text(p.Name) }),
			physical(8, "entPhysicalHardwareRev", func(p *chassis.Physical) snmp.Value { return text(p.Hardware) }),
			physical(9, "entPhysicalFirmwareRev", func(*chassis.Physical) snmp.Value { return text("") }),
			physical(10, "entPhysicalSoftwareRev", func(p *chassis.Physical) snmp.Value { return text(p.Software) }),
			physical(11, "entPhysicalSerialNum", func(p *chassis.Physical) snmp.Value { return text(p.Serial) }),
			physical(12, "entPhysicalMfgName", func(p *chassis.Physical) snmp.Value {
				if p.Number == "" {
					return text("")
				}
				return text(maker)
			}),
			physical(13, "entPhysicalModelName", func(p *chassis.Physical) snmp.Value { return text(p.Number) }),
			physical(14, "entPhysicalAlias", func(*chassis.Physical) snmp.Value { return text("") }),
			physical(15, "entPhysicalAssetID", func(*chassis.Physical) snmp.Value { return text("") }),
			physical(16, "entPhysicalIsFRU", func(p *chassis.Physical) snmp.Value { return truth(p.Unit) }),
		},
	},
}

func physical(n uint32, name string, read func(*chassis.Physical) snmp.Value) physicalColumn {
	return physicalColumn{n: n, name: name, get: func(_ *scope, p *chassis.Physical) snmp.Value { return read(p) }}
}
