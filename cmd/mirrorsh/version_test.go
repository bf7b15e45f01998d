package main

import (
	"runtime/debug"
	"strings"
	"testing"
)

func TestVersionLine(t *testing.T) {
	set := func(pairs ...string) (all []debug.BuildSetting) {
		for i := 0; i < len(pairs); i += 2 {
			all = append(all, debug.BuildSetting{Key: pairs[i], Value: pairs[i+1]})
		}
		return all
	}
	const hash = "0123456789abcdef0123456789abcdef01234567"
	for _, c := range []struct {
		main     string
		settings []debug.BuildSetting
		want     string
	}{
		{"v1.2.3", set("GOOS", "linux", "GOARCH", "arm64", "vcs.revision", hash, "vcs.time", "2026-11-27T06:00:00Z", "vcs.modified", "false"),
			"mirrorsh 1.2.3 (commit 0123456789ab, 2026-11-27, go1.26 linux/arm64)"},
		{"v1.3.0-rc.1", set("GOOS", "linux", "GOARCH", "amd64"), "mirrorsh 1.3.0-rc.1 (go1.26 linux/amd64)"},
		{"v1.2.3+dirty", set("GOOS", "linux", "GOARCH", "arm64", "vcs.revision", hash, "vcs.time", "2026-11-27T06:00:00Z", "vcs.modified", "true"),
			"mirrorsh " + baseVersion + " (commit 0123456789ab, changed, 2026-11-27, go1.26 linux/arm64)"},
		{"v0.0.0-20261127060000-0123456789ab", set("GOOS", "darwin", "GOARCH", "arm64", "vcs.revision", "short"),
			"mirrorsh " + baseVersion + " (commit short, go1.26 darwin/arm64)"},
		{"(devel)", nil, "mirrorsh " + baseVersion + " (go1.26 ?/?)"},
		{"", nil, "mirrorsh " + baseVersion + " (go1.26 ?/?)"},
	} {
		if got := versionLine(&debug.BuildInfo{GoVersion: "go1.26", Main: debug.Module{Version: c.main}, Settings: c.settings}); got != c.want {
			t.Errorf("%s: %q, want %q", c.main, got, c.want)
		}
	}
	if out, _ := mirrorsh(t, 0, "", "--version"); !strings.HasPrefix(out, "mirrorsh "+baseVersion+" (") || strings.Count(out, "\n") != 1 {
		t.Errorf("it says %q", out)
	}
}
