// Package mirror is packet mirroring as state, all of it secure: policy lists,
// trigger rules, attachments, analyzers and mirror sessions. [Machine] owns it,
// takes changes through typed methods, listens to package network for those of
// interfaces, routes and subscribers, and gives out the events that become
// secure notifications.
//
// It knows no command line and no SNMP. Of ours it imports ascii, edits, listed,
// lists, matched, mib, network and packet.
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
// A change of the analyzer, the identifiers or the address of a mirrored
// interface is Deactivated and Activated. A policy on an interface that has no
// address does not mirror.
//
// The access session of a subscriber is apart from that: it starts with a login
// that is mirrored (SessionStart with target 0) and stays open as long as the
// subscriber is logged in, whatever mirroring stops or starts meanwhile. It is
// closed exactly once, with the identity it was started with: by SessionEnd with
// target 0, or by SessionFailed (that of the packet sessions if they have the
// same identity, else one with target 0). The policy list it names stays until
// then. A subscriber that has none and is mirrored when it logs out gets a
// SessionEnd with target 0 all the same.
//
// [Machine.Shutdown] closes everything in order before a reload. The end of the
// process closes nothing: what is open then is never reported as closed.
//
// An analyzer that is lost disables the mirror action and is reported once for
// each analyzer; it changes the state of no session.
package mirror
