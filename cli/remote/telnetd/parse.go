package telnetd

import "bytes"

// Commands (RFC 854).
const (
	cmdSE   = 240
	cmdBRK  = 243
	cmdIP   = 244
	cmdAYT  = 246
	cmdEC   = 247
	cmdEL   = 248
	cmdSB   = 250
	cmdWILL = 251
	cmdWONT = 252
	cmdDO   = 253
	cmdDONT = 254
	cmdIAC  = 255
)

// keys are what commands stand for at a terminal in raw mode: Ctrl-C, DEL and
// Ctrl-U. Others do nothing: no output is held that AO could drop, and a data
// mark is for who reads urgent data apart.
var keys = map[byte]byte{cmdBRK: 0x03, cmdIP: 0x03, cmdEC: 0x7f, cmdEL: 0x15}

// maxSub bounds what is kept of a subnegotiation, in octets.
const maxSub = 64

// handler is told what is in a stream beside data.
type handler interface {
	areYouThere()
	negotiate(verb, option byte)
	// subnegotiate is not told of one that is longer than maxSub.
	subnegotiate(option byte, data []byte)
}

type place uint8

const (
	inData place = iota
	inCommand
	inVerb   // an option follows
	inOption // of a subnegotiation
	inSub
	inSubCommand
)

// parser takes the commands out of what a client sends, which may be cut
// anywhere.
type parser struct {
	state   place
	afterCR bool
	verb    byte
	option  byte
	sub     []byte
	long    bool // the subnegotiation is longer than maxSub
}

// parse appends the data in src to dst, never more than src has octets.
func (p *parser) parse(dst, src []byte, h handler) []byte {
	for _, c := range src {
		switch p.state {
		case inData:
			if c == cmdIAC {
				p.state = inCommand
				continue
			}
			dst = p.data(dst, c)
		case inCommand:
			dst = p.command(dst, c, h)
		case inVerb:
			p.state = inData
			h.negotiate(p.verb, c)
		case inOption:
			p.state = inSub
			p.option, p.sub, p.long = c, p.sub[:0], false
		case inSub:
			if c == cmdIAC {
				p.state = inSubCommand
				continue
			}
			p.keep(c)
		case inSubCommand:
			dst = p.subCommand(dst, c, h)
		}
	}
	return dst
}

// data appends an octet. The NUL that tells a bare CR from an end of line (RFC
// 854) is left out.
func (p *parser) data(dst []byte, c byte) []byte {
	second := p.afterCR && c == 0
	p.afterCR = c == '\r'
	if second {
		return dst
	}
	return append(dst, c)
}

// command takes the octet after IAC.
func (p *parser) command(dst []byte, c byte, h handler) []byte {
	p.state = inData
	switch c {
	case cmdIAC:
		return p.data(dst, c)
	case cmdWILL, cmdWONT, cmdDO, cmdDONT:
		p.state, p.verb = inVerb, c
	case cmdSB:
		p.state = inOption
	case cmdAYT:
		h.areYouThere()
	default:
		if key, ok := keys[c]; ok {
			return p.data(dst, key)
		}
	}
	return dst
}

// subCommand takes the octet after IAC in a subnegotiation. One that is not ended
// is dropped with the next command.
func (p *parser) subCommand(dst []byte, c byte, h handler) []byte {
	switch c {
	case cmdIAC:
		p.state = inSub
		p.keep(c)
		return dst
	case cmdSE:
		p.state = inData
		if !p.long {
			h.subnegotiate(p.option, p.sub)
		}
		return dst
	}
	return p.command(dst, c, h)
}

func (p *parser) keep(c byte) {
	if p.long = p.long || len(p.sub) == maxSub; !p.long {
		p.sub = append(p.sub, c)
	}
}

// escape is data as it is sent: IAC twice, and NUL after each CR that no LF
// follows (RFC 854).
func escape(data []byte) []byte {
	if bytes.IndexByte(data, cmdIAC) < 0 && bytes.IndexByte(data, '\r') < 0 {
		return data
	}
	sent := make([]byte, 0, len(data)+len(data)/16+2)
	for i, c := range data {
		sent = append(sent, c)
		switch {
		case c == cmdIAC:
			sent = append(sent, cmdIAC)
		case c == '\r' && (i+1 == len(data) || data[i+1] != '\n'):
			sent = append(sent, 0)
		}
	}
	return sent
}
