// Package listed has names as help lists them: the first that begin with what is typed,
// and how many more do. It imports nothing of ours.
package listed

import (
	"sort"
	"strings"

	"github.com/tidwall/btree"
)

// Names are those of things of a kind, of which several may have one. The zero value is
// ready; the owner of the things guards it.
type Names struct {
	words  btree.Map[string, int] // how many things have each
	others map[string]int         // of the names that may need quotes, which are few
}

// Add adds the name of a thing.
func (n *Names) Add(name string) {
	if !word(name) {
		if n.others == nil {
			n.others = map[string]int{}
		}
		n.others[name]++
		return
	}
	had, _ := n.words.Get(name)
	n.words.Set(name, had+1)
}

// Remove removes the name of a thing that has been added.
func (n *Names) Remove(name string) {
	if !word(name) {
		if n.others[name]--; n.others[name] == 0 {
			delete(n.others, name)
		}
		return
	}
	if had, _ := n.words.Get(name); had > 1 {
		n.words.Set(name, had-1)
		return
	}
	n.words.Delete(name)
}

// Each gives names out, each once: all that may need quotes, however they begin, since
// what is typed of these is not how they begin; then those with a prefix, in their
// order, until visit says that it has enough. left is how many there would have been
// besides. It looks at no more than it gives out.
func (n *Names) Each(prefix string, visit func(name string) (more bool)) (left int) {
	for name := range n.others {
		visit(name)
	}
	at := func(i int) string { name, _, _ := n.words.GetAt(i); return name }
	from := sort.Search(n.words.Len(), func(i int) bool { return at(i) >= prefix })
	to := from + sort.Search(n.words.Len()-from, func(i int) bool { return !strings.HasPrefix(at(from+i), prefix) })
	for more := true; more && from < to; from++ {
		more = visit(at(from))
	}
	return to - from
}

// word reports whether a name surely needs no quotes, whoever reads it.
func word(name string) bool {
	for i := range len(name) {
		c := name[i]
		if !('a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("_-./:@", c) >= 0) {
			return false
		}
	}
	return name != ""
}
