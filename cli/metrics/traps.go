package metrics

import (
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/notify"
)

var (
	notificationsReceived = counter("notifications_received_total",
		"Notifications that reached the originator, from its own virtual router (local) or from others (proxy).", inRouter, "origin")
	notificationsDiscarded = counter("notifications_discarded_total", "Notifications that no host was sent, by reason.", inRouter, "reason")
	notificationsSent      = counter("notifications_sent_total", "Traps that left, and informs that were acknowledged or given up.", inRouter)
	logged                 = counter("notification_log_entries_total", "Entries of the notification log (nlmStatsGlobalNotificationsLogged).", inRouter)
	bumped                 = counter("notification_log_bumped_total", "Entries of the notification log lost to newer ones (nlmStatsGlobalNotificationsBumped).", inRouter)

	hostPending      = gauge("host_notifications_pending", "Notifications that wait for a host, and informs that it has not acknowledged.", inRouter, "host")
	hostSent         = counter("host_notifications_sent_total", "Traps that left for a host, and informs that were settled.", inRouter, "host")
	hostAcknowledged = counter("host_informs_acknowledged_total", "Informs that a host has acknowledged.", inRouter, "host")
	hostDiscarded    = counter("host_notifications_discarded_total", "Notifications that did not get to a host, by reason.", inRouter, "host", "reason")
	hostReports      = counter("host_reports_received_total", "Reports that a host sent in place of acknowledgements.", inRouter, "host")
	hostAckTime      = gauge("host_acknowledgement_seconds", "How long a host took to acknowledge informs that were sent once.", inRouter, "host")
)

// reason is why notifications are discarded.
type reason[T any] struct {
	name string
	of   func(c T) uint32
}

var reasons = []reason[notify.Counters]{
	{"switch", func(c notify.Counters) uint32 { return c.GlobalDiscards }},
	{"no_memory", func(c notify.Counters) uint32 { return c.NoMemory }},
	{"queue_full", func(c notify.Counters) uint32 { return c.NoQueue }},
	{"not_able", func(c notify.Counters) uint32 { return c.NotAble }},
}

var hostReasons = []reason[notify.HostCounters]{
	{"filter", func(c notify.HostCounters) uint32 { return c.Discards }},
	{"bad_encoding", func(c notify.HostCounters) uint32 { return c.BadEncoding }},
	{"queue_full", func(c notify.HostCounters) uint32 { return c.QueueFull }},
	{"no_response", func(c notify.HostCounters) uint32 { return c.NoResponse }},
}

// traps adds the counters of a notification originator and of its hosts. They are
// those of MIBs, 32 bits wide: one that wraps looks as though it was reset.
func (p page) traps(v *trapcore.VirtualRouter) {
	vr, traps := v.Name(), v.Traps().As(p.c)
	for _, of := range traps.Traps() {
		c := of.Counters
		p.addOf(of.Side, notificationsReceived, float64(c.Local), vr, "local")
		p.addOf(of.Side, notificationsReceived, float64(c.Proxied), vr, "proxy")
		for _, r := range reasons {
			p.addOf(of.Side, notificationsDiscarded, float64(r.of(c)), vr, r.name)
		}
		p.addOf(of.Side, notificationsSent, float64(c.Out), vr)
	}
	p.add(logged, float64(v.Traps().Log().Logged()), vr)
	p.add(bumped, float64(v.Traps().Log().Bumped()), vr)
	for _, h := range traps.Hosts() {
		c, host := h.Counters, h.Address.String()
		p.addOf(h.Side, hostPending, float64(h.Pending), vr, host)
		p.addOf(h.Side, hostSent, float64(c.Sent), vr, host)
		p.addOf(h.Side, hostAcknowledged, float64(c.Acknowledged), vr, host)
		p.addOf(h.Side, hostReports, float64(c.Reports), vr, host)
		for _, r := range hostReasons {
			p.addOf(h.Side, hostDiscarded, float64(r.of(c)), vr, host, r.name)
		}
	}
	for _, a := range traps.AckTimes() {
		quantiles := map[float64]float64{0.5: a.P50.Seconds(), 0.99: a.P99.Seconds(), 1: a.Max.Seconds()}
		p.addTimes(a.Side, hostAckTime, times{uint64(a.Count), a.Sum.Seconds(), quantiles}, vr, a.Address.String())
	}
}
