package command

import (
	"context"
	"fmt"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/mirror"
)

var showMirror = kw("mirror", "Packet mirroring")

var mirrorShowCommands = []cli.Command{
	{
		Modes: inExec, Level: levelSecure, Secure: true, Shows: true,
		Syntax:  seq(showWord, showMirror, kw("rules", "The trigger rules")),
		Summary: "Show the trigger rules",
		Run:     cli.ShowSecure(cli.None{}, showMirrorRules),
	},
	{
		Modes: inExec, Level: levelSecure, Secure: true, Shows: true,
		Syntax:  seq(showWord, showMirror, kw("subscribers", "The subscribers that are mirrored")),
		Summary: "Show the subscribers that are mirrored",
		Run:     cli.ShowSecure(cli.None{}, showMirrorSubscribers),
	},
	{
		Modes: inExec, Level: levelSecure, Secure: true, Shows: true,
		Syntax:      seq(showWord, showMirror, kw("sessions", "The mirror sessions")),
		Summary:     "Show the mirror sessions",
		Description: "A session for each subscriber and direction of an interface that a secure policy is attached to.",
		Run:         cli.ShowSecure(cli.None{}, showMirrorSessions),
	},
	{
		Modes: inExec, Level: levelSecure, Secure: true, Shows: true,
		Syntax:  seq(showWord, showMirror, kw("log", "The mirror log")),
		Summary: "Show the mirror log, oldest entry first",
		Run:     cli.ShowSecure(cli.None{}, showMirrorLog),
	},
	{
		Modes: inExec, Level: levelSecure, Secure: true,
		Syntax:  seq(clearWord, showMirror, kw("log", "The mirror log")),
		Summary: "Wipe the mirror log",
		Run: cli.DoSecure(cli.None{}, func(_ context.Context, _ *cli.Session, x *trapcore.Secure, _ cli.None) error {
			x.Failures().Clear()
			return nil
		}),
	},
}

func showMirrorRules(_ context.Context, _ *cli.Session, x *trapcore.Secure, _ cli.None) (result.Value, error) {
	rules := x.Mirror().Rules()
	t := &result.Table{Columns: []result.Column{
		{Head: "Trigger", Width: 18}, {Head: "Value", Width: 32}, {Head: "Virtual Router", Width: 15}, {Head: "Type", Width: 4},
		{Head: "Secure Policy List", Width: 24}, {Head: "Sessions", Width: 8},
	}}
	for _, r := range rules {
		name := result.As(r.List, r.List)
		if !r.Exists {
			name.Text += " (unknown)"
		}
		t.Add(triggerKeyword(r.TriggerType), r.Value, orNone(r.Router), r.Protocol, name, r.Sessions)
	}
	return result.Group{Between: "\n", Parts: []result.Part{
		{Value: new(result.Record).Line("Mirror rules: {held} of {capacity}", len(rules), mirror.MaxRules)},
		{Name: "rules", Value: t},
	}}, nil
}

func showMirrorSubscribers(_ context.Context, _ *cli.Session, x *trapcore.Secure, _ cli.None) (result.Value, error) {
	t := &result.Table{Columns: []result.Column{
		{Head: "User Name", Width: 24}, {Head: "Address", Width: 15}, {Head: "Virtual Router", Width: 15}, {Head: "Source", Width: 11},
		{Head: "Trigger", Width: 24}, {Head: "Secure Policy List", Width: 24}, {Head: "State", Width: 9},
	}}
	for _, v := range x.Mirror().Sessions() {
		if v.Subscriber != "" {
			t.Add(v.Subscriber, v.Target, v.Router, v.Source, triggerText(&v), v.Policy.Name, sessionState(&v))
		}
	}
	return t, nil
}

// triggerText is what a session was triggered by.
func triggerText(v *mirror.SessionStatus) string { return v.TriggerType.String() + " " + v.Trigger }

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

func showMirrorSessions(_ context.Context, _ *cli.Session, x *trapcore.Secure, _ cli.None) (result.Value, error) {
	all := result.List{Between: "\n"}
	for _, v := range x.Mirror().Sessions() {
		r := new(result.Record)
		if v.Subscriber != "" {
			r.Line("Subscriber {subscriber} on {interface}", v.Subscriber, v.Interface.Compact())
		} else {
			r.Line("Interface {interface}", v.Interface.Compact())
		}
		addSession(r, &v)
		all.Items = append(all.Items, r)
	}
	return all, nil
}

// addSession adds the fields of a mirror session.
func addSession(r *result.Record, v *mirror.SessionStatus) {
	field := func(label string, value any) { r.Field(26, "    "+label+":", value) }
	state := sessionState(v)
	field("Virtual router", v.Router)
	if v.Failure == "" {
		field("State", state)
	} else {
		field("State", result.As(state, state+" ("+v.Failure+")"))
		r.Note("failure", v.Failure)
	}
	field("Configuration source", v.Source)
	field("Trigger", result.As(v.Trigger, triggerText(v)))
	r.Note("triggerType", v.TriggerType)
	field("Policy", result.As(v.Policy.Name, fmt.Sprintf("%s (%s, ID %s)", v.Policy.Name, v.Protocol, policyID(v.Policy.ID))))
	r.Note("protocol", v.Protocol).Note("policyId", policyID(v.Policy.ID))
	ways := make([]string, len(v.Directions))
	for i, d := range v.Directions {
		ways[i] = d.String()
	}
	field("Direction", result.As(ways, strings.Join(ways, ", ")))
	field("Target", v.Target)
	defer addMirrored(r, v)
	if !v.Analyzer.IsValid() {
		return
	}
	reach, port := "reachable", ""
	if !v.Reachable {
		reach = "unreachable"
	}
	if v.Port != 0 {
		port = fmt.Sprintf("port %d ", v.Port)
	}
	field("Analyzer", result.As(v.Analyzer, fmt.Sprintf("%s %s(%s)", v.Analyzer, port, reach)))
	if v.Port != 0 {
		r.Note("port", v.Port)
	}
	r.Note("reachable", v.Reachable)
	field("Mirror identifier", v.MirrorID)
	field("Session identifier", v.SessionID)
}

// showMirrorLog begins with the fields of the real one (cli/REFERENCE.md, mirror
// log).
func showMirrorLog(_ context.Context, _ *cli.Session, x *trapcore.Secure, _ cli.None) (result.Value, error) {
	status, failures := x.Failures().Read()
	var entries result.List
	for f := range failures {
		r := new(result.Record).Line("")
		for _, l := range []struct {
			label string
			value any
		}{
			{"Time:", result.As(f.Time, cli.Timestamp(f.Time))},
			{"Mirror-ID:", f.MirrorID},
			{"Session-ID:", f.SessionID},
			{"Username:", f.Username},
			{"Router:", f.Router},
			{"Source:", f.Source},
			{"Trigger type:", f.TriggerType},
			{"Trigger:", f.Trigger},
			{"Error cause:", f.ErrorCause},
			{"Message:", f.Message},
		} {
			r.Field(14, l.label, l.value)
		}
		entries.Items = append(entries.Items, r)
	}
	return new(result.Record).
		Line("Mirror log: {held} entries held, capacity {capacity}, {overwritten} overwritten", status.Held, status.Capacity, status.Overwritten).
		Part("entries", entries), nil
}
