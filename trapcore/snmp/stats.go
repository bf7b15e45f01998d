package snmp

import (
	"sync/atomic"

	"mirrorsh/mib"
)

// Stat names a counter of an SNMP engine: the snmp group of SNMPv2-MIB (RFC
// 3418 and, for the obsolete ones, RFC 1213), SNMP-MPD-MIB (RFC 3412), the
// statistics of SNMP-USER-BASED-SM-MIB (RFC 3414) and of SNMP-TARGET-MIB.
type Stat uint8

const (
	StatInPkts Stat = iota
	StatOutPkts
	StatInBadVersions
	StatInBadCommunityNames
	StatInBadCommunityUses
	StatInASNParseErrs
	StatInTooBigs
	StatInNoSuchNames
	StatInBadValues
	StatInReadOnlys
	StatInGenErrs
	StatInTotalReqVars
	StatInTotalSetVars
	StatInGetRequests
	StatInGetNexts
	StatInSetRequests
	StatInGetResponses
	StatInTraps
	StatOutTooBigs
	StatOutNoSuchNames
	StatOutBadValues
	StatOutGenErrs
	StatOutGetRequests
	StatOutGetNexts
	StatOutSetRequests
	StatOutGetResponses
	StatOutTraps
	StatSilentDrops
	StatProxyDrops
	StatUnknownSecurityModels
	StatInvalidMsgs
	StatUnknownPDUHandlers
	StatUnsupportedSecLevels
	StatNotInTimeWindows
	StatUnknownUserNames
	StatUnknownEngineIDs
	StatWrongDigests
	StatDecryptionErrors
	StatUnavailableContexts
	StatUnknownContexts

	stats = iota
)

var (
	snmpGroup   = mib.MustOID("1.3.6.1.2.1.11")
	mpdStats    = mib.MustOID("1.3.6.1.6.3.11.2.1")
	usmStats    = mib.MustOID("1.3.6.1.6.3.15.1.1")
	targetStats = mib.MustOID("1.3.6.1.6.3.12.1")
)

