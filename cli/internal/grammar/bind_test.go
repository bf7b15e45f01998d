package grammar

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type colour uint8

const (
	black colour = iota
	red
	green
)

type place struct {
	Address netip.Addr `cli:"ADDRESS"`
}

type paint struct {
	Form
	place
	Base    colour   `cli:"colour"`
	Marks   []colour `cli:"mark"`
	Port    uint16   `cli:"PORT"`
	Retries int      `cli:"RETRIES"`
	Shiny   bool     `cli:"shiny"`
	Secret  string   `cli:"SECRET"`
	Note    string   `cli:"NOTE"`
	Depth   *int     `cli:"DEPTH"`
}

var (
	paintDefaults = paint{Port: 162, Retries: 3}
	paintSyntax   = Seq(Kw("paint", ""), Param("ADDRESS", IPv4(), ""),
		Alt(Seq(Kw("in", ""), Alt(Kw("red", "").As("colour").Is(red), Kw("green", "").As("colour").Is(green))), Kw("plain", "")),
		Any(
			Seq(Kw("port", ""), Param("PORT", Int(1, 65535), "")),
			Seq(Kw("retries", ""), Param("RETRIES", Int(0, 10), "")),
			Kw("dots", "").As("mark").Is(red), Kw("points", "").As("mark").Is(red), Kw("stripes", "").As("mark").Is(green),
			Kw("shiny", "").Secure(),
			Seq(Kw("secret", ""), Param("SECRET", Word("WORD", 1, 20), "").Secret()),
			Seq(Kw("depth", ""), Param("DEPTH", Int(0, 9), ""))),
		Opt(Kw("note", ""), Param("NOTE", Text(100), "")))
)

func paintTree(t *testing.T) *Tree[int] {
	t.Helper()
	tree, err := New([]ModeSpec{{Mode: "m"}}, []Command[int]{{Modes: []Mode{"m"}, Syntax: paintSyntax}})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// TestBindingBothWays reads lines into structs, and writes the structs as lines
// that read back as the same.
func TestBindingBothWays(t *testing.T) {
	one, five := 0, 5
	for _, tt := range []struct {
		line, written string
		change        func(*paint)
	}{
		{"paint 10.0.0.1 plain", "", func(*paint) {}},
		{"pai 10.0.0.1 in re", "paint 10.0.0.1 in red", func(p *paint) { p.Base = red }},
		{"paint 10.0.0.1 in green port 7 retries 0", "", func(p *paint) { p.Base, p.Port, p.Retries = green, 7, 0 }},
		{"paint 10.0.0.1 plain port 162", "paint 10.0.0.1 plain", func(*paint) {}},
		{"paint 10.0.0.1 plain stripes points", "paint 10.0.0.1 plain dots stripes", func(p *paint) { p.Marks = []colour{green, red} }},
		{"paint 10.0.0.1 plain shiny", "", func(p *paint) { p.Shiny = true }},
		{`paint 10.0.0.1 plain secret "a b"`, "", func(p *paint) { p.Secret = "a b" }},
		{"paint 10.0.0.1 plain depth 0", "", func(p *paint) { p.Depth = &one }},
		{"paint 10.0.0.1 plain depth 5 note many words", `paint 10.0.0.1 plain depth 5 note "many words"`, func(p *paint) { p.Depth, p.Note = &five, "many words" }},
	} {
		b := Bind(paintDefaults)
		if err := b.Check(paintSyntax); err != nil {
			t.Fatal(err)
		}
		want := paintDefaults
		want.Address = netip.MustParseAddr("10.0.0.1")
		tt.change(&want)
		view := View{Level: 15, Mirror: true}
		m, err := paintTree(t).Parse("m", view, tt.line)
		if err != nil {
			t.Fatalf("%s: %v", tt.line, err)
		}
		got := b.Read(m.Args)
		opts := cmp.Options{cmp.AllowUnexported(paint{}), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })}
		if d := cmp.Diff(want, got, opts); d != "" {
			t.Errorf("%s is read as (-want +got)\n%s", tt.line, d)
		}
		w, ok := b.Write(paintSyntax, got, true)
		if expected := tt.written; !ok || w.Text != expected && !(expected == "" && w.Text == tt.line) {
			t.Errorf("%s is written as %q, %v, want %q", tt.line, w.Text, ok, expected)
		}
		if w.Secure != want.Shiny {
			t.Errorf("%s: secure is %v", w.Text, w.Secure)
		}
		again, err := paintTree(t).Parse("m", view, w.Text)
		if err != nil {
			t.Fatalf("%s: %v", w.Text, err)
		}
		if w2, _ := b.Write(paintSyntax, b.Read(again.Args), true); w2 != w {
			t.Errorf("%q is written as %q the second time", w.Text, w2.Text)
		}
	}
}

func TestWriteHidesSecrets(t *testing.T) {
	b := Bind(paintDefaults)
	p := paintDefaults
	p.Address, p.Secret = netip.MustParseAddr("10.0.0.1"), "s3cret"
	if w, _ := b.Write(paintSyntax, p, false); w.Text != "paint 10.0.0.1 plain secret <hidden>" {
		t.Errorf("got %q", w.Text)
	}
}

