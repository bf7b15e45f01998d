package aaa

import (
	"context"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2869"

	"mirrorsh/trapcore/radius/client"
	"mirrorsh/trapcore/tacacs"
)

// maxRADIUSPassword is the most octets of a password (RFC 2865 section 5.2).
const maxRADIUSPassword = 128

// askRADIUS asks the RADIUS servers of the default virtual router about an operator.
// Of what they grant nothing is read but that they do.
func (a *AAA) askRADIUS(ctx context.Context, w tacacs.Who, service rfc2865.ServiceType, password string) tacacs.Verdict {
	if len(password) > maxRADIUSPassword {
		return tacacs.Fail // it is nobody's
	}
	request := client.Request{Attributes: radius.Attributes{}, Password: []byte(password)}
	add := func(t radius.Type, text string) {
		if text != "" {
			request.Attributes.Add(t, radius.Attribute(text))
		}
	}
	add(rfc2865.UserName_Type, w.User)
	add(rfc2865.NASIdentifier_Type, a.router.Hostname())
	add(rfc2865.CallingStationID_Type, w.From)
	add(rfc2869.NASPortID_Type, w.Port)
	request.Attributes.Add(rfc2865.NASPortType_Type, radius.NewInteger(uint32(rfc2865.NASPortType_Value_Virtual)))
	request.Attributes.Add(rfc2865.ServiceType_Type, radius.NewInteger(uint32(service)))
	answer, err := a.router.Default().RADIUSServers().Authenticate(ctx, request)
	switch {
	case err != nil:
		return tacacs.Unavailable
	case answer.Code == radius.CodeAccessAccept:
		return tacacs.Pass
	}
	return tacacs.Fail // to a challenge nobody has an answer (RFC 2865 section 4.4)
}
