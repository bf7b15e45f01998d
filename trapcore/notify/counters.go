package notify

import (
	"sync/atomic"

	"mirrorsh/trapcore/side"
)

// All counters are Counter32: they wrap.

type agentCounters struct {
	local, proxied, globalDiscards, noMemory, noQueue, notAble, out, proxyOut atomic.Uint32

	base atomic.Pointer[Counters]
}

// Counters are those of one side of the agent (juniSnmpTrap of Juniper-SNMP-MIB).
type Counters struct {
	Received       uint32 // traps that reached the agent
	Local          uint32 // of these, raised in its own virtual router
	Proxied        uint32 // and in others, by trap proxy
	GlobalDiscards uint32 // category, filter or switch
	NoMemory       uint32 // the system had no buffer
	NoQueue        uint32 // lost to a full queue
	NotAble        uint32 // the agent was off or could not send
	Discarded      uint32 // the four above
	Out            uint32 // traps that left, and informs that were settled
	ProxyOut       uint32 // of these, raised in other virtual routers
}

func (a *agentCounters) values() Counters {
	c := Counters{
		Local:          a.local.Load(),
		Proxied:        a.proxied.Load(),
		GlobalDiscards: a.globalDiscards.Load(),
		NoMemory:       a.noMemory.Load(),
		NoQueue:        a.noQueue.Load(),
		NotAble:        a.notAble.Load(),
		Out:            a.out.Load(),
		ProxyOut:       a.proxyOut.Load(),
	}
	c.Received = c.Local + c.Proxied
	c.Discarded = c.GlobalDiscards + c.NoMemory + c.NoQueue + c.NotAble
	return c
}

type hostCounters struct {
	sent, discards, badEncoding, queueFull, noResponse, acknowledged, reports atomic.Uint32
}

// HostCounters are those of one trap host (juniSnmpTrapHostTable).
type HostCounters struct {
	// Sent are traps that left; of informs, those that left and wait no more.
	Sent        uint32
	Discards    uint32 // category, filter, view, or no such user
	BadEncoding uint32 // a value does not fit its object, or the message no datagram
	QueueFull   uint32
	// NoResponse are those of a host that answered no ping within pingTimeOut,
	// and informs that were not acknowledged in spite of all retries.
	NoResponse   uint32
	Acknowledged uint32 // informs
	Reports      uint32 // received in place of acknowledgements
}

// HostStatus is one trap host for show commands and the configuration.
type HostStatus struct {
	Host
	Queue
	Side     side.Side
	Counters HostCounters
	Base     HostCounters // at the last baseline
	Pending  int          // traps queued or on their way to the socket, informs not acknowledged
}

func (h *host) baseline() (c HostCounters) {
	if b := h.base.Load(); b != nil {
		c = *b
	}
	return c
}

func (c *hostCounters) values() HostCounters {
	return HostCounters{
		Sent:         c.sent.Load(),
		Discards:     c.discards.Load(),
		BadEncoding:  c.badEncoding.Load(),
		QueueFull:    c.queueFull.Load(),
		NoResponse:   c.noResponse.Load(),
		Acknowledged: c.acknowledged.Load(),
		Reports:      c.reports.Load(),
	}
}
