package command

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"mirrorsh/ascii"
	"mirrorsh/cli/internal/grammar"
	"mirrorsh/mib"
)

// objectWords are objects, each with a value of its syntax, made once for all the
// notifications that have it.
type objectWords map[*mib.Object]grammar.Node

// of are the words of objects, whose values are recorded under "value" as [mib.Assignment].
func (w objectWords) of(objects []*mib.Object) []grammar.Node {
	nodes := make([]grammar.Node, 0, len(objects)+2)
	for _, o := range objects {
		if w[o] == nil {
			w[o] = seq(kw(o.Name, strings.TrimSuffix(o.Description, ".")), objectValue(o))
		}
		nodes = append(nodes, w[o])
	}
	return nodes
}

// objectValue is a value of an object. Those of an enumeration have labels and numbers.
func objectValue(o *mib.Object) grammar.Node {
	number := param("value", objectType(o), "The value")
	if o.Enum == nil {
		return number
	}
	nodes := []grammar.Node{number}
	for _, l := range o.Enum {
		nodes = append(nodes, kw(l.Name, fmt.Sprint("The value ", l.Value)).As("value").Is(mib.Assignment{Object: o, Value: l.Value}))
	}
	return alt(nodes...)
}

// objectType is the type of a value of an object, as its syntax and range have it.
func objectType(o *mib.Object) grammar.Type {
	least, most := o.Range()
	switch o.Syntax {
	case mib.IPAddress:
		return assignment(o, "A.B.C.D", "not an IPv4 address", parseAddress, netip.Addr.String)
	case mib.DateAndTime:
		return assignment(o, dateUsage, "not a DateAndTime such as 2026-11-22,6:12:11.0,+0:0", parseDateAndTime, writeDateAndTime)
	case mib.DisplayString:
		return assignment(o, "TEXT", fmt.Sprintf("not %d to %d printable ASCII characters", least, most), func(word string) (string, bool) {
			return word, ascii.Printable(word) && within(len(word), least, most)
		}, func(v string) string { return v })
	case mib.OctetString:
		return assignment(o, "TEXT", fmt.Sprintf("not %d to %d octets: printable ASCII, or 0x and hexadecimal digits", least, most), func(word string) (string, bool) {
			v, ok := parseOctets(word)
			return v, ok && within(len(v), least, most)
		}, writeOctets)
	case mib.ObjectIdentifier:
		return assignment(o, "OID", "not an object identifier", func(word string) (string, bool) {
			id, err := mib.ParseOID(word)
			return id.String(), err == nil
		}, func(v string) string { return v })
	}
	if o.Enum != nil {
		least, most = o.Enum[0].Value, o.Enum[len(o.Enum)-1].Value
	}
	usage := fmt.Sprintf("<%d - %d>", least, most)
	return assignment(o, usage, fmt.Sprintf("out of range: %d to %d", least, most), func(word string) (int64, bool) {
		v, err := strconv.ParseInt(word, 10, 64)
		return v, err == nil && word[0] != '+' && v >= least && v <= most && (o.Enum == nil || o.Label(v) != "")
	}, func(v int64) string { return strconv.FormatInt(v, 10) })
}

func within(n int, least, most int64) bool { return int64(n) >= least && int64(n) <= most }

// assignment is a type whose values are assigned to an object.
func assignment[V any](o *mib.Object, usage, reason string, parse func(string) (V, bool), write func(V) string) grammar.Type {
	return grammar.Value(usage, reason, func(word string) (mib.Assignment, bool) {
		v, ok := parse(word)
		return mib.Assignment{Object: o, Value: v}, ok
	}, func(a mib.Assignment) (string, bool) {
		v, ok := a.Value.(V)
		if !ok {
			return "", false
		}
		return write(v), true
	})
}

func parseAddress(word string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(word)
	return a, err == nil && a.Is4()
}

// parseOctets reads a text, or octets in hexadecimal behind 0x.
func parseOctets(word string) (string, bool) {
	digits, isHex := strings.CutPrefix(word, "0x")
	if !isHex {
		return word, ascii.Printable(word)
	}
	octets, err := hex.DecodeString(digits)
	return string(octets), err == nil
}

func writeOctets(v string) string {
	if ascii.Printable(v) && !strings.HasPrefix(v, "0x") {
		return v
	}
	return "0x" + hex.EncodeToString([]byte(v))
}

// dateUsage is a DateAndTime as its DISPLAY-HINT has it (RFC 2579).
const dateUsage = "YYYY-MM-DD,HH:MM:SS.D[,+HH:MM]"

var dateForm = expression(`^(\d{1,5})-(\d\d?)-(\d\d?),(\d\d?):(\d\d?):(\d\d?)(?:\.(\d))?(?:,([+-])(\d\d?):(\d\d?))?$`)

// Bounds of a DateAndTime (RFC 2579 section 2).
const (
	maxDateYear = 65535
	maxDateZone = 13 // hours
)

// parseDateAndTime reads a date and time. Without a zone it has none on the wire either.
func parseDateAndTime(word string) (time.Time, bool) {
	m := dateForm().FindStringSubmatch(word)
	if m == nil {
		return time.Time{}, false
	}
	n := make([]int, len(m))
	for i, digits := range m {
		n[i], _ = strconv.Atoi(digits) // at most five, or no number
	}
	zone := mib.NoZone
	if m[8] != "" {
		offset := n[9]*3600 + n[10]*60
		if m[8] == "-" {
			offset = -offset
		}
		zone = time.FixedZone("", offset)
	}
	t := time.Date(n[1], time.Month(n[2]), n[3], n[4], n[5], n[6], n[7]*100_000_000, zone)
	as := []int{t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second()}
	for i := range as {
		if as[i] != n[i+1] {
			return time.Time{}, false // there is no such day or time
		}
	}
	return t, n[1] <= maxDateYear && n[9] <= maxDateZone && n[10] < 60
}

func writeDateAndTime(t time.Time) string {
	text := fmt.Sprintf("%d-%d-%d,%d:%d:%d.%d", t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/100_000_000)
	if t.Location() == mib.NoZone {
		return text
	}
	_, offset := t.Zone()
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	return text + fmt.Sprintf(",%c%d:%d", sign, offset/3600, offset/60%60)
}
