package ppp

import (
	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2866"
	"layeh.com/radius/rfc2869"

	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
)

// Attributes of vendors that tell where a subscriber comes in (RFC 4679; JunosE
// Broadband Access, "Juniper Networks VSAs").
const (
	vendorADSLForum = 3561
	agentCircuitID  = 1
	agentRemoteID   = 2
	dhcpOption82    = 159
)

// maxString is the most octets of an attribute, and maxVendor of one of a vendor.
const (
	maxString = 253
	maxVendor = 247
)

// about makes the attributes that say who and where a subscriber is, in requests and
// records: those that JunosE Broadband Access 11.0 lists, "RADIUS IETF Attributes
// Supported by JUNOSe Software". NAS-IP-Address is the client's.
func (a *AAA) about(sub network.Subscriber) (to radius.Attributes) {
	text := func(t radius.Type, value string) {
		if value != "" {
			to.Add(t, radius.Attribute(value[:min(len(value), maxString)]))
		}
	}
	number := func(t radius.Type, n uint32) { to.Add(t, radius.NewInteger(n)) }
	text(rfc2865.UserName_Type, sub.Name)
	number(rfc2865.ServiceType_Type, uint32(rfc2865.ServiceType_Value_FramedUser))
	number(rfc2865.FramedProtocol_Type, uint32(rfc2865.FramedProtocol_Value_PPP))
	if sub.Address.Is4() {
		address := sub.Address.As4()
		to.Add(rfc2865.FramedIPAddress_Type, address[:])
	}
	text(rfc2865.CallingStationID_Type, sub.CallingStationID)
	text(rfc2865.NASIdentifier_Type, a.opts.Hostname())
	text(rfc2866.AcctSessionID_Type, sub.AcctSessionID)
	if p, ok := sub.Interface.Port(); ok {
		number(rfc2865.NASPort_Type, nasPort(p, sub.Interface.Sub()))
	}
	number(rfc2865.NASPortType_Type, uint32(portType(sub)))
	text(rfc2869.NASPortID_Type, sub.NASPortID)
	for _, v := range []struct {
		vendor uint32
		number byte
		value  string
	}{
		{vendorADSLForum, agentCircuitID, sub.AgentCircuitID},
		{vendorADSLForum, agentRemoteID, sub.AgentRemoteID},
		{mirror.Vendor, dhcpOption82, sub.DHCPOption82},
	} {
		if v.value == "" {
			continue
		}
		value := v.value[:min(len(v.value), maxVendor)]
		attribute, err := radius.NewVendorSpecific(v.vendor, append([]byte{v.number, byte(2 + len(value))}, value...))
		if err == nil {
			to.Add(rfc2865.VendorSpecific_Type, attribute)
		}
	}
	return to
}

// nasPort has slot and port in 4 bits each, the adapter in the highest of the port,
// and the sub-interface in the other 24.
func nasPort(p network.Port, sub uint32) uint32 {
	return uint32(p.Slot&15)<<28 | uint32((p.Port|p.Adapter<<3)&15)<<24 | sub&(1<<24-1)
}

// portType is NAS-Port-Type.
func portType(sub network.Subscriber) rfc2865.NASPortType {
	switch {
	case sub.L2TP, sub.Interface.Spec == "":
		return rfc2865.NASPortType_Value_Virtual
	case sub.Interface.Type.Ethernet():
		return rfc2865.NASPortType_Value_Ethernet
	}
	return rfc2865.NASPortType_Value_XDSL
}
