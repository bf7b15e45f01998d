package deb

import (
	"os"
	"strings"
	"testing"
)

// TestTemplate: a router by name is the router in everything but what it has of
// its own.
func TestTemplate(t *testing.T) {
	one, err := os.ReadFile("mirrorsh.service")
	if err != nil {
		t.Fatal(err)
	}
	named, err := os.ReadFile("mirrorsh@.service")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(
		"Description=simulated router ", "Description=simulated router %i ",
		"/etc/mirrorsh/mirrorsh.conf", "/etc/mirrorsh/%i.conf",
		"%S/mirrorsh ", "%S/mirrorsh@%i ",
		"StateDirectory=mirrorsh\n", "StateDirectory=mirrorsh@%i\n",
	).Replace(string(one))
	if string(named) != want {
		t.Errorf("mirrorsh@.service is\n%s\nwant\n%s", named, want)
	}
}
