package radius

import (
	"crypto/hmac"
	"crypto/md5"

	"layeh.com/radius"
	"layeh.com/radius/rfc2865"
	"layeh.com/radius/rfc2869"
	"layeh.com/radius/rfc3576"
)

// answer makes the ACK or NAK of a request, with its Proxy-State and State
// (RFC 5176 sections 3.1 and 3.3), and with a Message-Authenticator where the
// request has one.
// The error is that all of it does not fit in a packet.
func (v verdict) answer(packet *radius.Packet) ([]byte, error) {
	code := packet.Code + 1
	if v.nak {
		code++
	}
	response := packet.Response(code)
	if v.nak && v.cause != 0 {
		response.Add(rfc3576.ErrorCause_Type, radius.NewInteger(uint32(v.cause)))
	}
	for _, a := range packet.Attributes {
		if a.Type == rfc2865.ProxyState_Type || a.Type == rfc2865.State_Type {
			response.Add(a.Type, a.Attribute)
		}
	}
	if _, ok := packet.Lookup(rfc2869.MessageAuthenticator_Type); ok {
		// Made over the answer with the authenticator of the request.
		response.Set(rfc2869.MessageAuthenticator_Type, make(radius.Attribute, md5.Size))
		unsigned, err := response.MarshalBinary()
		if err != nil {
			return nil, err
		}
		mac := hmac.New(md5.New, packet.Secret)
		mac.Write(unsigned)
		response.Set(rfc2869.MessageAuthenticator_Type, mac.Sum(nil))
	}
	return response.Encode()
}
