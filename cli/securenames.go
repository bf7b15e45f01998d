package cli

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"mirrorsh/cli/internal/grammar"
	"mirrorsh/trapcore"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/side"
)

// namesSecure reports whether an argument is the name of something that only the
// secure side has, or has one in it.
func (sh *Shell) namesSecure(args grammar.Args) bool {
	var values []string
	for v := range args.Values() {
		if _, ordinary := v.(network.InterfaceID); !ordinary { // whatever its name is a trigger of
			values = append(values, fmt.Sprint(v))
		}
	}
	return len(values) > 0 && sh.secureIn(values)
}

// secureIn reports whether such a name is in one of the texts.
func (sh *Shell) secureIn(values []string) bool {
	all := keeper(side.Secure) // the log leaves them out, it shows none
	if x, ok := sh.Router.Secure(all); ok && x.Mirror().Named(standing(values)) {
		return true
	}
	for _, vr := range sh.Router.VirtualRouters() {
		for name := range secureSNMPNames(vr, all) {
			if slices.ContainsFunc(values, func(v string) bool { return mentions(v, name) }) {
				return true
			}
		}
	}
	return false
}

// standing gives out what stands on its own in texts, see mentions, and may be a name
// of packet mirroring. So what there is by many names is asked for those in a text.
func standing(texts []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, text := range texts {
			ends := make([]int, 0, len(text))
			for i := 1; i <= len(text); i++ {
				if after, _ := utf8.DecodeRuneInString(text[i:]); !wordRune(after) {
					ends = append(ends, i)
				}
			}
			for from := range len(text) {
				if before, _ := utf8.DecodeLastRuneInString(text[:from]); wordRune(before) {
					continue
				}
				for len(ends) > 0 && ends[0] <= from {
					ends = ends[1:]
				}
				for _, to := range ends {
					if to-from > network.MaxValue {
						break
					}
					if !yield(text[from:to]) {
						return
					}
				}
			}
		}
	}
}

// mentions reports whether a name is in a text, on its own.
func mentions(text, name string) bool {
	for from := 0; name != "" && from <= len(text); {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:from+i])
		after, _ := utf8.DecodeRuneInString(text[from+i+len(name):])
		if !wordRune(before) && !wordRune(after) {
			return true
		}
		from += i + 1
	}
	return false
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// secureSNMPNames are the secure users, groups, views and communities of a virtual
// router and the addresses of its secure hosts.
func secureSNMPNames(vr *trapcore.VirtualRouter, c side.Clearance) iter.Seq[string] {
	return func(yield func(string) bool) {
		for name := range vr.Users(c).SecureNames() {
			if !yield(name) {
				return
			}
		}
		for address := range vr.Traps().As(c).SecureAddresses() {
			if !yield(address.String()) {
				return
			}
		}
	}
}
