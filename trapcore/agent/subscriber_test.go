package agent

import (
	"testing"

	"mirrorsh/trapcore/snmp"
)

// TestLogoutBySET: destroy logs a subscriber out, for whoever may write; nothing
// else can be set.
func TestLogoutBySET(t *testing.T) {
	g := newRig(t)
	subs := g.r.opts.Subscribers.(*fakeSubscribers)
	status, other := "1.3.6.1.4.1.4874.2.2.20.1.8.4.1.15.", "1.3.6.1.4.1.4874.2.2.20.1.8.4.1.2."
	for _, tt := range []struct {
		who  string
		vb   snmp.Varbind
		want snmp.ErrorStatus
		gone int
	}{
		{"reader", bind(status+"6", snmp.Integer(6)), snmp.NoAccess, 0},
		{"writer", bind(status+"6", snmp.Integer(4)), snmp.InconsistentValue, 0},
		{"writer", bind(status+"6", snmp.Integer(2)), snmp.WrongValue, 0},
		{"writer", bind(status+"6", snmp.OctetString("6")), snmp.WrongType, 0},
		{"writer", bind(status+"6", snmp.Integer(1)), snmp.NoError, 0},
		{"writer", bind(status+"7", snmp.Integer(4)), snmp.NoCreation, 0},
		{"writer", bind(status+"7", snmp.Integer(6)), snmp.NoError, 0},
		{"writer", bind(other+"6", snmp.OctetString("x")), snmp.NotWritable, 0},
		{"writer", bind(status+"9", snmp.Integer(6)), snmp.CommitFailed, 0},
		{"writer", bind(status+"6", snmp.Integer(6)), snmp.NoError, 1},
		{"writer", bind(status+"6", snmp.Integer(6)), snmp.NoError, 1},
	} {
		a := g.v2(tt.who, request(snmp.PDUSet, tt.vb))
		if got := snmp.ErrorStatus(a.ErrorStatus); got != tt.want || len(subs.gone) != tt.gone {
			t.Errorf("%s sets %v: %v, %d gone; want %v, %d", tt.who, tt.vb, got, len(subs.gone), tt.want, tt.gone)
		}
	}
	if got := g.v2("boss", request(snmp.PDUGet, names(other+"6")...)).Varbinds[0].Value; got != snmp.NoSuchInstance {
		t.Errorf("it is still there: %v", got)
	}
}
