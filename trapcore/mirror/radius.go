package mirror

import (
	"cmp"
	"encoding/binary"
	"errors"
	"net/netip"
	"strings"

	"mirrorsh/ascii"
	"mirrorsh/trapcore/network"
)

// Values of LI-Action (26-58 of vendor 4874).
const (
	liDisable  = 0
	LIEnable   = 1
	LINoAction = 2 // a decoy
)

// Attributes are the mirroring attributes of an Access-Accept or CoA-Request,
// in the clear. A nil field is absent.
type Attributes struct {
	Action   *uint32     // 26-58, LI-Action
	Handle   []byte      // 26-59, Med-Dev-Handle: 4 or 8 octets
	Analyzer *netip.Addr // 26-60, Med-IP-Address
	Port     *uint32     // 26-61, Med-Port-Number
}

// enables reports whether a login asks for mirroring: not if the action says
// no, and neither as a decoy.
func (a *Attributes) enables() bool {
	return a != nil && (a.Action == nil && (a.Handle != nil || a.Analyzer != nil || a.Port != nil) || a.Action != nil && *a.Action != liDisable && *a.Action != LINoAction)
}

// wrong is why attributes cannot be used.
type wrong struct {
	cause int // Error-Cause
	text  string
}

const textAnalyzer = "analyzer address is not usable"

// check says why the attributes are valid for no subscriber; nil: they can be.
func (a *Attributes) check() *wrong {
	if a.Handle != nil {
		if _, ok := parseHandle(a.Handle, ""); !ok {
			return &wrong{network.InvalidRequest, "mirror identifier is not formatted properly"}
		}
	}
	switch {
	case a.Analyzer != nil && !a.Analyzer.Is4():
		return &wrong{network.InvalidRequest, textAnalyzer}
	case a.Port != nil && *a.Port > 65535:
		return &wrong{network.InvalidRequest, "analyzer port is not 1 to 65535"}
	case a.Action == nil:
		return &wrong{network.MissingAttribute, "mirroring attributes without an action"}
	case *a.Action > LINoAction:
		return &wrong{network.InvalidRequest, "action is none of 0, 1 and 2"}
	case *a.Action != LIEnable:
		return nil
	case a.Analyzer == nil:
		return &wrong{network.MissingAttribute, "analyzer address is missing"}
	case !network.Unicast(*a.Analyzer):
		return &wrong{network.InvalidRequest, textAnalyzer}
	case (a.Handle == nil) != (a.Port == nil):
		return &wrong{network.MissingAttribute, "mirror identifier and analyzer port go together"}
	case a.Port != nil && *a.Port == 0:
		return &wrong{network.InvalidRequest, "analyzer port is not 1 to 65535"}
	}
	return nil
}

// Valid reports whether the attributes are what some subscriber can be mirrored
// with, or no longer mirrored.
func (a *Attributes) Valid() bool { return a.check() == nil }

// policy makes of the attributes what they ask to do with a subscriber.
func (a *Attributes) policy(sub *subscriber) (*Action, *wrong) {
	act := &Action{}
	if id, ok := parseHandle(a.Handle, sub.AcctSessionID); ok {
		act.Identified, act.Identity, act.MHV = true, id, a.Handle[0]>>6
	}
	switch w := a.check(); {
	case w != nil:
		return act, w
	case *a.Action != LIEnable:
		return act, nil
	case sub.L2TP && a.Port == nil:
		return act, &wrong{network.MissingAttribute, "L2TP mirroring needs mirror identifier and analyzer port"}
	}
	act.Analyzer = *a.Analyzer
	if a.Port != nil {
		act.Port = uint16(*a.Port)
	}
	return act, nil
}

// failure is what the trap and the mirror log say: the cause is that of the text.
func (w *wrong) failure() *Failure {
	if w.text == textAnalyzer {
		return &Failure{InvalidAnalyzerAddress, w.text}
	}
	return &Failure{MissingOrInvalidAttribute, w.text}
}

// parseHandle reads a Med-Dev-Handle. The two top bits tell the formats apart:
// 0, eight octets with mirror and session identifier; 1, four octets with the
// mirror identifier, the session identifier being the low 32 bits of the
// Acct-Session-Id.
func parseHandle(handle []byte, acctSessionID string) (Identity, bool) {
	switch {
	case len(handle) == 8 && handle[0]>>6 == 0:
		return Identity{MirrorID: binary.BigEndian.Uint32(handle), SessionID: binary.BigEndian.Uint32(handle[4:])}, true
	case len(handle) == 4 && handle[0]>>6 == 1:
		return Identity{MirrorID: binary.BigEndian.Uint32(handle) & MaxMirrorID, SessionID: low32(acctSessionID)}, true
	}
	return Identity{}, false
}

// low32 returns the low 32 bits of the number an Acct-Session-Id ends in; of
// one without a number those of its octets.
func low32(id string) uint32 {
	digits := id[len(strings.TrimRight(id, "0123456789")):]
	var n uint32
	if len(digits) > 0 {
		for _, d := range []byte(digits) {
			n = n*10 + uint32(d-'0')
		}
		return n
	}
	for _, b := range []byte(id) {
		n = n<<8 | uint32(b)
	}
	return n
}

