package snmp

import (
	"encoding/hex"
	"errors"
	"math"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"mirrorsh/mib"
)

var valueTests = []struct {
	value Value
	hex   string
	text  string
}{
	{Value{}, "0500", "null"},
	{Integer(0), "020100", "0"},
	{Integer(127), "02017f", "127"},
	{Integer(128), "02020080", "128"},
	{Integer(-1), "0201ff", "-1"},
	{Integer(-128), "020180", "-128"},
	{Integer(-129), "0202ff7f", "-129"},
	{Integer(math.MaxInt32), "02047fffffff", "2147483647"},
	{Integer(math.MinInt32), "020480000000", "-2147483648"},
	{Unsigned(0), "420100", "0"},
	{Unsigned(128), "42020080", "128"},
	{Unsigned(math.MaxUint32), "420500ffffffff", "4294967295"},
	{Counter(255), "410200ff", "255"},
	{BigCounter(1 << 63), "4609008000000000000000", "9223372036854775808"},
	{BigCounter(math.MaxUint64), "460900ffffffffffffffff", "18446744073709551615"},
	{Ticks(256), "43020100", "256"},
	{OctetString(""), "0400", ""},
	{OctetString("Ärger"), "0406c384" + "72676572", "Ärger"},
	{OctetString("a\n"), "0402610a", "0x610a"},
	{OctetString("\xff"), "0401ff", "0xff"},
	{Address(netip.MustParseAddr("192.0.2.1")), "4004c0000201", "192.0.2.1"},
	{Address(netip.MustParseAddr("::ffff:192.0.2.1")), "4004c0000201", "192.0.2.1"},
	{Address(netip.MustParseAddr("2001:db8::1")), "400400000000", "0.0.0.0"},
	{Address(netip.Addr{}), "400400000000", "0.0.0.0"},
	{ObjectID(mib.MustOID("1.3.6.1.4.1.4874.2.2.77.3.0.5")), "060d2b06010401a60a02024d030005", "1.3.6.1.4.1.4874.2.2.77.3.0.5"},
	{ObjectID(mib.MustOID("0.39")), "060127", "0.39"},
	{ObjectID(mib.MustOID("1.0")), "060128", "1.0"},
	{ObjectID(mib.MustOID("2.0")), "060150", "2.0"},
	{ObjectID(mib.MustOID("2.4294967295.4294967295")), "060a" + "908080804f" + "8fffffff7f", "2.4294967295.4294967295"},
	{DateAndTime(time.Date(2026, 11, 22, 6, 12, 11, 987e6, time.FixedZone("", -(5*3600+30*60)))), "040b07ea0b16060c0b092d051e", "0x07ea0b16060c0b092d051e"},
	{DateAndTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)), "040b07ea0102030405002b0000", "0x07ea0102030405002b0000"},
}

func TestValues(t *testing.T) {
	for _, tt := range valueTests {
		var b Buffer
		b.putValue(tt.value)
		if got := hex.EncodeToString(b.Bytes()); got != tt.hex {
			t.Errorf("%v: encoded %s, want %s", tt.value, got, tt.hex)
		}
		if got := tt.value.String(); got != tt.text {
			t.Errorf("%s: text %q, want %q", tt.hex, got, tt.text)
		}
		r := NewReader(b.Bytes())
		back, err := r.Value()
		if err != nil || back != tt.value || !r.Empty() {
			t.Errorf("%s: read %v, %v", tt.hex, back, err)
		}
	}
}

func TestAccessors(t *testing.T) {
	addr, oid := netip.MustParseAddr("192.0.2.1"), mib.MustOID("1.3.6")
	for _, tt := range []struct {
		v    Value
		tag  Tag
		i    int64
		u    uint64
		s    string
		oid  mib.OID
		addr netip.Addr
	}{
		{v: Value{}, tag: TagNull},
		{v: Integer(-2), tag: TagInteger, i: -2, u: math.MaxUint64 - 1},
		{v: Unsigned(7), tag: TagUnsigned32, i: 7, u: 7},
		{v: OctetString("x"), tag: TagOctetString, s: "x"},
		{v: ObjectID(oid), tag: TagObjectIdentifier, oid: oid},
		{v: Address(addr), tag: TagIPAddress, addr: addr},
	} {
		if tt.v.Tag() != tt.tag || tt.v.Int64() != tt.i || tt.v.Uint64() != tt.u || tt.v.Str() != tt.s ||
			!reflect.DeepEqual(tt.v.OID(), tt.oid) || tt.v.Addr() != tt.addr {
			t.Errorf("%v: %v %d %d %q %v %v", tt.v, tt.v.Tag(), tt.v.Int64(), tt.v.Uint64(), tt.v.Str(), tt.v.OID(), tt.v.Addr())
		}
	}
}

func TestLengths(t *testing.T) {
	for _, n := range []int{0, 1, 127, 128, 255, 256, 65535, 65536, 1 << 20} {
		var b Buffer
		b.PutString(TagOctetString, strings.Repeat("x", n))
		r := NewReader(b.Bytes())
		got, err := r.Octets()
		if err != nil || len(got) != n || !r.Empty() {
			t.Errorf("%d octets: %d, %v", n, len(got), err)
		}
	}
}

