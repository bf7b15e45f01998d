package cli

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"unsafe"

	"mirrorsh/cli/internal/config"
	"mirrorsh/trapcore/side"
)

// TestBlocks: virtual routers that come, change and go in any order are kept in few
// pieces, and these say what is rendered anew. A change leaves those of other blocks.
func TestBlocks(t *testing.T) {
	sh, said := newKept(t, "keep", "hold")
	k := &sh.kept
	random := rand.New(rand.NewPCG(1, 2))
	text := func() config.Text {
		t.Helper()
		k.refresh(sh)
		all, err := k.text(side.Ordinary)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	for n := range 4 * blockIndexes {
		if _, err := sh.Router.Create(fmt.Sprint("v", n)); err != nil {
			t.Fatal(err)
		}
	}
	before := text()
	for step := range 400 {
		all := sh.Router.VirtualRouters()
		vr := all[random.IntN(len(all))]
		changed := false
		switch what := random.IntN(4); {
		case what == 0:
			if _, err := sh.Router.Create(fmt.Sprint("w", step)); err != nil {
				t.Fatal(err)
			}
		case what == 1 && vr.Name() != "default":
			if err := sh.Router.Remove(vr.Name()); err != nil {
				t.Fatal(err)
			}
		default:
			said["keep "+vr.Name()], changed = fmt.Sprint("text", step), true
		}
		k.touch(vr)
		after := text()
		if changed {
			if n, most := others(before, after), len(k.of[vr].block.text[side.Ordinary]); n > most {
				t.Errorf("step %d: %d of %d pieces are others, not %d", step, n, len(after), most)
			}
		}
		if len(after) > len(all)/8 {
			t.Errorf("step %d: %d pieces of %d virtual routers", step, len(after), len(all))
		}
		if step%20 == 0 {
			fresh := &Shell{Options: sh.Options}
			fresh.kept.refresh(fresh)
			if want, err := fresh.kept.text(side.Ordinary); err != nil || after.String() != want.String() {
				t.Fatalf("step %d: kept\n%s\nanew (%v)\n%s", step, after, err, want)
			}
		}
		before = after
	}
}

// others is how many pieces are not among those before.
func others(before, after config.Text) (n int) {
	same := map[*byte]bool{}
	for _, piece := range before {
		same[unsafe.StringData(piece)] = true
	}
	for _, piece := range after {
		if !same[unsafe.StringData(piece)] {
			n++
		}
	}
	return n
}