// attachRADIUS mirrors a subscriber as attributes with action 1 say, in place of
// what mirrored its packets before.
func (c *change) attachRADIUS(sub *subscriber, source ConfigurationSource, t TriggerType, value string, attrs *Attributes) error {
	o := Origin{Time: c.at, Source: source, TriggerType: t, Trigger: value, RouterID: sub.router.UID()}
	a, wrong := attrs.policy(sub)
	if wrong != nil {
		c.failRADIUS(sub.router, o, a.Identity, sub.Name, wrong.failure())
		return &network.RequestError{ErrorCause: wrong.cause, Text: wrong.text}
	}
	var l *list
	full := &Failure{NoResourcesAvailable, textBlocked}
	if !sub.blocked(ipv4) {
		l = c.newRADIUSList(sub.protocol(), a)
		full.Text = "no more secure policies can be made"
	}
	if l == nil {
		c.failRADIUS(sub.router, o, a.Identity, sub.Name, full)
		return &network.RequestError{ErrorCause: network.ResourcesUnavailable, Text: full.Text}
	}
	failure := c.replace(&session{
		source: source, triggerType: t, trigger: value, list: l, sub: sub, directions: bothWays,
	})
	if failure != nil {
		return &network.RequestError{ErrorCause: network.ResourcesUnavailable, Text: failure.Text}
	}
	sub.pending[ipv6] = nil
	if s := sub.sessions[ipv6]; s != nil {
		c.stop(s)
	}
	return nil
}

// attribute returns the identification of highest precedence; false: there is
// none.
func attribute(id *network.Identification) (TriggerType, string, bool) {
	for _, t := range precedence {
		var v string
		switch t {
		case AcctSessionID:
			v = id.AcctSessionID
		case CallingStationID:
			v = id.CallingStationID
		case IPAddress:
			if id.Address.IsValid() {
				v = id.Address.String()
			}
		case Username:
			v = id.UserName
		case NASPortID:
			v = id.NASPortID
		case DHCPOption82:
			v = id.DHCPOption82
		case AgentCircuitID:
			v = id.AgentCircuitID
		case AgentRemoteID:
			v = id.AgentRemoteID
		}
		if v != "" {
			return t, v, true
		}
	}
	return 0, "", false
}

// find finds the subscriber that a request is about.
func (m *Machine) find(id network.Identification) (*subscriber, error) {
	l, err := m.net.Find(id)
	if err != nil {
		return nil, err
	}
	sub, _ := m.subs.Get(l.Number)
	return sub, nil
}

// ChangeMirroring does what the mirroring attributes of a CoA-Request say, with
// a subscriber that is logged in. Every error is a [network.RequestError]; it has been
// reported on the secure side.
func (m *Machine) ChangeMirroring(id network.Identification, attrs Attributes) error {
	return m.change(func(c *change) error {
		sub, err := m.find(id)
		if refused := (*network.RequestError)(nil); errors.As(err, &refused) {
			cause := NoSuchUserOrInterface
			if refused.ErrorCause == network.MissingAttribute {
				cause = MissingOrInvalidAttribute
			}
			c.failRequest(id, nil, &attrs, &Failure{cause, refused.Text})
			return err
		}
		t, value, _ := attribute(&id)
		a, wrong := attrs.policy(sub)
		if wrong == nil && *attrs.Action == LINoAction {
			return nil
		}
		if wrong != nil || *attrs.Action == LIEnable {
			return c.attachRADIUS(sub, RADIUSCoA, t, value, &attrs)
		}
		s := sub.sessions[ipv4]
		switch {
		case sub.blocked(ipv4), s != nil && !s.list.radius, s == nil && (sub.blocked(ipv6) || sub.sessions[ipv6] != nil):
			o := Origin{Time: c.at, Source: RADIUSCoA, TriggerType: t, Trigger: value, RouterID: sub.router.UID()}
			f := &Failure{CauseGenericFailure, "mirroring was configured from the command line"}
			c.failRADIUS(sub.router, o, a.Identity, sub.Name, f)
			return &network.RequestError{ErrorCause: network.SessionNotRemovable, Text: f.Text}
		case s != nil:
			c.stop(s)
		}
		return nil
	})
}

// RefuseMirroring reports on the secure side that a CoA-Request with mirroring
// attributes was refused before it came to [Machine.ChangeMirroring]: it has an
// attribute that is not supported, is for another NAS, or has an identification
// of the wrong form, in which case id is what could be read of it.
func (m *Machine) RefuseMirroring(id network.Identification, attrs Attributes, why *network.RequestError) {
	_ = m.change(func(c *change) error {
		sub, _ := m.find(id)
		c.failRequest(id, sub, &attrs, &Failure{MissingOrInvalidAttribute, why.Text})
		return nil
	})
}

// failRequest reports a request that is about sub, or about nobody (nil): then
// it belongs to the virtual router it names, else to the default one.
func (c *change) failRequest(id network.Identification, sub *subscriber, attrs *Attributes, f *Failure) {
	t, value, ok := attribute(&id)
	if !ok {
		t = AcctSessionID
	}
	r, session, user := c.m.routerNamed(id.Router), id.AcctSessionID, ascii.Display(cmp.Or(id.UserName, value, "unknown"), network.MaxUserName)
	switch {
	case sub != nil:
		r, session, user = sub.router, sub.AcctSessionID, sub.Name
	case r == nil:
		r = c.m.def
	}
	var ids Identity
	if attrs.Handle != nil {
		ids, _ = parseHandle(attrs.Handle, session)
	}
	o := Origin{Time: c.at, Source: RADIUSCoA, TriggerType: t, Trigger: ascii.Display(value, network.MaxValue), RouterID: r.UID()}
	c.failRADIUS(r, o, ids, user, f)
}
