// Package receiver takes SNMP traps and informs: [Listen] in a Go test, or
// mirrorsh receive at a shell. It is strict on purpose. Every SNMPv3 message is
// screened by [snmp.Screen] first: authentication, level, time window,
// repetition; informs get the discovery, Reports and Responses of RFC 3414. What
// has passed is decoded by gosnmp, so that the traps of a router are not read by
// the code that wrote them. Each datagram counts as one thing, see [Counts].
//
// gosnmp's TrapListener is built the same way around its UnmarshalTrap, but keeps
// the datagram to itself: it counts and reports no refusal, compares no boots and
// no time, acknowledges informs that were not checked, and ends the process with
// what panics. Here its decoder comes last, and a panic is a refusal.
//
// Of ours it imports ascii, mib, snmp and udp.
package receiver
