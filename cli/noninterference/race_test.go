//go:build race

package noninterference

// share is the part of the inputs that is tried: the race detector makes all
// of it take ten times as long, and is after other things.
const share = 16
