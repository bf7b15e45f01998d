package snmp

import (
	"bytes"
	"errors"
	"testing"
)

// TestDiscovery asks an engine of our own for its ID.
func TestDiscovery(t *testing.T) {
	r := &Receiver{ID: testEngineID, Clock: NewEngine(1, nil), Users: NewLCD()}
	var buf Buffer
	b, err := EncodeDiscovery(&buf, 1<<24, 1<<25)
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := security(bytes.Clone(b))
	if err != nil || m.ID != 1<<24 || !m.reportable() {
		t.Fatalf("%+v, %v", m, err)
	}
	if _, err := m.ReportHint(); !errors.Is(err, ErrEngineID) {
		t.Errorf("the question is taken for an answer: %v", err)
	}
	_, refusal := r.Open(m)
	if refusal == nil || refusal.Stat != StatUnknownEngineIDs || refusal.To == nil {
		t.Fatalf("%+v", refusal)
	}
	var list Buffer
	list.PutVarbind(refusal.Stat.OID().Sub(0), Counter(1))
	for _, typ := range []Tag{PDUReport, PDUResponse} {
		b, err = refusal.To.Seal(&buf, r.Clock.Now(), &Reply{Type: typ, Varbinds: list.Bytes(), ContextEngine: r.ID})
		if err != nil {
			t.Fatal(err)
		}
		if m, _, err = security(bytes.Clone(b)); err != nil {
			t.Fatal(err)
		}
		h, err := m.ReportHint()
		if typ == PDUResponse {
			if !errors.Is(err, errSecurityData) {
				t.Errorf("a Response is taken for a Report: %v", err)
			}
			continue
		}
		if err != nil || h.Engine != testEngineID || !h.Is(StatUnknownEngineIDs) || h.Is(StatWrongDigests) {
			t.Errorf("%+v, %v", h, err)
		}
	}
}
