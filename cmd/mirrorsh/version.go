package main

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// baseVersion is the release that the sources become, for a build that is not
// of a tag.
const baseVersion = "0.1.0"

// version is the release, as show version has it.
var version = releaseOf(buildInfo())

func buildInfo() *debug.BuildInfo {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return &debug.BuildInfo{}
	}
	return info
}

// releaseOf is the tag that was built, and what comes next where none was.
func releaseOf(info *debug.BuildInfo) string {
	v := info.Main.Version
	if !semver.IsValid(v) || module.IsPseudoVersion(v) || semver.Build(v) != "" {
		return baseVersion
	}
	return strings.TrimPrefix(v, "v")
}

// versionLine says what was built, from what and for which system.
func versionLine(info *debug.BuildInfo) string {
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	var parts []string
	if commit := settings["vcs.revision"]; commit != "" {
		parts = append(parts, "commit "+commit[:min(len(commit), 12)])
	}
	if settings["vcs.modified"] == "true" {
		parts = append(parts, "changed")
	}
	if date, _, ok := strings.Cut(settings["vcs.time"], "T"); ok {
		parts = append(parts, date)
	}
	parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %s/%s", info.GoVersion,
		cmp.Or(settings["GOOS"], "?"), cmp.Or(settings["GOARCH"], "?"))))
	return fmt.Sprintf("mirrorsh %s (%s)", releaseOf(info), strings.Join(parts, ", "))
}
