package command

import (
	"mirrorsh/cli"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/snmp"
)

// engineIDType is an engine ID in hex, written without 0x.
var engineIDType = grammar.Value("HEX", "not 5 to 32 octets in hexadecimal, or all octets are 00 or ff",
	func(word string) (snmp.EngineID, bool) {
		id, err := snmp.ParseEngineID(word)
		return id, err == nil
	},
	func(id snmp.EngineID) (string, bool) { return id.String()[len("0x"):], id.Valid() == nil })

var engineIDWords = seq(serverKey, kw("engineID", "The SNMP engine of the virtual router"), kw("local", "The engine ID"))

var engineIDs = cli.Scalar[*trapcore.VirtualRouter, snmp.EngineID]{
	Place: ofVirtualRouter,
	Words: engineIDWords, Off: seq(engineIDWords, opt(param("VALUE", engineIDType, "The engine ID"))),
	Value:   param("VALUE", engineIDType, "5 to 32 octets, two hexadecimal digits each, with or without 0x before them"),
	Summary: "Set the SNMP engine ID of the virtual router",
	Description: "By default it is made of the enterprise, the chassis MAC and the number of the virtual router. " +
		"A router that keeps its state has the MAC that --identity NAME makes, else a random one, and keeps it. One that keeps nothing takes the MAC that --identity NAME " +
		"makes, else --chassis-mac, else 02:00:00:00:00:01, so that all of these have the engine ID 0x8000130a0502000000000180000001; " +
		"serve takes the name of its host in place of that. " +
		"The boots of an engine ID that was never used begin at 1; those of one that is used again go on. A router that " +
		"keeps nothing takes boots from the clock whatever the engine ID is, so that receivers accept its next run. " +
		"Users stay valid: their master keys are kept and localised for the new engine ID (RFC 3414 section 2.6). Receivers " +
		"and managers that were given the old engine ID, or keys localised for it, must be configured anew: show snmp receiver-configuration.",
	Examples: []string{"snmp-server engineID local 8000130a0501020304"},
	Get:      (*trapcore.VirtualRouter).ConfiguredEngineID, Set: (*trapcore.VirtualRouter).SetEngineID,
}
