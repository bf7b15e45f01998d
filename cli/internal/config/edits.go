package config

import (
	"slices"

	"mirrorsh/trapcore/state"
)

// large is how many octets a script has whose file is edited. A smaller one is
// written whole, so that whoever looks at the file finds the last change in it.
const large = 4 << 10

// editsTo returns what makes other contents of these.
func (c contents) editsTo(to contents) []state.Edit {
	edits := editsOf(c.lines, to.lines)
	for i := range edits {
		edits[i].At += len(c.head)
	}
	if c.head != to.head {
		edits = slices.Insert(edits, 0, state.Edit{Cut: len(c.head), Put: []byte(to.head)})
	}
	return edits
}

// editsOf returns what makes one text of another, at the cost of the pieces that
// are not the same.
func editsOf(from, to Text) (edits []state.Edit) {
	at := 0
	for len(from) > 0 || len(to) > 0 {
		if len(from) > 0 && len(to) > 0 && from[0] == to[0] {
			at += len(from[0])
			from, to = from[1:], to[1:]
			continue
		}
		x, y := meet(from, to)
		old, with := from[:x].String(), to[:y].String()
		from, to = from[x:], to[y:]
		before := common(old, with)
		after := commonEnd(old[before:], with[before:])
		if put, cut := with[before:len(with)-after], len(old)-before-after; cut > 0 || put != "" {
			edits = append(edits, state.Edit{At: at + before, Cut: cut, Put: []byte(put)})
		}
		at += len(old)
	}
	return edits
}

// nearby is how many pieces a change makes, edits and removes, mostly.
const nearby = 32

// meet returns how many pieces of two texts differ until they go on alike.
func meet(a, b Text) (x, y int) {
	for d := 1; d <= nearby; d++ {
		for x := max(0, d-len(b)); x <= min(d, len(a)); x++ {
			if y := d - x; x == len(a) && y == len(b) || x < len(a) && y < len(b) && a[x] == b[y] {
				return x, y
			}
		}
	}
	for x, y = len(a), len(b); x > 0 && y > 0 && a[x-1] == b[y-1]; {
		x, y = x-1, y-1
	}
	return x, y
}

// common is how many octets both begin with.
func common(a, b string) (n int) {
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// commonEnd is how many octets both end with.
func commonEnd(a, b string) (n int) {
	for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}
