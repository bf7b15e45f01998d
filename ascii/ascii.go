// Package ascii has the rules for the texts that the router keeps, whoever sent
// them: names, settings, entries of logs. Such a text fits into a DisplayString
// (RFC 2579: octets 0 to 127), into a line of the configuration and on a terminal.
// It imports nothing of ours.
package ascii

import "fmt"

// Printable reports whether a text is printable ASCII.
func Printable(s string) bool {
	for i := range len(s) {
		if !printable(s[i]) {
			return false
		}
	}
	return true
}

// Visible reports whether a text is printable ASCII without blanks.
func Visible(s string) bool {
	for i := range len(s) {
		if !printable(s[i]) || s[i] == ' ' {
			return false
		}
	}
	return true
}

func printable(c byte) bool { return ' ' <= c && c <= '~' }

// Escape shows a text as printable ASCII: any other octet is \xHH.
func Escape(s string) string { return Display(s, len(`\xHH`)*len(s)) }

// Display is Escape in at most n octets; no \xHH is cut in half.
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
