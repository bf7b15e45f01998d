package cli

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWaits: no line that may wait for notifications, in whatever way it is written, is
// taken for one that does not.
func TestWaits(t *testing.T) {
	for line, want := range map[string]bool{
		"wait sent 3":                   true,
		"  WAI acknowledged 1":          true,
		"at +1s expect trap linkUp":     true,
		"every 10ms count 5 exp trap x": true,
		`"wait" sent 1`:                 true,
		"do wait sent 1":                true,
		"macro x.mac start":             true,
		"configure file other.scr":      true,
		"conf":                          true, // the next line may answer file
		"do conf mem":                   true,
		"copy a.scr running-config":     true,
		"${COMMAND} sent 3":             true,
		"configure terminal":            false,
		"conf t":                        false,
		"snmp-server contact Joe":       false,
		"test mirror traps all":         false,
		"exit":                          false,
		"end":                           false,
		"! a comment":                   false,
		"":                              false,
	} {
		if got := waits("show privilege\r\n" + line + "\r\nend"); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
}

// TestAhead leaves a reader where it was, and reads nothing that cannot be read again.
func TestAhead(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.scr")
	if err := os.WriteFile(name, []byte("one\ntwo\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	defer out.Close() // which nobody has closed when it is asked
	half := strings.NewReader("gone one\ntwo\n")
	_, _ = half.Seek(5, 0)
	if text, ok := ahead(f); !ok || text != "one\ntwo\n" {
		t.Errorf("a file: %q, %v", text, ok)
	}
	if text, ok := ahead(half); !ok || text != "one\ntwo\n" || half.Len() != 8 {
		t.Errorf("a text: %q, %v", text, ok)
	}
	if text, ok := ahead(in); ok {
		t.Errorf("a pipe: %q", text)
	}
	if _, ok := ahead(bufio.NewReader(half)); ok {
		t.Error("a reader that cannot go back")
	}
	if _, ok := ahead(strings.NewReader(strings.Repeat("x", maxAhead+1))); ok {
		t.Error("a script that is too long")
	}
}
