package command

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"mirrorsh/cli"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/chassis"
	"mirrorsh/trapcore/state"
)

// modelShell is a shell of a model.
func modelShell(t *testing.T, m *chassis.Model) *operator {
	t.Helper()
	shell := makeShell(t, trapcore.Options{Model: m, Clock: time.Now}, cli.Options{
		Store:   state.NewMemory(time.Now),
		Release: cli.Release{Version: "0.1.0", Built: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)},
	})
	return operatorOf(t, shell, "terminal length 0")
}

// inventory has the patterns of NOC's get_inventory, and what the table of a
// model has for each.
func inventory(m *chassis.Model) map[string]int {
	adapters := 0
	for _, mod := range m.Modules {
		adapters += len(mod.Adapters)
	}
	return map[string]int{
		`(?m)^Chassis\s+(\d{10})\s+(\d{10})\s+(\S{3})\s+(\d+\.\d+)\s*$`:                                    1,
		`(?m)^(\d+)\s+(\S+(?: \S+)*)\s+(\d{10})?\s+(\d{10})\s+(\S{3})\s+(\d+|---)\s+(\d+\.\d+)\s*$`:        len(m.Modules),
		`(?m)^(\d+)/(\d+)\s+(\S+(?: \S+)+?)\s+(\d{10})?\s+(\d{10})\s+(\S{3})\s+(\d+)\s*$`:                  adapters,
		`(?m)^(\d+/\d+)\s+([0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})\s+(\d+\.\d+)\s*$`:                        adapters,
		`(?m)^(\d+)[^\S\n]+(\S+ FAN)[^\S\n]+(\d{10})[^\S\n]+(\d{10})[^\S\n]+(\S{3})[^\S\n]+(\d+\.\d+)\s*$`: len(m.Fans),
	}
}

// TestModels: show hardware and show version of each model as the tools read
// them: NOC, Nessus, jerancid.
func TestModels(t *testing.T) {
	for _, m := range chassis.Models() {
		t.Run(m.Keyword, func(t *testing.T) {
			o := modelShell(t, m)
			hardware := o.do(t, "show hardware")
			for pattern, want := range inventory(m) {
				found := 0
				for line := range strings.Lines(hardware) { // as NOC goes through it
					if regexp.MustCompile(pattern).MatchString(strings.TrimRight(line, "\n")) {
						found++
					}
				}
				if found != want {
					t.Errorf("%s: %d rows, want %d in\n%s", pattern, found, want, hardware)
				}
			}
			if out := o.do(t, "show hardware | begin Adapters"); !strings.HasPrefix(out, "Adapters") || strings.Contains(out, "Chassis") {
				t.Errorf("from the adapters on:\n%s", out)
			}
			version := o.do(t, "show version")
			for pattern, want := range map[string]string{
				`Juniper\s+(?:Edge Routing Switch )?(.+?)\n`:    m.Name,
				`Version: ([^[]+\[[^]]+\])`:                     "0.1.0 release-0.0 [BuildId 0]",
				`Juniper Edge Routing Switch (E[^ \r\n]+)`:      m.Name,
				`(?m)^Juniper Edge .* (\S+)$`:                   m.Name,
				`(?m)^\d+\s+online +(SRP\S*) +enabled  --- +\S`: m.SRP().Type,
			} {
				if got := regexp.MustCompile(pattern).FindStringSubmatch(version); got == nil || got[1] != want {
					t.Errorf("%s finds %q, want %q in\n%s", pattern, got, want, version)
				}
			}
			slots := regexp.MustCompile(`(?m)^\d+ +(\S+)`).FindAllStringSubmatch(version, -1)
			if len(slots) != m.LastSlot+1 {
				t.Errorf("%d slots in\n%s", len(slots), version)
			}
			for _, line := range []string{"show environment all", "show configuration"} {
				if out := o.do(t, line); !strings.Contains(out, m.Name) {
					t.Errorf("%s does not name %s:\n%s", line, m.Name, out)
				}
			}
		})
	}
}
