// Package command is the JUNOSe command set of the shell, one file a family:
// what can be typed, at which level, what of it is secure, and the handler that
// asks the core. Handlers check nothing the grammar has checked already and
// word their errors for the operator.
package command

import (
	"slices"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
)

// All returns every command.
func All() []cli.Command {
	var all []cli.Command
	for _, family := range [][]cli.Command{
		execCommands, timelineCommands, expectCommands, enableCommands, lineCommands, accessListCommands, userCommands,
		terminalCommands, versionCommands, configurationCommands,
		snmpAccessCommands, snmpCounterCommands, snmpStatCommands, snmpShowCommands, snmpReceiverCommands, snmpInterfaceCommands,
		mirrorCommands, secureLogCommands, testMirrorCommands, testFaultCommands,
		virtualRouterCommands, interfaceShowCommands, routeCommands, arpCommands, subscriberCommands, trafficCommands,
		policyShowCommands, securePolicyShowCommands, secureClassifierCommands, triggerCommands, mirrorShowCommands,
		logCommands, fileCommands, macroCommands, chassisCommands, clockCommands, reloadCommands,
		radiusShowCommands, askedShowCommands, utilizationCommands, systemCommands, aliasCommands, pingCommands, tacacsCommands,
	} {
		all = append(all, family...)
	}
	for _, section := range Sections() {
		for _, row := range section.Rows {
			all = append(all, row.Commands()...)
		}
	}
	for i := range all {
		// What a no version takes away is not there by default. Where it is, the
		// handler tells the two apart.
		if c := &all[i]; c.Default == nil && slices.ContainsFunc(c.Modes, func(m grammar.Mode) bool { return m != cli.Exec }) {
			c.Default = c.No
		}
	}
	return all
}

// Sections returns the parts of the configuration in the order they can be run.
func Sections() []cli.Section {
	return []cli.Section{systemSection, accessListSection, accessSection, aaaSection, logSection, snmpSection, policySection, mirrorSection, securePolicySection, ipSection, triggerSection, radiusSection, aliasSection, privilegeSection}
}

// Modes of commands, by where they can be typed.
var (
	inExec   = []grammar.Mode{cli.Exec}
	inGlobal = []grammar.Mode{cli.GlobalConfig}
)

// Levels of commands (cli/REFERENCE.md, privilege levels).
const (
	levelAll       = 0
	levelUser      = 1
	levelShow      = 5
	levelConfigure = cli.LevelConfigure
	levelMirror    = 12
	levelSecure    = grammar.LevelSecure
)

// Short names for what the syntax of every family is made of.
var (
	kw    = grammar.Kw
	param = grammar.Param
	seq   = grammar.Seq
	alt   = grammar.Alt
	opt   = grammar.Opt
	words = grammar.Words
)

// Keywords that several families begin with.
var (
	showWord  = kw("show", "Display information about the router")
	testWord  = kw("test", "Raise events and traps in place of a network")
	snmpWord  = kw("snmp", "SNMP")
	serverKey = kw("snmp-server", "Configure the SNMP agent and its traps")
)
