package agent

import (
	"cmp"
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
func counted(s string) mib.OID {
	o := make(mib.OID, 1+len(s))
	o[0] = uint32(len(s))
	for i := range len(s) {
		o[1+i] = uint32(s[i])
	}
	return o
}

// countedOID is an object identifier.
func countedOID(o mib.OID) mib.OID { return join(mib.OID{uint32(len(o))}, o) }

// compareCounted compares an object identifier as an index with the rest of a name.
func compareCounted(o, rest mib.OID) int {
	if len(rest) == 0 {
		return 1
	}
	return cmp.Or(cmp.Compare(uint32(len(o)), rest[0]), o.Compare(rest[1:]))
}

// address is an IpAddress.
func address(a netip.Addr) mib.OID {
	b := a.As4()
	return implied(string(b[:]))
}

func join(parts ...mib.OID) mib.OID {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	o := make(mib.OID, 0, n)
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
