package cli

import (
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore/side"
)

// LevelConfigure is the level that configures.
const LevelConfigure = 10

// rights are what a session may do and see.
type rights struct {
	level  int
	moved  *privileges    // levels that the privilege command has moved
	mirror bool           // mirror-enable is on
	masked bool           // the secure side is hidden, whatever else it may see
	saw    side.Clearance // what it has ever seen where it typed anything
}

// View is what the session may see now.
func (r *rights) View() grammar.View {
	return grammar.View{Level: r.level, Mirror: r.mirror && !r.masked, Levels: r.moved.levels.Load()}
}

// seesAnySecure is whether anything secure is visible, masked for a moment or not.
func (r *rights) seesAnySecure() bool {
	return grammar.View{Level: r.level, Mirror: r.mirror, Levels: r.moved.levels.Load()}.SeesAnySecure()
}

// knows is what the session may be told of by any command that it sees.
func (r *rights) knows() side.Clearance { return side.Clear(r.View().SeesAnySecure()) }

// Level returns the privilege level, 0 to 15.
func (r *rights) Level() int { return r.level }

// Reaches reports whether the session may use what has a privilege level.
func (r *rights) Reaches(level int) bool { return r.View().Reaches(level) }

func (r *rights) privileged() bool { return r.level >= 5 }

// Saw is what the session has ever seen, and may count for its exit status.
func (r *rights) Saw() side.Clearance { return r.saw }

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
	return grammar.View{Level: grammar.LevelAll, Mirror: r.View().SeesAnySecure()}
}
