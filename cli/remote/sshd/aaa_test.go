package sshd

import (
	"fmt"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"mirrorsh/trapcore/tacacs/tacacstest"
)

// TestMethodLists: name and password of SSH go through the list of the line; keys
// open it as before, and what a command is refused for is its exit status.
func TestMethodLists(t *testing.T) {
	s := tacacstest.Start(t, tacacstest.Policy{Key: "sesame", Users: map[string]string{"ann": "apples", strings.Repeat("n", 33): "apples"},
		Denies: func(r tacacstest.Request) bool { return r.Command() == "show users" }})
	r := start(t, newShell(t, "aaa new-model", "aaa authentication login default tacacs+", "aaa authorization commands 1 default tacacs+",
		fmt.Sprintf("tacacs-server host %v port %d timeout 20 key sesame", s.Addr.Addr(), s.Addr.Port())))
	for _, tt := range []struct {
		user, password string
		in             bool
	}{
		{"ann", "apples", true},
		{"ann", "pears", false},
		{"eve", "apples", false},
		{strings.Repeat("n", 33), "apples", false}, // would be shown as another name
	} {
		c, err := gossh.Dial("tcp", r.addr, clientConfig(tt.user, gossh.Password(tt.password)))
		if (err == nil) != tt.in {
			t.Errorf("%s with %s: %v", tt.user, tt.password, err)
		}
		if err != nil {
			continue
		}
		for command, want := range map[string]string{"show privilege": "", "show users": "% command authorization failed"} {
			session, err := c.NewSession()
			if err != nil {
				t.Fatal(err)
			}
			out, err := session.CombinedOutput(command)
			if (err != nil) != (want != "") || !strings.Contains(string(out), want) {
				t.Errorf("%s: %v: %s", command, err, out)
			}
		}
		_ = c.Close()
	}
}
