package config

import "time"

// State says how the configuration of a side stands to its file.
type State uint8

const (
	Clean  State = iota // the file has it
	Dirty               // it may have changed since it was last looked at
	Failed              // the file has an older one: it could not be written
)

func (s State) String() string { return [...]string{"clean", "dirty", "failed"}[s] }

// event is what happens to a side.
type event uint8

const (
	touched event = iota // something may have changed
	same                 // its lines are those in the file
	written              // its lines have been written
	refused              // its lines could not be rendered or written
)

func (e event) String() string { return [...]string{"touched", "same", "written", "refused"}[e] }

// next is the state after an event:
//
//	        touched  same   written  refused
//	clean   dirty    clean  clean    failed
//	dirty   dirty    clean  clean    failed
//	failed  failed   clean  clean    failed
//
// A failed side stays so until its lines are in the file, by being written or by
// being changed back.
func (s State) next(e event) State {
	switch {
	case e == same, e == written:
		return Clean
	case e == refused:
		return Failed
	case s == Failed:
		return Failed
	}
	return Dirty
}

// part is one side of the saved configuration.
type part struct {
	state  State
	err    error     // why it is failed
	lines  Text      // in the file
	file   contents  // as this run has written it; zero: it has not
	tried  Text      // at the last attempt to write
	forced bool      // to be written even if its lines are in the file
	due    time.Time // when the scheduler saves it; zero: not
	rewriting
}

// happens takes the part to its next state.
func (p *part) happens(e event, err error) {
	p.state = p.state.next(e)
	if e != touched {
		p.err = err
	}
}

// wants reports whether lines are to be written now. Lines that could not be are
// tried once more only if that is asked for.
func (p *part) wants(lines Text, again bool) bool {
	if lines.Equal(p.lines) && !p.forced {
		return false
	}
	return p.state != Failed || again || !lines.Equal(p.tried)
}

// attempted notes what came of writing lines, which the script has.
func (p *part) attempted(lines Text, script contents, err error) {
	p.tried, p.file = lines, contents{}
	if err != nil {
		p.happens(refused, err)
		return
	}
	p.lines, p.file, p.forced = lines, script, false
	p.happens(written, nil)
}
