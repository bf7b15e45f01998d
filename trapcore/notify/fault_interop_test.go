//go:build interop

package notify

import (
	"slices"
	"strings"
	"testing"

	"mirrorsh/trapcore/mirror"
)

// TestFaultsAsSnmptrapdTakesThem sends right traps around each fault, with
// another notification, so that what arrives between them is known.
func TestFaultsAsSnmptrapdTakesThem(t *testing.T) {
	d := startSnmptrapd(t)
	f := newFixture(t, aged)
	f.openSecure()
	f.setHost(t, secureHost(d.addr))
	marker := func() { f.RaiseSecure(mirror.Sample(new(mirror.SessionReject), 1, 1, testTime)) }
	marker()
	d.wait(t, "juniPacketMirrorSessionReject")
	// What moves the receiver's clock ahead comes last.
	cases := slices.Clone(faultCases)
	slices.SortStableFunc(cases, func(a, b struct {
		fault                       Fault
		skew                        int
		made, book, netsnmp, gosnmp int
	}) int {
		return a.skew - b.skew
	})
	for _, tt := range cases {
		if _, err := f.secure.SendFault(t.Context(), FaultTest{Fault: tt.fault, Skew: tt.skew, Count: 1, Sample: sampleStart}); err != nil {
			t.Fatal(err)
		}
		got := 0
		if tt.skew > 0 {
			d.wait(t, "juniPacketMirrorSessionStart")
			continue
		}
		marker()
		for !strings.Contains(d.wait(t, "TRAP|"), "juniPacketMirrorSessionReject") {
			got++
		}
		if got != tt.netsnmp {
			t.Errorf("%v: snmptrapd took %d, want %d", tt.fault, got, tt.netsnmp)
		}
	}
}
