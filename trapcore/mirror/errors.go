package mirror

import (
	"errors"
	"fmt"

	"mirrorsh/trapcore/network"
)

// Refusals, worded as the shell prints them after its percent sign.
var (
	errTooManyRules      = fmt.Errorf("no more than %d mirror rules are allowed", MaxRules)
	errNoRule            = errors.New("no such mirror rule")
	errRuleValue         = fmt.Errorf("trigger value must be 1 to %d printable ASCII characters", network.MaxValue)
	errRuleUser          = fmt.Errorf("user name must be 1 to %d characters", network.MaxUserName)
	errRuleAddress       = errors.New("trigger value must be an ip address")
	errNoSession         = errors.New("no mirror session was started by that trigger")
	errListName          = fmt.Errorf("secure policy list name must be 1 to %d printable characters without blanks", MaxPolicyName)
	errRADIUSList        = errors.New("names that begin with spl_ belong to secure policies made by RADIUS")
	ErrNoList            = errors.New("no such secure policy list")
	errListInUse         = errors.New("secure policy list is attached")
	errListNamed         = errors.New("secure policy list is in use by the access session of a subscriber")
	errTooManyLists      = fmt.Errorf("no more than %d secure policy lists are allowed", maxPolicyLists)
	errNoGroup           = errors.New("no such classifier group")
	errTooManyGroups     = fmt.Errorf("no more than %d classifier groups are allowed", maxGroups)
	errNoMirrorRule      = errors.New("classifier group has no such mirror rule")
	errAnalyzerAddress   = errors.New("analyzer address must be an IPv4 unicast address")
	errL2TPHeader        = errors.New("mirroring of l2tp needs analyzer-udp-port, mirror-identifier and session-identifier")
	ErrNoClassifier      = errors.New("no such secure classifier list")
	errClassifierName    = errors.New("* is no name for a classifier list")
	errClassifierInUse   = errors.New("secure classifier list is referenced by a secure policy list")
	errTooManyClasses    = fmt.Errorf("no more than %d secure classifier lists of %d entries are allowed", maxClassifierLists, maxClassifiers)
	errNotAttached       = errors.New("no secure policy is attached in that direction")
	errPolicyOnAnalyzer  = errors.New("secure policies cannot be attached to an analyzer interface")
	errAnalyzerLoopback  = errors.New("a loopback interface cannot be an analyzer")
	errAnalyzerPolicy    = errors.New("interface carries a secure policy")
	errAnalyzerEthernet  = errors.New("an Ethernet interface cannot be the default analyzer")
	errAnalyzerDefault   = errors.New("virtual router has a default analyzer already")
	errNotAnalyzer       = errors.New("interface is not an analyzer")
	errNotDefaultAnalyze = errors.New("interface is not the default analyzer")
)
