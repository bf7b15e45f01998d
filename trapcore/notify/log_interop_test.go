//go:build interop

package notify

import (
	"strings"
	"testing"
)

// TestLogVarbindsByName has snmptrapd name them.
func TestLogVarbindsByName(t *testing.T) {
	d := startSnmptrapd(t)
	f := newFixture(t)
	f.EnableAll()
	f.setHost(t, v2cHost(d.addr))
	if err := f.Log().Set(d.addr.Addr(), true, true); err != nil {
		t.Fatal(err)
	}
	f.Raise(&ColdStart{})
	line := d.wait(t, "TRAP|")
	for _, want := range []string{`nlmLogName."127.0.0.1" = STRING: 127.0.0.1`, `nlmLogIndex."127.0.0.1".1 = Gauge32: 1`} {
		if !strings.Contains(line, want) {
			t.Errorf("%s has no %s", line, want)
		}
	}
}
