package mirror

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
)

// Values of LI-Action (26-58 of vendor 4874).
const (
	LIDisable  = 0
	LIEnable   = 1
	LINoAction = 2 // a decoy
)

// Attributes are the mirroring attributes of an Access-Accept or CoA-Request,
// in the clear (reference packet-mirroring.md 2.10). A nil field is absent.
type Attributes struct {
	Action   *uint32     // 26-58, LI-Action
	Handle   []byte      // 26-59, Med-Dev-Handle: 4 or 8 octets
	Analyzer *netip.Addr // 26-60, Med-IP-Address
	Port     *uint32     // 26-61, Med-Port-Number
}

// enables reports whether a login asks for mirroring: not if the action says
// no, and neither as a decoy.
func (a *Attributes) enables() bool {
	return a != nil && (a.Action == nil && (a.Handle != nil || a.Analyzer != nil || a.Port != nil) || a.Action != nil && *a.Action != LIDisable && *a.Action != LINoAction)
}

// wrong is why attributes cannot be used.
type wrong struct {
	cause int // Error-Cause
	text  string
}

// check says why the attributes are valid for no subscriber; nil: they can be.
func (a *Attributes) check() *wrong {
	if a.Handle != nil {
		if _, ok := ParseHandle(a.Handle, ""); !ok {
			return &wrong{InvalidRequest, "mirror identifier is not formatted properly"}
		}
	}
	switch {
	case a.Analyzer != nil && !a.Analyzer.Is4():
		return &wrong{InvalidRequest, "analyzer address is not usable"}
	case a.Port != nil && *a.Port > 65535:
		return &wrong{InvalidRequest, "analyzer port is not 1 to 65535"}
	case a.Action == nil:
		return &wrong{MissingAttribute, "mirroring attributes without an action"}
	case *a.Action > LINoAction:
		return &wrong{InvalidRequest, "action is none of 0, 1 and 2"}
	case *a.Action != LIEnable:
		return nil
	case a.Analyzer == nil:
		return &wrong{MissingAttribute, "analyzer address is missing"}
	case !Unicast(*a.Analyzer):
		return &wrong{InvalidRequest, "analyzer address is not usable"}
	case (a.Handle == nil) != (a.Port == nil):
		return &wrong{MissingAttribute, "mirror identifier and analyzer port go together"}
	case a.Port != nil && *a.Port == 0:
		return &wrong{InvalidRequest, "analyzer port is not 1 to 65535"}
	}
	return nil
}

// Valid reports whether the attributes are what some subscriber can be mirrored
// with, or no longer mirrored.
func (a *Attributes) Valid() bool { return a.check() == nil }

// policy makes of the attributes what they ask to do with a subscriber.
func (a *Attributes) policy(sub *subscriber) (*Action, *wrong) {
	act := &Action{}
	if id, ok := ParseHandle(a.Handle, sub.AcctSessionID); ok {
		act.Identified, act.Identity = true, id
	}
	switch w := a.check(); {
	case w != nil:
		return act, w
	case *a.Action != LIEnable:
		return act, nil
	case sub.L2TP && a.Port == nil:
		return act, &wrong{MissingAttribute, "L2TP mirroring needs mirror identifier and analyzer port"}
	}
	act.Analyzer = *a.Analyzer
	if a.Port != nil {
		act.Port = uint16(*a.Port)
	}
	return act, nil
}

// failure is what the trap and the mirror log say.
func (w *wrong) failure(a *Attributes) *Failure {
	cause := MissingOrInvalidAttribute
	if a.Analyzer != nil && !Unicast(*a.Analyzer) {
		cause = InvalidAnalyzerAddress
	}
	return &Failure{cause, w.text}
}

