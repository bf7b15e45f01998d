package snmp

import "time"

// maxRecent is how many messages half of [recent] remembers.
const maxRecent = 1 << 18

// recent remembers the MACs of messages for at least the time in which the same
// message once more is inside the time window, unless more than maxRecent come
// in that time. The zero value is ready.
type recent struct {
	young, old map[[12]byte]struct{}
	turned     time.Time
}

// seen remembers a MAC and reports whether it was there already. Every protocol
// has at least 12 octets of it.
func (r *recent) seen(mac []byte, now time.Time) bool {
	var key [12]byte
	copy(key[:], mac)
	if r.young == nil || len(r.young) >= maxRecent || now.Sub(r.turned) > (TimeWindow+1)*time.Second {
		r.old, r.young, r.turned = r.young, map[[12]byte]struct{}{}, now
	}
	_, young := r.young[key]
	_, old := r.old[key]
	r.young[key] = struct{}{}
	return young || old
}
