package notify

import (
	"errors"
	"fmt"
)

// Refusals, worded as the shell prints them after its percent sign.
var (
	ErrPacketMirrorUser = errors.New("packetMirror requires an SNMPv3 user authorized for packet mirroring (group mirror)")
	ErrTooManyHosts     = fmt.Errorf("no more than %d trap hosts are allowed", MaxHosts)
	ErrNoHost           = errors.New("no such trap host")
	ErrHostAddress      = errors.New("trap host address must be a unicast address of IPv4, or one of IPv6 that is not of a link alone")
	ErrSecurityString   = fmt.Errorf("security string must be 1 to %d printable characters without blanks", MaxSecurityString)
	ErrVersion          = errors.New("trap version must be v1, v2c or v3")
	ErrInformVersion    = errors.New("informs require SNMPv2c or SNMPv3")
	ErrNoSecureHost     = errors.New("no host of the category packetMirror")
	ErrSecureTrapsOff   = errors.New("secure traps do not leave the router now")
	ErrNoCategory       = errors.New("no such trap category")
	ErrEntryLimit       = errors.New("entryLimit is more than other virtual routers leave")
	ErrNoLog            = errors.New("no such notification log")
	ErrTooManyLogs      = fmt.Errorf("no more than %d notification logs are allowed", MaxLogs)
	ErrProxyRouter      = errors.New("trap-proxy can be enabled in the default virtual router only")
	ErrClosed           = errors.New("trap engine is closed")
)

// RangeError refuses a number outside its range.
type RangeError struct {
	What     string // as the shell names it
	Min, Max int64
}

func (e *RangeError) Error() string {
	return fmt.Sprintf("%s must be %d to %d", e.What, e.Min, e.Max)
}

func inRange(what string, v, smallest, largest int64) error {
	if v < smallest || v > largest {
		return &RangeError{What: what, Min: smallest, Max: largest}
	}
	return nil
}
