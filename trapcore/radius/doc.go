// Package radius is the RADIUS dynamic-request server (RFC 5176): it takes
// CoA-Requests and Disconnect-Requests from the servers that are configured,
// and answers what the packet mirroring of the router did with them.
//
// A packet's way: socket, client, lengths, authenticator, the attributes,
// Event-Timestamp, retransmission, package mirror, answer. What cannot be
// trusted is dropped and counted, never answered. What an attribute means is in
// one table, in attributes.go.
//
// Authentic CoA-Requests with valid mirroring attributes are of the secure side:
// they have counters and a cache of their own, so that nothing an ordinary
// request or session gets tells of them. Whatever is not known to be one of
// them is an ordinary request.
//
// It knows no command line. Of ours it imports mirror, network, side, udp and wire;
// packets are those of layeh.com/radius.
package radius
