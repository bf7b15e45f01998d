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
// Records, quotas, counters, queues and identifiers exist twice, one for each
// [side.Side]. Secure traps touch nothing ordinary.
//
// Of ours it imports ascii, mib, mirror, network, securelog, side and snmp.
package notify
