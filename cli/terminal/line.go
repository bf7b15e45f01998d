package terminal

import (
	"io"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

	"mirrorsh/cli"
)

// ending says what follows a key.
type ending int

const (
	goOn     ending = iota
	accepted        // the line is complete
	failed          // the line is dropped: err
	shown           // print, then prompt and line again
	resized         // the window has another size (rich editor only)
)

// An outcome is what a key leads to.
type outcome struct {
	ending ending
	err    error
	mark   string // shown in the line as it is left, not part of it
	atEnd  bool   // mark goes behind the line, not to the cursor
	print  string // text to print below, up to the start of a row
	page   string // text to show below a page at a time
}

// edit is the line being edited and what keys do to it, the same for both
// editors. It belongs to the goroutine in ReadLine.
type edit struct {
	assistant assistant
	text      []rune
	pos       int    // cursor, 0 to len(text)
	cut       []rune // what Ctrl-Y brings back; forgotten with the line
	quoted    bool   // the next key is literal
	tooLong   bool

	past  []string // history, from the first Up on
	at    int      // what is shown of it; len(past) is the draft
	draft []rune
}

// moves are the keys that only change the line.
var moves = map[Key]func(*edit){
	keyStart: (*edit).start, homeKey: (*edit).start,
	keyStop: (*edit).stop, endKey: (*edit).stop,
	keyLeft: (*edit).left, arrowLeft: (*edit).left,
	keyRight: (*edit).right, arrowRight: (*edit).right,
	backspaceKey: func(e *edit) { e.remove(e.pos-1, e.pos) },
	keyDelete:    func(e *edit) { e.remove(e.pos, e.pos+1) },
	delKey:       func(e *edit) { e.remove(e.pos, e.pos+1) },
	keyCutLeft:   func(e *edit) { e.cutOut(0, e.pos) },
	keyCutRight:  func(e *edit) { e.cutOut(e.pos, len(e.text)) },
	keyCutWord:   func(e *edit) { e.cutOut(e.wordStart(), e.pos) },
	escWordLeft:  func(e *edit) { e.pos = e.wordStart() },
	escWordRight: func(e *edit) { e.pos = e.wordEnd() },
	escCutWord:   func(e *edit) { e.cutOut(e.pos, e.wordEnd()) },
	keyYank:      func(e *edit) { e.insert(e.cut) },
	keyTranspose: (*edit).transpose,
	keyOlder:     func(e *edit) { e.recall(-1) }, arrowUp: func(e *edit) { e.recall(-1) },
	keyNewer: func(e *edit) { e.recall(1) }, arrowDown: func(e *edit) { e.recall(1) },
	keyQuote: func(e *edit) { e.quoted = true },
}

// feed applies one key.
func (e *edit) feed(k Key) outcome {
	quoted := e.quoted
	e.quoted = false
	switch {
	case k.printable() && (quoted || k != '?'):
		e.insert([]rune{rune(k)})
		return outcome{}
	case quoted:
		// A control character has no place in a line.
		return outcome{}
	case k == keyDelete && len(e.text) == 0:
		return outcome{ending: failed, err: io.EOF}
	}
	if move, ok := moves[k]; ok {
		move(e)
		e.tooLong = e.tooLong && len(e.text) > 0
		return outcome{}
	}
	switch k {
	case enterKey:
		if e.tooLong {
			return outcome{ending: failed, err: errTooLong}
		}
		return outcome{ending: accepted}
	case keyInterrupt:
		return outcome{ending: failed, err: errInterrupt, mark: "^C", atEnd: true}
	case keyLeave:
		return outcome{ending: failed, err: errEnd, mark: "^Z", atEnd: true}
	case keyRefresh, keyRedraw:
		return outcome{ending: shown}
	case '?':
		help := e.assistant.Help(e.before())
		if help == "" {
			e.insert([]rune{'?'})
			return outcome{}
		}
		return outcome{ending: shown, mark: "?", page: lines(help)}
	case tabKey:
		insert, list := e.assistant.Complete(e.before())
		e.insert([]rune(insert))
		if list != "" {
			return outcome{ending: shown, page: lines(list)}
		}
	}
	return outcome{}
}

// reset forgets everything of the line before.
func (e *edit) reset() { *e = edit{assistant: e.assistant} }

// before returns the text before the cursor.
func (e *edit) before() string { return string(e.text[:e.pos]) }

// marked returns the line as it is left on the screen, with the mark of o, and
// the cursor behind the mark.
func (e *edit) marked(o outcome) (text []rune, pos int) {
	at := e.pos
	if o.atEnd {
		at = len(e.text)
	}
	mark := []rune(o.mark)
	return slices.Insert(slices.Clone(e.text), at, mark...), at + len(mark)
}

func (e *edit) insert(s []rune) {
	if len(e.text)+len(s) > cli.MaxTyped {
		e.tooLong = true
		return
	}
	e.text = slices.Insert(e.text, e.pos, s...)
	e.pos += len(s)
}

// remove deletes the characters from a up to b, as far as there are any.
func (e *edit) remove(a, b int) {
	a, b = max(a, 0), min(b, len(e.text))
	if a >= b {
		return
	}
	e.text = slices.Delete(e.text, a, b)
	if e.pos > a {
		e.pos -= min(e.pos, b) - a
	}
}

func (e *edit) cutOut(a, b int) {
	if a < b {
		e.cut = slices.Clone(e.text[a:b])
		e.remove(a, b)
	}
}

func (e *edit) start() { e.pos = 0 }
func (e *edit) stop()  { e.pos = len(e.text) }
func (e *edit) left()  { e.pos = max(e.pos-1, 0) }
func (e *edit) right() { e.pos = min(e.pos+1, len(e.text)) }

// wordStart returns where the word before the cursor begins.
func (e *edit) wordStart() int {
	i := e.pos
	for i > 0 && e.text[i-1] == ' ' {
		i--
	}
	for i > 0 && e.text[i-1] != ' ' {
		i--
	}
	return i
}

// wordEnd returns where the word after the cursor ends.
func (e *edit) wordEnd() int {
	i := e.pos
	for i < len(e.text) && e.text[i] == ' ' {
		i++
	}
	for i < len(e.text) && e.text[i] != ' ' {
		i++
	}
	return i
}

// transpose swaps the characters around the cursor, at the end of the line the
// last two.
func (e *edit) transpose() {
	if e.pos == 0 || len(e.text) < 2 {
		return
	}
	i := min(e.pos, len(e.text)-1)
	e.text[i-1], e.text[i] = e.text[i], e.text[i-1]
	e.pos = i + 1
}

// recall shows the line that is by lines newer than the one shown.
func (e *edit) recall(by int) {
	if e.past == nil {
		e.past = e.assistant.History()
		e.at = len(e.past)
	}
	to := e.at + by
	if to < 0 || to > len(e.past) {
		return
	}
	if e.at == len(e.past) {
		e.draft = e.text
	}
	if to == len(e.past) {
		e.text = e.draft
	} else {
		e.text = []rune(e.past[to])
	}
	e.at = to
	e.stop()
}

// recalled reports whether the line shown comes from history.
func (e *edit) recalled() bool { return e.at < len(e.past) }

// lines makes s end a row.
func lines(s string) string {
	if s == "" || strings.HasSuffix(s, "\n") {
		return s
	}
	return s + "\n"
}

// columns returns how many columns s takes on the screen.
func columns(s []rune) int {
	n := 0
	for _, r := range s {
		n += runewidth.RuneWidth(r)
	}
	return n
}
