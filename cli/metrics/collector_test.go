package metrics

import (
	"testing"

	"mirrorsh/trapcore/snmp"
)

func TestNames(t *testing.T) {
	for _, tt := range []struct{ name, want string }{
		{"snmpInPkts", "snmp_in_pkts"},
		{"snmpInASNParseErrs", "snmp_in_asn_parse_errs"},
		{"snmpUnknownPDUHandlers", "snmp_unknown_pdu_handlers"},
		{"usmStatsUnknownEngineIDs", "usm_stats_unknown_engine_ids"},
		{"snmpInTooBigs", "snmp_in_too_bigs"},
		{"usmStatsUnsupportedSecLevels", "usm_stats_unsupported_sec_levels"},
	} {
		if got := snake(tt.name); got != tt.want {
			t.Errorf("%s is %s, want %s", tt.name, got, tt.want)
		}
	}
	seen := map[string]bool{}
	for _, st := range snmp.AllStats() {
		if name := snake(st.String()); seen[name] {
			t.Errorf("%s twice", name)
		} else {
			seen[name] = true
		}
	}
}
