// Package snmp is the SNMP engine: values and messages on the wire, the
// user-based security model (USM, RFC 3414, 3826, 7860) and the view-based
// access control model (VACM, RFC 3415), engine identifiers, boots and time.
//
// What a virtual router shares with others, [Engine], is told apart from what
// it has of its own, [LCD]; [Sealer] is what one sending goroutine has of its
// own. Nothing here opens a socket or reads a file.
//
// Of ours it imports ascii, edits, mib and side.
package snmp
