// Package client is a RADIUS client (RFC 2865, RFC 2866): it asks the servers that
// are configured, in their order, whether to let somebody in, and tells them what
// to account for. Its callers know what requests and answers are about.
//
// A request's way: the servers that are not dead, for each an identifier of one of
// its sockets, the packet made with its key, the socket, again after each timeout,
// the next server. An answer's way: socket, sender, lengths, identifier,
// authenticator, Message-Authenticator, code, the caller. What fails on that way is
// counted and dropped.
//
// Nothing of it is secure: only the caller reads what an answer says. Of ours it
// imports wire; packets are those of layeh.com/radius.
package client
