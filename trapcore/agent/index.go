package agent

import (
	"net/netip"

	"mirrorsh/mib"
)

// Instances are built of index objects as RFC 2578 section 7.7 says.

// implied is a string of variable length whose length is not put in front.
func implied(s string) mib.OID {
	o := make(mib.OID, len(s))
	for i := range len(s) {
		o[i] = uint32(s[i])
	}
	return o
}

// counted is a string of variable length.
func counted(s string) mib.OID { return append(mib.OID{uint32(len(s))}, implied(s)...) }

// countedOID is an object identifier.
func countedOID(o mib.OID) mib.OID { return append(mib.OID{uint32(len(o))}, o...) }

// address is an IpAddress.
func address(a netip.Addr) mib.OID {
	b := a.As4()
	return implied(string(b[:]))
}

func join(parts ...mib.OID) mib.OID {
	var o mib.OID
	for _, p := range parts {
		o = append(o, p...)
	}
	return o
}

// octets reads an index that is implied to its end.
func octets(index mib.OID) (string, bool) {
	b := make([]byte, len(index))
	for i, n := range index {
		if n > 255 {
			return "", false
		}
		b[i] = byte(n)
	}
	return string(b), true
}
