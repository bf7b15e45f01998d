package snmp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gosnmp/gosnmp"

	"mirrorsh/mib"
)

// This file holds us to gosnmp: keys, messages byte for byte, and what it
// decodes. An upgrade of gosnmp that changes what we rely on fails here.

func gosnmpAuth(p AuthProtocol) gosnmp.SnmpV3AuthProtocol {
	return map[AuthProtocol]gosnmp.SnmpV3AuthProtocol{
		NoAuth: gosnmp.NoAuth, MD5: gosnmp.MD5, SHA: gosnmp.SHA, SHA224: gosnmp.SHA224,
		SHA256: gosnmp.SHA256, SHA384: gosnmp.SHA384, SHA512: gosnmp.SHA512,
	}[p]
}

func gosnmpPriv(p PrivProtocol) gosnmp.SnmpV3PrivProtocol {
	return map[PrivProtocol]gosnmp.SnmpV3PrivProtocol{
		NoPriv: gosnmp.NoPriv, DES: gosnmp.DES, AES: gosnmp.AES, AES192: gosnmp.AES192, AES256: gosnmp.AES256,
		AES192C: gosnmp.AES192C, AES256C: gosnmp.AES256C,
	}[p]
}

func gosnmpFlags(l SecurityLevel, pdu Tag) gosnmp.SnmpV3MsgFlags {
	f := gosnmp.SnmpV3MsgFlags(l.flags())
	if Confirmed(pdu) {
		f |= gosnmp.Reportable
	}
	return f
}

func gosnmpPDUs(vbs []Varbind) []gosnmp.SnmpPDU {
	pdus := make([]gosnmp.SnmpPDU, len(vbs))
	for i, vb := range vbs {
		p := &pdus[i]
		p.Name, p.Type = "."+vb.Name.String(), gosnmp.Asn1BER(vb.Value.Tag())
		switch v := vb.Value; v.Tag() {
		case TagInteger:
			p.Value = int(v.Int64())
		case TagUnsigned32, TagCounter32, TagTimeTicks:
			p.Value = uint32(v.Uint64())
		case TagCounter64:
			p.Value = v.Uint64()
		case TagObjectIdentifier:
			p.Value = "." + v.OID().String()
		case TagIPAddress:
			p.Value = v.Addr().String()
		case TagOctetString:
			p.Value = []byte(v.Str())
		}
	}
	return pdus
}

// pair is one combination of protocols.
type pair struct {
	auth AuthProtocol
	priv PrivProtocol
}

func (p pair) String() string {
	if p.priv == NoPriv {
		return "none" + p.auth.String()
	}
	return p.auth.String() + "-" + p.priv.String()
}

// pairs are all combinations a user may have.
func pairs() []pair {
	all := []pair{{}}
	for _, a := range AuthProtocols() {
		all = append(all, pair{auth: a})
		for _, p := range PrivProtocols() {
			all = append(all, pair{a, p})
		}
	}
	return all
}

const (
	authPass = "authentic-passphrase"
	privPass = "private-passphrase"
)

var testEngineID = NewEngineID([6]byte{0x02, 0, 0, 0, 0, 1}, DefaultRouter)

// testUser is a user of a predefined group, with the passphrases above.
func testUser(t testing.TB, name string, p pair) *User {
	t.Helper()
	u := &User{Name: name, Group: GroupPublic, Auth: p.auth, Priv: p.priv}
	var err error
	if p.auth != NoAuth {
		if u.AuthKey, err = MasterKey(p.auth, authPass); err != nil {
			t.Fatal(err)
		}
	}
	if p.priv != NoPriv {
		if u.PrivKey, err = MasterKey(p.auth, privPass); err != nil {
			t.Fatal(err)
		}
	}
	return u
}

