package agent

import (
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// community processes a message of SNMPv1 or SNMPv2c: community, source,
// privilege, in the order of juniSnmpCommunityTable. They reach the default
// virtual router only.
func (x *exchange) community(d *snmp.Datagram) []byte {
	m, err := d.Community()
	if err != nil {
		x.received(side.Ordinary)
		x.count(snmp.StatInASNParseErrs)
		return nil
	}
	users := x.first.cfg.Users.Snapshot()
	c, ok := users.Community(m.Community)
	if !ok {
		return x.stranger(m.Community, notify.BadCommunityName)
	}
	if !x.admitted(c) {
		if c.Side() == side.Secure {
			return x.stranger(m.Community, notify.BadCommunityName)
		}
		return x.stranger(m.Community, notify.HostDenied)
	}
	x.received(c.Side())
	if x.pdu, err = m.PDU(); err != nil {
		x.count(snmp.StatInASNParseErrs)
		return nil
	}
	if !answered(x.pdu.Type) {
		x.count(snmp.StatUnknownPDUHandlers)
		return nil
	}
	x.to, x.user = x.first, c.Name
	x.max = x.first.PacketSize()
	id := x.pdu.RequestID
	x.seal = func(r *snmp.Reply) ([]byte, error) {
		return snmp.EncodeReply(x.buf, m.Version, m.Community, id, r)
	}
	op := operation(x.pdu.Type)
	if op == snmp.Write && c.Privilege == snmp.ReadOnly {
		x.count(snmp.StatInBadCommunityUses)
		if c.Side() == side.Ordinary {
			x.failed(c.Name, notify.BadCommunityUse)
		}
		x.audit(nil, x.pdu.Varbinds, snmp.NoAccess)
		return x.fail(snmp.NoAccess, 1)
	}
	return x.process(users.CommunityAccess(c, op))
}

// stranger refuses a community, always as one of the ordinary side.
func (x *exchange) stranger(name []byte, why notify.AuthFailReason) []byte {
	x.received(side.Ordinary)
	x.count(snmp.StatInBadCommunityNames)
	x.failed(string(name), why)
	return nil
}

// failed raises authenticationFailure, which has its own switch.
func (x *exchange) failed(community string, why notify.AuthFailReason) {
	x.first.cfg.Traps.Raise(&notify.AuthenticationFailure{Address: x.from.Addr(), Port: x.from.Port(), Community: community, Reason: why})
}

func (x *exchange) admitted(c *snmp.Community) bool {
	if c.AccessList == "" {
		return true
	}
	_, allowed, _ := x.r.snapshot()
	return allowed != nil && allowed(x.first.cfg.Router, c.AccessList, x.from.Addr())
}

// answered reports whether a PDU is one that an agent answers.
func answered(pdu snmp.Tag) bool {
	switch pdu {
	case snmp.PDUGet, snmp.PDUGetNext, snmp.PDUGetBulk, snmp.PDUSet:
		return true
	}
	return false
}

func operation(pdu snmp.Tag) snmp.Operation {
	if pdu == snmp.PDUSet {
		return snmp.Write
	}
	return snmp.Read
}
