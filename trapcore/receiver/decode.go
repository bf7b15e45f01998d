package receiver

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strings"

	"github.com/gosnmp/gosnmp"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// This is the file that uses gosnmp.

var gosnmpAuth = map[snmp.AuthProtocol]gosnmp.SnmpV3AuthProtocol{
	snmp.NoAuth: gosnmp.NoAuth, snmp.MD5: gosnmp.MD5, snmp.SHA: gosnmp.SHA, snmp.SHA224: gosnmp.SHA224,
	snmp.SHA256: gosnmp.SHA256, snmp.SHA384: gosnmp.SHA384, snmp.SHA512: gosnmp.SHA512,
}

var gosnmpPriv = map[snmp.PrivProtocol]gosnmp.SnmpV3PrivProtocol{
	snmp.NoPriv: gosnmp.NoPriv, snmp.DES: gosnmp.DES, snmp.AES: gosnmp.AES,
	snmp.AES192: gosnmp.AES192, snmp.AES256: gosnmp.AES256,
	snmp.AES192C: gosnmp.AES192C, snmp.AES256C: gosnmp.AES256C,
}

var gosnmpFlags = map[snmp.SecurityLevel]gosnmp.SnmpV3MsgFlags{
	snmp.NoAuthNoPriv: gosnmp.NoAuthNoPriv, snmp.AuthNoPriv: gosnmp.AuthNoPriv, snmp.AuthPriv: gosnmp.AuthPriv,
}

// errDecode is what the errors of decode wrap.
var errDecode = errors.New("not decoded")

// decode has gosnmp decode a message that has passed; o is nil for one of SNMPv1
// or SNMPv2c.
func (n *Notification) decode(in []byte, o *snmp.Screened) error {
	version := map[snmp.Version]gosnmp.SnmpVersion{
		snmp.Version1: gosnmp.Version1, snmp.Version2c: gosnmp.Version2c, snmp.Version3: gosnmp.Version3,
	}[n.Version]
	x := &gosnmp.GoSNMP{Version: version}
	if o != nil {
		n.User, n.Level, n.Engine, n.Boots, n.Time = o.User, o.Level, o.Engine, o.Boots, o.Time
		n.ContextEngine, n.Context = o.ContextEngine, o.Context
		auth, priv := o.Keys.Secrets()
		x.SecurityModel, x.MsgFlags = gosnmp.UserSecurityModel, gosnmpFlags[o.Level]
		x.SecurityParameters = &gosnmp.UsmSecurityParameters{
			UserName: o.User, AuthoritativeEngineID: string(o.Engine), SecretKey: auth, PrivacyKey: priv,
			AuthenticationProtocol: gosnmpAuth[o.Keys.Auth()], PrivacyProtocol: gosnmpPriv[o.Keys.Priv()],
		}
	}
	p, err := unmarshal(x, in)
	if err != nil {
		return fmt.Errorf("%w: %w", errDecode, err)
	}
	all := make([]snmp.Varbind, 0, len(p.Variables)+2)
	if n.Version == snmp.Version1 {
		trap, err := trapV1(p)
		if err != nil {
			return err
		}
		all = append(all, snmp.Varbind{Name: sysUpTime, Value: snmp.Ticks(uint32(p.Timestamp))},
			snmp.Varbind{Name: snmpTrapOID, Value: snmp.ObjectID(trap)})
	}
	for _, v := range p.Variables {
		vb, err := varbind(&v)
		if err != nil {
			return err
		}
		all = append(all, vb)
	}
	return n.take(all)
}

// unmarshal turns a panic of gosnmp into an error. gosnmp decrypts in place.
func unmarshal(x *gosnmp.GoSNMP, in []byte) (p *gosnmp.SnmpPacket, err error) {
	defer func() {
		if v := recover(); v != nil {
			p, err = nil, fmt.Errorf("%w: gosnmp panics: %v", errDecode, v)
		}
	}()
	return x.UnmarshalTrap(bytes.Clone(in), false)
}