func testSealer(t testing.TB, u *User, e *Engine) *Sealer {
	t.Helper()
	keys, err := u.Localize(testEngineID, e)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSealer(keys)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func gosnmpUSM(u *User, boots, time int32) *gosnmp.UsmSecurityParameters {
	return &gosnmp.UsmSecurityParameters{
		UserName: u.Name, AuthoritativeEngineID: string(testEngineID),
		AuthoritativeEngineBoots: uint32(boots), AuthoritativeEngineTime: uint32(time),
		AuthenticationProtocol: gosnmpAuth(u.Auth), AuthenticationPassphrase: authPass,
		PrivacyProtocol: gosnmpPriv(u.Priv), PrivacyPassphrase: privPass,
	}
}

func TestLocalizedKeysAsGosnmp(t *testing.T) {
	for _, p := range pairs() {
		u := testUser(t, "u", p)
		keys, err := u.Localize(testEngineID, NewEngine(1, nil))
		if err != nil {
			t.Fatal(err)
		}
		usm := gosnmpUSM(u, 1, 1)
		if err := usm.InitSecurityKeys(); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(keys.authK, usm.SecretKey) {
			t.Errorf("%v: authentication key %x, gosnmp %x", p, []byte(keys.authK), usm.SecretKey)
		}
		// gosnmp keeps all of Kul for DES, of which the first 16 octets count.
		if n := len(keys.privK); n != p.priv.KeyLen() || n > len(usm.PrivacyKey) || !bytes.Equal(keys.privK, usm.PrivacyKey[:n]) {
			t.Errorf("%v: privacy key %x, gosnmp %x", p, []byte(keys.privK), usm.PrivacyKey)
		}
	}
}

// TestSealAsGosnmp: random notifications encode byte for byte as gosnmp does,
// given the same salt, IDs, boots and time. Two things of gosnmp are not ours.
// It writes msgID in four octets always, so the IDs here need four, as those of
// [IDs] do. And for DES it adds a block of padding to what is whole blocks
// already; there our ciphertext must be the beginning of its own.
func TestSealAsGosnmp(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	var buf, content Buffer
	aligned := 0
	for _, p := range pairs() {
		u := testUser(t, "mirrorUser", p)
		e := NewEngine(1, nil)
		s := testSealer(t, u, e)
		usm := gosnmpUSM(u, 0, 0)
		if err := usm.InitSecurityKeys(); err != nil {
			t.Fatal(err)
		}
		for range 60 {
			boots, time := 1+rnd.Int32N(math.MaxInt32-1)>>rnd.IntN(31), rnd.Int32()>>rnd.IntN(31)
			m := Message{
				Boots: boots, Time: time, ID: id(rnd.Uint32()), RequestID: rnd.Int32() >> rnd.IntN(31),
				MaxSize:       484 + rnd.Int32N(65000),
				ContextEngine: testEngineID, Context: ContextName(rnd.Uint32() >> rnd.IntN(32)),
				PDU: []Tag{PDUTrap, PDUInform}[rnd.IntN(2)],
			}
			trap, own := randomOID(rnd), randomVarbinds(rnd, rnd.IntN(16))
			up := rnd.Uint32()
			m.Varbinds, _ = encodeNotification(&content, up, trap, own)
			e.Restart(boots)
			got, err := s.Seal(&buf, &m)
			if err != nil {
				t.Fatal(err)
			}

			usm.AuthoritativeEngineBoots, usm.AuthoritativeEngineTime = uint32(boots), uint32(time)
			usm.PrivacyParameters = binary.BigEndian.AppendUint64(nil, lastSalt(s))
			packet := gosnmp.SnmpPacket{
				Version: gosnmp.Version3, MsgFlags: gosnmpFlags(u.Level(), m.PDU),
				SecurityModel: gosnmp.UserSecurityModel, SecurityParameters: usm,
				ContextEngineID: string(m.ContextEngine), ContextName: m.Context,
				MsgID: uint32(m.ID), RequestID: uint32(m.RequestID), MsgMaxSize: uint32(m.MaxSize),
				PDUType: gosnmp.PDUType(m.PDU), Variables: gosnmpPDUs(notification(up, trap, own)),
			}
			want, err := packet.MarshalMsg()
			if err != nil {
				t.Fatal(err)
			}
			if p.priv == DES && len(data(t, got)) != len(data(t, want)) {
				aligned++
				if g, w := data(t, got), data(t, want); !bytes.Equal(g, w[:len(w)-8]) {
					t.Fatalf("%v: ciphertext\n%x\ngosnmp\n%x", p, g, w)
				}
				continue
			}
			if !bytes.Equal(got, want) {
				t.Fatalf("%v: %+v\n%x\ngosnmp\n%x", p, m, got, want)
			}
		}
	}
	if aligned == 0 {
		t.Error("no scoped PDU of whole DES blocks was tried")
	}
}

// lastSalt is the salt of the message sealed last.
func lastSalt(s *Sealer) uint64 {
	if s.keys.priv == DES {
		v := s.keys.local.des[s.keys.side].Load()
		return v&^(1<<desSaltBits) | uint64(s.keys.side)<<desSaltBits
	}
	return s.keys.aes.Load()
}

func notification(up uint32, trap mib.OID, own []Varbind) []Varbind {
	return append([]Varbind{{mib.SysUpTime.Instance0(), Ticks(up)}, {mib.SnmpTrapOID.Instance0(), ObjectID(trap)}}, own...)
}

// data is the content of msgData: the last element of a v3 message.
func data(t *testing.T, msg []byte) []byte {
	t.Helper()
	return parts(t, msg)[3].in
}

// parts are version, global data, security parameters and data of a v3 message.
func parts(t *testing.T, msg []byte) [4]Reader {
	t.Helper()
	r := NewReader(msg)
	body, err := r.expect(TagSequence)
	if err != nil {
		t.Fatal(err)
	}
	var all [4]Reader
	for i := range all {
		if _, all[i], err = body.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if !body.Empty() || !r.Empty() {
		t.Fatalf("octets after the message: %x", msg)
	}
	return all
}

// TestGosnmpDecodes: gosnmp, which checks the MAC here, decodes every pair, DES
// without its extra block included.
func TestGosnmpDecodes(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	var buf, content Buffer
	for _, p := range pairs() {
		u := testUser(t, "mirrorUser", p)
		s := testSealer(t, u, NewEngine(9, nil))
		for n := range 16 {
			trap := mib.MustOID("1.3.6.1.4.1.4874.2.2.77.3.0.5")
			own := []Varbind{{mib.MustOID("1.3.6.1.4.1.4874.2.2.77.1.1.0"), OctetString(fmt.Sprintf("%*d", n+1, n))}}
			list, _ := encodeNotification(&content, 42, trap, own)
			msg, err := s.Seal(&buf, &Message{
				Boots: 9, Time: int32(n), ID: id(rnd.Uint32()), RequestID: 7,
				ContextEngine: testEngineID, Context: "router1", PDU: PDUTrap, Varbinds: list,
			})
			if err != nil {
				t.Fatal(err)
			}
			x := &gosnmp.GoSNMP{
				Version: gosnmp.Version3, MsgFlags: gosnmpFlags(u.Level(), PDUTrap),
				SecurityModel: gosnmp.UserSecurityModel, SecurityParameters: gosnmpUSM(u, 9, 0),
			}
			got, err := x.UnmarshalTrap(bytes.Clone(msg), false)
			if err != nil {
				t.Fatalf("%v, %d: %v\n%x", p, n, err, msg)
			}
			last := got.Variables[len(got.Variables)-1]
			if len(got.Variables) != 3 || string(last.Value.([]byte)) != own[0].Value.Str() || got.ContextName != "router1" {
				t.Errorf("%v: gosnmp decodes %+v", p, got)
			}
			if p.auth == NoAuth {
				continue
			}
			bad := bytes.Clone(msg)
			bad[len(bad)-1] ^= 1
			if _, err := x.UnmarshalTrap(bad, false); err == nil {
				t.Errorf("%v: gosnmp takes a changed message", p)
			}
		}
	}
}

func TestCommunityMessagesAsGosnmp(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	var buf, content Buffer
	for range 500 {
		trap, up, req := randomOID(rnd), rnd.Uint32(), rnd.Int32()>>rnd.IntN(31)
		var own []Varbind
		for _, vb := range randomVarbinds(rnd, rnd.IntN(16)) {
			if vb.Value.Tag() != TagCounter64 {
				own = append(own, vb)
			}
		}
		list, ownAt := encodeNotification(&content, up, trap, own)
		pdu := []Tag{PDUTrap, PDUInform}[rnd.IntN(2)]
		got, err := EncodeV2c(&buf, "public", pdu, req, list)
		if err != nil {
			t.Fatal(err)
		}
		packet := gosnmp.SnmpPacket{
			Version: gosnmp.Version2c, Community: "public", PDUType: gosnmp.PDUType(pdu),
			RequestID: uint32(req), Variables: gosnmpPDUs(notification(up, trap, own)),
		}
		want, err := packet.MarshalMsg()
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("v2c %v\n%x\ngosnmp, %v\n%x", trap, got, err, want)
		}

		enterprise, generic, specific := (&mib.Notification{OID: trap}).V1()
		v1 := TrapV1{
			Enterprise: enterprise, Generic: int32(generic), Specific: int32(specific),
			Timestamp: up, Agent: Address(randomValue(rnd).Addr()).Addr(),
		}
		if len(v1.Enterprise) < 2 { // gosnmp cannot encode it
			continue
		}
		if got, err = EncodeV1(&buf, "public", &v1, list[ownAt:]); err != nil {
			t.Fatal(err)
		}
		packet = gosnmp.SnmpPacket{
			Version: gosnmp.Version1, Community: "public", PDUType: gosnmp.Trap, Variables: gosnmpPDUs(own),
			SnmpTrap: gosnmp.SnmpTrap{
				Enterprise: "." + v1.Enterprise.String(), AgentAddress: v1.Agent.String(),
				GenericTrap: int(v1.Generic), SpecificTrap: int(v1.Specific), Timestamp: uint(up),
			},
		}
		if want, err = packet.MarshalMsg(); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("v1 %v\n%x\ngosnmp, %v\n%x", trap, got, err, want)
		}
	}
}
