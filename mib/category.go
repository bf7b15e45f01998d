package mib

import (
	"encoding/binary"
	"math/bits"
)

// Category is a trap category: its bit number in JuniSnmpTrapMask of
// Juniper-SNMP-MIB, which is also the index of juniSnmpTrapSeverityFilterTable.
type Category uint8

// The categories that have a keyword. Bits 27 (VPN), 33 (ISSU) and 35 (OSPFv3)
// have none that is documented.
const (
	SNMP                  Category = 0
	Link                  Category = 1
	Inventory             Category = 2
	Environment           Category = 3
	BulkStats             Category = 4
	FileXfer              Category = 5
	BGP                   Category = 6
	Log                   Category = 7
	CLISecurity           Category = 8
	Ping                  Category = 9
	OSPF                  Category = 10
	TraceRoute            Category = 11
	DVMRP                 Category = 12
	DVMRPProp             Category = 13
	AddrPool              Category = 14
	ATMPing               Category = 15
	VRRP                  Category = 16
	SONET                 Category = 17
	NTP                   Category = 18
	RADIUS                Category = 19
	DisManEvent           Category = 20
	DHCP                  Category = 21
	PIM                   Category = 22
	HARedundancy          Category = 23
	RouteTable            Category = 24
	IP                    Category = 25
	PacketMirror          Category = 26 // secure; set from the CLI only
	BFD                   Category = 28
	DoSProtectionPlatform Category = 29
	MRouter               Category = 30
	LDP                   Category = 31
	MobileIPv4            Category = 32
	MPLSTE                Category = 34
)

// CategoryInfo is how the shell names a category.
type CategoryInfo struct {
	Category Category
	Keyword  string
	Alias    string // a second keyword the manuals use, "" if none
	// Name is how the list of enabled categories of show snmp trap writes it.
	Name string
	// HostName is how the same command writes it for a host, where names are run together.
	HostName string
	// Help is one line without a full stop. It says if the product raises no trap of the category.
	Help string
	// Raised tells whether the product raises traps of the category.
	Raised bool
	// Secure tells whether it exists only for users authorised for packet mirroring.
	Secure bool
}

const notRaised = "; none is raised here"

// Categories lists all of them in the order of their keywords, in which show
// snmp trap lists them too.
//
// The manuals name no keyword for traceroute and VRRP; ours are their names.
// They disagree on dvmrpProp and dvmrpUni.
var Categories = []CategoryInfo{
	{Category: AddrPool, Keyword: "addrPool", Name: "AddrPool", HostName: "AddrPool", Help: "Local address pool traps" + notRaised},
	{Category: ATMPing, Keyword: "atmPing", Name: "AtmPing", HostName: "AtmPing", Help: "ATM ping traps" + notRaised},
	{Category: BFD, Keyword: "bfdmib", Name: "Bfdmib", HostName: "Bfdmib", Help: "Bidirectional forwarding detection traps" + notRaised},
	{Category: BGP, Keyword: "bgp", Name: "Bgp", HostName: "Bgp", Help: "BGP state change traps" + notRaised},
	{Category: BulkStats, Keyword: "bulkstats", Name: "Bulkstats", HostName: "Bulkstats", Help: "Bulk statistics file full and nearly full traps" + notRaised},
	{Category: CLISecurity, Keyword: "cliSecurityAlert", Name: "CliSecurity", HostName: "Cli", Help: "CLI security alerts: logins, logouts, failed authentication, denied access", Raised: true},
	{Category: DHCP, Keyword: "dhcp", Name: "Dhcp", HostName: "Dhcp", Help: "DHCP traps" + notRaised},
	{Category: DisManEvent, Keyword: "dismanEvent", Name: "DismanEvent", HostName: "DismanEvent", Help: "Distributed management event traps" + notRaised},
	{Category: DoSProtectionPlatform, Keyword: "dosProtectionPlatform", Name: "DosProtectionPlatform", HostName: "DosProtectionPlatform", Help: "Denial-of-service protection platform traps" + notRaised},
	{Category: DVMRP, Keyword: "dvmrp", Name: "Dvmrp", HostName: "Dvmrp", Help: "Standard DVMRP traps" + notRaised},
	{Category: DVMRPProp, Keyword: "dvmrpProp", Alias: "dvmrpUni", Name: "DvmrpProp", HostName: "DvmrpProp", Help: "Proprietary DVMRP traps" + notRaised},
	{Category: Environment, Keyword: "environment", Name: "Environment", HostName: "Environment", Help: "Power, temperature, fan and memory traps" + notRaised},
	{Category: FileXfer, Keyword: "fileXfer", Name: "FileXfer", HostName: "FileXfer", Help: "File transfer status traps" + notRaised},
	{Category: HARedundancy, Keyword: "haRedundancy", Name: "HaRedundancy", HostName: "HaRedundancy", Help: "High availability redundancy traps" + notRaised},
	{Category: Inventory, Keyword: "inventory", Name: "Inventory", HostName: "Inventory", Help: "System inventory and status traps" + notRaised},
	{Category: IP, Keyword: "ip", Name: "Ip", HostName: "Ip", Help: "IP traps" + notRaised},
	{Category: LDP, Keyword: "ldp", Name: "Ldp", HostName: "Ldp", Help: "LDP traps" + notRaised},
	{Category: Link, Keyword: "link", Name: "Link", HostName: "Link", Help: "Interface traps: linkUp and linkDown", Raised: true},
	{Category: Log, Keyword: "log", Name: "Log", HostName: "Log", Help: "System log capacity traps" + notRaised},
	{Category: MobileIPv4, Keyword: "mobileIpv4", Name: "MobileIpv4", HostName: "MobileIpv4", Help: "Mobile IPv4 traps" + notRaised},
	{Category: MPLSTE, Keyword: "mplste", Name: "Mplste", HostName: "Mplste", Help: "MPLS traffic engineering traps" + notRaised},
	{Category: MRouter, Keyword: "mrouter", Name: "Mrouter", HostName: "Mrouter", Help: "Multicast router traps" + notRaised},
	{Category: NTP, Keyword: "ntp", Name: "Ntp", HostName: "Ntp", Help: "NTP traps" + notRaised},
	{Category: OSPF, Keyword: "ospf", Name: "Ospf", HostName: "Ospf", Help: "OSPF traps" + notRaised},
	{Category: PacketMirror, Keyword: "packetMirror", Name: "PacketMirror", HostName: "PacketMirror", Help: "Packet mirroring secure traps", Raised: true, Secure: true},
	{Category: PIM, Keyword: "pim", Name: "Pim", HostName: "Pim", Help: "PIM traps" + notRaised},
	{Category: Ping, Keyword: "ping", Name: "Ping", HostName: "Ping", Help: "Ping operation traps" + notRaised},
	{Category: RADIUS, Keyword: "radius", Name: "Radius", HostName: "Radius", Help: "RADIUS server down and back traps" + notRaised},
	{Category: RouteTable, Keyword: "routeTable", Name: "RouteTable", HostName: "RouteTable", Help: "Route table limit and warning threshold traps" + notRaised},
	{Category: SNMP, Keyword: "snmp", Name: "Snmp", HostName: "Snmp", Help: "Standard traps: coldStart, warmStart and authenticationFailure", Raised: true},
	{Category: SONET, Keyword: "sonet", Name: "Sonet", HostName: "Sonet", Help: "SONET layer traps" + notRaised},
	{Category: TraceRoute, Keyword: "traceroute", Name: "Traceroute", HostName: "Traceroute", Help: "Traceroute operation traps" + notRaised},
	{Category: VRRP, Keyword: "vrrp", Name: "Vrrp", HostName: "Vrrp", Help: "VRRP traps" + notRaised},
}

