package snmp

import "fmt"

// Return is what the answer to an SNMPv3 message takes from it: message and
// request identifier, the security, and how much the sender takes.
type Return struct {
	MsgID     int32
	RequestID int32
	MaxSize   int32 // msgMaxSize of the message
	keys      *LocalKeys
}

func (m *MessageV3) answer(keys *LocalKeys) *Return {
	_, id, _ := m.peek()
	return &Return{MsgID: m.ID, RequestID: id, MaxSize: m.MaxSize, keys: keys}
}

// Reply is a Response or a Report.
type Reply struct {
	Type          Tag
	ErrorStatus   int32
	ErrorIndex    int32
	Varbinds      []byte // the list without its header, must not lie in the buffer
	ContextEngine EngineID
	Context       string
	MaxSize       int32 // the largest message we take
}

// Seal resets buf and builds the answer in it, secured as the message was; the
// result is valid until buf is used again. now is read from the clock of the
// authoritative engine. Errors are those of [Sealer.Seal].
func (to *Return) Seal(buf *Buffer, now Stamp, r *Reply) ([]byte, error) {
	s, err := to.keys.borrow()
	if err != nil {
		return nil, fmt.Errorf("answer: %w", err)
	}
	defer to.keys.giveBack(s)
	return s.Seal(buf, &Message{
		Boots: now.Boots, Time: now.Time,
		ID: to.MsgID, RequestID: to.RequestID,
		ErrorStatus: r.ErrorStatus, ErrorIndex: r.ErrorIndex,
		MaxSize:       r.MaxSize,
		ContextEngine: r.ContextEngine, Context: r.Context,
		PDU: r.Type, Varbinds: r.Varbinds,
	})
}

// EncodeReply resets buf and builds an SNMPv1 or SNMPv2c message with a
// Response-PDU in it. The result is valid until buf is used again; the varbinds
// must not lie in buf. The error is [ErrTooBig].
func EncodeReply(buf *Buffer, version Version, community []byte, requestID int32, r *Reply) ([]byte, error) {
	buf.Reset()
	buf.putPDUWith(r.Type, requestID, r.ErrorStatus, r.ErrorIndex, r.Varbinds)
	return buf.finish(string(community), int64(version))
}
