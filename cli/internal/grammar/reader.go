package grammar

import "sync"

// reader reads one line for one view.
type reader struct {
	view    View
	line    string
	tokens  []token
	length  int // of the line without its comment
	threads []thread
	next    []thread
	pool    []argument
	fitting []way   // keywords that begin with the word that is read
	values  []way   // parameters that may take it
	secrets []token // values that were read as secrets, in order
	texts   []span  // that were read as the rest of the line
	modes   map[Mode]*mode
	first   int     // index of the first word of the command
	at      span    // of the word that is read
	read    int     // how many words were understood
	limit   int     // offset up to which words count
	wrong   int     // offset of a word inside a parameter that is wrong; 0 if none is
	grown   []stem  // what a parameter that names commands leads to
	named   bool    // and whether any of them is secure
	notes   notes   // why parameters did not take the last word
	open    bool    // a text may go on with the word the cursor stands in
	full    words   // keywords that were typed in full
	must    words   // that are no abbreviations
	lead    *thread // the first command that leads to another one
	behind  int     // offset behind it
	secret  bool    // it is secure
}

// readers are used again for the room they have grown.
var readers = sync.Pool{New: func() any { return new(reader) }}

// words are some of the first words of a line, but for the very first: the mode
// that has them in full means them, and the one above has no longer word that
// they would be an abbreviation of.
type words uint64

func (w words) has(i int) bool { return i > 0 && i < 64 && w&(1<<i) != 0 }

// newReader returns a reader to be given back with done.
func newReader(view View, line string) *reader {
	r := readers.Get().(*reader)
	r.view, r.line = view, line
	r.lead, r.behind, r.secret = nil, 0, false
	r.first, r.read = 0, 0
	r.limit, r.wrong, r.grown, r.named, r.open, r.full, r.must = len(line)+1, 0, nil, false, false, 0, 0
	r.threads, r.next, r.pool, r.secrets = r.threads[:0], r.next[:0], r.pool[:0], r.secrets[:0]
	r.texts, r.notes = r.texts[:0], r.notes[:0]
	r.tokens, r.length = split(r.tokens[:0], line)
	return r
}

// done gives the reader back, and lets go of what was typed.
func (r *reader) done() {
	clear(r.tokens)
	clear(r.pool)
	clear(r.secrets)
	clear(r.notes[:cap(r.notes)])
	r.line = ""
	readers.Put(r)
}
