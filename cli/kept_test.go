package cli

import (
	"strings"
	"testing"
	"unsafe"

	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
)

// newKept is a shell with the virtual routers default, a, b and c, and with settings
// that say a line in each: for a word what is said there, and nothing of "".
func newKept(t *testing.T, words ...string) (sh *Shell, said map[string]string) {
	router, err := trapcore.New(trapcore.Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = router.Close() })
	for _, name := range []string{"a", "b", "c"} {
		if _, err := router.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	said = map[string]string{}
	var rows []Row
	for _, word := range words {
		rows = append(rows, &Setting[*trapcore.VirtualRouter, kept]{
			Place: Place[*trapcore.VirtualRouter]{At: func(_ *Shell, vr *trapcore.VirtualRouter, _ side.Clearance) (*trapcore.VirtualRouter, bool) {
				return vr, true
			}},
			Syntax: grammar.Seq(grammar.Kw(word, ""), grammar.Param("TEXT", grammar.Raw("LINE", 8), "")),
			Lines: func(vr *trapcore.VirtualRouter, _ side.Clearance) []kept {
				if text := said[word+" "+vr.Name()]; text != "" {
					return []kept{{Text: text}}
				}
				return nil
			},
		})
	}
	return &Shell{Options: Options{Router: router, Sections: []Section{{Name: "kept", Rows: rows}}}}, said
}

