package command

import (
	"context"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/mib"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
)

var mirrorWord = kw("mirror", "Configure packet mirroring")

var mirrorCommands = []cli.Command{
	{
		Modes: inExec, Level: levelMirror, Moves: true,
		Syntax:  kw("mirror-enable", "Make packet mirroring visible in this session"),
		No:      kw("mirror-enable", "Hide packet mirroring in this session"),
		Summary: "Make packet mirroring visible in this session",
		Description: "Until it is given, the commands, keywords and parts of output that have to do with packet mirroring " +
			"do not exist for the session. They need level 13. It ends with the session; its no version changes nothing " +
			"but what is visible.",
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			s.SetMirror(a.Form == grammar.Affirmative)
			return nil
		}),
	},
	{
		Modes: inGlobal, Level: levelSecure, Secure: true,
		Syntax:  seq(mirrorWord, kw("trap-enable", "Let secure traps leave the router")),
		No:      seq(mirrorWord, kw("trap-enable", "Keep secure traps in the router")),
		Summary: "Set juniPacketMirrorTrapEnable",
		Description: "Secure traps leave the router when the category packetMirror is enabled and this switch is on. " +
			"It is one for all virtual routers, and off by default.",
		Run: cli.Text(func(_ context.Context, s *cli.Session, a grammar.Args) error {
			s.Router().SetMirrorTraps(a.Form == grammar.Affirmative)
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelSecure, Secure: true, Shows: true,
		Syntax:  seq(showWord, kw("mirror", "Packet mirroring"), kw("trap", "The secure traps"), opt(kw("detail", "Their meaning and varbinds too"))),
		Summary: "Show the secure traps and their switches",
		Run:     cli.Text(showMirrorTrap),
	},
}

var mirrorSection = cli.Section{
	Name:      "mirror",
	PerRouter: true,
	Lines: func(r *trapcore.Router, _ *trapcore.VirtualRouter, _ side.Clearance, _ bool) []cli.Line {
		if r.MirrorTraps() {
			return []cli.Line{cli.Secure("mirror trap-enable")}
		}
		return nil
	},
}

func enabled(on bool) string {
	if on {
		return "enabled"
	}
	return "disabled"
}

// filterText is a severity as show snmp trap writes it (reference snmp.md 3.2).
func filterText(s mib.Severity) string { return string('0'+byte(s)) + " - " + s.String() }

func showMirrorTrap(_ context.Context, s *cli.Session, a grammar.Args) error {
	set := s.VirtualRouter().Traps().Settings()
	s.Printf("Packet mirror traps are %s\n", enabled(s.Router().MirrorTraps()))
	s.Printf("Trap category packetMirror is %s\n", enabled(set.Enabled.Has(mib.PacketMirror)))
	filter, whose := mirrorFilter(set)
	s.Printf("Trap severity level: %s%s\n\n", filter, whose)
	if a.Has("detail") {
		for i, n := range mib.MirrorNotifications {
			if i > 0 {
				s.Print("\n")
			}
			printNotification(s, n)
		}
		return nil
	}
	t := cli.Table{Header: [][]string{{"Trap", "Severity", "Object Identifier"}}}
	for _, n := range mib.MirrorNotifications {
		t.Rows = append(t.Rows, []string{n.Short(), filterText(n.Severity), n.OID.String()})
	}
	s.Print(t.String())
	return nil
}

func printNotification(s *cli.Session, n *mib.Notification) {
	s.Printf("%s\n", n.Name)
	s.Printf("    Object identifier: %s\n", n.OID)
	s.Printf("    Severity:          %s\n", filterText(n.Severity))
	s.Printf("    Meaning:           %s\n", n.Meaning)
	laes := "none"
	if len(n.LAES) > 0 {
		laes = strings.Join(n.LAES, ", ")
	}
	s.Printf("    LAES messages:     %s\n", laes)
	s.Print("    Varbinds:\n")
	for _, o := range n.Objects {
		s.Printf("        %s.0\n", o.Name)
	}
}
