package terminal

import (
	"slices"
	"testing"
)

func split(chunks ...string) (keys []Key) {
	var s splitter
	for _, c := range chunks {
		s.split([]byte(c), func(k Key) { keys = append(keys, k) })
	}
	return keys
}

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		name   string
		chunks []string
		want   []Key
	}{
		{"CR LF over two reads", []string{"a\r", "\nb"}, []Key{'a', enterKey, 'b'}},
		{"two Enters", []string{"\r\r\n\n"}, []Key{enterKey, enterKey, enterKey}},
		{"arrow over three reads", []string{"\x1b", "[", "A"}, []Key{arrowUp}},
		{"arrow with modifiers", []string{"\x1b[1;5C"}, []Key{arrowRight}},
		{"application mode", []string{"\x1bOH\x1bOF"}, []Key{homeKey, endKey}},
		{"escape before a letter", []string{"\x1bq"}, []Key{'q'}},
		{"keys of words", []string{"\x1bb\x1bF", "\x1b", "d"}, []Key{escWordLeft, escWordRight, escCutWord}},
		{"escape twice", []string{"\x1b\x1b[D"}, []Key{arrowLeft}},
		{"control key within a sequence", []string{"\x1b[12\x03"}, []Key{keyInterrupt}},
		{"endless sequence", []string{"\x1b[1111111111111111111111111111111111~x"}, []Key{'x'}},
		{"character over two reads", []string{"\xe6\x97", "\xa5"}, []Key{'日'}},
		{"broken character", []string{"\xe6\x97a\xa5"}, []Key{'a'}},
		{"invisible character", []string{"a\u200bb"}, []Key{'a', 'b'}},
		{"function keys", []string{"\x1b[15~\x1bOP\x1b[[Bz"}, []Key{'z'}},
		{"both backspaces", []string{"\b\x7f"}, []Key{backspaceKey, backspaceKey}},
	} {
		if got := split(test.chunks...); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// However the input is cut into reads, the keys are the same, and no key could
// steer a terminal that shows it.
func FuzzSplit(f *testing.F) {
	f.Add("show\x1b[A\r\n日\xff\x1b[200~")
	f.Add("\x1bO\x1b[[\r\x00\x03\xe6")
	f.Fuzz(func(t *testing.T, in string) {
		var bytes []string
		for i := range len(in) {
			bytes = append(bytes, in[i:i+1])
		}
		whole := split(in)
		if single := split(bytes...); !slices.Equal(whole, single) {
			t.Errorf("%q in one read, %q byte by byte", whole, single)
		}
		for _, k := range whole {
			if k == Key(escape) || k >= 0x80 && !k.printable() || k < escCutWord {
				t.Errorf("key %q", k)
			}
		}
	})
}
