package command

import (
	"context"
	"fmt"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/grammar"
	"mirrorsh/trapcore/mirror"
)

var showMirror = kw("mirror", "Packet mirroring")

var mirrorShowCommands = []cli.Command{
	{
		Modes: inExec, Level: levelSecure, Secure: true, Shows: true,
		Syntax:  seq(showWord, showMirror, kw("rules", "The trigger rules")),
		Summary: "Show the trigger rules",
		Run:     cli.Text(showMirrorRules),
	},
	{
		Modes: inExec, Level: levelSecure, Secure: true, Shows: true,
		Syntax:  seq(showWord, showMirror, kw("subscribers", "The subscribers that are mirrored")),
		Summary: "Show the subscribers that are mirrored",
		Run:     cli.Text(showMirrorSubscribers),
	},
	{
		Modes: inExec, Level: levelSecure, Secure: true, Shows: true,
		Syntax:      seq(showWord, showMirror, kw("sessions", "The mirror sessions")),
		Summary:     "Show the mirror sessions",
		Description: "A session for each subscriber and direction of an interface that a secure policy is attached to.",
		Run:         cli.Text(showMirrorSessions),
	},
	{
		Modes: inExec, Level: levelSecure, Secure: true, Shows: true,
		Syntax:  seq(showWord, showMirror, kw("log", "The mirror log")),
		Summary: "Show the mirror log, oldest entry first",
		Run:     cli.Text(showMirrorLog),
	},
	{
		Modes: inExec, Level: levelSecure, Secure: true,
		Syntax:  seq(clearWord, showMirror, kw("log", "The mirror log")),
		Summary: "Wipe the mirror log",
		Run: cli.Text(func(_ context.Context, s *cli.Session, _ grammar.Args) error {
			s.Router().MirrorLog().Clear()
			return nil
		}),
	},
}

func showMirrorRules(_ context.Context, s *cli.Session, _ grammar.Args) error {
	rules := s.Router().Mirror().Rules()
	s.Printf("Mirror rules: %d of %d\n\n", len(rules), mirror.MaxRules)
	t := cli.Table{
		Header: [][]string{{"Trigger", "Value", "Virtual Router", "Type", "Secure Policy List", "Sessions"}},
		Widths: []int{18, 32, 15, 4, 24, 8},
	}
	for _, r := range rules {
		scope, name := r.Router, r.List
		if scope == "" {
			scope = "---"
		}
		if !r.Exists {
			name += " (unknown)"
		}
		t.Rows = append(t.Rows, []string{triggerKeyword(r.TriggerType), r.Value, scope, r.Protocol.String(), name, fmt.Sprint(r.Sessions)})
	}
	s.Print(t.String())
	return nil
}

func showMirrorSubscribers(_ context.Context, s *cli.Session, _ grammar.Args) error {
	t := cli.Table{
		Header: [][]string{{"User Name", "Address", "Virtual Router", "Source", "Trigger", "Secure Policy List", "State"}},
		Widths: []int{24, 15, 15, 11, 24, 24, 9},
	}
	for _, v := range s.Router().Mirror().Sessions() {
		if v.Subscriber != "" {
			t.Rows = append(t.Rows, []string{v.Subscriber, v.Target.String(), v.Router, v.Source.String(),
				v.TriggerType.String() + " " + v.Trigger, v.Policy.Name, sessionState(&v)})
		}
	}
	s.Print(t.String())
	return nil
}

// sessionState is one word for what a session does.
func sessionState(v *mirror.SessionStatus) string {
	switch {
	case v.Failure != "":
		return "failed"
	case !v.Analyzer.IsValid():
		return "disabled"
	case !v.Mirroring:
		return "waiting"
	case !v.Reachable:
		return "unreachable"
	}
	return "mirroring"
}

func showMirrorSessions(_ context.Context, s *cli.Session, _ grammar.Args) error {
	for n, v := range s.Router().Mirror().Sessions() {
		if n > 0 {
			s.Print("\n")
		}
		if v.Subscriber != "" {
			s.Printf("Subscriber %s on %s\n", v.Subscriber, v.Interface.Compact())
		} else {
			s.Printf("Interface %s\n", v.Interface.Compact())
		}
		var ways []string
		for _, d := range v.Directions {
			ways = append(ways, d.String())
		}
		lines := [][2]string{
			{"Virtual router", v.Router},
			{"State", phrase(sessionState(&v), parenthesis(v.Failure))},
			{"Configuration source", v.Source.String()},
			{"Trigger", v.TriggerType.String() + " " + v.Trigger},
			{"Policy", fmt.Sprintf("%s (%s, ID 0x%08x)", v.Policy.Name, v.Protocol, v.Policy.ID)},
			{"Direction", strings.Join(ways, ", ")},
			{"Target", v.Target.String()},
		}
		if v.Analyzer.IsValid() {
			reach := map[bool]string{true: "reachable", false: "unreachable"}[v.Reachable]
			port := ""
			if v.Port != 0 {
				port = fmt.Sprint("port ", v.Port)
			}
			lines = append(lines, [2]string{"Analyzer", phrase(v.Analyzer.String(), port, parenthesis(reach))},
				[2]string{"Mirror identifier", fmt.Sprint(v.MirrorID)}, [2]string{"Session identifier", fmt.Sprint(v.SessionID)})
		}
		for _, l := range lines {
			s.Printf("    %-21s %s\n", l[0]+":", l[1])
		}
	}
	return nil
}

func parenthesis(text string) string {
	if text == "" {
		return ""
	}
	return "(" + text + ")"
}

// showMirrorLog has the fields of the contract (securelog.md); the first three
// are those of the reference (packet-mirroring.md 3.1).
func showMirrorLog(_ context.Context, s *cli.Session, _ grammar.Args) error {
	status, failures := s.Router().MirrorLog().View()
	s.Printf("Mirror log: %d entries held, capacity %d, %d overwritten\n", status.Held, status.Capacity, status.Overwritten)
	for f := range failures {
		s.Print("\n")
		for _, l := range [][2]string{
			{"Time", cli.Timestamp(f.Time)},
			{"Mirror-ID", fmt.Sprint(f.MirrorID)},
			{"Session-ID", fmt.Sprint(f.SessionID)},
			{"Username", f.Username},
			{"Router", f.Router},
			{"Source", f.Source},
			{"Trigger type", f.TriggerType},
			{"Trigger", f.Trigger},
			{"Error cause", f.ErrorCause},
			{"Message", f.Message},
		} {
			s.Print(strings.TrimRight(fmt.Sprintf("%-14s%s", l[0]+":", l[1]), " ") + "\n")
		}
	}
	return nil
}