// TestWriteChooses has syntaxes that say the same in several ways.
func TestWriteChooses(t *testing.T) {
	type words struct {
		All    bool     `cli:"all"`
		One    bool     `cli:"one"`
		Number int      `cli:"NUMBER"`
		Size   *int     `cli:"SIZE"`
		Colour colour   `cli:"colour"`
		Marks  []colour `cli:"mark"`
	}
	marks := func() []Node {
		return []Node{Kw("dots", "").As("mark").Is(red), Kw("stripes", "").As("mark").Is(green)}
	}
	options := func() []Node {
		return []Node{Seq(Kw("number", ""), Param("NUMBER", Int(0, 9), "")), Seq(Kw("size", ""), Param("SIZE", Int(0, 9), ""))}
	}
	syntax := Seq(Kw("x", ""), Alt(
		Any(marks()...),
		Seq(Kw("one", ""), Alt(marks()...)),
		Seq(Kw("all", ""), Alt(options()...), Any(options()...)),
		Alt(Param("colour", Int(0, 2), "").Alias(), Kw("rouge", "").As("colour").Is(red).Alias(), Kw("red", "").As("colour").Is(red))))
	five := 5
	for _, tt := range []struct {
		args words
		want string
	}{
		{words{}, "x"},
		{words{Marks: []colour{red, green}}, "x dots stripes"},
		{words{One: true, Marks: []colour{green}}, "x one stripes"},
		{words{All: true, Number: 3}, "x all number 3"},
		{words{All: true, Number: 3, Size: &five}, "x all number 3 size 5"},
		{words{Colour: red}, "x red"},
	} {
		b := Bind(words{})
		if err := b.Check(syntax); err != nil {
			t.Fatal(err)
		}
		if w, ok := b.Write(syntax, tt.args, true); !ok || w.Text != tt.want {
			t.Errorf("%+v is written as %q, %v, want %q", tt.args, w.Text, ok, tt.want)
		}
	}
}

// TestWriteTakesAll: what an alternative says besides its words comes with it.
func TestWriteTakesAll(t *testing.T) {
	type words struct {
		Colour colour `cli:"colour"`
		Number int    `cli:"NUMBER"`
	}
	b := Bind(words{})
	syntax := Seq(Kw("x", ""), Alt(
		Kw("red", "").As("colour").Is(red).Secure(), Seq(Kw("green", "").As("colour").Is(green), Opt(Param("NUMBER", Int(0, 9), "")))))
	if w, ok := b.Write(syntax, words{Colour: red}, true); !ok || w.Text != "x red" || !w.Secure {
		t.Errorf("%+v, %v", w, ok)
	}
	if w, ok := b.Write(syntax, words{Colour: green}, true); !ok || w.Secure {
		t.Errorf("%+v, %v", w, ok)
	}
	if w, ok := b.Write(syntax, words{Colour: green, Number: 10}, true); ok {
		t.Errorf("a number that cannot be said is written as %+v", w)
	}
}

// TestParameterAs: the key of a parameter is not always what the usage calls it.
func TestParameterAs(t *testing.T) {
	p := Param("maxAge", Int(0, 9), "").As("VALUE")
	if p.Key != "VALUE" || Usage(p.As("OTHER")) != "MAX-AGE" {
		t.Errorf("%s is recorded under %s", Usage(p), p.Key)
	}
}

// TestQuoted: a parameter may be in quotes though it need not be.
func TestQuoted(t *testing.T) {
	type words struct {
		Key string `cli:"KEY"`
	}
	for _, tt := range []struct {
		par  *Parameter
		want string
	}{
		{Param("KEY", Word("WORD", 1, 9), ""), "key abc"},
		{Param("KEY", Word("WORD", 1, 9), "").Quoted(), `key "abc"`},
		{Param("KEY", Word("WORD", 1, 9), "").Secret().Quoted(), "key " + Redacted},
	} {
		if w, ok := Bind(words{}).Write(Seq(Kw("key", ""), tt.par), words{"abc"}, false); !ok || w.Text != tt.want {
			t.Errorf("written as %q, %v, want %q", w.Text, ok, tt.want)
		}
	}
}

// TestWriteRefuses gives a struct that no line says.
func TestWriteRefuses(t *testing.T) {
	if w, ok := Bind(paintDefaults).Write(paintSyntax, paint{}, true); ok {
		t.Errorf("an empty struct is written as %q", w.Text)
	}
}

