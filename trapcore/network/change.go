package network

import "net/netip"

// Change is one of the changes below. The set is closed: a listener switches
// over the types.
type Change interface{ change() }

// Listener is given the changes in the order they happened, one at a time. It
// may read the network, which has the state after the whole operation. It must
// not change it.
type Listener interface{ Changed(Change) }

// RouterAdded: there is a new virtual router.
type RouterAdded struct{ Router *Router }

// RouterRemoved: a virtual router is gone, after what was in it.
type RouterRemoved struct{ Router *Router }

// InterfaceAdded: there is a new interface. Its link comes up next.
type InterfaceAdded struct{ Interface }

// InterfaceRemoved: an interface is deleted, after the subscribers on it. If
// its link was up it goes down next.
type InterfaceRemoved struct{ Interface }

// LinkChanged: an interface came up or went down.
type LinkChanged struct{ Interface }

// AddressChanged: an interface got another address or mask, or lost it.
type AddressChanged struct{ Interface }

// RoutingChanged: routes to these prefixes lead elsewhere or nowhere now. It names
// neither a network of which only the interfaces are others, whose changes say so, nor
// what goes on leading to a prefix that it names.
type RoutingChanged struct {
	Router   *Router
	Prefixes []netip.Prefix
}

// LoggedIn: a subscriber has logged in; its IP interface is not up yet.
type LoggedIn struct {
	Login
	Authorization any // what the login was accepted with
}

// SubscriberUp: the IP interface of a subscriber has come up.
type SubscriberUp struct{ Login }

// LoggedOut: a subscriber is logged out.
type LoggedOut struct {
	Login
	Cause  LogoutCause
	Reason TerminationReason
}

// LogoutCause says what ended the session of a subscriber.
type LogoutCause uint8

const (
	Ended            LogoutCause = iota // by whoever ends sessions
	InterfaceDeleted                    // with the interface it came in over
	Failed                              // the session failed
)

// LoginRefused: a login was refused.
type LoginRefused struct{ Login }

// LoginFailed: a login failed.
type LoginFailed struct {
	Login
	Authorization any
	Reason        TerminationReason
}

// Completed: the operation is over, and all its changes have been given out.
type Completed struct{}

func (RouterAdded) change()      {}
func (RouterRemoved) change()    {}
func (InterfaceAdded) change()   {}
func (InterfaceRemoved) change() {}
func (LinkChanged) change()      {}
func (AddressChanged) change()   {}
func (RoutingChanged) change()   {}
func (LoggedIn) change()         {}
func (SubscriberUp) change()     {}
func (LoggedOut) change()        {}
func (LoginRefused) change()     {}
func (LoginFailed) change()      {}
func (Completed) change()        {}
