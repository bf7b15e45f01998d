package telnetd

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// heard notes what a parser tells.
type heard struct{ said []string }

func (h *heard) areYouThere()                { h.said = append(h.said, "there?") }
func (h *heard) negotiate(verb, option byte) { h.said = append(h.said, fmt.Sprint(verb, " ", option)) }
func (h *heard) subnegotiate(option byte, data []byte) {
	h.said = append(h.said, fmt.Sprintf("%d %q", option, data))
}

func TestParse(t *testing.T) {
	long := strings.Repeat("x", maxSub)
	for name, c := range map[string]struct {
		sent, typed, said string
	}{
		"data":                         {"show\r", "show\r", ""},
		"end of line":                  {"a\r\nb\r\x00c\rd\ne\x00", "a\r\nb\rc\rd\ne\x00", ""},
		"IAC":                          {"\xff\xff", "\xff", ""},
		"CR, IAC, NUL":                 {"\r\xff\xff\x00", "\r\xff\x00", ""},
		"a command between CR and NUL": {"\r\xff\xf1\x00x", "\rx", ""},
		"interrupt":                    {"a\xff\xf4b\xff\xf3", "a\x03b\x03", ""},
		"erase":                        {"a\xff\xf7b\xff\xf8", "a\x7fb\x15", ""},
		"nothing here":                 {"\xff\xf0\xff\xf1\xff\xf2\xff\xf5\xff\xf9\xff\x00\xff\xefa", "a", ""},
		"are you there":                {"a\xff\xf6b", "ab", "there?"},
		"options":                      {"\xff\xfb\x1f\xff\xfc\x18\xff\xfd\x01\xff\xfe\xff", "", "251 31,252 24,253 1,254 255"},
		"subnegotiation":               {"\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0a", "a", `31 "\x00P\x00\x18"`},
		"IAC in one":                   {"\xff\xfa\x1f\xff\xff\x00\xff\xff\x18\xff\xf0", "", `31 "\xff\x00\xff\x18"`},
		"of nothing":                   {"\xff\xfa\x18\xff\xf0", "", `24 ""`},
		"of option 255":                {"\xff\xfa\xffa\xff\xf0", "", `255 "a"`},
		"as long as can be":            {"\xff\xfa\x18" + long + "\xff\xf0a", "a", `24 "` + long + `"`},
		"too long":                     {"\xff\xfa\x18" + long + "x\xff\xf0a", "a", ""},
		"too long, then another":       {"\xff\xfa\x18" + long + long + "\xff\xf0\xff\xfa\x18\x00v\xff\xf0", "", `24 "\x00v"`},
		"cut off by a command":         {"\xff\xfa\x18\x00v\xff\xfd\x01a", "a", "253 1"},
		"cut off by another":           {"\xff\xfa\x18\x00v\xff\xfa\x1fabcd\xff\xf0", "", `31 "abcd"`},
		"never ended":                  {"\xff\xfa\x18" + long + long + long, "", ""},
		"cut short":                    {"a\xff", "a", ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, size := range []int{1, 2, 3, len(c.sent)} {
				var p parser
				var h heard
				var typed []byte
				for at := 0; at < len(c.sent); at += size {
					typed = p.parse(typed, []byte(c.sent[at:min(at+size, len(c.sent))]), &h)
				}
				if said := strings.Join(h.said, ","); string(typed) != c.typed || said != c.said {
					t.Errorf("in pieces of %d: typed %q, said %s", size, typed, said)
				}
			}
		})
	}
}

// FuzzParse: no input does harm, where it is cut changes nothing, and data comes
// through as it is.
func FuzzParse(f *testing.F) {
	f.Add([]byte("a\r\x00b\r\n\xff\xff\xff\xf4"), uint8(3))
	f.Add([]byte("\xff\xfb\x1f\xff\xfa\x1f\x00\x50\xff\xff\x18\xff\xf0\xff\xfd\x01"), uint8(1))
	f.Add([]byte("\xff\xfa\x18\x00xterm\xff\xfd\x03\r\xff\xf1\x00"), uint8(2))
	f.Fuzz(func(t *testing.T, sent []byte, size uint8) {
		var whole, cut parser
		var told, toldCut heard
		typed := whole.parse(nil, sent, &told)
		if len(typed) > len(sent) || len(whole.sub) > maxSub {
			t.Fatalf("%d octets are typed, %d kept", len(typed), len(whole.sub))
		}
		var pieces []byte
		for rest := sent; len(rest) > 0; {
			n := min(len(rest), int(size)+1)
			pieces, rest = cut.parse(pieces, rest[:n], &toldCut), rest[n:]
		}
		if !bytes.Equal(typed, pieces) || strings.Join(told.said, ",") != strings.Join(toldCut.said, ",") {
			t.Fatalf("%q and %v, in pieces %q and %v", typed, told.said, pieces, toldCut.said)
		}
		var p parser
		var none heard
		if back := p.parse(nil, escape(sent), &none); !bytes.Equal(back, sent) || len(none.said) > 0 {
			t.Fatalf("%q comes through as %q", sent, back)
		}
		answers(t, sent)
	})
}

// answers sees to it that what a client says is answered once at most, and that
// two that answer each other come to an end.
func answers(t *testing.T, said []byte) {
	verbs := []byte{cmdWILL, cmdWONT, cmdDO, cmdDONT}
	us, them := newOptions(), newOptions()
	for i := 0; i+1 < len(said); i += 2 {
		verb, option := verbs[said[i]%4], said[i+1]
		for turns := 0; ; turns++ {
			if turns > 4 {
				t.Fatalf("%d %d has no end", verb, option)
			}
			answer, _ := us.heard(verb, option)
			if answer == 0 {
				break
			}
			if verb, _ = them.heard(answer, option); verb == 0 {
				break
			}
		}
	}
	if len(us.us.agreement) > 2 || len(us.them.agreement) > 3 {
		t.Fatal("options are kept that are not here")
	}
}
