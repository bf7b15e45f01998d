// Package notify is the notification originator of a virtual router: trap
// categories and filters, trap hosts, their queues, and delivery of SNMPv1,
// v2c and v3 traps. Typed events go in, datagrams come out.
//
// The walk of a trap: Raise checks the switches and filters of the router,
// encodes the varbind list once, and offers it to each host, which checks its
// own categories, filter and view and puts it into its queue. The worker of the
// host seals and sends it. Raise waits for nothing; it holds the lock of a queue
// it pushes to, and those of logs and a tally, for a few instructions each.
//
// Everything exists twice, by [Side]: records, quotas, counters, queues,
// identifiers. Secure traps touch nothing ordinary.
//
// Of this module it imports mib, securelog, trapcore/mirror and trapcore/snmp.
package notify
