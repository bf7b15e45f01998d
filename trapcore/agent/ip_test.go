package agent

import (
	"testing"

	"mirrorsh/mib"
)

// TestAddressFrom: where a walk of addresses goes on from any index.
func TestAddressFrom(t *testing.T) {
	for _, tt := range []struct {
		index mib.OID
		want  string // "": nowhere
	}{
		{nil, "0.0.0.0"},
		{mib.OID{10}, "10.0.0.0"},
		{mib.OID{10, 1, 2, 3}, "10.1.2.3"},
		{mib.OID{10, 1, 2, 3, 0}, "10.1.2.4"},
		{mib.OID{10, 1, 2, 255, 7}, "10.1.3.0"},
		{mib.OID{10, 256}, "11.0.0.0"},
		{mib.OID{10, 1, 2, 300}, "10.1.3.0"},
		{mib.OID{10, 255, 255, 4_000_000_000}, "11.0.0.0"},
		{mib.OID{255, 255, 255, 255}, "255.255.255.255"},
		{mib.OID{255, 255, 255, 255, 0}, ""},
		{mib.OID{256}, ""},
		{mib.OID{255, 999, 1}, ""},
	} {
		got := ""
		if a, ok := addressFrom(tt.index); ok {
			got = a.String()
		}
		if got != tt.want {
			t.Errorf("%v: %q, want %q", tt.index, got, tt.want)
		}
	}
}
