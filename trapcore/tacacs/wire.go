package tacacs

import (
	"crypto/md5"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Packets (RFC 8907 section 4.1).
const (
	version      = 0xc0 // major version 12, minor 0
	headerLength = 12
	maxBody      = 1 << 16
	unencrypted  = 0x01 // flag
)

// kind is the type of a packet.
type kind byte

const (
	authentication kind = 1
	authorization  kind = 2
	accounting     kind = 3
)

// Statuses of replies (RFC 8907 sections 5.2, 6.2 and 7.2).
const (
	authenPass    = 0x01
	authenFail    = 0x02
	authenGetData = 0x03
	authenGetUser = 0x04
	authenGetPass = 0x05
	authenRestart = 0x06
	authenError   = 0x07
	authenFollow  = 0x21

	authorAdd     = 0x01
	authorReplace = 0x02
	authorFail    = 0x10
	authorError   = 0x11
	authorFollow  = 0x21

	acctSuccess = 0x01
	acctError   = 0x02
	acctFollow  = 0x21
)

// errMalformed is a packet that RFC 8907 does not allow. One that was made with
// another key looks so, too (section 4.5).
var errMalformed = errors.New("malformed answer, or another key")

func malformed(what string) error { return fmt.Errorf("%w: %s", errMalformed, what) }

// obfuscate combines a body with the pad of its header and key, both ways (RFC 8907
// section 4.5).
func obfuscate(header []byte, key string, body []byte) {
	seed := slices.Concat(header[4:8], []byte(key), header[:1], header[2:3])
	var last []byte
	for len(body) > 0 {
		sum := md5.Sum(slices.Concat(seed, last))
		last = sum[:]
		n := min(len(body), len(sum))
		for i := range n {
			body[i] ^= sum[i]
		}
		body = body[n:]
	}
}

// packet makes a packet, obfuscated.
func packet(of kind, seq byte, session uint32, key string, body []byte) []byte {
	p := make([]byte, headerLength, headerLength+len(body))
	p[0], p[1], p[2] = version, byte(of), seq
	binary.BigEndian.PutUint32(p[4:], session)
	binary.BigEndian.PutUint32(p[8:], uint32(len(body)))
	p = append(p, body...)
	obfuscate(p[:headerLength], key, p[headerLength:])
	return p
}

// bodyLength checks the header of an answer to a packet of a session, and returns
// how long its body is.
func bodyLength(h []byte, of kind, seq byte, session uint32) (int, error) {
	switch length := binary.BigEndian.Uint32(h[8:]); {
	case h[0]>>4 != version>>4:
		return 0, malformed("version")
	case h[1] != byte(of):
		return 0, malformed("type")
	case h[2] != seq:
		return 0, malformed("sequence number")
	case h[3]&unencrypted != 0: // section 10.5.2
		return 0, malformed("not encrypted")
	case binary.BigEndian.Uint32(h[4:]) != session:
		return 0, malformed("session")
	case length > maxBody:
		return 0, malformed("length")
	default:
		return int(length), nil
	}
}

// reply is what a server answers, whatever was asked.
type reply struct {
	status  byte
	message string
	args    []string
}

// decode reads the body of an answer.
func decode(of kind, body []byte) (reply, error) {
	switch of {
	case authentication:
		return decodeAuthentication(body)
	case authorization:
		return decodeAuthorization(body)
	default:
		return decodeAccounting(body)
	}
}

// decodeAuthentication reads a body of RFC 8907 section 5.2.
func decodeAuthentication(b []byte) (reply, error) {
	if len(b) < 6 {
		return reply{}, malformed("length")
	}
	message, data := int(binary.BigEndian.Uint16(b[2:])), int(binary.BigEndian.Uint16(b[4:]))
	if len(b) != 6+message+data {
		return reply{}, malformed("length")
	}
	return reply{status: b[0], message: string(b[6 : 6+message])}, nil
}

// decodeAuthorization reads a body of RFC 8907 section 6.2.
func decodeAuthorization(b []byte) (reply, error) {
	if len(b) < 6 {
		return reply{}, malformed("length")
	}
	count, message, data := int(b[1]), int(binary.BigEndian.Uint16(b[2:])), int(binary.BigEndian.Uint16(b[4:]))
	if len(b) < 6+count+message+data {
		return reply{}, malformed("length")
	}
	lengths, rest := b[6:6+count], b[6+count:]
	r := reply{status: b[0], message: string(rest[:message])}
	rest = rest[message+data:]
	for _, n := range lengths {
		if len(rest) < int(n) {
			return reply{}, malformed("length")
		}
		r.args = append(r.args, string(rest[:n]))
		rest = rest[n:]
	}
	if len(rest) > 0 {
		return reply{}, malformed("length")
	}
	return r, nil
}

// decodeAccounting reads a body of RFC 8907 section 7.2.
func decodeAccounting(b []byte) (reply, error) {
	if len(b) < 5 {
		return reply{}, malformed("length")
	}
	message, data := int(binary.BigEndian.Uint16(b)), int(binary.BigEndian.Uint16(b[2:]))
	if len(b) != 5+message+data {
		return reply{}, malformed("length")
	}
	return reply{status: b[4], message: string(b[5 : 5+message])}, nil
}

// Fields of requests (RFC 8907 sections 5.1 and 6.1).
const (
	actionLogin   = 0x01
	typeASCII     = 0x01
	serviceLogin  = 0x01
	serviceEnable = 0x02
	methodTACACS  = 0x06
)

// encodeStart makes a body of RFC 8907 section 5.1.
func encodeStart(w *Who, level int, service byte) []byte {
	b := []byte{actionLogin, byte(level), typeASCII, service, byte(len(w.User)), byte(len(w.Port)), byte(len(w.From)), 0}
	return slices.Concat(b, []byte(w.User), []byte(w.Port), []byte(w.From))
}

// encodeContinue makes a body of RFC 8907 section 5.3.
func encodeContinue(text string) []byte {
	b := make([]byte, 5, 5+len(text))
	binary.BigEndian.PutUint16(b, uint16(len(text)))
	return append(b, text...)
}

// encodeArgs makes what a body of RFC 8907 section 6.1 and of section 7.1 have in
// common, behind the flags of the latter.
func encodeArgs(b []byte, w *Who, level int, args []string) []byte {
	b = append(b, methodTACACS, byte(level), typeASCII, serviceLogin,
		byte(len(w.User)), byte(len(w.Port)), byte(len(w.From)), byte(len(args)))
	for _, a := range args {
		b = append(b, byte(len(a)))
	}
	b = slices.Concat(b, []byte(w.User), []byte(w.Port), []byte(w.From))
	for _, a := range args {
		b = append(b, a...)
	}
	return b
}
