package agent

import (
	"errors"
	"math"
	"net/netip"
	"strings"
	"time"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// Subscriber is a row of juniAaaSubscriberTable: one that is logged in.
type Subscriber struct {
	Handle    uint32 // no other has it, ever
	Name      string
	Router    string
	RouterUID uint32
	Login     time.Time
	Address   netip.Addr
	Pooled    bool   // the address is one of the router's own pool
	Interface string // it comes in over; "": none
	Tunnel    bool   // it comes through L2TP
	Up        bool   // so is its IP interface
}

// RouterCount is how many are logged in to a virtual router.
type RouterCount struct {
	UID   uint32
	Count int
}

// PortCount is how many come in over a port.
type PortCount struct{ Slot, Adapter, Port, Count int }

// Subscribers are those of all virtual routers. Its methods may be called from
// any goroutine and must not wait.
type Subscribers interface {
	// Counts are how many there are, how many ever were, and how many can be.
	Counts() (now, peak, limit int)
	// Next returns the one with the smallest Handle above after.
	Next(after uint32) (Subscriber, bool)
	// Logout ends the session of one; nothing happens if it is not there.
	Logout(handle uint32) error
	// NextRouter returns the virtual router with the smallest number at or after one.
	NextRouter(uid uint32) (RouterCount, bool)
	// ByPort is in order.
	ByPort() []PortCount
	Sessions() Sessions
}

// noSubscribers stands in where there are none.
type noSubscribers struct{}

func (noSubscribers) Counts() (now, peak, limit int) { return 0, 0, 0 }
func (noSubscribers) Next(uint32) (Subscriber, bool) { return Subscriber{}, false }
func (noSubscribers) Logout(uint32) error            { return errNoLogin }
func (noSubscribers) ByPort() []PortCount            { return nil }
func (noSubscribers) NextRouter(uint32) (RouterCount, bool) {
	return RouterCount{}, false
}
func (noSubscribers) Sessions() Sessions { return Sessions{} }

var errNoLogin = errors.New("a subscriber cannot be logged in by a SET")

var juniSubscribers = mib.JuniMIBs.Sub(20, 1, 8)

type subscriberColumn = column[Subscriber]

// juniperAaaMIB is of Juniper-AAA-MIB the subscribers, of all virtual routers in
// each of them, as show subscribers has them. What mirrors them is in no column.
var juniperAaaMIB = []branch{
	subscriberCount("juniAaaSubscriberMaxCount", 1, func(_, _, limit int) snmp.Value { return snmp.Integer(int32(limit)) }),
	subscriberCount("juniAaaSubscriberPeakCount", 2, func(_, peak, _ int) snmp.Value { return snmp.Unsigned(uint32(peak)) }),
	subscriberCount("juniAaaSubscriberCount", 3, func(now, _, _ int) snmp.Value { return snmp.Unsigned(uint32(now)) }),
	&table[Subscriber]{
		entry: juniSubscribers.Sub(4, 1),
		find:  findSubscriber,
		columns: []subscriberColumn{
			subscriberValue(2, "juniAaaSubscriberUserName", func(s *Subscriber) snmp.Value { return text(s.Name) }),
			subscriberValue(3, "juniAaaSubscriberRouterName", func(s *Subscriber) snmp.Value { return text(s.Router) }),
			subscriberValue(4, "juniAaaSubscriberRouterIndex", func(s *Subscriber) snmp.Value { return snmp.Unsigned(s.RouterUID) }),
			subscriberValue(5, "juniAaaSubscriberLoginTime", func(s *Subscriber) snmp.Value {
				return text(strings.ToUpper(s.Login.Format("Mon Jan 02 2006 15:04:05 MST")))
			}),
			subscriberValue(6, "juniAaaSubscriberIpAddress", func(s *Subscriber) snmp.Value { return snmp.Address(s.Address) }),
			subscriberValue(7, "juniAaaSubscriberIpAddressMask", func(*Subscriber) snmp.Value { return snmp.Address(mask4(32)) }),
			subscriberValue(8, "juniAaaSubscriberAddrAssignType", func(s *Subscriber) snmp.Value {
				if s.Pooled {
					return snmp.Integer(2) // localPool(2)
				}
				return snmp.Integer(1) // radius(1)
			}),
			subscriberValue(9, "juniAaaSubscriberInterfaceId", func(s *Subscriber) snmp.Value { return text(s.Interface) }),
			subscriberValue(10, "juniAaaSubscriberState", func(s *Subscriber) snmp.Value { return text(subscriberState(s)) }),
			subscriberValue(11, "juniAaaSubscriberClientType", func(s *Subscriber) snmp.Value {
				if s.Tunnel {
					return snmp.Integer(4) // tunnel(4)
				}
				return snmp.Integer(0) // ppp(0)
			}),
			// There are no policies and profiles of the ordinary side.
			subscriberValue(12, "juniAaaSubscriberIngressPolicyName", func(*Subscriber) snmp.Value { return text("") }),
			subscriberValue(13, "juniAaaSubscriberEgressPolicyName", func(*Subscriber) snmp.Value { return text("") }),
			subscriberValue(14, "juniAaaSubscriberQosProfileName", func(*Subscriber) snmp.Value { return text("") }),
			{n: 15, name: "juniAaaSubscriberRowStatus", get: activeRow[Subscriber]},
		},
		edit: &edit[Subscriber]{
			status: 15,
			fresh:  func(*scope, mib.OID) (Subscriber, bool) { return Subscriber{}, false },
			apply:  applySubscriber,
		},
	},
	&table[RouterCount]{
		entry: juniSubscribers.Sub(5, 1),
		find:  findRouterCount,
		columns: []column[RouterCount]{
			{n: 2, name: "juniAaaSubscriberRouterSummaryCount", get: func(_ *scope, c *RouterCount) snmp.Value { return snmp.Unsigned(uint32(c.Count)) }},
		},
	},
	&scalar{name: "juniAaaSubscriberLocationType", oid: juniSubscribers.Sub(7), read: func(sc *scope) snmp.Value {
		if sc.r.opts.Model.Adapters() {
			return snmp.Integer(2) // slotAdapterPort(2)
		}
		return snmp.Integer(1) // slotPort(1)
	}},
	&table[PortCount]{
		entry: juniSubscribers.Sub(8, 1),
		rows: func(sc *scope) []row[PortCount] {
			adapters := sc.r.opts.Model.Adapters()
			return rowsOf(sc.r.opts.Subscribers.ByPort(), func(c PortCount) mib.OID {
				if adapters {
					return counted(string([]byte{byte(c.Slot), byte(c.Adapter), byte(c.Port)}))
				}
				return counted(string([]byte{byte(c.Slot), byte(c.Port)}))
			})
		},
		columns: []column[PortCount]{
			{n: 2, name: "juniAaaSubscriberLocationSummaryCount", get: func(_ *scope, c *PortCount) snmp.Value { return snmp.Unsigned(uint32(c.Count)) }},
		},
	},
}

func subscriberCount(name string, n uint32, read func(now, peak, limit int) snmp.Value) *scalar {
	return &scalar{name: name, oid: juniSubscribers.Sub(n), read: func(sc *scope) snmp.Value { return read(sc.r.opts.Subscribers.Counts()) }}
}

func subscriberValue(n uint32, name string, read func(*Subscriber) snmp.Value) subscriberColumn {
	return subscriberColumn{n: n, name: name, get: func(_ *scope, s *Subscriber) snmp.Value { return read(s) }}
}

// subscriberState is a JuniSubscriberState: established(1), or pending(0) until
// its interface is up, and counted(6).
func subscriberState(s *Subscriber) string {
	if s.Up {
		return "\x42\x00"
	}
	return "\x82\x00"
}

func findRouterCount(sc *scope, _ uint32, from mib.OID) (row[RouterCount], bool) {
	uid := uint32(0)
	if len(from) > 0 {
		uid = from[0]
	}
	if len(from) > 1 {
		if uid++; uid == 0 {
			return row[RouterCount]{}, false
		}
	}
	c, ok := sc.r.opts.Subscribers.NextRouter(uid)
	return row[RouterCount]{mib.OID{c.UID}, c}, ok
}

func findSubscriber(sc *scope, _ uint32, from mib.OID) (row[Subscriber], bool) {
	after := uint32(0)
	if len(from) > 0 {
		switch {
		case len(from) > 1:
			after = from[0]
		case from[0] > 0:
			after = from[0] - 1
		}
	}
	if after == math.MaxUint32 {
		return row[Subscriber]{}, false
	}
	s, ok := sc.r.opts.Subscribers.Next(after)
	return row[Subscriber]{mib.OID{s.Handle}, s}, ok
}

// applySubscriber logs one out. Nothing else can be done to it, and nothing
// brings it back.
func applySubscriber(sc *scope, was, is *Subscriber) error {
	switch {
	case was == nil:
		return errNoLogin
	case is == nil:
		return sc.r.opts.Subscribers.Logout(was.Handle)
	}
	return nil
}

func rowsOf[R any](all []R, index func(R) mib.OID) []row[R] {
	rows := make([]row[R], len(all))
	for i, r := range all {
		rows[i] = row[R]{index(r), r}
	}
	return rows
}
