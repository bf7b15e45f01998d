package network

import (
	"net/netip"
	"strings"

	"github.com/tidwall/btree"
)

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

// empty reports whether there is nothing that can identify a session.
func (id Identification) empty() bool {
	id.Router = ""
	return id == Identification{}
}

func (id *Identification) matches(l *login) bool {
	return (id.UserName == "" || id.UserName == l.Name) &&
		(!id.Address.IsValid() || id.Address == l.Address) &&
		(id.CallingStationID == "" || id.CallingStationID == l.CallingStationID) &&
		(id.AcctSessionID == "" || id.AcctSessionID == l.AcctSessionID) &&
		(id.NASPortID == "" || id.NASPortID == l.NASPortID) &&
		(id.DHCPOption82 == "" || id.DHCPOption82 == l.DHCPOption82) &&
		(id.AgentCircuitID == "" || id.AgentCircuitID == l.AgentCircuitID) &&
		(id.AgentRemoteID == "" || id.AgentRemoteID == l.AgentRemoteID) &&
		(id.Router == "" || id.Router == l.router.name)
}

// Attribute is what subscribers have a value of, in all virtual routers.
type Attribute uint8

// The attributes by which logins are found, those first of which few have the same.
const (
	AcctSessionID Attribute = iota
	CallingStationID
	AgentRemoteID
	AgentCircuitID
	DHCPOption82
	NASPortID
	UserName // by which none is looked up in all virtual routers
)

var attributes = [...]func(*Subscriber) *string{
	AcctSessionID:    func(s *Subscriber) *string { return &s.AcctSessionID },
	CallingStationID: func(s *Subscriber) *string { return &s.CallingStationID },
	AgentRemoteID:    func(s *Subscriber) *string { return &s.AgentRemoteID },
	AgentCircuitID:   func(s *Subscriber) *string { return &s.AgentCircuitID },
	DHCPOption82:     func(s *Subscriber) *string { return &s.DHCPOption82 },
	NASPortID:        func(s *Subscriber) *string { return &s.NASPortID },
	UserName:         func(s *Subscriber) *string { return &s.Name },
}

// Of returns what a subscriber has of the attribute, "" if that is nothing.
func (a Attribute) Of(s *Subscriber) string { return *attributes[a](s) }

// byValue are the logins that have an attribute, by its value and then by number.
type byValue [len(attributes)]*btree.BTreeG[*login]

func newByValue() (all byValue) {
	for i, of := range attributes {
		all[i] = btree.NewBTreeGOptions(func(a, b *login) bool {
			x, y := *of(&a.Subscriber), *of(&b.Subscriber)
			return x < y || x == y && a.number < b.number
		}, btree.Options{NoLocks: true})
	}
	return all
}

func (all *byValue) add(l *login) {
	for i, of := range attributes {
		if *of(&l.Subscriber) != "" {
			all[i].Set(l)
		}
	}
}

func (all *byValue) remove(l *login) {
	for i, of := range attributes {
		if *of(&l.Subscriber) != "" {
			all[i].Delete(l)
		}
	}
}

// subscriber has the attributes that identify it.
func (id *Identification) subscriber() Subscriber {
	return Subscriber{
		AcctSessionID: id.AcctSessionID, CallingStationID: id.CallingStationID, NASPortID: id.NASPortID,
		DHCPOption82: id.DHCPOption82, AgentCircuitID: id.AgentCircuitID, AgentRemoteID: id.AgentRemoteID,
	}
}

// each gives out who matches, in the order of the logins, until visit has enough.
// It looks at those alone that have the name, the address or an attribute.
func (n *Network) each(id Identification, visit func(*login) bool) {
	if id.UserName != "" || id.Address.IsValid() {
		if id.Router == "" {
			id.Router = n.opts.Default
		}
		r := n.routers[id.Router]
		if r == nil {
			return
		}
		l := r.loggedInAt(id.Address)
		if id.UserName != "" {
			l = r.logins[id.UserName]
		}
		if l != nil && id.matches(l) {
			visit(l)
		}
		return
	}
	at := &login{Subscriber: id.subscriber()}
	for i, of := range attributes {
		value := *of(&at.Subscriber)
		if value == "" {
			continue
		}
		n.byValue[i].Ascend(at, func(l *login) bool {
			return *of(&l.Subscriber) == value && (!id.matches(l) || visit(l))
		})
		return
	}
}

// EachValue gives out the values of an attribute that begin with a prefix, in order and
// each once, and looks at no others. visit must not use the network.
func (n *Network) EachValue(of Attribute, prefix string, visit func(value string)) {
	last := "" // which is no value
	once := func(value string) {
		if value != last {
			last = value
			visit(value)
		}
	}
	from := new(login)
	for *attributes[of](&from.Subscriber) = prefix; from != nil; {
		from = n.values(of, from, prefix, once)
	}
}

// values gives out those of a part of the logins, and returns the next of these.
func (n *Network) values(of Attribute, from *login, prefix string, visit func(value string)) (next *login) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	given := 0
	n.byValue[of].Ascend(from, func(l *login) bool {
		value := *attributes[of](&l.Subscriber)
		switch {
		case !strings.HasPrefix(value, prefix):
			return false
		case given == part:
			next = l
			return false
		}
		given++
		visit(value)
		return true
	})
	return next
}

// Matching returns the numbers of the logins that match an identification, in
// order.
func (n *Network) Matching(id Identification) (numbers []uint64) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	n.each(id, func(l *login) bool {
		numbers = append(numbers, l.number)
		return true
	})
	return numbers
}

// identify finds the one subscriber that a request is about.
func (n *Network) identify(id Identification) (found *login, err error) {
	if id.empty() {
		return nil, &RequestError{MissingAttribute, "request identifies no session"}
	}
	several := false
	n.each(id, func(l *login) bool {
		several = found != nil
		found = l
		return !several
	})
	switch {
	case several:
		return nil, &RequestError{0, "request identifies several sessions"}
	case found == nil:
		return nil, &RequestError{SessionContextNotFound, "no session matches the request"}
	}
	return found, nil
}

// Find finds the session that a request identifies. Every error is a
// [RequestError].
func (n *Network) Find(id Identification) (Login, error) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	l, err := n.identify(id)
	if err != nil {
		return Login{}, err
	}
	return l.snapshot(), nil
}

// HasAddress reports whether an interface of any virtual router was given an
// address.
func (n *Network) HasAddress(a netip.Addr) bool {
	if !a.Is4() {
		return false
	}
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.addresses[number(a)] > 0
}

// Disconnect logs out the subscriber that a Disconnect-Request identifies
// (adminReset). Every error is a [RequestError].
func (n *Network) Disconnect(id Identification) error {
	return n.step(func(c *change) error {
		l, err := n.identify(id)
		if err == nil {
			c.logout(l, Ended, AdminReset)
		}
		return err
	})
}
