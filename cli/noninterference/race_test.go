//go:build race

package noninterference

// The race detector makes all of it take ten times as long, and is after other
// things. Without it the whole is tried.
const (
	share = 16   // the part of the inputs that is tried
	brief = true // what is done again and again is done once, and looked at less often
)
