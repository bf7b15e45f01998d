// Package ppp is AAA of PPP subscribers: it asks RADIUS servers whether a
// subscriber may log in, logs it in with what they grant, ends its session when the
// time is over, and tells them when sessions begin, go on and end.
//
// A login's way: the methods of the virtual router, for RADIUS an Access-Request,
// the answer, [network.Router]. A record's way: a change of the network, the queue of
// its session, a sender, an Accounting-Request. Changes wait for no server.
//
// What an answer says of mirroring is decrypted here and handed on as the
// authorization of the login; nothing here, and nothing that is sent, depends on it.
//
// Of ours it imports ascii, client, mirror and network.
package ppp
