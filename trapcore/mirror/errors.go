package mirror

import (
	"errors"
	"fmt"
)

// Refusals of the ordinary side, worded as the shell prints them after its
// percent sign. None of them depends on the secure side.
var (
	ErrNoRouter        = errors.New("no such virtual router")
	ErrNoInterface     = errors.New("interface not found")
	ErrTooManyIfs      = fmt.Errorf("no more than %d interfaces are allowed", MaxInterfaces)
	ErrAddress         = errors.New("not an address and mask that an interface can have")
	ErrHostPart        = errors.New("ip address is the network or broadcast address of its subnet")
	ErrAddressTaken    = errors.New("ip address is in use by another interface")
	ErrRoute           = errors.New("not an ip network with its mask")
	ErrNextHop         = errors.New("next hop must be an IPv4 unicast address")
	ErrNoRoute         = errors.New("no such route")
	ErrTooManyRoutes   = fmt.Errorf("no more than %d static routes are allowed", MaxRoutes)
	ErrLoggedIn        = errors.New("subscriber is logged in already")
	ErrNoSubscriber    = errors.New("no such subscriber")
	ErrSubscriberIP    = errors.New("ip address is in use by another subscriber")
	ErrNoAddressLeft   = errors.New("no ip address is left for the subscriber")
	ErrTooManySubs     = fmt.Errorf("no more than %d subscribers are allowed", MaxSubscribers)
	ErrSubscriberName  = errors.New("subscriber name must be 1 to 64 printable ASCII characters")
	ErrSubscriberValue = fmt.Errorf("attributes of a subscriber must be at most %d printable ASCII characters", MaxValue)
)

// Refusals of the secure side. Only methods of the secure side return them.
var (
	ErrTooManyRules      = fmt.Errorf("no more than %d mirror rules are allowed", MaxRules)
	ErrNoRule            = errors.New("no such mirror rule")
	ErrRuleValue         = fmt.Errorf("trigger value must be 1 to %d printable ASCII characters", MaxValue)
	ErrRuleUser          = fmt.Errorf("user name must be 1 to %d characters", MaxUserName)
	ErrRuleAddress       = errors.New("trigger value must be an ip address")
	ErrNoSession         = errors.New("no mirror session was started by that trigger")
	ErrListName          = fmt.Errorf("secure policy list name must be 1 to %d printable characters without blanks", MaxPolicyName)
	ErrRADIUSList        = errors.New("names that begin with spl_ belong to secure policies made by RADIUS")
	ErrNoList            = errors.New("no such secure policy list")
	ErrListInUse         = errors.New("secure policy list is attached")
	ErrListNamed         = errors.New("secure policy list is in use by the access session of a subscriber")
	ErrTooManyLists      = fmt.Errorf("no more than %d secure policy lists are allowed", MaxPolicyLists)
	ErrNoGroup           = errors.New("no such classifier group")
	ErrTooManyGroups     = fmt.Errorf("no more than %d classifier groups are allowed", MaxGroups)
	ErrNoMirrorRule      = errors.New("classifier group has no such mirror rule")
	ErrAnalyzerAddress   = errors.New("analyzer address must be an IPv4 unicast address")
	ErrL2TPHeader        = errors.New("mirroring of l2tp needs analyzer-udp-port, mirror-identifier and session-identifier")
	ErrNoClassifier      = errors.New("no such secure classifier list")
	ErrClassifierName    = errors.New("* is no name for a classifier list")
	ErrClassifierInUse   = errors.New("secure classifier list is referenced by a secure policy list")
	ErrTooManyClasses    = fmt.Errorf("no more than %d secure classifier lists of %d entries are allowed", MaxClassifierLists, MaxClassifiers)
	ErrNotAttached       = errors.New("no secure policy is attached in that direction")
	ErrPolicyOnAnalyzer  = errors.New("secure policies cannot be attached to an analyzer interface")
	ErrAnalyzerLoopback  = errors.New("a loopback interface cannot be an analyzer")
	ErrAnalyzerPolicy    = errors.New("interface carries a secure policy")
	ErrAnalyzerEthernet  = errors.New("an Ethernet interface cannot be the default analyzer")
	ErrAnalyzerDefault   = errors.New("virtual router has a default analyzer already")
	ErrNotAnalyzer       = errors.New("interface is not an analyzer")
	ErrNotDefaultAnalyze = errors.New("interface is not the default analyzer")
)

// RequestError refuses a RADIUS dynamic request. ErrorCause is the value of
// attribute 101 (RFC 5176 section 3.6); 0: a NAK without it.
type RequestError struct {
	ErrorCause int
	Text       string
}

func (e *RequestError) Error() string { return e.Text }

// Values of Error-Cause that a request can meet.
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
