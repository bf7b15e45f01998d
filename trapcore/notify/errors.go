package notify

import (
	"errors"
	"fmt"
)

// Refusals, worded as the shell prints them after its percent sign.
var (
	ErrPacketMirrorUser = errors.New("packetMirror requires an SNMPv3 user authorized for packet mirroring (group mirror)")
	ErrTooManyHosts     = fmt.Errorf("no more than %d trap hosts are allowed", MaxHosts)
	errNoHost           = errors.New("no such trap host")
	errHostAddress      = errors.New("trap host address must be a unicast address of IPv4 or IPv6")
	errSecurityString   = fmt.Errorf("security string must be 1 to %d printable characters without blanks", MaxSecurityString)
	errVersion          = errors.New("trap version must be v1, v2c or v3")
	errInformVersion    = errors.New("informs require SNMPv2c or SNMPv3")
	ErrNoSecureHost     = errors.New("no host of the category packetMirror")
	ErrSecureTrapsOff   = errors.New("secure traps do not leave the router now")
	errNoCategory       = errors.New("no such trap category")
	errEntryLimit       = errors.New("entryLimit is more than other virtual routers leave")
	ErrNoLog            = errors.New("no such notification log")
	errTooManyLogs      = fmt.Errorf("no more than %d notification logs are allowed", maxLogs)
	errProxyRouter      = errors.New("trap-proxy can be enabled in the default virtual router only")
	errClosed           = errors.New("trap engine is closed")
)

// rangeError refuses a number outside its range.
type rangeError struct {
	What     string // as the shell names it
	Min, Max int64
}

func (e *rangeError) Error() string {
	return fmt.Sprintf("%s must be %d to %d", e.What, e.Min, e.Max)
}

func inRange(what string, v, smallest, largest int64) error {
	if v < smallest || v > largest {
		return &rangeError{What: what, Min: smallest, Max: largest}
	}
	return nil
}
