package agent

import (
	"net/netip"
	"slices"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// raised turns on authenticationFailure and returns how many were raised since.
func (g *rig) raised() func() uint32 {
	g.traps().As(side.Clear(true)).Enable(mib.NewCategorySet(mib.SNMP))
	g.traps().SetAuthenticationFailure(true)
	last := g.traps().As(side.Clear(true)).Counters(side.Ordinary).Local
	return func() uint32 {
		n := g.traps().As(side.Clear(true)).Counters(side.Ordinary).Local - last
		last += n
		return n
	}
}

// TestCommunities: community, source and privilege, with their counters, and
// what it looks like if the community is of the secure side.
func TestCommunities(t *testing.T) {
	g := newRig(t)
	g.busy()
	g.must(g.lcd().As(side.Clear(true)).SetCommunity(snmp.Community{Name: "tapread", View: "mirrorAdmin"}))
	g.must(g.lcd().As(side.Clear(true)).SetCommunity(snmp.Community{Name: "tapin", View: "mirrorAdmin", AccessList: "insiders"}))
	raised := g.raised()
	get := request(snmp.PDUGet, names(sysDescr0)...)
	set := request(snmp.PDUSet, bind(sysContact0, snmp.OctetString("x")))
	for _, tt := range []struct {
		who     string
		pdu     snmp.PDU
		counted string
		raised  uint32
		answer  bool
		status  snmp.ErrorStatus
	}{
		{"reader", get, "ordinary snmpInPkts, ordinary snmpInTotalReqVars, ordinary snmpInGetRequests, ordinary snmpOutGetResponses", 0, true, snmp.NoError},
		{"nobody", get, "ordinary snmpInPkts, ordinary snmpInBadCommunityNames", 1, false, 0},
		{"limited", get, "ordinary snmpInPkts, ordinary snmpInBadCommunityNames", 1, false, 0},
		{"reader", set, "ordinary snmpInPkts, ordinary snmpInBadCommunityUses, ordinary snmpOutGetResponses", 1, true, snmp.NoAccess},
		{"blind", get, "ordinary snmpInPkts, ordinary snmpInGetRequests, ordinary snmpOutGetResponses", 0, true, snmp.AuthorizationError},
		{"reader", request(snmp.PDUTrap), "ordinary snmpInPkts, ordinary snmpUnknownPDUHandlers", 0, false, 0},
		{"tap0", get, "secure snmpInPkts, secure snmpInGetRequests, secure snmpOutGetResponses", 0, true, snmp.NoError},
		{"tapread", set, "secure snmpInPkts, secure snmpInBadCommunityUses, secure snmpOutGetResponses", 0, true, snmp.NoAccess},
		{"tapin", get, "ordinary snmpInPkts, ordinary snmpInBadCommunityNames", 1, false, 0},
	} {
		before := g.bothSides()
		answer := g.ask(snmp.Version2c, tt.who, tt.pdu)
		if got := changedStats(before, g.bothSides()); got != tt.counted {
			t.Errorf("%s %#x: counted %s, want %s", tt.who, tt.pdu.Type, got, tt.counted)
		}
		if n := raised(); n != tt.raised {
			t.Errorf("%s %#x: raised %d traps", tt.who, tt.pdu.Type, n)
		}
		if (answer != nil) != tt.answer || answer != nil && snmp.ErrorStatus(answer.ErrorStatus) != tt.status {
			t.Errorf("%s %#x: answer %+v", tt.who, tt.pdu.Type, answer)
		}
	}
	g.r.SetAccessCheck(func(router, list string, source netip.Addr) bool {
		return router == "default" && list == "insiders" && source == testFrom.Addr()
	})
	for _, who := range []string{"limited", "tapin"} {
		if g.ask(snmp.Version2c, who, get) == nil {
			t.Errorf("%s is not answered though its access list permits", who)
		}
	}
}

// TestAuthenticationFailureSwitch: without its switch nothing leaves.
func TestAuthenticationFailureSwitch(t *testing.T) {
	g := newRig(t)
	var got []*mib.Notification
	users := g.lcd()
	traps, _ := notify.New(notify.Options{
		Router: "default", Local: g.agents[0].cfg.Local, Engine: g.engine, Users: users, MirrorTraps: &g.mirror, Now: g.now,
		Audit: func(ev notify.Event, n *mib.Notification, _ []byte) {
			f, ok := ev.(*notify.AuthenticationFailure)
			if !ok || netip.AddrPortFrom(f.Address, f.Port) != testFrom || f.Community != "nobody" || f.Reason != notify.BadCommunityName {
				t.Errorf("raised %+v", ev)
			}
			got = append(got, n)
		},
	})
	t.Cleanup(traps.Close)
	g.agents[0].cfg.Traps = traps
	traps.As(side.Clear(true)).Enable(mib.NewCategorySet(mib.SNMP))
	for _, on := range []bool{false, true} {
		traps.SetAuthenticationFailure(on)
		g.ask(snmp.Version2c, "nobody", request(snmp.PDUGet))
	}
	if !slices.Equal(got, []*mib.Notification{mib.AuthenticationFailure}) {
		t.Errorf("raised %v", got)
	}
}

// TestVersionsAndOff: other versions are counted; an agent that is off is deaf.
func TestVersionsAndOff(t *testing.T) {
	g := newRig(t)
	msg := communityRequest(t, 2, "reader", request(snmp.PDUGet))
	if g.handle(msg) != nil || g.stat(side.Ordinary, snmp.StatInBadVersions) != 1 {
		t.Error("version 2 was taken")
	}
	g.traps().SetOff(true)
	if g.ask(snmp.Version2c, "reader", request(snmp.PDUGet)) != nil || g.stat(side.Ordinary, snmp.StatInPkts) != 1 {
		t.Error("an agent that is off answers or counts")
	}
}

// TestContexts: engine ID and context name select the virtual router.
func TestContexts(t *testing.T) {
	g := newRig(t)
	first, second := g.agents[0], g.agents[1]
	location := func(id snmp.EngineID, name string) (string, snmp.Tag) {
		c := g.client("ops", snmp.SHA, snmp.AES)
		c.contextEngine, c.context = id, name
		s, _ := c.do(request(snmp.PDUGet, names(sysLocation0)...))
		return s.PDU.Varbinds[0].Value.Str(), s.PDU.Type
	}
	for _, tt := range []struct {
		id         snmp.EngineID
		name, want string
	}{
		{first.cfg.Local.Identity().ID, "", "default room"},
		{first.cfg.Local.Identity().ID, "router1", "default room"},
		{first.cfg.Local.Identity().ID, "router2", "blue room"},
		{second.cfg.Local.Identity().ID, "router2", "blue room"},
		{second.cfg.Local.Identity().ID, "", "blue room"},
		{second.cfg.Local.Identity().ID, "router1", ""},
		{first.cfg.Local.Identity().ID, "router02", ""},
	} {
		if got, pdu := location(tt.id, tt.name); got != tt.want || (pdu == snmp.PDUReport) != (tt.want == "") {
			t.Errorf("%v %q: %q, %#x", tt.id, tt.name, got, pdu)
		}
	}
	if n := second.stats[side.Ordinary].Value(snmp.StatInGetRequests); n != 3 {
		t.Errorf("blue counted %d requests", n)
	}
	for _, off := range []func(on bool){
		func(on bool) { second.cfg.Traps.SetOff(on) }, func(on bool) { second.SetProxy(!on) }, func(on bool) { first.SetProxy(!on) },
	} {
		before := g.bothSides()
		off(true)
		if got, _ := location(second.cfg.Local.Identity().ID, "router2"); got != "" {
			t.Error("a virtual router that cannot be reached answers")
		}
		if got := changedStats(before, g.bothSides()); got != "ordinary snmpInPkts, ordinary snmpUnavailableContexts" {
			t.Errorf("counted %s", got)
		}
		off(false)
	}
	g.r.Remove(second)
	if got, pdu := location(second.cfg.Local.Identity().ID, "router2"); got != "" || pdu != snmp.PDUReport {
		t.Errorf("a virtual router that is gone answers %q", got)
	}
}

// TestLevels: a group's level is asked for in every message.
func TestLevels(t *testing.T) {
	g := newRig(t)
	for _, tt := range []struct {
		c      *client
		status snmp.ErrorStatus
	}{
		{g.client("ops", snmp.SHA, snmp.AES), snmp.NoError},
		{g.client("ops", snmp.SHA, snmp.NoPriv), snmp.AuthorizationError},
		{g.client("ops", snmp.NoAuth, snmp.NoPriv), snmp.AuthorizationError},
		{g.client("auth", snmp.SHA256, snmp.NoPriv), snmp.NoError},
		{g.client("plain", snmp.NoAuth, snmp.NoPriv), snmp.NoError},
	} {
		s, level := tt.c.do(request(snmp.PDUGet, names(sysDescr0)...))
		if level != tt.c.user.Level() || snmp.ErrorStatus(s.PDU.ErrorStatus) != tt.status {
			t.Errorf("%s at %v: %v, answered at %v", tt.c.user.Name, tt.c.user.Level(), snmp.ErrorStatus(s.PDU.ErrorStatus), level)
		}
	}
}

// TestBaseline: delta counts from the baseline of the side that was set.
func TestBaseline(t *testing.T) {
	g := newRig(t)
	g.busy()
	get := request(snmp.PDUGet, names(sysDescr0)...)
	ask := func() { g.v2("reader", get); g.v2("tap0", get) }
	in := func(viewer side.Side) [2]uint32 {
		a := g.agents[0]
		return [2]uint32{a.As(side.Clear(viewer == side.Secure)).Counters().Values[snmp.StatInPkts], a.As(side.Clear(viewer == side.Secure)).Delta().Values[snmp.StatInPkts]}
	}
	ask()
	if in(side.Ordinary) != [2]uint32{1, 1} || in(side.Secure) != [2]uint32{2, 2} {
		t.Errorf("%v %v", in(side.Ordinary), in(side.Secure))
	}
	g.agents[0].As(side.Clearance{}).Baseline()
	ask()
	if in(side.Ordinary) != [2]uint32{2, 1} || in(side.Secure) != [2]uint32{4, 3} {
		t.Errorf("%v %v", in(side.Ordinary), in(side.Secure))
	}
	g.agents[0].As(side.Clear(true)).Baseline()
	if in(side.Ordinary) != [2]uint32{2, 0} || in(side.Secure) != [2]uint32{4, 0} {
		t.Errorf("%v %v", in(side.Ordinary), in(side.Secure))
	}
}
