package ssh

import (
	"errors"
	"net"

	"golang.org/x/crypto/ssh"
)

// What the copies need of the files that are not copied.

type (
	Certificate          = ssh.Certificate
	PublicKey            = ssh.PublicKey
	Signature            = ssh.Signature
	Signer               = ssh.Signer
	AlgorithmSigner      = ssh.AlgorithmSigner
	MultiAlgorithmSigner = ssh.MultiAlgorithmSigner
)

func ParsePublicKey(in []byte) (PublicKey, error) { return ssh.ParsePublicKey(in) }

const (
	KeyAlgoRSA         = ssh.KeyAlgoRSA
	KeyAlgoRSASHA256   = ssh.KeyAlgoRSASHA256
	KeyAlgoRSASHA512   = ssh.KeyAlgoRSASHA512
	KeyAlgoECDSA256    = ssh.KeyAlgoECDSA256
	KeyAlgoECDSA384    = ssh.KeyAlgoECDSA384
	KeyAlgoECDSA521    = ssh.KeyAlgoECDSA521
	KeyAlgoED25519     = ssh.KeyAlgoED25519
	KeyAlgoSKECDSA256  = ssh.KeyAlgoSKECDSA256
	KeyAlgoSKED25519   = ssh.KeyAlgoSKED25519
	KeyAlgoMLDSA44     = ssh.KeyAlgoMLDSA44
	KeyAlgoMLDSA65     = ssh.KeyAlgoMLDSA65
	KeyAlgoMLDSA87     = ssh.KeyAlgoMLDSA87
	InsecureKeyAlgoDSA = ssh.InsecureKeyAlgoDSA

	CertAlgoRSAv01         = ssh.CertAlgoRSAv01
	CertAlgoRSASHA256v01   = ssh.CertAlgoRSASHA256v01
	CertAlgoRSASHA512v01   = ssh.CertAlgoRSASHA512v01
	CertAlgoECDSA256v01    = ssh.CertAlgoECDSA256v01
	CertAlgoECDSA384v01    = ssh.CertAlgoECDSA384v01
	CertAlgoECDSA521v01    = ssh.CertAlgoECDSA521v01
	CertAlgoED25519v01     = ssh.CertAlgoED25519v01
	CertAlgoSKECDSA256v01  = ssh.CertAlgoSKECDSA256v01
	CertAlgoSKED25519v01   = ssh.CertAlgoSKED25519v01
	CertAlgoMLDSA44v01Go   = ssh.CertAlgoMLDSA44v01Go
	CertAlgoMLDSA65v01Go   = ssh.CertAlgoMLDSA65v01Go
	CertAlgoMLDSA87v01Go   = ssh.CertAlgoMLDSA87v01Go
	InsecureCertAlgoDSAv01 = ssh.InsecureCertAlgoDSAv01

	sourceAddressCriticalOption = "source-address"
)

var certKeyAlgoNames = map[string]string{
	CertAlgoRSAv01:         KeyAlgoRSA,
	CertAlgoRSASHA256v01:   KeyAlgoRSASHA256,
	CertAlgoRSASHA512v01:   KeyAlgoRSASHA512,
	InsecureCertAlgoDSAv01: InsecureKeyAlgoDSA,
	CertAlgoECDSA256v01:    KeyAlgoECDSA256,
	CertAlgoECDSA384v01:    KeyAlgoECDSA384,
	CertAlgoECDSA521v01:    KeyAlgoECDSA521,
	CertAlgoSKECDSA256v01:  KeyAlgoSKECDSA256,
	CertAlgoED25519v01:     KeyAlgoED25519,
	CertAlgoSKED25519v01:   KeyAlgoSKED25519,
}

// ML-DSA keys are not offered.
var mldsaKeyAlgos, mldsaCertAlgos []string

// underlyingAlgo names the algorithm of a signature made with algo.
func underlyingAlgo(algo string) string {
	if a, ok := certKeyAlgoNames[algo]; ok {
		return a
	}
	return algo
}

// parseSignature reads a signature in a string. Only those of security keys
// carry more than a format and a blob.
func parseSignature(in []byte) (sig *Signature, rest []byte, ok bool) {
	body, rest, ok := parseString(in)
	if !ok {
		return nil, nil, false
	}
	format, body, ok := parseString(body)
	if !ok {
		return nil, nil, false
	}
	blob, body, ok := parseString(body)
	if !ok {
		return nil, nil, false
	}
	sig = &Signature{Format: string(format), Blob: blob}
	switch sig.Format {
	case KeyAlgoSKECDSA256, KeyAlgoSKED25519, CertAlgoSKECDSA256v01, CertAlgoSKED25519v01:
		sig.Rest = body
	default:
		ok = len(body) == 0
	}
	return sig, rest, ok
}

// Nothing here waives the touch of a security key, so that no key is ever of
// these types.
type (
	skECDSAPublicKey struct {
		PublicKey
		noTouchRequired bool
	}
	skEd25519PublicKey struct {
		PublicKey
		noTouchRequired bool
	}
)

// KeyboardInteractiveChallenge asks the client questions (RFC 4256).
type KeyboardInteractiveChallenge func(name, instruction string, questions []string, echos []bool) (answers []string, err error)

// The client's part of a handshake is compiled in and never used.
type (
	HostKeyCallback func(hostname string, remote net.Addr, key PublicKey) error
	BannerCallback  func(message string) error
	ClientConfig    struct {
		Config
		HostKeyCallback   HostKeyCallback
		BannerCallback    BannerCallback
		HostKeyAlgorithms []string
	}
)

func verifyHostKeySignature(PublicKey, string, *kexResult) error {
	return errors.New("ssh: this package has no client")
}
