package agent

import (
	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// packetMirrorMIB is Juniper-PACKET-MIRROR-MIB. That only the view mirrorAdmin
// reaches it is a property of views. Its one switch is set after the other one:
// category packetMirror, which only the command line enables.
var packetMirrorMIB = []branch{
	&scalar{
		name: mib.MirrorTrapEnable.Name, oid: mib.MirrorTrapEnable.OID,
		read: func(sc *scope) snmp.Value { return truth(sc.r.opts.MirrorTraps.Load()) },
		write: &writer{
			tag: snmp.TagInteger,
			check: func(sc *scope, v snmp.Value) snmp.ErrorStatus {
				if status := inRange(v, 1, 2); status != snmp.NoError {
					return status
				}
				if !sc.cfg.Traps.Settings().Enabled.Has(mib.PacketMirror) {
					return snmp.InconsistentValue
				}
				return snmp.NoError
			},
			put: func(sc *scope, v snmp.Value) error {
				sc.r.opts.MirrorTraps.Store(v.Int64() == 1)
				return nil
			},
		},
	},
}
