package radius

import (
	"fmt"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2866"
	"layeh.com/radius/rfc2869"
	"layeh.com/radius/rfc3162"

	"mirrorsh/trapcore/network"
)

// meaning is what an attribute is for in a request (RFC 5176 sections 3 and
// 3.6), and with which Error-Cause it is refused (section 3.5). One that is
// there for identification and malformed, or is there twice, is refused with
// 404.
type meaning byte

const (
	unsupported meaning = iota // 401
	service                    // 405: no value of Service-Type is supported
	nas                        // it is the router's, or 403
	session                    // it is the session's, or 503
	scope                      // the virtual router of the session, or 503; alone it identifies none
	mirroring                  // a change of authorization: see package mirror
	returned                   // it comes back as it is
	checked                    // before all others; see fresh and authentic
)

// attributeID names an attribute; vendor 0 is the standard.
type attributeID struct {
	vendor uint32
	number byte
}

func (k attributeID) String() string {
	if k.vendor == 0 {
		return fmt.Sprint("attribute ", k.number)
	}
	return fmt.Sprintf("attribute %d of vendor %d", k.number, k.vendor)
}

// attribute is a row of the table. take reads the value; false: it is
// malformed.
type attribute struct {
	coa, disconnect meaning
	take            func(*request, []byte) bool
}

func (a *attribute) in(code radius.Code) meaning {
	if code == radius.CodeDisconnectRequest {
		return a.disconnect
	}
	return a.coa
}

// Vendors and their attributes (JunosE Broadband Access, "Juniper Networks VSAs";
// RFC 4679).
const (
	vendorJuniper = 4874
	virtualRouter = 1
	liAction      = 58
	medDevHandle  = 59
	medIPAddress  = 60
	medPortNumber = 61
	dhcpOption82  = 159

	vendorADSLForum = 3561
	agentCircuitID  = 1
	agentRemoteID   = 2
)

// attributes has all that are supported in some request. Of identification the
// rest, such as NAS-Port and Called-Station-Id, is what sessions do not have
// here.
var attributes = map[attributeID]attribute{
	{0, byte(rfc2865.NASIPAddress_Type)}:   {nas, nas, address(func(r *request) addr { return &r.nasAddress })},
	{0, byte(rfc2865.NASIdentifier_Type)}:  {nas, nas, text(func(r *request) str { return &r.nasIdentifier })},
	{0, byte(rfc3162.NASIPv6Address_Type)}: {nas, nas, address6(func(r *request) addr { return &r.nasAddress6 })},

	{0, byte(rfc2865.UserName_Type)}:         {session, session, text(func(r *request) str { return &r.id.UserName })},
	{0, byte(rfc2865.FramedIPAddress_Type)}:  {session, session, address(func(r *request) addr { return &r.id.Address })},
	{0, byte(rfc2865.CallingStationID_Type)}: {session, session, text(func(r *request) str { return &r.id.CallingStationID })},
	{0, byte(rfc2866.AcctSessionID_Type)}:    {session, session, text(func(r *request) str { return &r.id.AcctSessionID })},
	{0, byte(rfc2869.NASPortID_Type)}:        {session, session, text(func(r *request) str { return &r.id.NASPortID })},
	{vendorJuniper, dhcpOption82}:            {session, session, text(func(r *request) str { return &r.id.DHCPOption82 })},
	{vendorADSLForum, agentCircuitID}:        {session, session, text(func(r *request) str { return &r.id.AgentCircuitID })},
	{vendorADSLForum, agentRemoteID}:         {session, session, text(func(r *request) str { return &r.id.AgentRemoteID })},
	{vendorJuniper, virtualRouter}:           {scope, scope, text(func(r *request) str { return &r.id.Router })},

	{vendorJuniper, liAction}:      {mirroring, unsupported, hidden(liAction)},
	{vendorJuniper, medDevHandle}:  {mirroring, unsupported, hidden(medDevHandle)},
	{vendorJuniper, medIPAddress}:  {mirroring, unsupported, hidden(medIPAddress)},
	{vendorJuniper, medPortNumber}: {mirroring, unsupported, hidden(medPortNumber)},

	{0, byte(rfc2865.ServiceType_Type)}:          {coa: service},
	{0, byte(rfc2865.State_Type)}:                {coa: returned}, // RFC 5176 section 3.3
	{0, byte(rfc2865.ProxyState_Type)}:           {coa: returned, disconnect: returned},
	{0, byte(rfc2869.EventTimestamp_Type)}:       {checked, checked, timestamp},
	{0, byte(rfc2869.MessageAuthenticator_Type)}: {coa: checked, disconnect: checked},
}

// read takes the attributes of a packet apart.
func read(packet *radius.Packet) *request {
	req := &request{code: packet.Code, seen: map[attributeID]bool{}}
	for _, a := range packet.Attributes {
		if a.Type == rfc2865.VendorSpecific_Type {
			req.vendor(a.Attribute)
			continue
		}
		req.add(attributeID{0, byte(a.Type)}, a.Attribute)
	}
	return req
}

// vendor reads the attributes in a Vendor-Specific one (RFC 2865 section 5.26).
func (req *request) vendor(a radius.Attribute) {
	vendor, rest, err := radius.VendorSpecific(a)
	if err != nil {
		req.fail(network.InvalidRequest, "vendor-specific attribute is malformed")
		return
	}
	if vendor != vendorJuniper && vendor != vendorADSLForum {
		req.fail(network.UnsupportedAttribute, fmt.Sprintf("vendor %d is not supported", vendor))
		return
	}
	subs, err := radius.ParseAttributes(rest)
	if err != nil || len(subs) == 0 {
		req.fail(network.InvalidRequest, "vendor-specific attribute is malformed")
	}
	for _, sub := range subs {
		req.add(attributeID{vendor, byte(sub.Type)}, sub.Attribute)
	}
}

// add reads one attribute.
func (req *request) add(k attributeID, value []byte) {
	row := attributes[k]
	m := row.in(req.code)
	again := req.seen[k]
	req.seen[k] = true
	switch m {
	case unsupported:
		req.fail(network.UnsupportedAttribute, k.String()+" is not supported")
	case service:
		req.fail(network.UnsupportedService, "service type is not supported")
	case nas, session, scope:
		req.identified = req.identified || m == session
		if again || !row.take(req, value) {
			req.fail(network.InvalidRequest, k.String()+" is malformed")
		}
	case mirroring:
		row.take(req, value) // refused later, and then reported
	case checked:
		if row.take != nil && (again || !row.take(req, value)) {
			req.badStamp = true
		}
	}
}

// fail says why a request is refused; the first reason counts.
func (req *request) fail(cause int, text string) {
	if req.fault == nil {
		req.fault = &network.RequestError{ErrorCause: cause, Text: text}
	}
}
