package cli

import (
	"maps"
	"slices"
	"sort"
	"strings"

	"mirrorsh/cli/internal/config"
	"mirrorsh/trapcore/side"
)

// crowd is how a setting of many lines is followed, so that of a change no other line
// is rendered.
type crowd[P, T any] interface {
	keep(k *keptRow, x *Setting[P, T], p P)
}

// Crowd is a [crowd] whose lines have keys, in an order in which they can be run.
type Crowd[P, T any, K comparable] struct {
	Compare func(a, b K) int
	// Edited takes the keys of what has been made, edited or removed since it was
	// last asked; all says that everything may have been.
	Edited func(p P) (keys []K, all bool)
	Keys   func(p P) []K
	// Line returns the words of a line, false if there is none any more.
	Line func(p P, key K) (T, bool)
}

func (c *Crowd[P, T, K]) keep(k *keptRow, x *Setting[P, T], p P) {
	keys, all := c.Edited(p)
	lines, ok := k.lines.(*keptLines[K])
	if valid := k.begin(); !valid || all || !ok {
		lines = &keptLines[K]{compare: c.Compare}
		k.lines, keys = lines, c.Keys(p)
	} else if len(keys) == 0 {
		return
	}
	edited := make(map[K]*sided, len(keys))
	for _, key := range keys {
		edited[key] = nil
		if words, ok := c.Line(p, key); ok {
			edited[key] = k.renderLine(func(of side.Side) (string, error) { return x.textOf(p, of, words) })
		}
	}
	lines.edit(edited)
	k.text = lines.text()
}

// renderLine renders a line, "" for a side that has none of it.
func (k *keptRow) renderLine(line func(of side.Side) (string, error)) *sided {
	t := new(sided)
	for _, of := range side.Both {
		text, err := line(of)
		if err != nil {
			k.fail(of, err)
		}
		t[of] = text
	}
	return t
}

// keptLines are lines by their keys, in pieces of neighbours.
type keptLines[K comparable] struct {
	compare func(a, b K) int
	chunks  []*chunk[K]
}

// text returns the pieces of each side.
func (l *keptLines[K]) text() (all [side.Count]config.Text) {
	for _, c := range l.chunks {
		for s, text := range c.text {
			if text != "" {
				all[s] = append(all[s], text)
			}
		}
	}
	return all
}

// edit puts texts in the place of others; nil takes a key away.
func (l *keptLines[K]) edit(with map[K]*sided) {
	keys := slices.SortedFunc(maps.Keys(with), l.compare)
	if len(l.chunks) == 0 {
		l.chunks = []*chunk[K]{{}}
	}
	next := make([]*chunk[K], 0, len(l.chunks)+1)
	for i, c := range l.chunks {
		n := len(keys) // what is behind all others belongs to the last chunk
		if i < len(l.chunks)-1 {
			n = sort.Search(n, func(at int) bool { return l.compare(keys[at], c.keys[len(c.keys)-1]) > 0 })
		}
		if n == 0 {
			next = append(next, c)
			continue
		}
		next = append(next, l.edited(c, keys[:n], with)...)
		keys = keys[n:]
	}
	l.chunks = next
}

// chunk has the lines of neighbours among many.
type chunk[K comparable] struct {
	keys []K
	ends [side.Count][]int // of the text of each key
	text sided
}

// Bounds of a chunk of more than one line, in lines and octets. One that exceeds
// them becomes several, each half full.
const (
	chunkLines  = 128
	chunkOctets = 16 << 10
)

// of returns the text of the i-th key.
func (c *chunk[K]) of(i int) (t sided) {
	for s := range t {
		from := 0
		if i > 0 {
			from = c.ends[s][i-1]
		}
		t[s] = c.text[s][from:c.ends[s][i]]
	}
	return t
}

func (t *sided) len() (n int) {
	for _, text := range t {
		n += len(text)
	}
	return n
}

// edited is a chunk with the texts of keys in the place of others.
func (l *keptLines[K]) edited(c *chunk[K], keys []K, with map[K]*sided) []*chunk[K] {
	all := make([]K, 0, len(c.keys)+len(keys))
	texts := make([]sided, 0, len(c.keys)+len(keys))
	take := func(n int) {
		for _, key := range keys[:n] {
			if t := with[key]; t != nil {
				all, texts = append(all, key), append(texts, *t)
			}
		}
		keys = keys[n:]
	}
	for i, key := range c.keys {
		n, there := slices.BinarySearchFunc(keys, key, l.compare)
		if take(n); !there {
			all, texts = append(all, key), append(texts, c.of(i))
		}
	}
	take(len(keys))
	return chunksOf(all, texts)
}

// chunksOf puts lines into chunks.
func chunksOf[K comparable](keys []K, texts []sided) (chunks []*chunk[K]) {
	octets := 0
	for i := range texts {
		octets += texts[i].len()
	}
	lines, most := len(keys), octets
	if lines > chunkLines || octets > chunkOctets {
		lines, most = chunkLines/2, chunkOctets/2
	}
	for from := 0; from < len(keys); {
		to, octets := from+1, texts[from].len()
		for to < len(keys) && to-from < lines && octets+texts[to].len() <= most {
			octets += texts[to].len()
			to++
		}
		chunks = append(chunks, newChunk(keys[from:to], texts[from:to]))
		from = to
	}
	return chunks
}

func newChunk[K comparable](keys []K, texts []sided) *chunk[K] {
	c := &chunk[K]{keys: slices.Clone(keys)}
	for s := range c.text {
		var b strings.Builder
		c.ends[s] = make([]int, len(texts))
		for i := range texts {
			b.WriteString(texts[i][s])
			c.ends[s][i] = b.Len()
		}
		c.text[s] = b.String()
	}
	return c
}
