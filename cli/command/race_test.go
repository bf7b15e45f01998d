//go:build race

package command

// share is the part of the inputs that is tried: the race detector makes each take
// ten times as long, and finds nothing in more of what one goroutine does. make
// test tries all of them without it.
const share = 8
