package securelog

import (
	"testing"

	"mirrorsh/ascii"
)

// FuzzEntry: whatever is logged is shown on one printable line.
func FuzzEntry(f *testing.F) {
	f.Add("default", "mirrorUser", "juniPacketMirrorSessionStart", "", []byte("a = b"))
	f.Add("\x1b[0m", "\r\n", "\u202e", "\xff", []byte{0})
	l := newLog(f, 2, asText)
	l.SetOn(true)
	f.Fuzz(func(t *testing.T, router, user, name, fault string, varbinds []byte) {
		trap := sampleTrap()
		trap.Router, trap.User, trap.Name, trap.Fault, trap.Varbinds = router, user, name, fault, varbinds
		l.Clear()
		l.AppendTrap(trap)
		got := lines(l)
		if len(got) != 1 || !ascii.Printable(got[0]) {
			t.Errorf("got %q", got)
		}
	})
}
