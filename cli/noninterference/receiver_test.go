package noninterference

import (
	"bytes"

	"mirrorsh/trapcore"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// receiverID is the engine of every receiver on the wire. It acknowledges
// informs at once, with the keys that the router has: one that did not would
// make the router wait for the clock on the wall.
var receiverID = snmp.NewEngineID([6]byte{2, 0, 0, 0, 0, 0x99}, 1<<31|1)

// acknowledge returns what a receiver answers to a datagram, nil for nothing.
func (n *wire) acknowledge(data []byte) []byte {
	d, err := snmp.ParseDatagram(data)
	if err != nil {
		return nil
	}
	if d.Version == snmp.Version3 {
		return n.acknowledgeV3(&d)
	}
	m, err := d.Community()
	if err != nil || d.Version != snmp.Version2c {
		return nil
	}
	q, err := m.PDU()
	if err != nil || q.Type != snmp.PDUInform {
		return nil
	}
	q.Type = snmp.PDUResponse
	return request(snmp.Version2c, string(m.Community), q)
}

// receiversUsers are the users of a virtual router as a receiver has them.
func receiversUsers(v *trapcore.VirtualRouter) *snmp.LCD {
	own := snmp.NewLCD()
	all := side.Clear(true)
	for _, g := range v.Users(all).Groups() {
		_ = own.As(all).SetGroup(*g) // but those that every router has
	}
	for _, u := range v.Users(all).Users() {
		_ = own.As(all).SetUser(*u)
	}
	return own
}

func (n *wire) acknowledgeV3(d *snmp.Datagram) []byte {
	m, err := d.V3()
	if err != nil {
		return nil
	}
	if p, err := m.USM(); err != nil || len(p.Engine) > 0 && string(p.Engine) != string(receiverID) {
		return nil // a trap
	}
	var buf, list snmp.Buffer
	for _, v := range n.w.router.VirtualRouters() {
		usm := snmp.Receiver{ID: receiverID, Clock: n.clock, Users: receiversUsers(v)}
		in, refusal := usm.Open(m)
		if refusal != nil && refusal.To != nil {
			list.Reset()
			list.PutVarbind(refusal.Stat.OID().Sub(0), snmp.Counter(1))
			out, err := refusal.To.Seal(&buf, n.clock.Now(), &snmp.Reply{Type: snmp.PDUReport, Varbinds: list.Bytes(), ContextEngine: receiverID})
			if err == nil && refusal.Stat != snmp.StatUnknownUserNames && refusal.Stat != snmp.StatWrongDigests {
				return bytes.Clone(out)
			}
		}
		if refusal != nil || in.PDU.Type != snmp.PDUInform {
			continue
		}
		list.Reset()
		list.PutVarbinds(in.PDU.Varbinds)
		out, err := in.Return.Seal(&buf, n.clock.Now(), &snmp.Reply{
			Type: snmp.PDUResponse, Varbinds: list.Bytes(), ContextEngine: in.ContextEngine, Context: in.Context,
		})
		if err == nil {
			return bytes.Clone(out)
		}
	}
	return nil
}
