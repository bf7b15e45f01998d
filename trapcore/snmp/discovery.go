package snmp

import "mirrorsh/mib"

// EncodeDiscovery resets buf and builds the message that asks an engine for its
// engine ID (RFC 3414 section 4). The result is valid until buf is used again.
func EncodeDiscovery(buf *Buffer, msgID, requestID int32) ([]byte, error) {
	s, err := NewSealer(&LocalKeys{level: NoAuthNoPriv})
	if err != nil {
		return nil, err
	}
	return s.Seal(buf, &Message{ID: msgID, RequestID: requestID, PDU: PDUGet})
}

// ReportHint is what a Report says that nobody vouches for: which engine sent
// it and which counter it carries.
type ReportHint struct {
	Engine EngineID
	Stat   mib.OID // with instance 0
}

// Is reports whether the Report carries a counter.
func (h ReportHint) Is(s Stat) bool { return h.Stat.Compare(s.OID().Sub(0)) == 0 }

// ReportHint reads an unauthenticated Report. Its error is [errLevel] for one
// at another level, [errSecurityData] for what is no such Report, or wraps
// [ErrEngineID] or [errBER].
func (m *MessageV3) ReportHint() (ReportHint, error) {
	if level, ok := m.Level(); !ok || level != NoAuthNoPriv {
		return ReportHint{}, errLevel
	}
	if m.Model != usmModel || m.encrypted {
		return ReportHint{}, errSecurityData
	}
	id, err := m.AuthoritativeEngine()
	if err != nil {
		return ReportHint{}, err
	}
	r := m.data
	s, err := r.scoped()
	if err != nil {
		return ReportHint{}, err
	}
	if s.PDU.Type != PDUReport || len(s.PDU.Varbinds) == 0 {
		return ReportHint{}, errSecurityData
	}
	return ReportHint{Engine: id, Stat: s.PDU.Varbinds[0].Name}, nil
}
