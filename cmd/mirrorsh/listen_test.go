package main

import (
	"regexp"
	"testing"
)

// TestListenersTakeWhatIsWritten: each listener says the address it was given, of
// either family.
func TestListenersTakeWhatIsWritten(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1:0": `127\.0\.0\.1:\d+`, "0.0.0.0:0": `0\.0\.0\.0:\d+`, "[::1]:0": `\[::1\]:\d+`,
		"[::]:0": `\[::\]:\d+`, ":0": `\[::\]:\d+`, "localhost:0": `127\.0\.0\.1:\d+`, "[::ffff:127.0.0.1]:0": `127\.0\.0\.1:\d+`,
	} {
		_, errs := mirrorsh(t, 0, "", "--snmp", addr, "--ssh", "off", "-c", "show clock")
		if !regexp.MustCompile(`snmp agent.* ` + want + `\n`).MatchString(errs) {
			t.Errorf("%s: standard error %q", addr, errs)
		}
	}
}
