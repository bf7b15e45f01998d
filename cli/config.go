package cli

import (
	"strings"
	"time"

	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
)

// Line is one line of configuration.
type Line struct {
	Text   string
	Secure bool
	// Blind marks an ordinary line that means the same only where the secure
	// side is not visible, because a secure record has a name in it too.
	Blind bool
	// Block has the lines of the mode that this line enters; an exit ends it.
	Block []Line
}

// Ordinary and Secure make lines.
func Ordinary(text string) Line { return Line{Text: text} }
func Secure(text string) Line   { return Line{Text: text, Secure: true} }

// Section is a part of the configuration: what one family of commands has set.
type Section struct {
	// Name is the category as show configuration takes it.
	Name string
	// Rows are its settings in an order that can be run on an empty router.
	Rows []Row
	// Lines returns the commands that are no rows yet, in such an order. Secrets are
	// in the clear if reveal is set, else Hidden.
	Lines func(r *trapcore.Router, vr *trapcore.VirtualRouter, c side.Clearance, reveal bool) []Line
	// Own returns the commands that set up the shell itself, in place of Lines.
	Own func(sh *Shell) []Line
	// PerRouter marks a section of the router as a whole, which virtual
	// routers other than the default do not have.
	PerRouter bool
}

// Hidden stands for a secret in a configuration that may not show it.
const Hidden = "<hidden>"

// LevelSecrets is the level that sees keys and communities (contract, "Levels
// and visibility").
const LevelSecrets = 15

// part says which lines of a configuration are wanted.
type part uint8

const (
	ordinaryPart part = 1 << iota
	securePart
	wholePart = ordinaryPart | securePart
)

func (l *Line) in(p part) bool {
	if l.Secure {
		return p&securePart != 0
	}
	return p&ordinaryPart != 0
}

// write adds the lines of a part. A line that is not in it stays where it
// leads to lines that are.
func write(b *strings.Builder, p part, indent string, lines []Line) {
	for i := range lines {
		l := &lines[i]
		var block strings.Builder
		write(&block, p, indent+" ", l.Block)
		if l.in(p) || block.Len() > 0 {
			text := indent + l.Text + "\n"
			if l.Blind && p == wholePart {
				text = indent + "do no mirror-enable\n" + text + indent + "do mirror-enable\n"
			}
			b.WriteString(text + block.String())
			if l.Block != nil {
				b.WriteString(indent + " exit\n")
			}
		}
	}
}

// commands returns a part of the configuration, of one category or all.
func (sh *Shell) commands(category string, p part, reveal bool) string {
	var b strings.Builder
	routers := sh.Router.VirtualRouters()
	for i, vr := range routers {
		var mine strings.Builder
		for _, sec := range sh.Sections {
			if (category == "" || sec.Name == category) && (i == 0 || !sec.PerRouter) {
				for _, row := range sec.Rows {
					lines, err := row.at(sh, vr, side.Clear(p&securePart != 0), reveal)
					if err != nil {
						lines = []Line{Ordinary("! " + err.Error())}
					}
					write(&mine, p, "", lines)
				}
				if sec.Own != nil {
					write(&mine, p, "", sec.Own(sh))
				}
				if sec.Lines != nil {
					write(&mine, p, "", sec.Lines(sh.Router, vr, side.Clear(p&securePart != 0), reveal))
				}
			}
		}
		if i > 0 && (p&ordinaryPart != 0 || mine.Len() > 0) {
			b.WriteString("virtual-router " + grammar.Quote(vr.Name()) + "\n")
		}
		b.WriteString(mine.String())
	}
	if len(routers) > 1 && b.Len() > 0 {
		b.WriteString("virtual-router " + trapcore.DefaultName + "\n")
	}
	return b.String()
}

// Configuration returns the router's configuration as a script. Secure lines
// are in it if secure is set; secrets if reveal is.
func (sh *Shell) Configuration(category string, secure, reveal bool) string {
	p := ordinaryPart
	if secure {
		p = wholePart
	}
	return sh.header() + sh.commands(category, p, reveal) + configurationEnd
}

// configurationEnd is the last line of a configuration: what has been cut off
// is told by its absence.
const configurationEnd = "! End of configuration script\n"

func (sh *Shell) header() string {
	return "! Configuration script being generated on " + Timestamp(sh.Now()) + "\n" +
		sh.platformLines("! ") + "!\nconfigure terminal\n"
}

// platformLines name the platform, the release and who made it.
func (sh *Shell) platformLines(prefix string) string {
	return prefix + Platform + "\n" +
		prefix + "Version: " + sh.Release.Version + "\n" +
		prefix + Copyright + "\n"
}

const (
	// Platform is the chassis that is simulated.
	Platform = "Juniper Edge Routing Switch ERX-310"
	// Copyright stands where the router has the vendor's line: tools look for it.
	Copyright = "Copyright (c) 2026 the mirrorsh developers.  A simulator, not a router."
)

// Timestamp formats a time as the router does: WED SEP 15 2010 08:51:55 MSD.
func Timestamp(t time.Time) string { return strings.ToUpper(t.Format("Mon Jan 02 2006 15:04:05 MST")) }
