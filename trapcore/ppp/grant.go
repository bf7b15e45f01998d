package ppp

import (
	"fmt"
	"net/netip"
	"time"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2866"
	"layeh.com/radius/rfc2869"

	"mirrorsh/ascii"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/radius/client"
)

// classType is echoed in accounting.
const classType = rfc2865.Class_Type

// virtualRouter is the attribute of Juniper that names one.
const virtualRouter = 1

// grant is what a login was accepted with; the zero value is that of a login that no
// server has decided on.
type grant struct {
	remote    bool // a server has decided
	address   netip.Addr
	timeout   time.Duration // Session-Timeout; 0: as configured
	idle      time.Duration // Idle-Timeout; 0: as configured
	interim   time.Duration // Acct-Interim-Interval; 0: as configured
	noInterim bool          // it says that there is none
	class     [][]byte
	router    string // Virtual-Router; "": the one that was asked in
	mirroring *mirror.Attributes
}

// ungranted is the grant of all logins that no server has decided on. It is not changed.
var ungranted = &grant{}

// Mirroring returns the mirroring attributes, nil if there are none.
func (g *grant) Mirroring() *mirror.Attributes { return g.mirroring }

func (g *grant) authentic() rfc2866.AcctAuthentic {
	if g.remote {
		return rfc2866.AcctAuthentic_Value_RADIUS
	}
	return rfc2866.AcctAuthentic_Value_Local
}

// granted has how the attributes of an Access-Accept are read; false: its length or
// text is wrong. All others are ignored (RFC 2865 section 5).
var granted = map[radius.Type]func(g *grant, value radius.Attribute) bool{
	rfc2865.FramedIPAddress_Type: func(g *grant, value radius.Attribute) bool {
		a, ok := netip.AddrFromSlice(value)
		if ok && assigned(a) {
			g.address = a
		}
		return ok && a.Is4()
	},
	rfc2865.SessionTimeout_Type: func(g *grant, value radius.Attribute) bool {
		n, err := radius.Integer(value)
		g.timeout = limit(n, 0, MaxSession)
		return err == nil
	},
	rfc2865.IdleTimeout_Type: func(g *grant, value radius.Attribute) bool {
		n, err := radius.Integer(value)
		g.idle = limit(n, MinIdle, MaxIdle)
		return err == nil
	},
	rfc2869.AcctInterimInterval_Type: func(g *grant, value radius.Attribute) bool {
		n, err := radius.Integer(value)
		g.interim, g.noInterim = time.Duration(n)*time.Second, n == 0
		if n > 0 { // less is as much (JunosE Broadband Access 10.0, "Configuring Service Interim Accounting")
			g.interim = min(max(g.interim, MinInterim), MaxInterim)
		}
		return err == nil
	},
	rfc2865.Class_Type: func(g *grant, value radius.Attribute) bool {
		g.class = append(g.class, value)
		return len(value) > 0
	},
}

// assigned reports whether a server assigns an address: with these it leaves that to the
// router or to the subscriber (RFC 2865 section 5.8).
func assigned(a netip.Addr) bool {
	return a != netip.AddrFrom4([4]byte{255, 255, 255, 255}) && a != netip.AddrFrom4([4]byte{255, 255, 255, 254}) &&
		a != netip.AddrFrom4([4]byte{})
}

// never is a time-out that a server has ruled out.
const never time.Duration = -1

// limit is a time-out of so many seconds, moved into its bounds; 0 rules it out.
func limit(seconds uint32, least, most time.Duration) time.Duration {
	if seconds == 0 {
		return never
	}
	return min(max(time.Duration(seconds)*time.Second, least), most)
}

// read reads an Access-Accept, up to what is malformed. A mirroring attribute that is
// malformed is none of its business: whoever mirrors reports it, and lets the subscriber
// in all the same.
func read(answer *client.Answer) (*grant, error) {
	g := &grant{remote: true}
	var hidden mirror.Encrypted
	for _, a := range answer.Attributes {
		if a.Type == rfc2865.VendorSpecific_Type {
			if !g.vendor(a.Attribute, &hidden) {
				return g, errMalformed(rfc2865.VendorSpecific_Type)
			}
			continue
		}
		if take := granted[a.Type]; take != nil && !take(g, a.Attribute) {
			return g, errMalformed(a.Type)
		}
	}
	g.mirroring = hidden.Decrypt(answer.Reveal)
	return g, nil
}

func errMalformed(t radius.Type) error {
	return fmt.Errorf("attribute %d of its Access-Accept is malformed", t)
}

// vendor reads the attributes in a Vendor-Specific one. Those of others, and what
// does not have the suggested format, are ignored (RFC 2865 section 5.26).
func (g *grant) vendor(value radius.Attribute, hidden *mirror.Encrypted) bool {
	vendor, rest, err := radius.VendorSpecific(value)
	if err != nil || vendor != mirror.Vendor {
		return true
	}
	subs, err := radius.ParseAttributes(rest)
	if err != nil {
		return true
	}
	for _, sub := range subs {
		if hidden.Keep(byte(sub.Type), sub.Attribute) {
			continue
		}
		if sub.Type == virtualRouter {
			if g.router = string(sub.Attribute); !ascii.Visible(g.router) {
				return false
			}
		}
	}
	return true
}