// TestWriteKeepsToTypes: a value that no line has is not written, nor left out.
func TestWriteKeepsToTypes(t *testing.T) {
	depth := func(n int) *int { return &n }
	tree := paintTree(t)
	for _, tt := range []struct {
		change func(*paint)
		ok     bool
	}{
		{func(*paint) {}, true},
		{func(p *paint) { p.Retries = 10 }, true},
		{func(p *paint) { p.Retries = 11 }, false},
		{func(p *paint) { p.Retries = -1 }, false},
		{func(p *paint) { p.Port = 0 }, false},
		{func(p *paint) { p.Port = 65535 }, true},
		{func(p *paint) { p.Depth = depth(9) }, true},
		{func(p *paint) { p.Depth = depth(10) }, false},
		{func(p *paint) { p.Address = netip.MustParseAddr("::1") }, false},
		{func(p *paint) { p.Secret = strings.Repeat("x", 20) }, true},
		{func(p *paint) { p.Secret = strings.Repeat("x", 21) }, false},
		{func(p *paint) { p.Secret = "a\tb" }, false},
		{func(p *paint) { p.Secret = "é" }, false},
		{func(p *paint) { p.Note = " a \"b\" " }, true},
		{func(p *paint) { p.Note = strings.Repeat("x", 101) }, false},
		{func(p *paint) { p.Note = "two\nlines" }, false},
	} {
		args := paint{place: place{netip.MustParseAddr("10.0.0.1")}, Base: red, Port: 162, Retries: 3}
		tt.change(&args)
		b := Bind(paintDefaults)
		w, ok := b.Write(paintSyntax, args, true)
		if ok != tt.ok {
			t.Errorf("%+v is written as %q, %v", args, w.Text, ok)
		}
		if !ok {
			continue
		}
		m, err := tree.Parse("m", View{Level: 15, Mirror: true}, w.Text)
		if err != nil {
			t.Errorf("%q: %v", w.Text, err)
		} else if d := cmp.Diff(args, b.Read(m.Args), cmp.AllowUnexported(paint{}), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); d != "" {
			t.Errorf("%q: %s", w.Text, d)
		}
	}
}

func TestBindingCheck(t *testing.T) {
	type unbound struct{ A string }
	type misspelt struct {
		A string `cli:"a"`
	}
	type mistyped struct {
		A string `cli:"A"`
	}
	type forgetful struct{}
	syntax := Seq(Kw("x", ""), Param("A", Int(0, 9), ""))
	for _, tt := range []struct {
		err  error
		want string
	}{
		{Bind(unbound{}).Check(syntax), "bound to no word"},
		{Bind(misspelt{}).Check(syntax), `no word is recorded under "a"`},
		{Bind(mistyped{}).Check(syntax), "is of type int64, its field of string"},
		{Bind(forgetful{}).Check(syntax), "parameter A has no field"},
		{Bind(5).Check(syntax), "not a struct"},
	} {
		if tt.err == nil || !strings.Contains(tt.err.Error(), tt.want) {
			t.Errorf("got %v, want %q", tt.err, tt.want)
		}
	}
}

// TestPointerValues writes a value whose own type is a pointer.
func TestPointerValues(t *testing.T) {
	type spot struct{ n string }
	type args struct {
		Spot *spot `cli:"SPOT"`
	}
	typ := Value("SPOT", "", func(w string) (*spot, bool) { return &spot{w}, true }, func(s *spot) (string, bool) { return s.n, true })
	syntax := Seq(Kw("at", ""), Opt(Param("SPOT", typ, "")))
	b := Bind(args{})
	if err := b.Check(syntax); err != nil {
		t.Fatal(err)
	}
	for want, a := range map[string]args{"at here": {&spot{"here"}}, "at": {}} {
		if w, ok := b.Write(syntax, a, true); !ok || w.Text != want {
			t.Errorf("written as %q, %v, want %q", w.Text, ok, want)
		}
	}
}

// TestWrittenOtherwise writes what is read in other ways than it is written.
func TestWrittenOtherwise(t *testing.T) {
	type args struct {
		Form
		Base colour `cli:"colour"`
		Hash string `cli:"HASH"`
		Mode string `cli:"mode"`
		Path []Path `cli:"COMMAND"`
	}
	syntax := Seq(Kw("set", ""),
		Alt(Param("colour", Int(0, 2), "").Alias(), Kw("red", "").As("colour").Is(red)),
		Param("HASH", Word("WORD", 1, 9), "").Hashed(), Kw("m", "").As("mode"),
		Param("COMMAND", CommandWords("mode", map[string]Mode{"m": "m"}), ""))
	tree, err := New([]ModeSpec{{Mode: "m"}}, []Command[int]{{Modes: []Mode{"m"}, Syntax: syntax}})
	if err != nil {
		t.Fatal(err)
	}
	b := Bind(args{})
	if err := b.Check(syntax); err != nil {
		t.Fatal(err)
	}
	m, err := tree.Parse("m", View{Level: 15}, "set 1 abc m se red")
	if err != nil {
		t.Fatal(err)
	}
	if m.Redacted != "set 1 <hidden> m se red" {
		t.Errorf("the line is kept as %q", m.Redacted)
	}
	got := b.Read(m.Args)
	if w, ok := b.Write(syntax, got, false); !ok || w.Text != "set red abc m set red" {
		t.Errorf("written as %q, %v", w.Text, ok)
	}
	for _, f := range []Form{Affirmative, Negative, Defaulted} {
		if got.Form = f; b.Form(got) != f {
			t.Errorf("form %d is %d", f, b.Form(got))
		}
	}
	got.Path = append(got.Path, got.Path...)
	if w, ok := b.Write(syntax, got, false); ok {
		t.Errorf("two paths are written as %q", w.Text)
	}
}
