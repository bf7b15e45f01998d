package agent

import (
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/snmp"
)

// client sends SNMPv3 requests by means of the outgoing half of package snmp.
type client struct {
	g             *rig
	user          snmp.User
	engine        snmp.EngineID
	boots, time   int32
	contextEngine snmp.EngineID
	context       string
	maxSize       int32
}

// client knows the clock of the agent.
func (g *rig) client(name string, auth snmp.AuthProtocol, priv snmp.PrivProtocol) *client {
	now := g.engine.Now()
	id := g.agents[0].cfg.Local.Identity().ID
	return &client{g: g, user: user(name, "any", auth, priv), engine: id, contextEngine: id, boots: now.Boots, time: now.Time}
}

func (c *client) keys() *snmp.LocalKeys {
	c.g.t.Helper()
	k, err := c.user.Localize(c.engine, c.g.engine)
	if err != nil {
		c.g.t.Fatal(err)
	}
	return k
}

// seal encodes a request.
func (c *client) seal(p snmp.PDU) []byte {
	c.g.t.Helper()
	s, err := snmp.NewSealer(c.keys())
	if err != nil {
		c.g.t.Fatal(err)
	}
	var list, buf snmp.Buffer
	list.PutVarbinds(p.Varbinds)
	msg, err := s.Seal(&buf, &snmp.Message{
		Boots: c.boots, Time: c.time, ID: 1 << 20, RequestID: p.RequestID, ErrorStatus: p.ErrorStatus, ErrorIndex: p.ErrorIndex,
		MaxSize: c.maxSize, ContextEngine: c.contextEngine, Context: c.context, PDU: p.Type, Varbinds: list.Bytes(),
	})
	if err != nil {
		c.g.t.Fatal(err)
	}
	return msg
}

// do sends a request and opens the answer, which must be there.
func (c *client) do(p snmp.PDU) (*snmp.ScopedPDU, snmp.SecurityLevel) {
	c.g.t.Helper()
	out := c.g.handle(c.seal(p))
	if out == nil {
		c.g.t.Fatal("no answer")
	}
	s, level, err := c.open(out)
	if err != nil {
		c.g.t.Fatal(err)
	}
	return s, level
}

func (c *client) open(out []byte) (*snmp.ScopedPDU, snmp.SecurityLevel, error) {
	d, err := snmp.ParseDatagram(out)
	if err != nil {
		return nil, 0, err
	}
	m, err := d.V3()
	if err != nil {
		return nil, 0, err
	}
	if id, err := m.AuthoritativeEngine(); err != nil || id != c.g.agents[0].cfg.Local.Identity().ID {
		return nil, 0, snmp.ErrWrongEngine
	}
	low := *c
	low.engine = c.g.agents[0].cfg.Local.Identity().ID
	return low.keys().Open(m, new(snmp.RemoteClock), c.g.now())
}

func request(pdu snmp.Tag, vbs ...snmp.Varbind) snmp.PDU {
	return snmp.PDU{Type: pdu, RequestID: 4711, Varbinds: vbs}
}

// names are the varbinds of a request that asks for names.
func names(oids ...string) []snmp.Varbind {
	vbs := make([]snmp.Varbind, len(oids))
	for i, o := range oids {
		vbs[i].Name = mib.MustOID(o)
	}
	return vbs
}

func bind(oid string, v snmp.Value) snmp.Varbind {
	return snmp.Varbind{Name: mib.MustOID(oid), Value: v}
}

// communityRequest encodes a request of SNMPv1 or v2c.
func communityRequest(t testing.TB, version snmp.Version, community string, p snmp.PDU) []byte {
	t.Helper()
	var list, buf snmp.Buffer
	list.PutVarbinds(p.Varbinds)
	msg, err := snmp.EncodeReply(&buf, version, []byte(community), p.RequestID, &snmp.Reply{
		Type: p.Type, ErrorStatus: p.ErrorStatus, ErrorIndex: p.ErrorIndex, Varbinds: list.Bytes(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return msg
}

// ask sends a request of SNMPv1 or v2c and returns the answer, nil for none.
func (g *rig) ask(version snmp.Version, community string, p snmp.PDU) *snmp.PDU {
	g.t.Helper()
	out := g.handle(communityRequest(g.t, version, community, p))
	if out == nil {
		return nil
	}
	d, err := snmp.ParseDatagram(out)
	if err != nil || d.Version != version {
		g.t.Fatalf("version %d: %v", d.Version, err)
	}
	m, err := d.Community()
	if err != nil || string(m.Community) != community {
		g.t.Fatalf("community %q: %v", m.Community, err)
	}
	answer, err := m.PDU()
	if err != nil || answer.Type != snmp.PDUResponse || answer.RequestID != p.RequestID {
		g.t.Fatalf("%#x, request %d: %v", answer.Type, answer.RequestID, err)
	}
	return &answer
}

// v2 is ask with SNMPv2c, for an answer that must be there.
func (g *rig) v2(community string, p snmp.PDU) *snmp.PDU {
	g.t.Helper()
	answer := g.ask(snmp.Version2c, community, p)
	if answer == nil {
		g.t.Fatal("no answer")
	}
	return answer
}

const (
	sysDescr0    = "1.3.6.1.2.1.1.1.0"
	sysContact0  = "1.3.6.1.2.1.1.4.0"
	sysName0     = "1.3.6.1.2.1.1.5.0"
	sysLocation0 = "1.3.6.1.2.1.1.6.0"
	trapEnable0  = "1.3.6.1.4.1.4874.2.2.77.2.1.0"
)
