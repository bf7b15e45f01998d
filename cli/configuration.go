package cli

import (
	"fmt"
	"strings"
	"time"

	"mirrorsh/cli/config"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
)

// Line is one line of configuration.
type Line = config.Line

// Section is a part of the configuration: what one family of commands has set.
type Section struct {
	// Name is the category as show configuration takes it.
	Name string
	// Rows are its settings in an order that can be run on an empty router.
	Rows []Row
}

// lines returns the lines of a section for a virtual router.
func (sec *Section) lines(sh *Shell, vr *trapcore.VirtualRouter, c side.Clearance, reveal bool) ([]Line, error) {
	var all []Line
	for _, row := range sec.Rows {
		lines, err := row.at(sh, vr, c, reveal)
		if err != nil {
			return nil, err
		}
		all = append(all, lines...)
	}
	return all, nil
}

// Hidden stands for a secret in a configuration that may not show it.
const Hidden = "<hidden>"

// LevelSecrets is the level that sees keys and communities.
const LevelSecrets = 15

// configured returns what is configured as far as the clearance goes, of one
// category or all.
func (sh *Shell) configured(category string, c side.Clearance, reveal bool) (config.Configuration, error) {
	var all config.Configuration
	for _, vr := range sh.Router.VirtualRouters() {
		r := config.Router{Heading: routerHeading(vr)}
		for j := range sh.Sections {
			sec := &sh.Sections[j]
			if category != "" && sec.Name != category {
				continue
			}
			lines, err := sec.lines(sh, vr, c, reveal)
			if err != nil {
				return nil, err
			}
			r.Lines = append(r.Lines, lines...)
		}
		all = append(all, r)
	}
	return all, nil
}

// The lines around ordinary ones that say something else where the secure side
// is visible.
const (
	blindly  = "do no mirror-enable\n"
	openEyed = "do mirror-enable\n"
)

// Configuration returns the router's configuration as a script, as a reader sees
// it. Secrets are in it if reveal is set. If an ordinary line is shadowed, the
// secure lines come after all others.
func (sh *Shell) Configuration(category string, c side.Clearance, reveal bool) (string, error) {
	all, err := sh.configured(category, c, reveal)
	if err != nil {
		return "", fmt.Errorf("configuration cannot be shown: %w", err)
	}
	lines := ""
	if c.Sees(side.Secure) && all.Shadowed() {
		lines = blindly + all.Text(config.Only(side.Ordinary)) + openEyed + all.Text(config.Only(side.Secure))
	} else {
		lines = all.Text(c.Sees)
	}
	return sh.head() + config.Begin + lines + config.End, nil
}

// head begins a configuration.
func (sh *Shell) head() string {
	return "! Configuration script being generated on " + Timestamp(sh.Now()) + "\n" + sh.platformLines("! ") + "!\n"
}

// platformLines name the platform, the release and who made it.
func (sh *Shell) platformLines(prefix string) string {
	return prefix + sh.Router.Model().Platform() + "\n" +
		prefix + "Version: " + sh.Release.Version + "\n" +
		prefix + Copyright + "\n"
}

// Copyright stands where the router has the vendor's line: tools look for it.
const Copyright = "Copyright (c) 2026 the mirrorsh developers.  A simulator, not a router."

// Timestamp formats a time as the router does: WED SEP 15 2010 08:51:55 MSD.
func Timestamp(t time.Time) string { return strings.ToUpper(t.Format("Mon Jan 02 2006 15:04:05 MST")) }