var (
	categoryIndex [64]*CategoryInfo
	// OrdinaryCategories are all but the secure ones.
	OrdinaryCategories CategorySet
)

func init() {
	for i := range Categories {
		c := &Categories[i]
		categoryIndex[c.Category] = c
		if !c.Secure {
			OrdinaryCategories = OrdinaryCategories.With(c.Category)
		}
	}
}

// Info returns what is known of c, nil for a bit without a keyword.
func (c Category) Info() *CategoryInfo {
	if int(c) < len(categoryIndex) {
		return categoryIndex[c]
	}
	return nil
}

// String returns the keyword, "" for a bit without one.
func (c Category) String() string {
	if i := c.Info(); i != nil {
		return i.Keyword
	}
	return ""
}

// Secure reports whether c exists only for users authorised for packet mirroring.
func (c Category) Secure() bool { return c == PacketMirror }

// CategorySet is a set of categories, one bit each.
type CategorySet uint64

// NewCategorySet returns the set of the given categories.
func NewCategorySet(c ...Category) CategorySet { return CategorySet(0).With(c...) }

// Has reports whether c is in the set.
func (s CategorySet) Has(c Category) bool { return c < 64 && s&(1<<c) != 0 }

// Empty reports whether nothing is in the set.
func (s CategorySet) Empty() bool { return s == 0 }

// Len returns the number of categories in the set.
func (s CategorySet) Len() int { return bits.OnesCount64(uint64(s)) }

// With returns the set with c added.
func (s CategorySet) With(c ...Category) CategorySet {
	for _, c := range c {
		s |= 1 << c
	}
	return s
}

// Ordinary returns the set without the secure categories.
func (s CategorySet) Ordinary() CategorySet { return s &^ NewCategorySet(PacketMirror) }

// Members returns the categories of the set that have a keyword, in the order
// of [Categories].
func (s CategorySet) Members() []CategoryInfo {
	var m []CategoryInfo
	for i := range Categories {
		if s.Has(Categories[i].Category) {
			m = append(m, Categories[i])
		}
	}
	return m
}

// TrapMask returns the set as JuniSnmpTrapMask, bit 63 being the most
// significant bit of the first octet. The Mirror bit always reads 0.
func (s CategorySet) TrapMask() [8]byte {
	var m [8]byte
	binary.BigEndian.PutUint64(m[:], uint64(s.Ordinary()))
	return m
}

// CategorySetOfMask reads a JuniSnmpTrapMask, the Mirror bit included: the
// caller decides what to do with bits that cannot be set.
func CategorySetOfMask(m [8]byte) CategorySet {
	return CategorySet(binary.BigEndian.Uint64(m[:]))
}