// trapV1 returns the notification of a Trap-PDU (RFC 3584 section 3.1).
func trapV1(p *gosnmp.SnmpPacket) (mib.OID, error) {
	enterprise, err := mib.ParseOID(p.Enterprise)
	switch {
	case p.GenericTrap >= 0 && p.GenericTrap < mib.EnterpriseSpecific:
		return mib.SnmpTraps.Sub(uint32(p.GenericTrap) + 1), nil
	case err != nil:
		return nil, fmt.Errorf("%w: enterprise: %w", errDecode, err)
	case p.GenericTrap != mib.EnterpriseSpecific || p.SpecificTrap < 0 || p.SpecificTrap > math.MaxInt32 || len(enterprise) > mib.MaxOIDLength-2:
		return nil, fmt.Errorf("%w: generic-trap or specific-trap out of range", errDecode)
	}
	return enterprise.Sub(0, uint32(p.SpecificTrap)), nil
}

func varbind(v *gosnmp.SnmpPDU) (snmp.Varbind, error) {
	name, err := mib.ParseOID(v.Name)
	if err != nil {
		return snmp.Varbind{}, fmt.Errorf("%w: %w", errDecode, err)
	}
	value, err := valueOf(v)
	if err != nil {
		return snmp.Varbind{}, err
	}
	return snmp.Varbind{Name: name, Value: value}, nil
}

// valueOf is the value that gosnmp has decoded. What it could not decode has no
// type, or no value of that type.
func valueOf(v *gosnmp.SnmpPDU) (snmp.Value, error) {
	switch x := v.Value.(type) {
	case int:
		if v.Type == gosnmp.Integer && x == int(int32(x)) {
			return snmp.Integer(int32(x)), nil
		}
	case uint:
		switch {
		case v.Type == gosnmp.Counter32 && x <= math.MaxUint32:
			return snmp.Counter(uint32(x)), nil
		case v.Type == gosnmp.Gauge32 && x <= math.MaxUint32:
			return snmp.Unsigned(uint32(x)), nil
		}
	case uint32:
		if v.Type == gosnmp.TimeTicks {
			return snmp.Ticks(x), nil
		}
	case uint64:
		if v.Type == gosnmp.Counter64 {
			return snmp.BigCounter(x), nil
		}
	case []byte:
		if v.Type == gosnmp.OctetString {
			return snmp.OctetString(string(x)), nil
		}
		return encoded(snmp.TagOpaque, x)
	case float32:
		return encoded(snmp.TagOpaque, opaque(0x78, 4, uint64(math.Float32bits(x))))
	case float64:
		return encoded(snmp.TagOpaque, opaque(0x79, 8, math.Float64bits(x)))
	case string:
		if v.Type == gosnmp.ObjectIdentifier {
			id, err := mib.ParseOID(strings.TrimPrefix(x, "."))
			if err == nil {
				return snmp.ObjectID(id), nil
			}
		}
		if a, err := netip.ParseAddr(x); v.Type == gosnmp.IPAddress && err == nil && a.Is4() {
			return snmp.Address(a), nil
		}
	case nil:
		switch v.Type {
		case gosnmp.Null, gosnmp.NoSuchObject, gosnmp.NoSuchInstance, gosnmp.EndOfMibView:
			return encoded(snmp.Tag(v.Type), nil)
		}
	}
	return snmp.Value{}, fmt.Errorf("%w: %s: value of type %v", errDecode, v.Name, v.Type)
}

// opaque is a floating-point number as net-snmp wraps it, which gosnmp unwraps.
func opaque(kind byte, octets int, bits uint64) []byte {
	b := []byte{0x9f, kind, byte(octets)}
	for i := octets - 1; i >= 0; i-- {
		b = append(b, byte(bits>>(8*i)))
	}
	return b
}

// encoded makes the values that package snmp has no function for.
func encoded(tag snmp.Tag, content []byte) (snmp.Value, error) {
	var b snmp.Buffer
	b.PutString(tag, string(content))
	r := snmp.NewReader(b.Bytes())
	return r.Value()
}
