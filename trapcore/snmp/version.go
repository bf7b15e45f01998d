package snmp

import "strconv"

// Version is the version of a message, with the number it has there (RFC 1157,
// RFC 1901, RFC 3412 section 6.1).
type Version int32

const (
	Version1  Version = 0
	Version2c Version = 1
	Version3  Version = 3
)

// String returns v1, v2c or v3.
func (v Version) String() string {
	switch v {
	case Version1:
		return "v1"
	case Version2c:
		return "v2c"
	case Version3:
		return "v3"
	}
	return "version-" + strconv.Itoa(int(v))
}
