package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// awkwardScript sets what an editor could take for something else.
const awkwardScript = `configure terminal
hostname "a?b"
banner motd #Is it you? No!\n\n\t"quoted" and \\ back; ^C | more?#
banner login "first? no!" ignored?
banner exec ~
Who?

! no comment
	tab? "open
done~
snmp-server contact "who? | what; ! \"x\" \\"
snmp-server location "^here?"
access-list "<hidden>" permit any
access-list "a?" permit any
access-list "no" deny any
access-list "!" deny any
interface tunnel "gre:?;"
 ip address 10.1.1.1 255.255.255.0
 exit
line vty 0 2
 access-class "<hidden>" in
 exit
virtual-router "<hidden>"
snmp-server contact inside
virtual-router "?"
radius dynamic-request server 10.1.1.1
 key "a?b \" \\ !"
 exit
virtual-router default
end
copy running-configuration run.scr
`

// configured returns what a script has copied into run.scr, without its date.
func configured(t *testing.T, dir string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "files", "run.scr"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(data), "\n")
	return text
}

// TestPastedConfiguration pastes a script, and what show configuration makes of
// it, into both editors and runs it as a script: it is always the same.
func TestPastedConfiguration(t *testing.T) {
	first := t.TempDir()
	script := filepath.Join(first, "x.scr")
	if err := os.WriteFile(script, []byte(awkwardScript), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(dir, script string) {
		t.Helper()
		if out, err := exec.Command("mirrorsh", "--state", dir, "--level", "15", script).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	state := filepath.Join(first, "state")
	run(state, script)
	want := configured(t, state)
	shown := filepath.Join(first, "shown.scr")
	pasted := want + "end\ncopy running-configuration run.scr\n"
	if err := os.WriteFile(shown, []byte(pasted), 0o600); err != nil {
		t.Fatal(err)
	}
	again := filepath.Join(first, "again")
	run(again, shown)
	if got := configured(t, again); got != want {
		t.Errorf("as a script it gives\n%s\nwant\n%s", got, want)
	}
	for _, term := range []string{"xterm", "dumb"} {
		for name, text := range map[string]string{"as typed": awkwardScript, "as shown": pasted} {
			t.Run(term+"/"+name, func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "state")
				c := startConsole(t, "TERM="+term, "--state", dir, "--level", "15")
				c.expect("#", 1)
				c.send(text + "logout\n")
				c.expect("run.scr", 1)
				c.wait()
				if got := configured(t, dir); got != want {
					t.Errorf("it gives\n%s\nwant\n%s", got, want)
				}
			})
		}
	}
}
