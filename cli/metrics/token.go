package metrics

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"mirrorsh/ascii"
)

// Token is what opens the page of the secure side: a digest, so that comparing
// takes the same time whatever the length.
type Token [sha256.Size]byte

// Lengths of a token, in octets. The least keeps guessing from being of use.
const (
	minToken = 16
	maxToken = 1024
)

// ReadToken reads a token from a file that nobody but its owner may read or
// write: the user who runs the router, or root.
func ReadToken(path string) (Token, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK, 0) // a FIFO is not waited for
	if err != nil {
		return Token{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Token{}, err
	}
	if !info.Mode().IsRegular() {
		return Token{}, fmt.Errorf("%s is not a regular file", path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return Token{}, fmt.Errorf("%s has mode %04o: others must not read or write it (chmod 600)", path, info.Mode().Perm())
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok && owner.Uid != 0 && int(owner.Uid) != os.Geteuid() {
		return Token{}, fmt.Errorf("%s is owned by user ID %d: it has to be yours or root's", path, owner.Uid)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxToken+2))
	if err != nil {
		return Token{}, err
	}
	token := strings.TrimRight(string(text), "\r\n")
	if len(token) < minToken || len(token) > maxToken || !ascii.Printable(token) || strings.Contains(token, " ") {
		return Token{}, fmt.Errorf("%s has no token: a line of %d to %d printable characters without blanks", path, minToken, maxToken)
	}
	return sha256.Sum256([]byte(token)), nil
}

// is reports whether a text is the token.
func (t Token) is(text string) bool {
	digest := Token(sha256.Sum256([]byte(text)))
	return subtle.ConstantTimeCompare(t[:], digest[:]) == 1
}