// TestWhatIsAsBeforeIsKept: of what a change leaves alone the text is the same piece,
// and that of a side that it leaves alone is the same text.
func TestWhatIsAsBeforeIsKept(t *testing.T) {
	sh, said := newKept(t, "keep")
	router := sh.Router
	for _, vr := range router.VirtualRouters() {
		said["keep "+vr.Name()] = "quiet"
	}
	text := func(of side.Side) []string {
		t.Helper()
		k := &sh.kept
		k.refresh(sh)
		all, err := k.text(of)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	sh.kept.touch()
	before, secure := text(side.Ordinary), text(side.Secure)
	b, _ := router.VirtualRouter("b")
	said["keep b"] = "loud"
	sh.kept.touch(b)
	after := text(side.Ordinary)
	if got, want := strings.Join(after, ""), strings.Replace(strings.Join(before, ""), "virtual-router b\nkeep quiet", "virtual-router b\nkeep loud", 1); got != want || len(after) != len(before) {
		t.Fatalf("%q, want %q", got, want)
	}
	for i := range after {
		if same := unsafe.StringData(after[i]) == unsafe.StringData(before[i]); same == strings.Contains(after[i], "loud") {
			t.Errorf("piece %d, %q, is the same: %v", i, after[i], same)
		}
	}
	if got := text(side.Secure); unsafe.SliceData(got) != unsafe.SliceData(secure) {
		t.Error("what is secure is put together anew")
	}
	sh.kept.touch(b) // and changes nothing
	if again := text(side.Ordinary); unsafe.SliceData(again) != unsafe.SliceData(after) {
		t.Error("what has not changed is put together anew")
	}
	if err := router.Remove("b"); err != nil {
		t.Fatal(err)
	}
	sh.kept.touch(b)
	if got := strings.Join(text(side.Ordinary), ""); strings.Contains(got, "virtual-router b\n") || !strings.Contains(got, "virtual-router c\n") {
		t.Errorf("%q", got)
	}
	for _, piece := range sh.kept.scratch[:cap(sh.kept.scratch)] {
		if piece != "" {
			t.Errorf("%q is held, whether or not the configuration has it", piece)
		}
	}
}

// TestWhatFailsIsTriedAgain: of what cannot be rendered the first is the error, until it
// can be or is gone, whoever changes something.
func TestWhatFailsIsTriedAgain(t *testing.T) {
	sh, said := newKept(t, "keep", "hold", "have")
	const wrong = "too long a word"
	for step, tt := range []struct {
		change func()
		want   string // what the error is of; "": there is none
	}{
		{func() { said["keep a"] = "well" }, ""},
		{func() { said["keep a"], said["hold b"], said["have c"] = wrong, wrong, wrong }, "keep"},
		{func() { said["keep a"] = "well" }, "hold"},
		{func() { _ = sh.Router.Remove("b") }, "have"},
		{func() { said["have c"] = "" }, ""},
	} {
		tt.change()
		for range 10 {
			if step < 2 {
				sh.kept.touch(sh.Router.VirtualRouters()...)
			}
			sh.kept.refresh(sh)
			text, err := sh.kept.text(side.Ordinary)
			if (err != nil) != (tt.want != "") || err != nil && !strings.HasPrefix(err.Error(), tt.want) {
				t.Fatalf("step %d: %v, want that of %q", step, err, tt.want)
			}
			if (text == nil) != (err != nil) {
				t.Errorf("step %d: %q", step, text)
			}
			if _, err := sh.kept.text(side.Secure); err != nil {
				t.Errorf("step %d: the other side: %v", step, err)
			}
		}
	}
	if got := sh.kept.joined[side.Ordinary].String(); got != "virtual-router a\nkeep well\nvirtual-router c\nvirtual-router default\n" {
		t.Errorf("%q", got)
	}
}

// TestSameWordsAreNotRendered: a row is rendered again once its words are others, or
// failed to be a line.
func TestSameWordsAreNotRendered(t *testing.T) {
	router, err := trapcore.New(trapcore.Options{Hostname: "host1", MAC: [6]byte{2, 0, 0, 0, 0, 1}, Boots: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer router.Close()
	var words []kept
	rendered := 0
	row := &Setting[*trapcore.VirtualRouter, kept]{
		Place: Place[*trapcore.VirtualRouter]{At: func(_ *Shell, vr *trapcore.VirtualRouter, _ side.Clearance) (*trapcore.VirtualRouter, bool) {
			return vr, true
		}},
		Syntax: grammar.Seq(grammar.Kw("keep", ""), grammar.Param("TEXT", grammar.Raw("LINE", 8), "")),
		Side: func(w kept) side.Side {
			rendered++
			return side.Of(w.Text == "hide")
		},
		Lines: func(*trapcore.VirtualRouter, side.Clearance) []kept { return words },
	}
	var k keptRow
	for _, tc := range []struct {
		words            []kept
		ordinary, secure string
		times            int // a word is rendered for each side
		fails            bool
	}{
		{[]kept{{Text: "a"}}, "keep a\n", "", 2, false},
		{[]kept{{Text: "a"}}, "keep a\n", "", 0, false},
		{[]kept{{Text: "a"}, {Text: "hide"}}, "keep a\n", "keep hide\n", 4, false},
		{[]kept{{Text: "a"}, {Text: "hide"}}, "keep a\n", "keep hide\n", 0, false},
		{[]kept{{Text: "hide"}}, "", "keep hide\n", 2, false},
		{[]kept{{Text: "too long a word"}}, "", "keep hide\n", 0, true},
		{[]kept{{Text: "hide"}}, "", "keep hide\n", 2, false},
		{nil, "", "", 0, false},
	} {
		words, rendered = tc.words, 0
		row.keep(&k, &Shell{Options: Options{Router: router}}, router.Default())
		if got := strings.Join(k.text[side.Ordinary], ""); got != tc.ordinary {
			t.Errorf("%v: ordinary %q, want %q", tc.words, got, tc.ordinary)
		}
		if got := strings.Join(k.text[side.Secure], ""); got != tc.secure {
			t.Errorf("%v: secure %q, want %q", tc.words, got, tc.secure)
		}
		if failed := k.err[side.Ordinary] != nil; rendered != tc.times || failed != tc.fails {
			t.Errorf("%v: %d rendered, want %d; %v", tc.words, rendered, tc.times, k.err)
		}
	}
}
