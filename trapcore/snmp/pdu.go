package snmp

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"mirrorsh/mib"
)

// PDU tags (RFC 1157 section 4.1, RFC 3416 section 3).
const (
	PDUTrapV1 Tag = 0xa4
	PDUInform Tag = 0xa6
	PDUTrap   Tag = 0xa7 // SNMPv2-Trap, of v2c and v3
)

var (
	sysUpTimeName   = EncodeName(mib.SysUpTime.Instance0())
	snmpTrapOIDName = EncodeName(mib.SnmpTrapOID.Instance0())
)

// ErrTooBig is the error of a message beyond [MaxMessageSize].
var ErrTooBig = fmt.Errorf("message longer than %d octets", MaxMessageSize)

// PutVarbinds puts varbinds so that they stand in the order given.
func (b *Buffer) PutVarbinds(vbs []Varbind) {
	for i := len(vbs) - 1; i >= 0; i-- {
		b.PutVarbind(vbs[i].Name, vbs[i].Value)
	}
}

// TrapHead returns the encoded snmpTrapOID.0 varbind of a notification, a
// constant of its type, for [Buffer.PutNotification].
func TrapHead(trap mib.OID) string {
	var b Buffer
	b.PutNamed(snmpTrapOIDName, ObjectID(trap))
	return string(b.Bytes())
}

// PutNotification puts sysUpTime.0, in hundredths of a second, and what
// [TrapHead] returned in front of the notification's own varbinds: with them
// the varbind list of an SNMPv2-Trap or InformRequest (RFC 3416 section 4.2.6).
func (b *Buffer) PutNotification(upTime uint32, trapHead string) {
	b.PutRawString(trapHead)
	b.PutNamed(sysUpTimeName, Ticks(upTime))
}

// putPDU puts a PDU other than Trap-PDU around the varbind list.
func (b *Buffer) putPDU(pdu Tag, requestID int32, list []byte) {
	b.putPDUWith(pdu, requestID, 0, 0, list)
}

// putPDUWith is putPDU with error-status and error-index.
func (b *Buffer) putPDUWith(pdu Tag, requestID, status, index int32, list []byte) {
	mark := b.Len()
	b.PutRaw(list)
	b.PutHeader(TagSequence, len(list))
	if status|index == 0 {
		b.PutRawString("\x02\x01\x00\x02\x01\x00")
	} else {
		b.putInt(TagInteger, int64(index))
		b.putInt(TagInteger, int64(status))
	}
	b.putInt(TagInteger, int64(requestID))
	b.Wrap(pdu, mark)
}

// EncodeV2c resets buf and builds an SNMPv2c message (RFC 1901) with a PDU of
// RFC 3416 in it. The result is valid until buf is used again; list must not
// lie in buf. The error is [ErrTooBig].
func EncodeV2c(buf *Buffer, community string, pdu Tag, requestID int32, list []byte) ([]byte, error) {
	buf.Reset()
	buf.putPDU(pdu, requestID, list)
	return buf.finish(community, 1)
}

// finish puts community and version of v1 (0) and v2c (1).
func (b *Buffer) finish(community string, version int64) ([]byte, error) {
	b.PutString(TagOctetString, community)
	b.putInt(TagInteger, version)
	b.PutHeader(TagSequence, b.Len())
	if b.Len() > MaxMessageSize {
		return nil, ErrTooBig
	}
	return b.Bytes(), nil
}

// TrapV1 is what a Trap-PDU has beside its varbinds (RFC 1157 section 4.1.6).
type TrapV1 struct {
	Enterprise mib.OID
	Generic    int32
	Specific   int32
	Agent      netip.Addr // IPv4, anything else encodes as 0.0.0.0
	Timestamp  uint32     // sysUpTime, hundredths of a second
}

// EncodeV1 resets buf and builds an SNMPv1 message with a Trap-PDU in it. own
// are the notification's own varbinds, encoded; they must not lie in buf. The
// result is valid until buf is used again. The error is [ErrTooBig].
func EncodeV1(buf *Buffer, community string, t *TrapV1, own []byte) ([]byte, error) {
	buf.Reset()
	buf.PutRaw(own)
	buf.PutHeader(TagSequence, len(own))
	buf.putUint(TagTimeTicks, uint64(t.Timestamp))
	buf.putInt(TagInteger, int64(t.Specific))
	buf.putInt(TagInteger, int64(t.Generic))
	agent := buf.reserve(4)
	binary.BigEndian.PutUint32(agent, uint32(Address(t.Agent).num))
	buf.PutHeader(TagIPAddress, 4)
	buf.putOID(t.Enterprise)
	buf.Wrap(PDUTrapV1, 0)
	return buf.finish(community, 0)
}
