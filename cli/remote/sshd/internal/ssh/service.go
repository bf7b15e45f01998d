package ssh

import "fmt"

// acceptAgain answers a request for the authentication service during
// authentication as the first one was. RFC 4253 section 10 does not say that
// there is only one.
func (s *connection) acceptAgain(packet []byte) (accepted bool, err error) {
	if packet[0] != msgServiceRequest {
		return false, nil
	}
	var request serviceRequestMsg
	if err := Unmarshal(packet, &request); err != nil {
		return false, err
	}
	if request.Service != serviceUserAuth {
		return false, fmt.Errorf("ssh: requested service %q before authenticating", request.Service)
	}
	return true, s.transport.writePacket(Marshal(&serviceAcceptMsg{Service: serviceUserAuth}))
}
