package agent

import (
	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// packetMirrorMIB is Juniper-PACKET-MIRROR-MIB. That only the view mirrorAdmin
// reaches it is a property of views. Its one switch is set after the other one:
// category packetMirror, which only the command line enables.
var packetMirrorMIB = []branch{
	writable(mib.MirrorTrapEnable.Name, mib.MirrorTrapEnable.OID, truthValue,
		func(sc *scope) bool { return sc.r.opts.MirrorTraps.Load() },
		always(func(sc *scope, on bool) { sc.r.opts.MirrorTraps.Store(on) })).when(hasPacketMirror),
}

func hasPacketMirror(sc *scope, _ snmp.Value) snmp.ErrorStatus {
	if !sc.cfg.Traps.Settings().Enabled.Has(mib.PacketMirror) {
		return snmp.InconsistentValue
	}
	return snmp.NoError
}
