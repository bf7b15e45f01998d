package network

import (
	"errors"
	"fmt"
)

// Refusals, worded as the shell prints them after its percent sign.
var (
	ErrNoRouter        = errors.New("no such virtual router")
	errRouterExists    = errors.New("virtual router already exists")
	ErrNoInterface     = errors.New("interface not found")
	errTooManyIfs      = fmt.Errorf("no more than %d interfaces are allowed", maxInterfaces)
	errAddress         = errors.New("not an address and mask that an interface can have")
	errAdapter         = errors.New("slots of this chassis have no adapters that interfaces are named by: SLOT/PORT")
	errHostPart        = errors.New("ip address is the network or broadcast address of its subnet")
	errAddressTaken    = errors.New("ip address is in use by another interface")
	errMartianHost     = errors.New("no interface and no host has one of the")
	errMartianRoute    = errors.New("no route leads to")
	errRoute           = errors.New("not an ip network with its mask")
	errNextHop         = errors.New("next hop must be an address that a host can have")
	errNoRoute         = errors.New("no such route")
	errTooManyRoutes   = fmt.Errorf("no more than %d static routes are allowed", maxRoutes)
	errTooManyInAll    = fmt.Errorf("no more than %d static routes are allowed in all virtual routers", maxAllRoutes)
	errLoggedIn        = errors.New("subscriber is logged in already")
	ErrNoSubscriber    = errors.New("no such subscriber")
	errSubscriberDown  = errors.New("ip interface of the subscriber is down")
	errSubscriberIP    = errors.New("ip address is in use by another subscriber")
	errNoAddressLeft   = errors.New("no ip address is left for the subscriber")
	errTooManySubs     = fmt.Errorf("no more than %d subscribers are allowed", MaxSubscribers)
	errSubscriberName  = fmt.Errorf("subscriber name must be 1 to %d printable ASCII characters", MaxUserName)
	errDescription     = fmt.Errorf("description must be at most %d printable ASCII characters", MaxDescription)
	errSubscriberValue = fmt.Errorf("attributes of a subscriber must be at most %d printable ASCII characters", MaxValue)
)

// RequestError refuses a RADIUS dynamic request. ErrorCause is the value of
// attribute 101 (RFC 5176 section 3.6); 0: a NAK without it.
type RequestError struct {
	ErrorCause int
	Text       string
}

func (e *RequestError) Error() string { return e.Text }

// Values of Error-Cause.
const (
	UnsupportedAttribute   = 401
	MissingAttribute       = 402
	NASMismatch            = 403
	InvalidRequest         = 404
	UnsupportedService     = 405
	SessionContextNotFound = 503
	SessionNotRemovable    = 504
	ResourcesUnavailable   = 506
)
