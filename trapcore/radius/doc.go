// Package radius is the RADIUS dynamic-request server (RFC 5176): it takes
// CoA-Requests and Disconnect-Requests from the servers that are configured,
// and answers what the packet mirroring of the router did with them.
//
// A packet's way: socket, client, lengths, authenticator, retransmission, the
// attributes, package mirror, answer. What cannot be trusted is dropped and
// counted, never answered.
//
// Requests with mirroring attributes are of the secure side where the client
// may send them: they have counters and a cache of their own, so that nothing
// an ordinary request or session gets tells of them. To any other client
// these attributes are unknown, and the request is an ordinary one.
//
// It imports package mirror, and layeh.com/radius for the packets; it knows no
// command line.
package radius
