// Package network is the ordinary router: virtual routers with their interfaces,
// static routes and subscribers. [Network] holds it all; a [Router] is the handle
// of a virtual router. No packet is forwarded.
//
// Each change is given to the listeners as typed values, in order. Nothing here
// depends on a listener: none is asked, and none can refuse.
//
// It knows no command line and no SNMP. Of ours it imports ascii, edits, listed
// and matched.
package network
