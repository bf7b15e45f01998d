package command

import (
	"context"
	"strings"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/cli/internal/result"
	"mirrorsh/mib"
	"mirrorsh/trapcore"
)

var mirrorWord = kw("mirror", "Configure packet mirroring")

var mirrorCommands = []cli.Command{
	{
		Modes: inExec, Level: levelMirror, Moves: true,
		Syntax:  mirrorEnable("Make packet mirroring visible in this session"),
		No:      mirrorEnable("Hide packet mirroring in this session"),
		Summary: "Make packet mirroring visible in this session",
		Description: "Until it is given, the commands, keywords and parts of output that have to do with packet mirroring " +
			"do not exist for the session. They need level 13. It ends with the session; its no version changes nothing " +
			"but what is visible. It is read as mirror enable, too.",
		Run: cli.Do(formArgs{}, func(_ context.Context, s *cli.Session, a formArgs) error {
			s.SetMirror(a.Form == grammar.Affirmative)
			return nil
		}),
	},
	{
		Modes: inExec, Level: levelSecure, Secure: true, Shows: true,
		Syntax:  seq(showWord, kw("mirror", "Packet mirroring"), kw("trap", "The secure traps"), opt(kw("detail", "Their meaning and varbinds too"))),
		Summary: "Show the secure traps and their switches",
		Run:     cli.ShowSecure(trapDetail{}, showMirrorTrap),
	},
}

// mirrorEnable has both spellings of the documents. That with a blank is an
// abbreviation, so that what guards the one, such as its level, guards the other.
func mirrorEnable(help string) grammar.Node {
	return seq(kw("mirror-enable", help), opt(kw("enable", help).Unlisted()))
}

// formArgs are the arguments of a command that has nothing but its forms.
type formArgs struct{ grammar.Form }

// trapDetail are the arguments of show mirror trap.
type trapDetail struct {
	Detail bool `cli:"detail"`
}

var mirrorSection = cli.Section{
	Name: "mirror",
	Rows: []cli.Row{mirrorTraps.Row()},
}

var mirrorTraps = cli.Switch[secureRouter]{
	Place:   ofSecure,
	Words:   seq(mirrorWord, kw("trap-enable", "Let secure traps leave the router")),
	Off:     seq(mirrorWord, kw("trap-enable", "Keep secure traps in the router")),
	Summary: "Set juniPacketMirrorTrapEnable",
	Description: "Secure traps leave the router when the category packetMirror is enabled and this switch is on. " +
		"It is one for all virtual routers, and off by default.",
	Get: func(r secureRouter) bool { return r.MirrorTraps() },
	Set: setOne(func(r secureRouter, on bool) { r.SetMirrorTraps(on) }),
}

// secureRouter is the router where the secure side exists.
type secureRouter = cli.Secured[*trapcore.Router]

// onOff shows a switch.
func onOff(on bool) result.Shown { return result.Choose(on, "enabled", "disabled") }

// filterText is a severity as show snmp trap writes it.
func filterText(s mib.Severity) string { return string('0'+byte(s)) + " - " + s.String() }

// filterValue shows a severity so; its value is the number.
func filterValue(s mib.Severity) result.Shown { return result.As(uint8(s), filterText(s)) }

func showMirrorTrap(_ context.Context, s *cli.Session, x *trapcore.Secure, a trapDetail) (result.Value, error) {
	set := trapsOf(s).Settings()
	filter, own := set.CategoryFilter(mib.PacketMirror)
	head := new(result.Record).
		Line("Packet mirror traps are {trapEnable}", onOff(x.MirrorTraps())).
		Line("Trap category packetMirror is {category}", onOff(set.Enabled.Has(mib.PacketMirror))).
		Line("Trap severity level: {severityLevel}{globalLevel}", filterValue(filter), result.As(!own, globalMark(own)))
	all := result.Part{Name: "notifications", Value: mirrorTrapTable()}
	if a.Detail {
		list := result.List{Between: "\n"}
		for _, n := range mib.MirrorNotifications {
			list.Items = append(list.Items, notificationRecord(n))
		}
		all.Value = list
	}
	return result.Group{Between: "\n", Parts: []result.Part{{Value: head}, all}}, nil
}

func mirrorTrapTable() *result.Table {
	t := &result.Table{Columns: result.Columns("Trap", "Severity", "Object Identifier")}
	for _, n := range mib.MirrorNotifications {
		t.Add(n.Short(), filterValue(n.Severity), n.OID)
	}
	return t
}

func notificationRecord(n *mib.Notification) *result.Record {
	messages := result.As([]string{}, "none")
	if len(n.LAES) > 0 {
		messages = result.As(n.LAES, strings.Join(n.LAES, ", "))
	}
	names, lines := []string{}, ""
	for _, o := range n.Objects {
		names, lines = append(names, o.Name+".0"), lines+"\n        "+o.Name+".0"
	}
	return new(result.Record).
		Line("{name}", n.Name).
		Line("    Object identifier: {objectIdentifier}", n.OID).
		Line("    Severity:          {severity}", filterValue(n.Severity)).
		Line("    Meaning:           {meaning}", n.Meaning).
		Line("    LAES messages:     {laesMessages}", messages).
		Line("    Varbinds:{varbinds}", result.As(names, lines))
}
