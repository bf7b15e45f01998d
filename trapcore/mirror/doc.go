// Package mirror is packet mirroring as state: interfaces, routes and
// subscribers on the ordinary side, and on the secure side policy lists,
// trigger rules, attachments, analyzers and mirror sessions. [Machine] owns it
// all, takes changes through typed methods and gives out typed events, the ten
// of them that become secure notifications and the ordinary link events. No
// packet is forwarded.
//
// It knows no command line and no SNMP, and imports nothing of ours; its tests
// hold it to package mib.
//
// # Life of a mirror session
//
// A session is a secure policy list attached to a subscriber, in both
// directions, or to one direction of an interface. What attaches it is a
// trigger rule, a RADIUS login, a CoA or ip policy. Its packet sessions, one a
// direction, are in one of these states; on the arrows is what makes them
// change, and the event of each direction.
//
//	           login matches             +----------+  rule, CoA or ip policy
//	  +--------------------------------- |   none   | -----------------------+
//	  |                                  +----------+                        |
//	  |  policy mirrors: also one         |  ^   ^                           |
//	  |  SessionStart with target 0       |  |   |                           |
//	  v                                   |  |   |                           |
//	+---------+   detached, logout        |  |   |                           |
//	| waiting | --------------------------|--+   |                           |
//	+---------+                           |      |                           |
//	  |     attached, and the policy does |      | logout:   SessionEnd      |
//	  |     not mirror or cannot          |      | failure:  SessionFailed   |
//	  |     be applied                    |      | interface deleted:        |
//	  |                                   v      |           InterfaceDeleted|
//	  |                              +------+    | detached, replaced:       |
//	  | the IP interface comes up    | idle |    |           Deactivated     |
//	  | (policy mirrors)             +------+    |                           |
//	  |                               |  ^       |                           |
//	  |           policy mirrors now: |  | policy mirrors no more:           |
//	  |           Activated           |  | Deactivated                       |
//	  |                               v  |       |                           |
//	  |          SessionStart        +-------------+        Activated        |
//	  +----------------------------> |  mirroring  | <-----------------------+
//	                                 +-------------+
//
// A change of the analyzer or the identifiers is Deactivated and Activated.
//
// The access session of a subscriber is apart from that: it starts with a login
// that is mirrored (SessionStart with target 0) and stays open as long as the
// subscriber is logged in, mirrored or not, so that it is closed exactly once:
// by SessionEnd with target 0, or by the SessionFailed of its subscriber. If
// the policy list it names goes away earlier, it is closed then.
//
// An analyzer that is lost disables the mirror action and is reported once for
// each analyzer; it changes the state of no session.
package mirror
