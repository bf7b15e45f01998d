//go:build interop

package main

import (
	"os/exec"
	"strings"
	"testing"
)

// TestPromtool: Prometheus reads both pages, and finds nothing against conventions.
func TestPromtool(t *testing.T) {
	_, anybody, secured := scrapeLab(t, ordinaryState+"end\nvirtual-router default\n"+secureState+"end\n")
	for url, token := range map[string]string{anybody: "", secured: metricsToken} {
		_, text := scrape(t, url, token)
		_, page, _ := strings.Cut(text, "\n")
		check := exec.Command("promtool", "check", "metrics")
		check.Stdin = strings.NewReader(page)
		if out, err := check.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", url, err, out)
		}
	}
}
