package lists

import (
	"cmp"
	"slices"
)

// Place is where a classifier group stands in its policy list, for a group to embed:
// the smallest precedence first, and of one precedence in the order of ranks.
type Place struct {
	Precedence int
	rank       int
}

// At is a place that no group has been put in yet.
func At(precedence int) Place { return Place{Precedence: precedence} }

func (p *Place) place() *Place { return p }

// Compare is the order of groups.
func (p *Place) Compare(o *Place) int {
	return cmp.Or(cmp.Compare(p.Precedence, o.Precedence), cmp.Compare(p.rank, o.rank))
}

// Groups are the groups of a list. G is a pointer to what embeds a Place.
type Groups[G interface{ place() *Place }] struct {
	All         []G // in their order
	first, last int // ranks that have been given out
}

// Insert puts a group in its place, behind all of its precedence or in front of them.
func (gs *Groups[G]) Insert(g G, behind bool) {
	if behind {
		gs.last++
		g.place().rank = gs.last
	} else {
		gs.first--
		g.place().rank = gs.first
	}
	gs.All = slices.Insert(gs.All, gs.Index(g), g)
}

// Move gives a group another precedence: last of that where it moves to the front,
// else first. It returns the index that the group had.
func (gs *Groups[G]) Move(g G, precedence int) (from int) {
	from = gs.Remove(g)
	was := g.place().Precedence
	g.place().Precedence = precedence
	gs.Insert(g, precedence < was)
	return from
}

// Index returns the index of a group, or the one that it would have.
func (gs *Groups[G]) Index(g G) int {
	at, _ := slices.BinarySearchFunc(gs.All, g, func(a, b G) int { return a.place().Compare(b.place()) })
	return at
}

// Remove takes a group out, and returns the index that it had.
func (gs *Groups[G]) Remove(g G) int {
	at := gs.Index(g)
	gs.All = slices.Delete(gs.All, at, at+1)
	return at
}
