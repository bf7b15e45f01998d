package agent

import (
	"fmt"
	"sync"
	"sync/atomic"

	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// Bounds and default of the largest message an agent handles, in octets
// (juniSnmpMaxPduSize of Juniper-SNMP-MIB).
const (
	MinPacketSize     = 484
	MaxPacketSize     = 8192
	DefaultPacketSize = 1500
)

// errPacketSize is the error of a packet size out of bounds.
var errPacketSize = fmt.Errorf("packetsize must be %d to %d", MinPacketSize, MaxPacketSize)

// System is what the system group shows and sets. Its methods may be called
// from any goroutine.
type System interface {
	Hostname() string
	SetHostname(name string)
	Contact() string
	SetContact(text string)
	Location() string
	SetLocation(text string)
}

// Config says what an agent reads from and writes to. All fields are needed.
type Config struct {
	Router  string // name of the virtual router
	Local   *snmp.LocalEngine
	Context string // contextName
	Users   *snmp.LCD
	Traps   *notify.Originator
	System  System
}

// Agent is the SNMP agent of one virtual router: its counters and what belongs
// to nobody else. Its methods may be called from any goroutine; mu guards the
// baseline.
type Agent struct {
	cfg        Config
	stats      [side.Count]snmp.Stats
	packetSize atomic.Int32
	proxyOff   atomic.Bool // no requests are passed on to or through this one
	spinLocks  [spinLocks]atomic.Int32
	interfaces atomic.Pointer[Interfaces]
	log        notificationLog
	logged     atomic.Pointer[logIndex]

	mu   sync.Mutex
	base [side.Count]snmp.Counters
}

// New returns an agent. [Responder.Add] makes it reachable.
func New(cfg Config) *Agent {
	a := &Agent{cfg: cfg, log: cfg.Traps.Log()}
	a.SetInterfaces(noInterfaces{})
	a.packetSize.Store(DefaultPacketSize)
	return a
}

// Router returns the name of the virtual router.
func (a *Agent) Router() string { return a.cfg.Router }

// SetInterfaces says where IF-MIB reads from; until then there are none.
func (a *Agent) SetInterfaces(i Interfaces) { a.interfaces.Store(&i) }

// PacketSize returns the largest message in octets that the agent handles.
func (a *Agent) PacketSize() int { return int(a.packetSize.Load()) }

// SetPacketSize sets it. The error is [errPacketSize].
func (a *Agent) SetPacketSize(octets int) error {
	if octets < MinPacketSize || octets > MaxPacketSize {
		return errPacketSize
	}
	a.packetSize.Store(int32(octets))
	return nil
}

// Proxy reports whether requests are passed on between this virtual router and
// the one that receives them.
func (a *Agent) Proxy() bool { return !a.proxyOff.Load() }

// SetProxy sets what Proxy reports; it is on until then.
func (a *Agent) SetProxy(on bool) { a.proxyOff.Store(!on) }

// off reports whether the virtual router has no snmp-server.
func (a *Agent) off() bool {
	s := a.cfg.Traps.Settings()
	return s.Off
}

// Visible is an agent for a reader: the counters of the sides that it sees.
type Visible struct {
	a *Agent
	c side.Clearance
}

// As opens the agent to a reader.
func (a *Agent) As(c side.Clearance) Visible { return Visible{a, c} }

// Counters returns the counters, those of traps included, as the sums of what
// both sides have. Messages of all versions and contexts are counted by the
// agent of the default virtual router, that of another one counts what reached
// it through its context.
func (v Visible) Counters() (sum snmp.Counters) {
	for _, of := range side.Both {
		sum = sum.Plus(v.of(of))
	}
	return sum
}

// of returns the counters of a side, zero for one that is not seen.
func (v Visible) of(of side.Side) (c snmp.Counters) {
	if !v.c.Sees(of) {
		return c
	}
	c = v.a.stats[of].Counters()
	traps := v.a.cfg.Traps.As(v.c).Counters(of).Out
	c.Values[snmp.StatOutTraps] += traps
	c.Values[snmp.StatOutPkts] += traps
	return c
}

// Baseline keeps the counters for [Visible.Delta].
func (v Visible) Baseline() {
	v.a.mu.Lock()
	defer v.a.mu.Unlock()
	for _, of := range side.Both {
		if v.c.Sees(of) {
			v.a.base[of] = v.of(of)
		}
	}
}

// Delta returns what was counted since the baseline, or since the start.
func (v Visible) Delta() (sum snmp.Counters) {
	v.a.mu.Lock()
	defer v.a.mu.Unlock()
	for _, of := range side.Both {
		if v.c.Sees(of) {
			sum = sum.Plus(v.of(of).Since(v.a.base[of]))
		}
	}
	return sum
}
