// Package noninterference holds the router to its security property (SECURITY.md):
// what a session that does not see the secure side can observe is the same, byte
// for byte, whether the secure side is empty or busy.
//
// It is nothing but tests. A [pair] is two routers, one of which has a large
// secure side at work; both get the same ordinary inputs, and every output of
// the one is held to that of the other. Inputs come from the grammar and from
// walks of the agent, so that a new command or object is among them by itself.
// What it takes from package grammar are the lines of the language; nothing of
// the product knows it.
package noninterference