// Each is an encoding that means something to a lenient reader, or crashes a
// careless one.
var malformed = []struct{ hex, reason string }{
	{"02", "truncated header"},
	{"0202", "beyond the input"},
	{"3003020100", "unexpected tag"},
	{"1f8101", "more than one octet"},
	{"30800000", "length form"},
	{"3085000000000500", "length form"},
	{"3082", "truncated length"},
	{"308100", "shortest form"},
	{"30820001" + "05", "shortest form"},
	{"3083000001" + "05", "shortest form"},
	{"30840000000105", "shortest form"},
	{"3084ffffffff00", "beyond the input"},
	{"30050603", "beyond the input"},
	{vb("0200"), "no or too many octets"},
	{vb("02050102030405"), "no or too many octets"},
	{vb("02020001"), "shortest form"},
	{vb("0202ffff"), "shortest form"},
	{vb("4100"), "no octets"},
	{vb("410180"), "negative"},
	{vb("41020001"), "shortest form"},
	{vb("41050100000000"), "too large"},
	{vb("4609" + "010000000000000000"), "too large"},
	{vb("40037f0000"), "four octets"},
	{vb("050100"), "null with content"},
	{vb("0600"), "empty object identifier"},
	{vb("06028001"), "shortest form"},
	{vb("06022b80"), "shortest form"},
	{vb("06022b81"), "truncated sub-identifier"},
	{vb("06062b9080808000"), "too large"},
	{vb("0605" + "9080808050"), "too large"},
	{vb("067f2b" + strings.Repeat("01", 126)), ""},
	{vb("0681802b" + strings.Repeat("01", 127)), "too long"},
	{vb("3000"), "tag of no value"},
	{"3005" + "06022b06" + "05", "truncated header"},
	{"3008" + "06022b06" + "0500" + "0500", "octets after the value"},
}

// vb wraps the hex of a value as varbind 1.3.6.
func vb(value string) string {
	var b Buffer
	raw, err := hex.DecodeString(value)
	if err != nil {
		panic(err)
	}
	b.PutRaw(raw)
	b.putOID(mib.OID{1, 3, 6})
	b.Wrap(TagSequence, 0)
	return hex.EncodeToString(b.Bytes())
}

func TestMalformed(t *testing.T) {
	for _, tt := range malformed {
		raw, err := hex.DecodeString(tt.hex)
		if err != nil {
			t.Fatal(err)
		}
		_, err = ParseVarbinds(raw)
		if tt.reason == "" {
			if err != nil {
				t.Errorf("%s: %v", tt.hex, err)
			}
			continue
		}
		var syntax *syntaxError
		if !errors.As(err, &syntax) || !errors.Is(err, errBER) || !strings.Contains(err.Error(), tt.reason) {
			t.Errorf("%s: error %v, want %q", tt.hex, err, tt.reason)
		}
		if syntax != nil && (syntax.Offset < 0 || syntax.Offset > len(raw)) {
			t.Errorf("%s: offset %d", tt.hex, syntax.Offset)
		}
	}
}

func TestTooManyVarbinds(t *testing.T) {
	one, _ := hex.DecodeString(vb("0500"))
	list := []byte(strings.Repeat(string(one), MaxVarbinds))
	if got, err := ParseVarbinds(list); err != nil || len(got) != MaxVarbinds {
		t.Errorf("%d varbinds: %d, %v", MaxVarbinds, len(got), err)
	}
	if _, err := ParseVarbinds(append(list, one...)); !errors.Is(err, errBER) {
		t.Errorf("one more: %v", err)
	}
}

func TestRoundTrip(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var b Buffer
	for range 2000 {
		vbs := randomVarbinds(rnd, 1+rnd.IntN(20))
		b.Reset()
		b.PutVarbinds(vbs)
		back, err := ParseVarbinds(b.Bytes())
		if err != nil || !reflect.DeepEqual(back, vbs) {
			t.Fatalf("%v\nread back %v, %v", vbs, back, err)
		}
	}
}

// FuzzVarbinds: what is read encodes to the same octets again, or is refused.
func FuzzVarbinds(f *testing.F) {
	for _, tt := range valueTests {
		raw, _ := hex.DecodeString(vb(tt.hex))
		f.Add(raw)
	}
	for _, tt := range malformed {
		raw, _ := hex.DecodeString(tt.hex)
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		vbs, err := ParseVarbinds(in)
		if err != nil {
			if !errors.Is(err, errBER) {
				t.Fatalf("error of no type: %v", err)
			}
			return
		}
		var b Buffer
		b.PutVarbinds(vbs)
		if string(b.Bytes()) != string(in) {
			t.Fatalf("read   %x\nwrites %x", in, b.Bytes())
		}
		for _, vb := range vbs {
			_ = vb.Value.String()
		}
	})
}

func randomOID(rnd *rand.Rand) mib.OID {
	o := mib.OID{1, 3, 6, 1}
	if rnd.IntN(8) == 0 {
		o = mib.OID{2, rnd.Uint32N(1 << 31)}
	}
	for range rnd.IntN(20) {
		o = append(o, rnd.Uint32()>>rnd.IntN(32))
	}
	return o
}

func randomValue(rnd *rand.Rand) Value {
	n := rnd.Uint32() >> rnd.IntN(32)
	switch rnd.IntN(9) {
	case 0:
		return Integer(int32(n) >> rnd.IntN(2))
	case 1:
		return Unsigned(n)
	case 2:
		return Counter(n)
	case 3:
		return Ticks(n)
	case 4:
		return BigCounter(rnd.Uint64() >> rnd.IntN(64))
	case 5:
		return ObjectID(randomOID(rnd))
	case 6:
		return Address(netip.AddrFrom4([4]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)}))
	case 7:
		return Value{}
	}
	b := make([]byte, rnd.IntN(200)>>rnd.IntN(6))
	for i := range b {
		b[i] = byte(rnd.Uint32())
	}
	return OctetString(string(b))
}

func randomVarbinds(rnd *rand.Rand, n int) []Varbind {
	vbs := make([]Varbind, n)
	for i := range vbs {
		vbs[i] = Varbind{randomOID(rnd), randomValue(rnd)}
	}
	return vbs
}
