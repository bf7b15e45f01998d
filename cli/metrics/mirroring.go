package metrics

import (
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/mirror"
)

var (
	mirrorTraps    = gauge("mirror_traps_enabled", "1 while juniPacketMirrorTrapEnable is true.")
	mirrorRules    = gauge("mirror_rules", "Trigger rules.")
	mirrorSessions = gauge("mirror_sessions", "Mirror sessions, by whether packets are mirrored.", "state")
	mirrorPackets  = counter("mirror_packets_total", "Packets that a rule mirrors, by direction and by what became of them.", "direction", "outcome")
	mirrorOctets   = counter("mirror_bytes_total", "Octets of those packets, without what is put before them.", "direction", "outcome")
	secureLogHeld  = gauge("secure_log_entries", "Entries of the SNMP secure audit log.")
	secureLogLost  = gauge("secure_log_entries_overwritten", "Entries of the SNMP secure audit log lost to newer ones since the last clear.")
	secureLogRoom  = gauge("secure_log_capacity_entries", "Entries that the SNMP secure audit log has room for.")
	mirrorLogHeld  = gauge("mirror_log_entries", "Entries of the mirror log.")
	mirrorLogLost  = gauge("mirror_log_entries_overwritten", "Entries of the mirror log lost to newer ones since the last clear.")
	mirrorOutcomes = map[mirror.Fate]string{mirror.Sent: "sent", mirror.Unreachable: "unreachable", mirror.Headerless: "no_header", mirror.Unsent: "not_sent"}
)

// mirroring adds what is secure as a whole.
func (p page) mirroring(x *trapcore.Secure) {
	p.add(mirrorTraps, truth(x.MirrorTraps()))
	p.add(mirrorRules, float64(len(x.Mirror().Rules())))
	at := map[string]int{"mirroring": 0, "waiting": 0, "failed": 0}
	for _, s := range x.Mirror().Sessions() {
		switch {
		case s.Failure != "":
			at["failed"]++
		case s.Mirroring && s.Reachable:
			at["mirroring"]++
		default:
			at["waiting"]++
		}
	}
	for state, n := range at {
		p.add(mirrorSessions, float64(n), state)
	}
	for d, counts := range x.Mirror().Copied() {
		for f, n := range counts {
			way, outcome := mirror.Direction(d).String(), mirrorOutcomes[mirror.Fate(f)]
			p.add(mirrorPackets, float64(n.Packets), way, outcome)
			p.add(mirrorOctets, float64(n.Octets), way, outcome)
		}
	}
	audit, _ := x.Log().Read()
	p.add(secureLogHeld, float64(audit.Held))
	p.add(secureLogLost, float64(audit.Overwritten))
	p.add(secureLogRoom, float64(audit.Capacity))
	failures, _ := x.Failures().Read()
	p.add(mirrorLogHeld, float64(failures.Held))
	p.add(mirrorLogLost, float64(failures.Overwritten))
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
