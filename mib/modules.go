package mib

import "embed"

// Modules holds the MIB modules, one file each, named MODULE.mib. They are what
// net-snmp reads with -M and -m ALL; other files of this folder do not disturb
// it. Each is a condensed module under its standard name: documented names,
// identifiers, types and ranges, with descriptions of ours.
//
//go:embed *.mib
var Modules embed.FS