var statTable = [stats]struct {
	name string
	oid  mib.OID
}{
	StatInPkts:                {"snmpInPkts", snmpGroup.Sub(1)},
	StatOutPkts:               {"snmpOutPkts", snmpGroup.Sub(2)},
	StatInBadVersions:         {"snmpInBadVersions", snmpGroup.Sub(3)},
	StatInBadCommunityNames:   {"snmpInBadCommunityNames", snmpGroup.Sub(4)},
	StatInBadCommunityUses:    {"snmpInBadCommunityUses", snmpGroup.Sub(5)},
	StatInASNParseErrs:        {"snmpInASNParseErrs", snmpGroup.Sub(6)},
	StatInTooBigs:             {"snmpInTooBigs", snmpGroup.Sub(8)},
	StatInNoSuchNames:         {"snmpInNoSuchNames", snmpGroup.Sub(9)},
	StatInBadValues:           {"snmpInBadValues", snmpGroup.Sub(10)},
	StatInReadOnlys:           {"snmpInReadOnlys", snmpGroup.Sub(11)},
	StatInGenErrs:             {"snmpInGenErrs", snmpGroup.Sub(12)},
	StatInTotalReqVars:        {"snmpInTotalReqVars", snmpGroup.Sub(13)},
	StatInTotalSetVars:        {"snmpInTotalSetVars", snmpGroup.Sub(14)},
	StatInGetRequests:         {"snmpInGetRequests", snmpGroup.Sub(15)},
	StatInGetNexts:            {"snmpInGetNexts", snmpGroup.Sub(16)},
	StatInSetRequests:         {"snmpInSetRequests", snmpGroup.Sub(17)},
	StatInGetResponses:        {"snmpInGetResponses", snmpGroup.Sub(18)},
	StatInTraps:               {"snmpInTraps", snmpGroup.Sub(19)},
	StatOutTooBigs:            {"snmpOutTooBigs", snmpGroup.Sub(20)},
	StatOutNoSuchNames:        {"snmpOutNoSuchNames", snmpGroup.Sub(21)},
	StatOutBadValues:          {"snmpOutBadValues", snmpGroup.Sub(22)},
	StatOutGenErrs:            {"snmpOutGenErrs", snmpGroup.Sub(24)},
	StatOutGetRequests:        {"snmpOutGetRequests", snmpGroup.Sub(25)},
	StatOutGetNexts:           {"snmpOutGetNexts", snmpGroup.Sub(26)},
	StatOutSetRequests:        {"snmpOutSetRequests", snmpGroup.Sub(27)},
	StatOutGetResponses:       {"snmpOutGetResponses", snmpGroup.Sub(28)},
	StatOutTraps:              {"snmpOutTraps", snmpGroup.Sub(29)},
	StatSilentDrops:           {"snmpSilentDrops", snmpGroup.Sub(31)},
	StatProxyDrops:            {"snmpProxyDrops", snmpGroup.Sub(32)},
	StatUnknownSecurityModels: {"snmpUnknownSecurityModels", mpdStats.Sub(1)},
	StatInvalidMsgs:           {"snmpInvalidMsgs", mpdStats.Sub(2)},
	StatUnknownPDUHandlers:    {"snmpUnknownPDUHandlers", mpdStats.Sub(3)},
	StatUnsupportedSecLevels:  {"usmStatsUnsupportedSecLevels", usmStats.Sub(1)},
	StatNotInTimeWindows:      {"usmStatsNotInTimeWindows", usmStats.Sub(2)},
	StatUnknownUserNames:      {"usmStatsUnknownUserNames", usmStats.Sub(3)},
	StatUnknownEngineIDs:      {"usmStatsUnknownEngineIDs", usmStats.Sub(4)},
	StatWrongDigests:          {"usmStatsWrongDigests", usmStats.Sub(5)},
	StatDecryptionErrors:      {"usmStatsDecryptionErrors", usmStats.Sub(6)},
	StatUnavailableContexts:   {"snmpUnavailableContexts", targetStats.Sub(4)},
	StatUnknownContexts:       {"snmpUnknownContexts", targetStats.Sub(5)},
}

// AllStats lists every counter, those of one module together.
func AllStats() []Stat {
	all := make([]Stat, stats)
	for i := range all {
		all[i] = Stat(i)
	}
	return all
}

// String returns the name of the MIB object.
func (s Stat) String() string { return statTable[s].name }

// OID returns the MIB object, without an instance. It must not be changed.
func (s Stat) OID() mib.OID { return statTable[s].oid }

// Stats are the running counters of one side of an agent. The zero Stats is
// ready; it is safe for concurrent use, each counter by itself.
type Stats struct {
	values, reports [stats]atomic.Uint32
}

// Add adds n to a counter.
func (s *Stats) Add(st Stat, n int) { s.values[st].Add(uint32(n)) }

// Reported counts a Report that carried the counter.
func (s *Stats) Reported(st Stat) { s.reports[st].Add(1) }

// Value reads one counter.
func (s *Stats) Value(st Stat) uint32 { return s.values[st].Load() }

// Counters reads all of them.
func (s *Stats) Counters() Counters {
	var c Counters
	for i := range stats {
		c.Values[i], c.Reports[i] = s.values[i].Load(), s.reports[i].Load()
	}
	return c
}

// Counters are the counters of an SNMP agent at one moment, indexed by [Stat].
// All are Counter32: they wrap.
type Counters struct {
	Values  [stats]uint32
	Reports [stats]uint32 // Report PDUs sent that carried the counter
}

// Plus returns the sums.
func (c Counters) Plus(d Counters) Counters {
	for i := range stats {
		c.Values[i] += d.Values[i]
		c.Reports[i] += d.Reports[i]
	}
	return c
}

// Since returns what was counted since an earlier reading.
func (c Counters) Since(base Counters) Counters {
	for i := range stats {
		c.Values[i] -= base.Values[i]
		c.Reports[i] -= base.Reports[i]
	}
	return c
}
