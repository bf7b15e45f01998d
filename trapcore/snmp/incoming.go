package snmp

// PDU tags of requests and replies (RFC 3416 section 3).
const (
	PDUGet      Tag = 0xa0
	PDUGetNext  Tag = 0xa1
	PDUResponse Tag = 0xa2
	PDUSet      Tag = 0xa3
	PDUGetBulk  Tag = 0xa5
	PDUReport   Tag = 0xa8
)

// MinMessageSize is the least msgMaxSize (RFC 3412 section 6.2).
const MinMessageSize = 484

// Confirmed reports whether a PDU is of the confirmed class, one that a reply
// is due to (RFC 3411 section 2.8).
func Confirmed(pdu Tag) bool {
	switch pdu {
	case PDUGet, PDUGetNext, PDUSet, PDUGetBulk, PDUInform:
		return true
	}
	return false
}

// PDU is any PDU but the Trap-PDU of SNMPv1.
type PDU struct {
	Type      Tag
	RequestID int32
	// ErrorStatus is error-status, or non-repeaters of a GetBulkRequest.
	ErrorStatus int32
	// ErrorIndex is error-index, or max-repetitions of a GetBulkRequest.
	ErrorIndex int32
	Varbinds   []Varbind // at most MaxVarbinds
}

// pdu reads a PDU with its varbinds. Of a Trap-PDU it reads the tag only.
func (r *Reader) pdu() (PDU, error) {
	at := *r
	tag, body, err := r.Next()
	if err != nil {
		return PDU{}, err
	}
	p := PDU{Type: tag}
	switch {
	case tag == PDUTrapV1:
		return p, nil
	case tag < PDUGet || tag > PDUReport:
		return PDU{}, at.fail("tag of no PDU")
	}
	for _, field := range []*int32{&p.RequestID, &p.ErrorStatus, &p.ErrorIndex} {
		if *field, err = body.Int(); err != nil {
			return PDU{}, err
		}
	}
	list, err := body.expect(TagSequence)
	if err != nil {
		return PDU{}, err
	}
	if !body.Empty() {
		return PDU{}, body.fail("octets after the varbinds")
	}
	for !list.Empty() {
		if len(p.Varbinds) == MaxVarbinds {
			return PDU{}, list.fail("too many varbinds")
		}
		vb, err := list.Varbind()
		if err != nil {
			return PDU{}, err
		}
		p.Varbinds = append(p.Varbinds, vb)
	}
	return p, nil
}

// Datagram is a received message of which only the version was read, so that
// what a stranger sends costs little. It refers to the octets it was made of.
type Datagram struct {
	Version Version
	raw     []byte
	rest    Reader
}

// ParseDatagram reads the outer frame and the version. Lengths may have any
// definite form, as RFC 3417 section 8 permits, and integers of up to 32 bits
// any number of octets up to four, as gosnmp sends its msgID. Its error, like those of the
// other parsing here, wraps [errBER].
func ParseDatagram(b []byte) (Datagram, error) {
	if len(b) > MaxMessageSize {
		return Datagram{}, &syntaxError{Reason: "message too long"}
	}
	r := NewReader(b)
	r.long = true
	body, err := r.expect(TagSequence)
	if err != nil {
		return Datagram{}, err
	}
	if !r.Empty() {
		return Datagram{}, r.fail("octets after the message")
	}
	version, err := body.Int()
	if err != nil {
		return Datagram{}, err
	}
	return Datagram{Version: Version(version), raw: b, rest: body}, nil
}

// CommunityMessage is a message of SNMPv1 or SNMPv2c whose PDU was not read yet.
type CommunityMessage struct {
	Version   Version
	Community []byte
	rest      Reader
}

// Community reads the community of an SNMPv1 or SNMPv2c message.
func (d *Datagram) Community() (CommunityMessage, error) {
	r := d.rest
	name, err := r.Octets()
	return CommunityMessage{d.Version, name, r}, err
}

// PDU reads the PDU. SNMPv1 has neither GetBulk nor what SNMPv2 added later.
func (m *CommunityMessage) PDU() (PDU, error) {
	r := m.rest
	p, err := r.pdu()
	if err != nil {
		return PDU{}, err
	}
	if !r.Empty() {
		return PDU{}, r.fail("octets after the PDU")
	}
	if m.Version == Version1 && p.Type > PDUTrapV1 {
		return PDU{}, m.rest.fail("PDU of another version")
	}
	return p, nil
}

// MessageV3 is an SNMPv3 message (RFC 3412 section 6) whose security
// parameters and data were not read yet.
type MessageV3 struct {
	ID        int32
	MaxSize   int32 // msgMaxSize, at least MinMessageSize
	Flags     byte
	Model     int32 // msgSecurityModel
	raw       []byte
	security  Reader // content of msgSecurityParameters
	data      Reader // msgData with its header
	encrypted bool   // whether msgData is an OCTET STRING
}

