package notify

import (
	"net/netip"
	"strings"

	"mirrorsh/ascii"
	"mirrorsh/mib"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// Bounds and defaults of a trap host (juniSnmpTrapHostTable of
// Juniper-SNMP-MIB; pingTimeOut as on the command line).
const (
	MaxHosts          = 8  // per side and virtual router
	MaxSecurityString = 31 // octets
	DefaultPort       = 162
	DefaultFilter     = mib.Debug
	MinPingTimeout    = 1 // minutes
	MaxPingTimeout    = 90
	MinQueueSize      = 32 // traps
	MaxQueueSize      = 1<<31 - 1
	MaxDrainRate      = 1<<31 - 1 // traps per second

	// maxQueued is how many traps a queue holds at most, however large it may be:
	// about 200 MB of them.
	maxQueued = 1 << 18

	DefaultRetries = 3 // of an inform
	MaxRetries     = 10
	DefaultTimeout = 5 // seconds
	MaxTimeout     = 60
)

// Full says which trap is lost when one more reaches a full queue.
type Full int32

const (
	DropLastIn  Full = iota // the one that arrives
	DropFirstIn             // the oldest one queued
)

// String returns the keyword.
func (f Full) String() string {
	if f == DropFirstIn {
		return "dropFirstIn"
	}
	return "dropLastIn"
}

// Host is what an snmp-server host line says. [NewHost] gives the defaults.
type Host struct {
	Address        netip.Addr
	Version        snmp.Version
	SecurityString string // community, or user of v3
	Port           uint16
	// Categories are those listed. None listed means every enabled ordinary
	// category. PacketMirror makes it a record of the secure side.
	Categories mib.CategorySet
	Filter     mib.Severity
	// Informs makes InformRequests of the traps, which the host acknowledges. Not of v1.
	Informs bool
	Retries int // how often an inform is sent again, 0 to 10
	Timeout int // seconds an acknowledgement may take, 1 to 60
}

// NewHost returns a host with defaults: v1 traps to port 162, all ordinary
// categories, filter 7.
func NewHost(address netip.Addr, securityString string) Host {
	return Host{Address: address, SecurityString: securityString, Version: snmp.Version1, Port: DefaultPort, Filter: DefaultFilter,
		Retries: DefaultRetries, Timeout: DefaultTimeout}
}

// Side returns which of the two records of its address the line means.
func (h *Host) Side() side.Side {
	return side.Of(h.Categories.Has(mib.PacketMirror))
}

// HostAddress reports whether a receiver can have an address: that of a host, or
// of this machine. One of a link alone (RFC 4291 section 2.5.6) says nothing without
// the link.
func HostAddress(a netip.Addr) bool {
	if a.Is6() {
		return !a.Is4In6() && a.Zone() == "" && !a.IsUnspecified() && !a.IsMulticast() && !a.IsLinkLocalUnicast()
	}
	return a.IsLoopback() || network.Unicast(a)
}

// maxHostName is the most octets of the name of a row or log (RFC 3413 section 4.1.2,
// RFC 3014).
const maxHostName = 32

// HostName is the name that tables know the address of a host by: the address, or
// where that is too long its digits alone.
func HostName(a netip.Addr) string {
	if name := a.String(); len(name) <= maxHostName {
		return name
	}
	return strings.ReplaceAll(a.StringExpanded(), ":", "")
}

func (h *Host) validate() error {
	if !HostAddress(h.Address) {
		return errHostAddress
	}
	if h.Version != snmp.Version1 && h.Version != snmp.Version2c && h.Version != snmp.Version3 {
		return errVersion
	}
	if n := len(h.SecurityString); n < 1 || n > MaxSecurityString || !ascii.Visible(h.SecurityString) {
		return errSecurityString
	}
	if h.Port == 0 {
		return &rangeError{What: "udp-port", Min: 1, Max: 65535}
	}
	if h.Informs && h.Version == snmp.Version1 {
		return errInformVersion
	}
	if err := inRange("retries", int64(h.Retries), 0, MaxRetries); err != nil {
		return err
	}
	if err := inRange("timeout", int64(h.Timeout), 1, MaxTimeout); err != nil {
		return err
	}
	return inRange("trapFilters", int64(h.Filter), int64(mib.Emergency), int64(mib.Debug))
}

// wants reports whether the host listens to a category.
func (h *Host) wants(c mib.Category) bool {
	if h.Categories.Empty() {
		return !c.Secure()
	}
	return h.Categories.Has(c)
}

// Queue is what trapQueue and pingTimeOut lines say of a host.
type Queue struct {
	Size        int // traps
	DrainRate   int // traps per second, 0: as fast as it goes
	Full        Full
	PingTimeout int // minutes
}

// DefaultQueue is the queue of a new host.
func DefaultQueue() Queue {
	return Queue{Size: MinQueueSize, Full: DropLastIn, PingTimeout: MinPingTimeout}
}

// QueueChange is a trapQueue or pingTimeOut line: nil leaves as it is. To
// restore a default, set it to the one of [DefaultQueue].
type QueueChange struct {
	Size        *int
	DrainRate   *int
	Full        *Full
	PingTimeout *int
}

func (c *QueueChange) validate() error {
	if c.Size != nil {
		if err := inRange("trapQueue size", int64(*c.Size), MinQueueSize, MaxQueueSize); err != nil {
			return err
		}
	}
	if c.DrainRate != nil {
		if err := inRange("trapQueue drainRate", int64(*c.DrainRate), 0, MaxDrainRate); err != nil {
			return err
		}
	}
	if c.Full != nil {
		if err := inRange("trapQueue full", int64(*c.Full), int64(DropLastIn), int64(DropFirstIn)); err != nil {
			return err
		}
	}
	if c.PingTimeout != nil {
		return inRange("pingTimeOut", int64(*c.PingTimeout), MinPingTimeout, MaxPingTimeout)
	}
	return nil
}

func (c *QueueChange) apply(q Queue) Queue {
	if c.Size != nil {
		q.Size = *c.Size
	}
	if c.DrainRate != nil {
		q.DrainRate = *c.DrainRate
	}
	if c.Full != nil {
		q.Full = *c.Full
	}
	if c.PingTimeout != nil {
		q.PingTimeout = *c.PingTimeout
	}
	return q
}
