package command

import (
	"context"

	"mirrorsh/cli"
	"mirrorsh/cli/internal/result"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/snmp"
)

var deltaWord = kw("delta", "What was counted since the baseline")

// deltaArgs are the arguments of shows that can begin at a baseline.
type deltaArgs struct {
	Delta bool `cli:"delta"`
}

var snmpCounterCommands = []cli.Command{
	{
		Modes: inExec, Level: levelShow, Shows: true,
		Syntax:      seq(showWord, snmpWord, opt(deltaWord)),
		Summary:     "Show contact, location and the counters of the SNMP agent",
		Description: "With delta the counters are those since baseline snmp, or since the start.",
		Run:         cli.Show(deltaArgs{}, showSNMP),
	},
	{
		Modes: inExec, Level: levelConfigure,
		Syntax:  seq(baselineWord, snmpWord),
		Summary: "Set a baseline for the counters of the SNMP agent",
		Run: cli.Do(cli.None{}, func(_ context.Context, s *cli.Session, _ cli.None) error {
			s.VirtualRouter().Agent().As(s.Clearance()).Baseline()
			trapsOf(s).Baseline()
			return nil
		}),
	},
}

// counterLine is a line of show snmp; reports counts the Reports sent for what
// the counter counts.
type counterLine struct {
	stat    snmp.Stat
	reports bool
	text    string
}

// The lines of show snmp, as the manuals have them, below the two totals.
var (
	inputLines = []counterLine{
		{snmp.StatInBadVersions, false, "Bad SNMP version errors"},
		{snmp.StatInBadCommunityNames, false, "Unknown community name"},
		{snmp.StatInBadCommunityUses, false, "Illegal operation for community name supplied"},
		{snmp.StatInASNParseErrs, false, "Encoding errors"},
		{snmp.StatInTotalReqVars, false, "Number of requested variables"},
		{snmp.StatInTotalSetVars, false, "Number of altered variables"},
		{snmp.StatInGetRequests, false, "Get-request PDUs"},
		{snmp.StatInGetNexts, false, "Get-next PDUs"},
		{snmp.StatInSetRequests, false, "Set-request PDUs"},
		{snmp.StatUnknownSecurityModels, false, "Unknown security models"},
		{snmp.StatUnavailableContexts, false, "Unavailable contexts"},
	}
	outputLines = []counterLine{
		{snmp.StatOutTooBigs, false, "Too big errors"},
		{snmp.StatOutNoSuchNames, false, "No such name errors"},
		{snmp.StatOutBadValues, false, "Bad values errors"},
		{snmp.StatOutGenErrs, false, "General errors"},
		{snmp.StatOutGetResponses, false, "Get-response PDUs"},
		{snmp.StatOutTraps, false, "SNMP trap PDUs"},
		{snmp.StatInvalidMsgs, true, "Invalid Message Report PDUs"},
		{snmp.StatUnknownPDUHandlers, true, "Unknown PDU Handler Report PDUs"},
		{snmp.StatUnknownContexts, true, "Unknown Context Report PDUs"},
		{snmp.StatUnsupportedSecLevels, true, "Unsupported Security Level Report PDUs"},
		{snmp.StatNotInTimeWindows, true, "Not in time Window Report PDUs"},
		{snmp.StatUnknownUserNames, true, "Unknown Username Report PDUs"},
		{snmp.StatUnknownEngineIDs, true, "Unknown Engine ID Report PDUs"},
		{snmp.StatWrongDigests, true, "Wrong Digest Report PDUs"},
		{snmp.StatDecryptionErrors, true, "Decryption Error Report PDUs"},
	}
)

func showSNMP(_ context.Context, s *cli.Session, a deltaArgs) (result.Value, error) {
	vr := s.VirtualRouter()
	counters := vr.Agent().As(s.Clearance()).Counters()
	if a.Delta {
		counters = vr.Agent().As(s.Clearance()).Delta()
	}
	r := new(result.Record).Line("Contact: {contact}", vr.Contact()).Line("Location: {location}", vr.Location())
	r.Line("{packetsInput} SNMP packets input", counters.Values[snmp.StatInPkts])
	addCounters(r, counters, inputLines, vr)
	r.Line("{packetsOut} SNMP packets out", counters.Values[snmp.StatOutPkts])
	addCounters(r, counters, outputLines, vr)
	return r, nil
}

func addCounters(r *result.Record, c snmp.Counters, lines []counterLine, vr *trapcore.VirtualRouter) {
	for _, l := range lines {
		n, line := c.Values[l.stat], "    {"+result.Name(l.text)+"} "+l.text
		if l.reports {
			n = c.Reports[l.stat]
		}
		if l.stat == snmp.StatOutTooBigs {
			r.Line(line+" (Maximum packet size {maximumPacketSize})", n, vr.Agent().PacketSize())
			continue
		}
		r.Line(line, n)
	}
}
