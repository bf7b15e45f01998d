package mib

import (
	"math"
	"time"
)

// Assignment is a value for an object, as the field of an event has it: an int64,
// a string, a netip.Addr or a time.Time.
type Assignment struct {
	Object *Object
	Value  any
}

// NoZone is the location of a time whose zone is not told: its DateAndTime has 8
// octets (RFC 2579 section 2).
var NoZone = time.FixedZone("", 0)

// Sizes of texts (RFC 2579 section 2, RFC 2578 section 7.1.2).
const (
	maxDisplayString = 255
	maxOctetString   = 65535
)

// Range returns the least and the largest number of an object, or of octets in its
// text; both 0 if it has neither.
func (o *Object) Range() (least, most int64) {
	if o.Min != 0 || o.Max != 0 {
		return o.Min, o.Max
	}
	switch o.Syntax {
	case Integer32:
		return math.MinInt32, math.MaxInt32
	case Unsigned32, Counter32, Gauge32, TimeTicks:
		return 0, math.MaxUint32
	case Counter64:
		return 0, math.MaxInt64
	case TruthValue:
		return 1, 2
	case DisplayString:
		return 0, maxDisplayString
	case OctetString:
		return 0, maxOctetString
	}
	return 0, 0
}
