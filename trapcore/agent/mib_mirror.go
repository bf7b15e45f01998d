package agent

import (
	"errors"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// packetMirrorMIB is Juniper-PACKET-MIRROR-MIB. That only the view mirrorAdmin
// reaches it is a property of views. Its one switch is set after the other one:
// category packetMirror, which only the command line enables.
var packetMirrorMIB = []branch{
	writable(mib.MirrorTrapEnable.Name, mib.MirrorTrapEnable.OID, truthValue,
		mirrorTraps, setMirrorTraps).when(hasPacketMirror),
}

func mirrorTraps(sc *scope) bool {
	secure, ok := sc.r.opts.Secure(sc.reader)
	return ok && secure.MirrorTraps()
}

var errNotSeen = errors.New("reader does not see the mirror MIB")

func setMirrorTraps(sc *scope, on bool) error {
	secure, ok := sc.r.opts.Secure(sc.reader)
	if !ok {
		return errNotSeen
	}
	secure.SetMirrorTraps(on)
	return nil
}

func hasPacketMirror(sc *scope, _ snmp.Value) snmp.ErrorStatus {
	if !sc.cfg.Traps.As(sc.reader).Settings().Enabled.Has(mib.PacketMirror) {
		return snmp.InconsistentValue
	}
	return snmp.NoError
}
