package notify

import (
	"bytes"
	"net/netip"
	"slices"
	"sync"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// receiver is an SNMP engine in memory that acknowledges informs. mu guards all
// fields.
type receiver struct {
	mu      sync.Mutex
	engine  snmp.Receiver
	down    bool
	lose    func(n int) bool // whether the n-th datagram in or out is lost
	n       int
	status  snmp.ErrorStatus // of its Responses
	got     []int            // session identifiers, or the ifIndex of a link trap
	refused map[string]int   // Reports by counter
}

// newReceiver knows the users of [newFixture].
func newReceiver(t testing.TB, id byte, boots int32) *receiver {
	t.Helper()
	r := &receiver{refused: map[string]int{}}
	r.restart(t, id, boots)
	return r
}

func (r *receiver) restart(t testing.TB, id byte, boots int32) {
	t.Helper()
	f := fixture{users: snmp.NewLCD()}
	for name, level := range map[string]snmp.SecurityLevel{"none": 1, "auth": 2, "priv": 3, "mirrorUser": 3} {
		f.addUser(t, side.Ordinary, name, snmp.GroupPublic, level)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.engine = snmp.Receiver{
		ID:    snmp.NewEngineID([6]byte{2, 9, 9, 9, 9, id}, snmp.DefaultRouter),
		Clock: snmp.NewEngine(boots, nil), Users: f.users,
	}
}

func (r *receiver) set(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
}

func (r *receiver) lost() bool {
	r.n++
	return r.down || r.lose != nil && r.lose(r.n)
}

// answer is a fakeNet.answer.
func (r *receiver) answer(_ netip.AddrPort, msg []byte) [][]byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lost() {
		return nil
	}
	reply := r.process(msg)
	if reply == nil || r.lost() {
		return nil
	}
	return [][]byte{reply}
}

func (r *receiver) process(msg []byte) []byte {
	var buf snmp.Buffer
	d, err := snmp.ParseDatagram(msg)
	if err != nil { // truncated, or with a wrong length
		return nil
	}
	if d.Version == snmp.Version2c {
		c, _ := d.Community()
		pdu, err := c.PDU()
		if err != nil || pdu.Type != snmp.PDUInform {
			return nil
		}
		r.take(&pdu)
		b, err := snmp.EncodeReply(&buf, snmp.Version2c, c.Community, pdu.RequestID, r.response(&pdu))
		if err != nil {
			panic(err)
		}
		return bytes.Clone(b)
	}
	m, err := d.V3()
	if err != nil {
		panic(err)
	}
	o, refusal := r.engine.Open(m)
	if refusal != nil {
		r.refused[refusal.Stat.String()]++
		if refusal.To == nil {
			return nil
		}
		var list snmp.Buffer
		list.PutVarbind(refusal.Stat.OID().Sub(0), snmp.Counter(1))
		return r.seal(refusal.To, &snmp.Reply{Type: snmp.PDUReport, Varbinds: list.Bytes()})
	}
	if o.PDU.Type != snmp.PDUInform || o.Level != o.User.Level() {
		return nil
	}
	r.take(&o.PDU)
	return r.seal(&o.Return, r.response(&o.PDU))
}

// extend makes the privacy key of mirrorUser longer, as [extended] does.
func (r *receiver) extend(t testing.TB) {
	t.Helper()
	auth, key := testKeys()
	users := snmp.NewLCD()
	if err := users.As(side.Clearance{}).SetUser(snmp.User{
		Name: "mirrorUser", Group: snmp.GroupPublic, Auth: snmp.SHA, AuthKey: auth, Priv: snmp.AES256, PrivKey: key,
	}); err != nil {
		t.Fatal(err)
	}
	r.set(func() { r.engine.Users = users })
}

// keys are those of mirrorUser for this engine.
func (r *receiver) keys() *snmp.LocalKeys {
	u, _ := r.engine.Users.Snapshot().User("mirrorUser")
	keys, err := u.Localize(r.engine.ID, snmp.NewEngine(1, nil))
	if err != nil {
		panic(err)
	}
	return keys
}

// responseTo answers a message with a Response, whatever it is.
func (r *receiver) responseTo(m *snmp.MessageV3) []byte {
	return r.replyTo(m, r.keys(), snmp.PDUResponse, nil)
}

// processStrict answers a message with a Report of a wrong MAC, whatever it is.
func (r *receiver) processStrict(msg []byte) []byte {
	d, err := snmp.ParseDatagram(msg)
	if err != nil {
		return nil
	}
	m, err := d.V3()
	if err != nil {
		return nil
	}
	return r.replyTo(m, r.keys().Below(snmp.NoAuthNoPriv), snmp.PDUReport, &snmp.Varbind{Name: snmp.StatWrongDigests.OID().Sub(0), Value: snmp.Counter(1)})
}

func (r *receiver) replyTo(m *snmp.MessageV3, keys *snmp.LocalKeys, pdu snmp.Tag, vb *snmp.Varbind) []byte {
	return r.replyAt(m, r.engine.Clock.Now(), keys, pdu, vb)
}

func (r *receiver) replyAt(m *snmp.MessageV3, now snmp.Stamp, keys *snmp.LocalKeys, pdu snmp.Tag, vb *snmp.Varbind) []byte {
	s, err := snmp.NewSealer(keys)
	if err != nil {
		panic(err)
	}
	var list, buf snmp.Buffer
	if vb != nil {
		list.PutVarbind(vb.Name, vb.Value)
	}
	b, err := s.Seal(&buf, &snmp.Message{
		Boots: now.Boots, Time: now.Time, ID: m.ID, RequestID: 1, ContextEngine: r.engine.ID, PDU: pdu, Varbinds: list.Bytes(),
	})
	if err != nil {
		panic(err)
	}
	return bytes.Clone(b)
}

func (r *receiver) response(pdu *snmp.PDU) *snmp.Reply {
	var list snmp.Buffer
	list.PutVarbinds(pdu.Varbinds)
	return &snmp.Reply{Type: snmp.PDUResponse, ErrorStatus: int32(r.status), Varbinds: list.Bytes()}
}

func (r *receiver) seal(to *snmp.Return, reply *snmp.Reply) []byte {
	var buf snmp.Buffer
	reply.ContextEngine = r.engine.ID
	b, err := to.Seal(&buf, r.engine.Clock.Now(), reply)
	if err != nil {
		panic(err)
	}
	return bytes.Clone(b)
}

var sessionID, ifIndex = mib.MustOID("1.3.6.1.4.1.4874.2.2.77.3.1.2.0"), mib.IfIndex.OID

func (r *receiver) take(pdu *snmp.PDU) {
	for _, vb := range pdu.Varbinds {
		if vb.Name.HasPrefix(sessionID) || vb.Name.HasPrefix(ifIndex) {
			r.got = append(r.got, int(vb.Value.Int64()))
		}
	}
}

// first returns what was received, without repetitions.
func (r *receiver) first() []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []int
	for _, n := range r.got {
		if !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all
}
