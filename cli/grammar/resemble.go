package grammar

import (
	"math/bits"
	"strings"
)

// letters are which kinds of letters a word has.
type letters uint32

// lettersOf returns those of a word in lower case.
func lettersOf(word string) (all letters) {
	for i := range len(word) {
		switch c := word[i]; {
		case 'a' <= c && c <= 'z':
			all |= 1 << (c - 'a')
		default:
			all |= 1 << (26 + c%6)
		}
	}
	return all
}

// spelled is how a keyword is written.
type spelled struct {
	folded  string // in lower case
	letters letters
}

func newSpelled(word string) spelled {
	folded := strings.ToLower(word)
	return spelled{folded, lettersOf(folded)}
}

// typedWord is a word that may have been meant as a keyword.
type typedWord struct {
	text string
	spelled
}

func newTypedWord(text string) typedWord { return typedWord{text, newSpelled(text)} }

// resembles reports whether the word may have been meant as another: it begins
// so, or one letter in four is wrong, missing, too many or in the wrong place.
func (w *typedWord) resembles(meant *spelled) bool {
	if foldPrefix(meant.folded, w.text) {
		return true
	}
	a, b := w.folded, meant.folded
	most := max(1, len(b)/4)
	if len(a) > len(b)+most || len(b) > len(a)+most {
		return false
	}
	// A slip brings and takes one letter at the most.
	if bits.OnesCount32(uint32(meant.letters&^w.letters)) > most || bits.OnesCount32(uint32(w.letters&^meant.letters)) > most {
		return false
	}
	return distance(a, b) <= most
}

// Resembles reports whether a word may have been meant as another.
func Resembles(typed, meant string) bool {
	w, m := newTypedWord(typed), newSpelled(meant)
	return w.resembles(&m)
}

// distance is by how many slips two words differ: optimal string alignment, row
// by row.
func distance(a, b string) int {
	room := make([]int, 3*(len(b)+1))
	before, last, row := room[:len(b)+1], room[len(b)+1:2*len(b)+2], room[2*len(b)+2:]
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			wrong := 1
			if a[i] == b[j] {
				wrong = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+wrong)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
