package mirror

import (
	"errors"
	"fmt"

	"mirrorsh/trapcore/network"
)

// Refusals, worded as the shell prints them after its percent sign.
var (
	ErrTooManyRules      = fmt.Errorf("no more than %d mirror rules are allowed", MaxRules)
	ErrNoRule            = errors.New("no such mirror rule")
	ErrRuleValue         = fmt.Errorf("trigger value must be 1 to %d printable ASCII characters", network.MaxValue)
	ErrRuleUser          = fmt.Errorf("user name must be 1 to %d characters", network.MaxUserName)
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
