package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestInteropIsNamed: go test ./... needs Go and what every Unix has. Tests that
// run a program of others have the build tag interop, those that need to be root
// have the tag root, and say so in the name of their file.
func TestInteropIsNamed(t *testing.T) {
	everywhere := []string{"mirrorsh", "go", "sh", "cp", "stty"}
	program := regexp.MustCompile(`exec\.(?:Command|LookPath|CommandContext)\((?:[\w.()]+, )?"([^"]+)"`)
	files, programs := 0, 0
	err := filepath.WalkDir("../..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		tagged := false
		for _, tag := range []string{"interop", "root"} {
			has := strings.HasPrefix(string(text), "//go:build "+tag+"\n")
			if has != strings.HasSuffix(path, "_"+tag+"_test.go") {
				t.Errorf("%s: the tag and the name disagree", path)
			}
			tagged = tagged || has
		}
		if tagged {
			files++
			return nil
		}
		for _, m := range program.FindAllStringSubmatch(string(text), -1) {
			if programs++; !slices.Contains(everywhere, m[1]) {
				t.Errorf("%s runs %s", path, m[1])
			}
		}
		return nil
	})
	if err != nil || files == 0 || programs == 0 {
		t.Errorf("%d files, %d programs: %v", files, programs, err)
	}
}

// cited is a document that a comment names, by its path from the root or beside
// the file.
var cited = regexp.MustCompile(`[\w./-]*\w\.md\b`)

// TestCitedDocumentsExist: no comment cites what a reader does not have.
func TestCitedDocumentsExist(t *testing.T) {
	const root = "../.."
	found := 0
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, name := range cited.FindAllString(string(text), -1) {
			found++
			beside := filepath.Dir(path)
			// The manual is written into the folder above.
			if !exists(filepath.Join(root, name)) && !exists(filepath.Join(beside, name)) && !exists(filepath.Join(beside, "..", name)) {
				t.Errorf("%s cites %s", path, name)
			}
		}
		return nil
	})
	if err != nil || found == 0 {
		t.Errorf("%d found: %v", found, err)
	}
}

// TestDocumentedPathsExist: what a document says is in a file is in a file that is
// there. One that is named without its folder is beside something else that the
// sentence names.
func TestDocumentedPathsExist(t *testing.T) {
	const root = "../.."
	path := regexp.MustCompile("`([a-z][\\w.-]*(?:/[\\w.*{},-]+)*/[\\w.*{},-]+\\.(?:go|md|sh|scr|mib|txtar|golden|yml|yaml|service))`")
	found := 0
	for _, doc := range []string{"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "cli/REFERENCE.md", "packaging/README.md"} {
		text, err := os.ReadFile(filepath.Join(root, doc))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range path.FindAllStringSubmatch(string(text), -1) {
			for _, name := range alternatives(m[1]) {
				found++
				here, err := filepath.Glob(filepath.Join(root, name))
				beside, _ := filepath.Glob(filepath.Join(root, filepath.Dir(doc), name))
				if err != nil || len(here)+len(beside) == 0 {
					t.Errorf("%s names %s", doc, name)
				}
			}
		}
	}
	if found < 20 {
		t.Errorf("%d paths", found)
	}
}

// alternatives of a path are what it names with one of the words in braces each.
func alternatives(path string) []string {
	before, rest, found := strings.Cut(path, "{")
	words, after, closed := strings.Cut(rest, "}")
	if !found || !closed {
		return []string{path}
	}
	var all []string
	for _, word := range strings.Split(words, ",") {
		all = append(all, before+word+after)
	}
	return all
}

// imported is what the comment of a package says that it imports of this module.
var imported = regexp.MustCompile(`^(?:It imports nothing of ours|Of ours it imports ([\w, ]+))[.:;]`)

// TestPackagesImportWhatTheySay: those below the shell and the router say what they
// import of this module, each by the last element of its path, and import nothing else.
func TestPackagesImportWhatTheySay(t *testing.T) {
	const root = "../.."
	said := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || d.Name() == "testdata" {
			return err
		}
		comment, imports, err := packageOf(path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
		says := false
		for _, sentence := range regexp.MustCompile(`(?:It|Of ours it) imports\b`).FindAllStringIndex(comment, -1) {
			says = true
			m := imported.FindStringSubmatch(comment[sentence[0]:])
			if m == nil {
				t.Errorf("%s says it in other words: %s", name, comment[sentence[0]:])
				continue
			}
			said++
			list := strings.ReplaceAll(m[1], " and ", ", ")
			if got := strings.Join(imports, ", "); got != list {
				t.Errorf("%s says that it imports %q, and imports %q", name, list, got)
			}
		}
		if below := regexp.MustCompile(`^(trapcore/|securelog|mib|ascii|cli/internal/)`); comment != "" && !says && below.MatchString(name) && !strings.HasSuffix(name, "test") {
			t.Errorf("%s does not say what it imports of ours: %s", name, strings.Join(imports, ", "))
		}
		return nil
	})
	if err != nil || said < 20 {
		t.Errorf("%d found: %v", said, err)
	}
}

// packageOf returns the comment of a package on one line, and what it imports of
// this module, in order.
func packageOf(dir string) (comment string, imports []string, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return "", nil, err
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return "", nil, err
		}
		comment += strings.Join(strings.Fields(file.Doc.Text()), " ")
		for _, i := range file.Imports {
			if ours, ok := strings.CutPrefix(strings.Trim(i.Path.Value, `"`), "mirrorsh/"); ok {
				imports = append(imports, ours[strings.LastIndex(ours, "/")+1:])
			}
		}
	}
	slices.Sort(imports)
	return comment, slices.Compact(imports), nil
}

// TestDependenciesAreExplained: ARCHITECTURE.md says what each module that go.mod
// requires is for.
func TestDependenciesAreExplained(t *testing.T) {
	text, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "\n## Dependencies\n")
	required := regexp.MustCompile(`(?m)^\t(?:github\.com/)?(\S+?)(?:/v\d+)? v\S+$`).FindAllStringSubmatch(string(text), -1)
	if len(required) < 10 {
		t.Fatalf("%d modules", len(required))
	}
	for _, m := range required {
		if !strings.Contains(table, "`"+m[1]+"`") {
			t.Errorf("nothing says what %s is for", m[1])
		}
	}
}
