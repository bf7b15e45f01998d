package cli

import (
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore/side"
)

// LevelConfigure is the level that configures.
const LevelConfigure = 10

// rights are what a session may do and see.
type rights struct {
	level  int
	moved  *privileges // levels that the privilege command has moved
	mirror bool        // mirror-enable is on
	masked bool        // the secure side is hidden, whatever else it may see
	saw    bool        // something was typed where it could see the secure side
}

// View is what the session may see now.
func (r *rights) View() grammar.View {
	return grammar.View{Level: r.level, Mirror: r.mirror && !r.masked, Levels: r.moved.levels.Load()}
}

// SeesSecure reports whether the session sees the secure parts of shared output.
func (r *rights) SeesSecure() bool { return r.View().SeesSecure() }

// seesAnySecure is whether anything secure is visible, masked for a moment or not.
func (r *rights) seesAnySecure() bool {
	return grammar.View{Level: r.level, Mirror: r.mirror, Levels: r.moved.levels.Load()}.SeesAnySecure()
}

// Clearance is what the session may see of the router now.
func (r *rights) Clearance() side.Clearance { return side.Clear(r.SeesSecure()) }

// Level returns the privilege level, 0 to 15.
func (r *rights) Level() int { return r.level }

func (r *rights) privileged() bool { return r.level >= 5 }

// SawSecure reports whether the session has ever seen the secure side, so that
// what it leaves behind may count for its exit status.
func (r *rights) SawSecure() bool { return r.saw }

// mask hides the secure side from the session until the function it returns is
// called.
func (r *rights) mask() (unmask func()) {
	before := r.masked
	r.masked = true
	return func() { r.masked = before }
}

// structure is the view that tells what belongs together in a script: what the
// session may not do is part of it, what does not exist for the session is not.
func (r *rights) structure() grammar.View {
	return grammar.View{Level: grammar.LevelMax, Mirror: r.View().SeesAnySecure()}
}
