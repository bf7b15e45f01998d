package cli

import (
	"slices"

	"mirrorsh/cli/internal/config"
	"mirrorsh/trapcore/side"
)

// keptBlock has the text of virtual routers that are neighbours, so that a change in one
// of them copies and compares no piece of each of the others.
type keptBlock struct {
	routers []*keptRouter
	text    [side.Count]config.Text
	stale   [side.Count]bool // it is not what the routers have
}

// blockIndexes is how many indexes of virtual routers a block is for.
const blockIndexes = 64

// group puts the virtual routers, which are in the order of their indexes, into blocks.
// The default one, which has what is of the router as a whole, is alone.
func (k *keeping) group() {
	k.blocks = nil
	for rest := k.routers; len(rest) > 0; {
		n := 1
		for !rest[0].first && n < len(rest) && rest[n].vr.Index()/blockIndexes == rest[0].vr.Index()/blockIndexes {
			n++
		}
		b := rest[0].block
		if b == nil || !slices.Equal(b.routers, rest[:n]) {
			b = &keptBlock{routers: slices.Clone(rest[:n]), stale: [side.Count]bool{true, true}}
			for _, r := range b.routers {
				r.block = b
			}
		}
		k.blocks, rest = append(k.blocks, b), rest[n:]
	}
}

// join puts the texts of its virtual routers together.
func (b *keptBlock) join(of side.Side) config.Text {
	if b.stale[of] {
		var all config.Text
		for _, r := range b.routers {
			all = append(all, r.text[of]...)
		}
		b.text[of], b.stale[of] = all.Packed(), false
	}
	return b.text[of]
}
