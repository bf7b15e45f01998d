package mib

import "fmt"

// Printable reports whether a text is printable ASCII. That is less than
// DisplayString may hold (RFC 2579: octets 0 to 127), and what a line of the
// configuration and a terminal can.
func Printable(s string) bool {
	for _, c := range []byte(s) {
		if !printable(c) {
			return false
		}
	}
	return true
}

func printable(c byte) bool { return ' ' <= c && c <= '~' }

// Display shows what a peer sent as at most n octets of printable ASCII: any
// other octet is \xHH, of which none is cut in half.
func Display(s string, n int) string {
	if len(s) <= n && Printable(s) {
		return s
	}
	var b []byte
	for _, c := range []byte(s) {
		at := len(b)
		if printable(c) {
			b = append(b, c)
		} else {
			b = fmt.Appendf(b, `\x%02x`, c)
		}
		if len(b) > n {
			return string(b[:at])
		}
	}
	return string(b)
}
