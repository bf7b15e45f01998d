package access

import (
	"strings"
	"unicode"
)

// Banner is one of the three texts that a login shows (cli/REFERENCE.md, banners).
type Banner uint8

const (
	MOTD  Banner = iota // on connection
	Login               // before authentication
	Exec                // before the first prompt
	bannerCount
)

func (b Banner) String() string {
	return [...]string{MOTD: "motd", Login: "login", Exec: "exec"}[b]
}

// MaxBanner is where a banner is cut, in characters.
const MaxBanner = 1024

// Banner returns the text, "" if there is none.
func (a *Access) Banner(b Banner) string {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.banners[b]
}

// SetBanner sets the text, cut at [MaxBanner]; "" removes it.
func (a *Access) SetBanner(b Banner, text string) {
	if r := []rune(text); len(r) > MaxBanner {
		text = string(r[:MaxBanner])
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.banners[b] = text
}

// A banner is typed between two delimiters: \n splits lines, \t is a tab, \\ a backslash.

// BannerReader takes the text of a banner line by line.
type BannerReader struct {
	Delimiter rune
	text      strings.Builder
}

// NewBannerReader begins with what follows the keyword; done is set if the
// closing delimiter is in it.
func NewBannerReader(first string) (b *BannerReader, done bool) {
	r := []rune(first)
	b = &BannerReader{Delimiter: r[0]}
	return b, b.add(string(r[1:]))
}

// Add takes the next line and reports whether it held the closing delimiter.
func (b *BannerReader) Add(line string) (done bool) {
	b.text.WriteByte('\n')
	return b.add(line)
}

// add keeps the text up to the delimiter; what follows is ignored.
func (b *BannerReader) add(line string) bool {
	before, _, found := strings.Cut(line, string(b.Delimiter))
	if b.text.Len() < 4*MaxBanner { // more is cut anyway
		b.text.WriteString(strings.Map(shown, unescape(before)))
	}
	return found
}

// Text returns what has been read.
func (b *BannerReader) Text() string { return b.text.String() }

// shown drops what would do something to a terminal.
func shown(r rune) rune {
	if unicode.IsPrint(r) || r == '\t' || r == '\n' {
		return r
	}
	return -1
}

// escapes are what stands for the character after a backslash.
var escapes = map[byte]byte{'n': '\n', 't': '\t', '\\': '\\'}

func unescape(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\\' && i+1 < len(s) {
			if e, ok := escapes[s[i+1]]; ok {
				c = e
				i++
			}
		}
		out.WriteByte(c)
	}
	return out.String()
}

// delimiters are tried first, because they stand out.
const delimiters = "#%$^@~|&*+="

// Delimited writes a banner as one line that is read back as itself.
func Delimited(text string) string {
	line := strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`).Replace(text)
	for _, d := range delimiters {
		if !strings.ContainsRune(line, d) {
			return string(d) + line + string(d)
		}
	}
	// The text is shorter than the range it is tried against.
	d := '\u00a1'
	for strings.ContainsRune(line, d) {
		d++
	}
	return string(d) + line + string(d)
}
