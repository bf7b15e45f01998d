package grammar

import (
	"slices"
	"strings"
)

// maxParsed is how many names of a kind are checked against the type of the
// parameter: of those that are not listed, what is beyond is counted as it is.
const maxParsed = 1000

// names gathers the names that may stand where the cursor is.
type names struct {
	partial string
	asked   []*Parameter
	list    []Choice
	more    int
}

// add lists what a parameter may name. There may be tens of thousands: they are
// neither gathered nor sorted, and nothing is made of those that are not listed.
func (n *names) add(v View, par *Parameter) {
	if par.names == nil || v.Names == nil || slices.Contains(n.asked, par) {
		return
	}
	n.asked = append(n.asked, par)
	listed := make(map[string]bool, len(n.list))
	for _, c := range n.list {
		listed[c.Token] = true
	}
	var g gathered
	left := v.Names.Each(par.names, strings.Trim(n.partial, `"`), func(name string) (more bool) {
		if n.fits(name) && (len(listed) == 0 || !listed[n.quote(name)]) {
			g.take(name, par.Type)
		}
		return len(listed) > 0 || len(g.first) < MaxNames || name < g.first[MaxNames-1]
	})
	for _, name := range g.first {
		n.list = append(n.list, Choice{Token: n.quote(name), Help: par.Help, Name: true})
	}
	n.more += g.fit - len(g.first) + left
}

// gathered are names of a kind that fit.
type gathered struct {
	first []string // in order, those that are listed
	fit   int
}

func (g *gathered) take(name string, t Type) {
	at, twice := len(g.first), false
	if at < MaxNames || name <= g.first[at-1] {
		at, twice = slices.BinarySearch(g.first, name)
	}
	if twice {
		return
	}
	if at < MaxNames || g.fit < maxParsed {
		if _, ok := t.Parse(name); !ok {
			return
		}
	}
	if g.fit++; at < MaxNames {
		g.first = slices.Insert(g.first[:min(len(g.first), MaxNames-1)], at, name)
	}
}

// quote is a name as it is typed on.
func (n *names) quote(name string) string {
	if strings.HasPrefix(n.partial, `"`) {
		return QuoteAlways(name)
	}
	return Quote(name)
}

// fits reports whether a name begins as what is typed.
func (n *names) fits(name string) bool {
	if n.partial == "" {
		return true
	}
	if n.partial[0] == '"' {
		return strings.HasPrefix(QuoteAlways(name), n.partial)
	}
	return strings.HasPrefix(name, n.partial) && bare(name)
}

// besides returns the names, in quotes where they would be read as one of the keywords.
func (n *names) besides(keywords []Choice) []Choice {
	for i, c := range n.list {
		if slices.ContainsFunc(keywords, func(k Choice) bool { return foldPrefix(k.Token, c.Token) }) {
			n.list[i].Token = QuoteAlways(c.Token)
		}
	}
	return n.list
}