// V3 reads the header of an SNMPv3 message.
func (d *Datagram) V3() (*MessageV3, error) {
	r := d.rest
	global, err := r.expect(TagSequence)
	if err != nil {
		return nil, err
	}
	m := &MessageV3{raw: d.raw}
	if m.ID, err = global.Int(); err != nil {
		return nil, err
	}
	if m.MaxSize, err = global.Int(); err != nil {
		return nil, err
	}
	flags, err := global.Octets()
	if err != nil {
		return nil, err
	}
	if m.Model, err = global.Int(); err != nil {
		return nil, err
	}
	switch {
	case !global.Empty():
		return nil, global.fail("octets after the header")
	case len(flags) != 1:
		return nil, global.fail("flags not of one octet")
	case m.ID < 0 || m.MaxSize < MinMessageSize || m.Model < 1:
		return nil, global.fail("number out of range")
	}
	m.Flags = flags[0]
	if m.security, err = r.expect(TagOctetString); err != nil {
		return nil, err
	}
	m.data = r
	tag, _, err := r.Next()
	if err != nil {
		return nil, err
	}
	m.encrypted = tag == TagOctetString
	switch {
	case tag != TagOctetString && tag != TagSequence:
		return nil, m.data.fail("unexpected tag")
	case !r.Empty():
		return nil, r.fail("octets after the data")
	}
	return m, nil
}

// Level returns the security level of the flags; privacy without
// authentication is none.
func (m *MessageV3) Level() (SecurityLevel, bool) {
	switch m.Flags & (flagAuth | flagPriv) {
	case 0:
		return NoAuthNoPriv, true
	case flagAuth:
		return AuthNoPriv, true
	case flagAuth | flagPriv:
		return AuthPriv, true
	}
	return 0, false
}

// Reportable reports whether a Report may answer the message: the flag says so
// and the data, where it can be seen, is not of the unconfirmed class (RFC 3412
// section 7.1 step 3).
func (m *MessageV3) reportable() bool {
	if m.Flags&flagReportable == 0 {
		return false
	}
	tag, _, ok := m.peek()
	return !ok || Confirmed(tag)
}

// peek reads PDU type and request-id, 0 if it has none, of data that is not
// encrypted.
func (m *MessageV3) peek() (pdu Tag, requestID int32, ok bool) {
	r := m.data
	if m.encrypted {
		return 0, 0, false
	}
	body, err := r.expect(TagSequence)
	if err != nil {
		return 0, 0, false
	}
	for range 2 {
		if _, err = body.Octets(); err != nil {
			return 0, 0, false
		}
	}
	pdu, content, err := body.Next()
	if err != nil {
		return 0, 0, false
	}
	if requestID, err = content.Int(); err != nil {
		requestID = 0
	}
	return pdu, requestID, true
}

// ScopedPDU is a PDU with its context (RFC 3412 section 6.8).
type ScopedPDU struct {
	ContextEngine EngineID
	Context       string
	PDU           PDU
}

// scoped reads a ScopedPDU. What follows it in decrypted data is padding.
func (r *Reader) scoped() (*ScopedPDU, error) {
	body, err := r.expect(TagSequence)
	if err != nil {
		return nil, err
	}
	engine, err := body.Octets()
	if err != nil {
		return nil, err
	}
	name, err := body.Octets()
	if err != nil {
		return nil, err
	}
	p, err := body.pdu()
	if err != nil {
		return nil, err
	}
	if !body.Empty() {
		return nil, body.fail("octets after the PDU")
	}
	return &ScopedPDU{EngineID(engine), string(name), p}, nil
}

// USMParameters are the msgSecurityParameters of USM (RFC 3414 section 2.4).
type USMParameters struct {
	Engine      []byte // msgAuthoritativeEngineID, of any length
	Boots, Time int32  // not negative
	User        []byte // at most MaxName octets
	Auth, Priv  []byte
	authAt      int // where Auth lies in the message
}

// USM reads the security parameters of a message of model USM.
func (m *MessageV3) USM() (USMParameters, error) {
	r := m.security
	body, err := r.expect(TagSequence)
	if err != nil {
		return USMParameters{}, err
	}
	if !r.Empty() {
		return USMParameters{}, r.fail("octets after the security parameters")
	}
	var p USMParameters
	if p.Engine, err = body.Octets(); err != nil {
		return USMParameters{}, err
	}
	if p.Boots, err = body.Int(); err != nil {
		return USMParameters{}, err
	}
	if p.Time, err = body.Int(); err != nil {
		return USMParameters{}, err
	}
	if p.User, err = body.Octets(); err != nil {
		return USMParameters{}, err
	}
	auth, err := body.expect(TagOctetString)
	if err != nil {
		return USMParameters{}, err
	}
	p.Auth, p.authAt = auth.in, auth.off
	if p.Priv, err = body.Octets(); err != nil {
		return USMParameters{}, err
	}
	switch {
	case !body.Empty():
		return USMParameters{}, body.fail("octets after the security parameters")
	case p.Boots < 0 || p.Time < 0:
		return USMParameters{}, body.fail("negative number")
	case len(p.User) > MaxName:
		return USMParameters{}, body.fail("user name too long")
	}
	return p, nil
}
