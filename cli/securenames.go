package cli

import (
	"fmt"
	"iter"
	"unicode"
	"unicode/utf8"

	"mirrorsh/cli/internal/grammar"
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

// secureIn reports whether such a name is in one of the texts. The log leaves these
// out, and shows none.
func (sh *Shell) secureIn(values []string) bool {
	x, ok := sh.Router.Secure(keeper(side.Secure))
	return ok && x.Named(standing(values))
}

// standing gives out what stands on its own in texts, beside what is no letter or digit,
// and may be a name of the secure side. So what there is by many names is asked for those in a text.
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

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
