//go:build interop

package terminal

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestInTmux shows that the screen of the other tests draws like a terminal of
// somebody else's making.
func TestInTmux(t *testing.T) {
	both(t, func(t *testing.T, kind string) {
		socket := filepath.Join(t.TempDir(), "tmux")
		tmux := func(args ...string) string {
			t.Helper()
			out, err := exec.Command("tmux", append([]string{"-S", socket, "-f", os.DevNull}, args...)...).CombinedOutput()
			if err != nil {
				t.Fatalf("tmux %v: %v: %s", args, err, out)
			}
			return string(out)
		}
		await := func(want string) {
			t.Helper()
			var got string
			for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
				if got = tmux("capture-pane", "-p"); strings.HasPrefix(got, want) {
					return
				}
			}
			t.Fatalf("no\n%s\nbut\n%s", want, got)
		}
		tmux("new-session", "-d", "-x", "80", "-y", "24", "-e", helperEnv+"="+kind, os.Args[0])
		defer tmux("kill-server")
		await("r1>\n")
		tmux("send-keys", "-l", "show version")
		tmux("send-keys", "Left", "Left", "?")
		await("r1>show versi?on\nhelp for <show versi>\nr1>show version\n")
		tmux("send-keys", "Enter")
		await("r1>show versi?on\nhelp for <show versi>\nr1>show version\ngot \"show version\" <nil>\nr1>\n")
		tmux("send-keys", "-l", strings.Repeat("0123456789", 10))
		await("r1>show versi?on\nhelp for <show versi>\nr1>show version\ngot \"show version\" <nil>\nr1>" +
			strings.Repeat("0123456789", 7) + "0123456\n78901234567890123456789\n")
	})
}
