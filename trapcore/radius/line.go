package radius

import "mirrorsh/trapcore/mirror"

// line identifies a session by the access line of its subscriber.
type line struct {
	DHCPOption82, AgentCircuitID, AgentRemoteID string
}

// locate adds to an identification the Acct-Session-Id of the one session that
// has it and is on that line.
func (s *Server) locate(id mirror.Identification, l line) (mirror.Identification, error) {
	if l == (line{}) {
		return id, nil
	}
	wants := [][2]string{}
	found := 0
	session := ""
	for _, sub := range s.opts.Mirroring.Subscribers() {
		wants = append(wants[:0],
			[2]string{l.DHCPOption82, sub.DHCPOption82}, [2]string{l.AgentCircuitID, sub.AgentCircuitID}, [2]string{l.AgentRemoteID, sub.AgentRemoteID},
			[2]string{id.UserName, sub.Name}, [2]string{id.Router, sub.Router}, [2]string{id.CallingStationID, sub.CallingStationID},
			[2]string{id.AcctSessionID, sub.AcctSessionID}, [2]string{id.NASPortID, sub.NASPortID})
		if matches(wants) && (!id.Address.IsValid() || id.Address == sub.Address) {
			found++
			session = sub.AcctSessionID
		}
	}
	switch {
	case found > 1:
		return id, &mirror.RequestError{Text: "request identifies several sessions"}
	case found == 0:
		return id, &mirror.RequestError{ErrorCause: mirror.SessionContextNotFound, Text: "no session matches the request"}
	}
	id.AcctSessionID = session
	return id, nil
}

// matches reports whether every value that is wanted is there.
func matches(wants [][2]string) bool {
	for _, w := range wants {
		if w[0] != "" && w[0] != w[1] {
			return false
		}
	}
	return true
}
