// Package agent is the SNMP command responder: it answers GET, GETNEXT, GETBULK
// and SET of SNMPv1, v2c and v3 over UDP.
//
// The walk of a request: [Responder.Serve] reads a datagram; package snmp
// checks its security, or the community is looked up; the context selects an
// [Agent], one per virtual router; the view of the user or community is asked
// for every name; the registry finds the object, which reads live state; the
// response goes back as the request came.
//
// Objects are registered from tables, one file a module, named mib_*.go. To add
// one, add its line there and, if it is new, to the module text in package mib.
//
// Everything is counted apart for each side. The tables of the agent list
// ordinary records only: the one view that reaches the secure side contains
// nothing but the packet mirror MIB, so that no request may see more.
//
// Of ours it imports ascii, chassis, mib, notify, securelog, side, snmp and udp.
package agent
