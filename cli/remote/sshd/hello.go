package sshd

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"mirrorsh/cli/remote/sshd/internal/ssh"
)

const serverVersion = "SSH-2.0-mirrorsh"

// What is offered. Those on curves of NIST are weak for some auditors, and all
// that some clients have.
var (
	keyExchanges = []string{
		gossh.KeyExchangeMLKEM768X25519, gossh.KeyExchangeCurve25519,
		gossh.KeyExchangeDH16SHA512, gossh.KeyExchangeDHGEXSHA256, gossh.KeyExchangeDH14SHA256,
	}
	oldKeyExchanges = []string{gossh.KeyExchangeECDHP256, gossh.KeyExchangeECDHP384, gossh.KeyExchangeECDHP521}
	ciphers         = gossh.SupportedAlgorithms().Ciphers
	macs            = []string{gossh.HMACSHA256ETM, gossh.HMACSHA512ETM, gossh.HMACSHA256, gossh.HMACSHA512}
)

// curve25519 has two names, of which the library adds the second.
const curve25519LibSSH = "curve25519-sha256@libssh.org"

// Bounds of what a client says first (RFC 4253 sections 4.2 and 6.1).
const (
	maxHello = 8 << 10
	maxFirst = 35000
	// offerWait is how long the server waits for the client's offer before it
	// makes its own: both may be first (RFC 4253 section 7.1).
	offerWait = 2 * time.Second
)

// offer is what a client supports.
type offer struct{ keyExchanges, hostKeys []string }

// algorithms returns what the client is offered: of the old ones none, if it has
// a better one.
func (o *offer) algorithms(keys []gossh.AlgorithmSigner) ([]string, []gossh.AlgorithmSigner) {
	exchanges := keyExchanges
	if o == nil || !overlap(append(slices.Clone(exchanges), curve25519LibSSH), o.keyExchanges) {
		exchanges = slices.Concat(keyExchanges, oldKeyExchanges)
	}
	better := slices.DeleteFunc(slices.Clone(keys), func(k gossh.AlgorithmSigner) bool {
		return strings.HasPrefix(k.PublicKey().Type(), "ecdsa-sha2-nistp")
	})
	var names []string
	for _, k := range better {
		names = append(names, (&hostKey{AlgorithmSigner: k}).Algorithms()...)
	}
	if o == nil || !overlap(names, o.hostKeys) {
		better = keys
	}
	return exchanges, better
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// hello sends the version and reads that of the client and its offer, all of
// which the library then gets to read. It returns nil if there is none in time,
// or none that makes sense: what becomes of that is up to the library.
func (c *conn) hello() *offer {
	var read bytes.Buffer
	defer func() { c.ahead = read.Bytes() }()
	line := serverVersion + "\r\n"
	if _, err := io.WriteString(c.Conn, line); err != nil {
		return nil
	}
	c.hush = len(line)
	in := io.TeeReader(c, &read)
	if !readVersion(in) {
		return nil
	}
	_ = c.SetReadDeadline(time.Now().Add(offerWait))
	defer func() { _ = c.SetReadDeadline(time.Time{}) }()
	return readOffer(in)
}

// readVersion reads up to the end of the line with the client's version. It
// reads no further, since whoever it is may wait for an answer.
func readVersion(in io.Reader) bool {
	var line []byte
	for range maxHello {
		var b [1]byte
		if _, err := io.ReadFull(in, b[:]); err != nil {
			return false
		}
		if b[0] != '\n' {
			line = append(line, b[0])
			continue
		}
		if bytes.HasPrefix(line, []byte("SSH-")) {
			return true
		}
		line = nil
	}
	return false
}

// readOffer reads the client's SSH_MSG_KEXINIT (RFC 4253 section 7.1).
func readOffer(in io.Reader) *offer {
	var head [5]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return nil
	}
	length, padding := binary.BigEndian.Uint32(head[:]), int(head[4])
	if length > maxFirst || int(length) < padding+1 {
		return nil
	}
	body := make([]byte, length-1)
	if _, err := io.ReadFull(in, body); err != nil {
		return nil
	}
	var init struct {
		Cookie       [16]byte `sshtype:"20"`
		KeyExchanges []string
		HostKeys     []string
		Rest         []byte `ssh:"rest"`
	}
	if ssh.Unmarshal(body[:len(body)-padding], &init) != nil {
		return nil
	}
	return &offer{init.KeyExchanges, init.HostKeys}
}
