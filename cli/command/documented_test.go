package command

import (
	"bufio"
	"bytes"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"mirrorsh/cli"
	"mirrorsh/trapcore"
)

const (
	documentedFile  = "../../testdata/documented.txtar"
	documentedLines = 116
)

var (
	promptRegex  = regexp.MustCompile(`^host1[-:a-z0-9]*(?:\([a-z-]+\))?[>#](.*)$`)
	numberedLine = regexp.MustCompile(`^#([0-9]+) [LF] \S`)
)

const refusedMark = "#refused: "

// TestDocumentedLines types the command lines of the manufacturer's documents: what
// they print is compared whole, and none is refused without a reason in the file.
func TestDocumentedLines(t *testing.T) {
	archive, err := txtar.ParseFile(documentedFile)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	files := map[string]string{}
	for _, f := range archive.Files {
		if strings.HasSuffix(f.Name, ".mac") {
			files[f.Name] = string(f.Data)
		}
	}
	for i, f := range archive.Files {
		if files[f.Name] != "" {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			got := transcribe(t, string(f.Data), files, seen)
			if os.Getenv("UPDATE") != "" {
				archive.Files[i].Data = []byte(got)
			} else if d := cmp.Diff(string(f.Data), got); d != "" {
				t.Error(d)
			}
		})
	}
	for n := 1; n <= documentedLines; n++ {
		if !seen[n] {
			t.Errorf("documented line %d is not there", n)
		}
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(documentedFile, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// transcribe types the lines of a session and returns it with what they print.
func transcribe(t *testing.T, text string, files map[string]string, seen map[int]bool) string {
	var out, errs bytes.Buffer
	w := bufio.NewWriter(&out)
	s := documentedShell(t, files).NewSession(cli.SessionOptions{Level: 15, Out: w})
	defer s.Close()
	b := &cli.Batch{Session: s, Out: w, Errors: &errs}
	refused := false
	for line := range strings.Lines(text) {
		typed := promptRegex.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if n := numberedLine.FindStringSubmatch(line); n != nil {
			number, _ := strconv.Atoi(n[1])
			if seen[number] {
				t.Errorf("documented line %d is there twice", number)
			}
			seen[number] = true
		}
		switch {
		case strings.HasPrefix(line, "#"):
			refused = strings.HasPrefix(line, refusedMark)
			out.WriteString(line)
			continue
		case typed == nil:
			continue
		}
		before := out.String()
		out.Reset()
		if err := b.Run(t.Context(), cli.Source{Name: "line", R: strings.NewReader(typed[1])}); (err != nil) != refused {
			t.Errorf("%s: %v, %s", typed[0], err, errs.String())
		}
		// The echo has no secrets, and the file has to be typed again.
		echo, shown, _ := strings.Cut(out.String(), "\n")
		if echoed := promptRegex.FindStringSubmatch(echo); echoed != nil {
			echo = strings.TrimSuffix(echo, echoed[1]) + typed[1]
		}
		out.Reset()
		out.WriteString(before + echo + "\n" + shown)
		errs.Reset()
		refused = false
	}
	return hashes.ReplaceAllString(out.String(), "$1 HASH.................")
}

// hashes are those of passwords, which are salted.
var hashes = regexp.MustCompile(`([57](?: \([a-z]+\) *)?) 1[-_A-Za-z0-9]{19}`)

func documentedShell(t *testing.T, files map[string]string) *cli.Shell {
	shell := makeShell(t, trapcore.Options{Location: time.UTC}, cli.Options{
		Habits:  Habits(),
		Release: cli.Release{Version: "0.1.0", Built: stopped()},
		Reload:  func(cli.Startup) (func(), error) { return func() {}, nil },
	})
	for name, text := range files {
		if err := shell.Files().Write(name, text); err != nil {
			t.Fatal(err)
		}
	}
	return shell
}