// ParseHandle reads a Med-Dev-Handle (reference packet-mirroring.md 5.2). The
// two top bits tell the formats apart: 0, eight octets with mirror and session
// identifier; 1, four octets with the mirror identifier, the session identifier
// being the low 32 bits of the Acct-Session-Id.
func ParseHandle(handle []byte, acctSessionID string) (Identity, bool) {
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

// attachRADIUS mirrors a subscriber as attributes with action 1 say.
func (c *change) attachRADIUS(sub *subscriber, source ConfigurationSource, t TriggerType, value string, attrs *Attributes) error {
	o := Origin{Time: c.at, Source: source, TriggerType: t, Trigger: value, RouterID: sub.router.UID}
	a, wrong := attrs.policy(sub)
	if wrong != nil {
		c.failRADIUS(sub.router, o, a.Identity, sub.Name, wrong.failure(attrs))
		return &RequestError{wrong.cause, wrong.text}
	}
	var l *list
	full := &Failure{NoResourcesAvailable, textBlocked}
	if !sub.blocked() {
		l = c.newRADIUSList(sub.protocol(), a)
		full.Text = "no more secure policies can be made"
	}
	if l == nil {
		c.failRADIUS(sub.router, o, a.Identity, sub.Name, full)
		return &RequestError{ResourcesUnavailable, full.Text}
	}
	failure := c.replace(&session{
		source: source, triggerType: t, trigger: value, list: l, sub: sub, directions: bothWays,
	})
	if failure != nil {
		return &RequestError{ResourcesUnavailable, failure.Text}
	}
	return nil
}

// Identification says which session a dynamic request is about; every field
// that is set must match. A user name or address is looked up in Router, ""
// being the default one; the others are looked up everywhere unless Router is
// set.
type Identification struct {
	UserName         string     // User-Name
	Router           string     // Virtual-Router, 26-1
	Address          netip.Addr // Framed-IP-Address
	CallingStationID string
	AcctSessionID    string
	NASPortID        string
	DHCPOption82     string
	AgentCircuitID   string
	AgentRemoteID    string
}

// attribute returns the identification of highest precedence; false: there is
// none.
func (id *Identification) attribute() (TriggerType, string, bool) {
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

func (id *Identification) matches(sub *subscriber) bool {
	vr := id.Router
	return (id.UserName == "" || id.UserName == sub.Name) &&
		(!id.Address.IsValid() || id.Address == sub.address) &&
		(id.CallingStationID == "" || id.CallingStationID == sub.CallingStationID) &&
		(id.AcctSessionID == "" || id.AcctSessionID == sub.AcctSessionID) &&
		(id.NASPortID == "" || id.NASPortID == sub.NASPortID) &&
		(id.DHCPOption82 == "" || id.DHCPOption82 == sub.DHCPOption82) &&
		(id.AgentCircuitID == "" || id.AgentCircuitID == sub.AgentCircuitID) &&
		(id.AgentRemoteID == "" || id.AgentRemoteID == sub.AgentRemoteID) &&
		(vr == "" || vr == sub.router.Name)
}

// identify finds the one subscriber that a request is about.
func (m *Machine) identify(id Identification) (*subscriber, *RequestError) {
	if _, _, ok := id.attribute(); !ok {
		return nil, &RequestError{MissingAttribute, "request identifies no session"}
	}
	if id.Router == "" && (id.UserName != "" || id.Address.IsValid()) {
		id.Router = m.def.Name
	}
	var candidates []*subscriber
	switch r := m.routers[id.Router]; {
	case r != nil && id.UserName != "":
		candidates = []*subscriber{r.subs[id.UserName]}
	case r != nil && id.Address.IsValid():
		candidates = []*subscriber{r.byAddress[id.Address]}
	default:
		candidates = m.everyone()
	}
	var found *subscriber
	for _, sub := range candidates {
		if sub == nil || !id.matches(sub) {
			continue
		}
		if found != nil {
			return nil, &RequestError{0, "request identifies several sessions"}
		}
		found = sub
	}
	if found == nil {
		return nil, &RequestError{SessionContextNotFound, "no session matches the request"}
	}
	return found, nil
}

// Find checks that a request identifies a session. Errors are those of
// identification: a [RequestError].
func (m *Machine) Find(id Identification) error {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if _, err := m.identify(id); err != nil {
		return err
	}
	return nil
}

// Disconnect logs out the subscriber that a Disconnect-Request identifies
// (adminReset). Every error is a [RequestError].
func (m *Machine) Disconnect(id Identification) error {
	return m.changeAll(func(c *change) error {
		sub, err := m.identify(id)
		if err != nil {
			return err
		}
		c.logout(sub, AdminReset)
		return nil
	})
}

// ChangeMirroring does what the mirroring attributes of a CoA-Request say, with
// a subscriber that is logged in. Every error is a [RequestError]; it has been
// reported on the secure side.
func (m *Machine) ChangeMirroring(id Identification, attrs Attributes) error {
	return m.changeAll(func(c *change) error {
		sub, err := m.identify(id)
		if err != nil {
			cause := NoSuchUserOrInterface
			if err.ErrorCause == MissingAttribute {
				cause = MissingOrInvalidAttribute
			}
			c.failRequest(id, nil, &attrs, &Failure{cause, err.Text})
			return err
		}
		t, value, _ := id.attribute()
		a, wrong := attrs.policy(sub)
		if wrong == nil && *attrs.Action == LINoAction {
			return nil
		}
		if wrong != nil || *attrs.Action == LIEnable {
			return c.attachRADIUS(sub, RADIUSCoA, t, value, &attrs)
		}
		s := sub.session
		switch {
		case sub.blocked(), s != nil && !s.list.radius:
			o := Origin{Time: c.at, Source: RADIUSCoA, TriggerType: t, Trigger: value, RouterID: sub.router.UID}
			f := &Failure{CauseGenericFailure, "mirroring was configured from the command line"}
			c.failRADIUS(sub.router, o, a.Identity, sub.Name, f)
			return &RequestError{SessionNotRemovable, f.Text}
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
func (m *Machine) RefuseMirroring(id Identification, attrs Attributes, why *RequestError) {
	_ = m.changeAll(func(c *change) error {
		sub, _ := m.identify(id)
		c.failRequest(id, sub, &attrs, &Failure{MissingOrInvalidAttribute, why.Text})
		return nil
	})
}

// failRequest reports a request that is about sub, or about nobody (nil): then
// it belongs to the virtual router it names, else to the default one.
func (c *change) failRequest(id Identification, sub *subscriber, attrs *Attributes, f *Failure) {
	t, value, ok := id.attribute()
	if !ok {
		t = AcctSessionID
	}
	r, session, user := c.m.routers[id.Router], id.AcctSessionID, display(cmp.Or(id.UserName, value, "unknown"), MaxUserName)
	switch {
	case sub != nil:
		r, session, user = sub.router, sub.AcctSessionID, sub.Name
	case r == nil:
		r = c.m.def
	}
	var ids Identity
	if attrs.Handle != nil {
		ids, _ = ParseHandle(attrs.Handle, session)
	}
	o := Origin{Time: c.at, Source: RADIUSCoA, TriggerType: t, Trigger: display(value, MaxValue), RouterID: r.UID}
	c.failRADIUS(r, o, ids, user, f)
}

// display shows what a peer sent as at most n octets of printable ASCII: any
// other octet is \xHH.
func display(s string, n int) string {
	var b []byte
	for _, c := range []byte(s) {
		shown := []byte{c}
		if c < ' ' || c > '~' {
			shown = fmt.Appendf(nil, `\x%02x`, c)
		}
		if len(b)+len(shown) > n {
			break
		}
		b = append(b, shown...)
	}
	return string(b)
}

// HasAddress reports whether an interface of any virtual router was given an
// address.
func (m *Machine) HasAddress(a netip.Addr) bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, r := range m.routers {
		for _, i := range r.interfaces {
			if i.sub == nil && i.address.IsValid() && i.address.Addr() == a {
				return true
			}
		}
	}
	return false
}
