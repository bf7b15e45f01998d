package network

import "net/netip"

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

// identify finds the one subscriber that a request is about.
func (n *Network) identify(id Identification) (found *login, err error) {
	if id.empty() {
		return nil, &RequestError{MissingAttribute, "request identifies no session"}
	}
	if id.Router == "" && (id.UserName != "" || id.Address.IsValid()) {
		id.Router = n.opts.Default
	}
	several := false
	try := func(l *login) bool {
		if l != nil && id.matches(l) {
			several = found != nil
			found = l
		}
		return !several
	}
	switch r := n.routers[id.Router]; {
	case r != nil && id.UserName != "":
		try(r.logins[id.UserName])
	case r != nil && id.Address.IsValid():
		try(r.byAddress[id.Address])
	default:
		n.logins.Scan(func(_ uint64, l *login) bool { return try(l) })
	}
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
	for _, r := range n.routers {
		if _, ok := r.addresses.Get(number(a)); ok {
			return true
		}
	}
	return false
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
