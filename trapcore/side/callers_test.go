package side_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// clearers are the functions that may make a clearance: each has authenticated
// its reader, or is the process that keeps the configuration and reports at its end.
var clearers = []string{
	"cli/metrics/handler.go: clearance",
	"cli/rights.go: knows",
	"cli/saving.go: keeper",
	"cli/session.go: Clearance",
	"trapcore/agent/responder.go: clearance",
	"trapcore/radius/request.go: clearance",
}

// TestClearers: nobody else calls Clear, or takes it as a value.
func TestClearers(t *testing.T) {
	root := filepath.Join("..", "..")
	var got []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		got = append(got, clearing(filepath.ToSlash(name), file)...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	if d := cmp.Diff(clearers, slices.Compact(got)); d != "" {
		t.Errorf("clearances are made elsewhere (-want +got):\n%s", d)
	}
}

// clearing returns the declarations of a file that name Clear of this package.
func clearing(name string, file *ast.File) (all []string) {
	as := ""
	for _, i := range file.Imports {
		if i.Path.Value == `"mirrorsh/trapcore/side"` {
			as = "side"
			if i.Name != nil {
				as = i.Name.Name
			}
		}
	}
	if as == "" {
		return nil
	}
	for _, d := range file.Decls {
		in := "a variable"
		if f, ok := d.(*ast.FuncDecl); ok {
			in = f.Name.Name
		}
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == as && n.Sel.Name == "Clear" {
					all = append(all, name+": "+in)
				}
			case *ast.Ident:
				if as == "." && n.Name == "Clear" {
					all = append(all, name+": "+in)
				}
			}
			return true
		})
	}
	return all
}

// TestClearing: it is found under another name, too.
func TestClearing(t *testing.T) {
	for _, tt := range []struct {
		source string
		want   []string
	}{
		{`import "mirrorsh/trapcore/side"; func f() { g(side.Clear(true)) }`, []string{"x.go: f"}},
		{`import s "mirrorsh/trapcore/side"; var c = s.Clear(true)`, []string{"x.go: a variable"}},
		{`import . "mirrorsh/trapcore/side"; func f() { Clear(true) }`, []string{"x.go: f"}},
		{`import "mirrorsh/trapcore/side"; func f() { h := side.Clear; h(true) }`, []string{"x.go: f"}},
		{`import "mirrorsh/trapcore/side"; func f() { side.Of(true); x.Clear() }`, nil},
		{`func f() { side.Clear(true) }`, nil},
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x; "+tt.source, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(tt.want, clearing("x.go", file)); d != "" {
			t.Errorf("%s: %s", tt.source, d)
		}
	}
}
