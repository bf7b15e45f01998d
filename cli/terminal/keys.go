package terminal

import (
	"unicode"
	"unicode/utf8"
)

// A Key is one keystroke: a printable character as itself, a control key as its
// code (Ctrl-A is 1), and the keys below. CR, LF and CR LF all are enterKey.
type Key rune

const (
	enterKey     Key = '\r'
	tabKey       Key = '\t'
	backspaceKey Key = 0x7f // also Ctrl-H

	arrowUp Key = -1 - iota
	arrowDown
	arrowRight
	arrowLeft
	homeKey
	endKey
	delKey
	backTabKey
	escWordLeft  // ESC b
	escWordRight // ESC f
	escCutWord   // ESC d
)

// Control keys, by what they do here.
const (
	keyStart          = 'A' & 0x1f
	keyLeft           = 'B' & 0x1f
	keyInterrupt      = 'C' & 0x1f
	keyDelete         = 'D' & 0x1f
	keyStop           = 'E' & 0x1f
	keyRight          = 'F' & 0x1f
	keyCutRight       = 'K' & 0x1f
	keyRefresh        = 'L' & 0x1f
	keyNewer          = 'N' & 0x1f
	keyOlder          = 'P' & 0x1f
	keyRedraw         = 'R' & 0x1f
	keyTranspose      = 'T' & 0x1f
	keyCutLeft        = 'U' & 0x1f
	keyQuote          = 'V' & 0x1f
	keyCutWord        = 'W' & 0x1f
	keyYank           = 'Y' & 0x1f
	keyLeave          = 'Z' & 0x1f
	escape       byte = 0x1b
)

// printable reports whether k stands for a character of a line.
func (k Key) printable() bool { return k >= ' ' && unicode.IsPrint(rune(k)) }

// finals maps the last byte of a cursor key's escape sequence (ECMA-48, and
// SS3 in application mode) to its key, whatever modifiers precede it.
var finals = map[byte]Key{
	'A': arrowUp, 'B': arrowDown, 'C': arrowRight, 'D': arrowLeft,
	'H': homeKey, 'F': endKey, 'Z': backTabKey,
}

// metas maps what follows ESC to the key of Emacs that moves by words.
var metas = map[byte]Key{'b': escWordLeft, 'f': escWordRight, 'd': escCutWord}

// tildes maps the first number of `ESC [ number ~` to its key. Others, such as
// the brackets of a bracketed paste (200 and 201), mean nothing here.
var tildes = map[string]Key{
	"1": homeKey, "7": homeKey, "4": endKey, "8": endKey, "3": delKey,
}

type splitState int

const (
	ground   splitState = iota
	escaped             // after ESC
	ss3                 // after ESC O
	csi                 // after ESC [
	linuxKey            // after ESC [ [, which the Linux console sends for F1 to F5
)

// maxParams bounds what is kept of an escape sequence that never ends.
const maxParams = 16

// A splitter cuts a stream of bytes into keys. Sequences and characters may be
// spread over several reads. It belongs to the goroutine that reads.
type splitter struct {
	state   splitState
	params  []byte // of the CSI sequence
	partial []byte // bytes of an unfinished UTF-8 character
	afterCR bool
}

func (s *splitter) split(b []byte, emit func(Key)) {
	for _, c := range b {
		if s.state != ground && s.sequence(c, emit) {
			continue
		}
		s.plain(c, emit)
	}
}

// sequence takes c as part of an escape sequence. If it cannot be part of one,
// the sequence is dropped and c stands for itself: no garbage swallows Enter.
func (s *splitter) sequence(c byte, emit func(Key)) bool {
	state := s.state
	s.state = ground
	switch {
	case c < ' ' || c >= 0x7f:
		return false
	case state == escaped && c == '[':
		s.state, s.params = csi, s.params[:0]
	case state == escaped && c == 'O':
		s.state = ss3
	case state == escaped:
		k, ok := metas[c|0x20]
		if ok {
			emit(k)
		}
		return ok
	case state == csi && c == '[' && len(s.params) == 0:
		s.state = linuxKey
	case state == csi && c < '@':
		s.state = csi
		if len(s.params) < maxParams {
			s.params = append(s.params, c)
		}
	case state == csi && c == '~':
		if k, ok := tildes[firstNumber(s.params)]; ok {
			emit(k)
		}
	case state != linuxKey:
		if k, ok := finals[c]; ok {
			emit(k)
		}
	}
	return true
}

func firstNumber(params []byte) string {
	for i, c := range params {
		if c < '0' || c > '9' {
			return string(params[:i])
		}
	}
	return string(params)
}

func (s *splitter) plain(c byte, emit func(Key)) {
	// The second half of CR LF, or of the CR NUL a Telnet-minded client sends.
	if second := s.afterCR && (c == '\n' || c == 0); second {
		s.afterCR = false
		return
	}
	s.afterCR = c == '\r'
	if c >= utf8.RuneSelf {
		s.wide(c, emit)
		return
	}
	s.partial = s.partial[:0]
	switch c {
	case 0:
	case escape:
		s.state = escaped
	case '\r', '\n':
		emit(enterKey)
	case '\b':
		emit(backspaceKey)
	default:
		emit(Key(c))
	}
}

// wide collects a character of several bytes. Characters that cannot be seen
// are dropped, so that a line is what it looks like; every space is a blank.
func (s *splitter) wide(c byte, emit func(Key)) {
	if utf8.RuneStart(c) {
		s.partial = s.partial[:0]
	}
	s.partial = append(s.partial, c)
	if !utf8.FullRune(s.partial) {
		return
	}
	r, n := utf8.DecodeRune(s.partial)
	s.partial = s.partial[:0]
	switch {
	case r == utf8.RuneError && n <= 1:
	case unicode.Is(unicode.Zs, r):
		emit(' ')
	case unicode.IsPrint(r):
		emit(Key(r))
	}
}
