package telnetd

// Options.
const (
	optECHO  = 1  // RFC 857
	optSGA   = 3  // RFC 858
	optTTYPE = 24 // RFC 1091
	optNAWS  = 31 // RFC 1073
)

// Of a subnegotiation about the type of a terminal (RFC 1091).
const (
	ttypeIS   = 0
	ttypeSEND = 1
)

// agreement is the state of an option on one side: of those of RFC 1143, the ones
// that a server gets into which turns nothing off by itself.
type agreement uint8

const (
	no agreement = iota
	yes
	wantYes // was offered or asked for
)

// side is one side of the connection. Of an option it does not have, nothing is
// kept.
type side struct {
	on, off   byte // what the client says of it
	agree     byte // what it is answered
	disagree  byte
	agreement map[byte]agreement
}

// options are those that the server offers and those that it asks for. They
// belong to the goroutine that reads.
type options struct{ us, them side }

func newOptions() options {
	return options{
		us:   side{cmdDO, cmdDONT, cmdWILL, cmdWONT, map[byte]agreement{optECHO: wantYes, optSGA: wantYes}},
		them: side{cmdWILL, cmdWONT, cmdDO, cmdDONT, map[byte]agreement{optSGA: wantYes, optTTYPE: wantYes, optNAWS: wantYes}},
	}
}

// opening is what the server sends first.
var opening = []byte{
	cmdIAC, cmdWILL, optECHO, cmdIAC, cmdWILL, optSGA,
	cmdIAC, cmdDO, optSGA, cmdIAC, cmdDO, optTTYPE, cmdIAC, cmdDO, optNAWS,
}

// heard takes what the client says of an option and returns the answer, 0 if
// there is none: what is agreed already is not confirmed, or two sides could
// answer each other for ever (RFC 1143). turned says that the option is on from
// now on.
func (s *side) heard(verb, option byte) (answer byte, turned bool) {
	before, known := s.agreement[option]
	switch {
	case verb == s.on && !known:
		return s.disagree, false
	case verb == s.on:
		s.agreement[option] = yes
		if before == no {
			answer = s.agree
		}
		return answer, before != yes
	case known:
		s.agreement[option] = no
		if before == yes {
			answer = s.disagree
		}
	}
	return answer, false
}

// heard takes what the client says.
func (o *options) heard(verb, option byte) (answer byte, turned bool) {
	if verb == o.us.on || verb == o.us.off {
		return o.us.heard(verb, option)
	}
	return o.them.heard(verb, option)
}
