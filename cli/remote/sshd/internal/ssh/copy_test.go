package ssh

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// copies are the files of x/crypto, and what each has instead of a text.
var copies = map[string][]struct{ text, instead string }{
	"buffer.go": nil, "channel.go": nil, "common.go": nil, "connection.go": nil, "handshake.go": nil, "kex.go": nil, "mac.go": nil,
	"messages.go": nil, "mlkem.go": nil, "mux.go": nil, "ssh_gss.go": nil, "transport.go": nil,
	"cipher.go": {{"golang.org/x/crypto/internal/poly1305", "golang.org/x/crypto/poly1305"}},
	"server.go": {{
		"\t\t} else if err = Unmarshal(packet, &userAuthReq); err != nil {\n",
		"\t\t} else if accepted, err := s.acceptAgain(packet); err != nil {\n\t\t\treturn nil, err\n" +
			"\t\t} else if accepted {\n\t\t\tcontinue userAuthLoop\n" +
			"\t\t} else if err = Unmarshal(packet, &userAuthReq); err != nil {\n",
	}},
}

var own = []string{"doc.go", "service.go", "upstream.go"}

// TestCopies compares the copies with the x/crypto of go.mod.
func TestCopies(t *testing.T) {
	module, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/crypto").Output()
	if err != nil {
		t.Fatal(err)
	}
	for name, changes := range copies {
		want, err := os.ReadFile(filepath.Join(string(bytes.TrimSpace(module)), "ssh", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range changes {
			if bytes.Count(want, []byte(c.text)) != 1 {
				t.Fatalf("%s: the text to change is there %d times", name, bytes.Count(want, []byte(c.text)))
			}
			want = bytes.Replace(want, []byte(c.text), []byte(c.instead), 1)
		}
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(name, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not x/crypto's (%v): run UPDATE=1 go test here", name, err)
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if _, ok := copies[name]; !ok && !slices.Contains(own, name) && name != "copy_test.go" {
			t.Errorf("%s is neither copied nor listed as own", name)
		}
	}
}
