package agent

import (
	"strings"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/snmp"
)

// TestWritableScalars: each takes what it shows, by every way to put it, and
// nothing beyond its type and bounds.
func TestWritableScalars(t *testing.T) {
	g := newRig(t)
	g.traps().As(side.Clear(true)).Enable(mib.NewCategorySet(mib.PacketMirror))
	work := 0
	sc := &scope{Agent: g.agents[0], r: g.r, reader: side.Clear(true), users: g.lcd().Snapshot(), work: &work, lists: map[any]any{}}
	beyond := map[snmp.Tag][]snmp.Value{
		snmp.TagInteger:     {snmp.Integer(-1), snmp.Integer(-1 << 31)},
		snmp.TagUnsigned32:  {snmp.Unsigned(1<<32 - 1)},
		snmp.TagOctetString: {text("\n"), text(strings.Repeat("x", 256)), text("\xff")},
	}
	count := 0
	for _, b := range modules() {
		s, ok := b.(*scalar)
		if !ok || s.write == nil {
			continue
		}
		count++
		was := s.read(sc)
		if was.Tag() != s.write.tag {
			t.Errorf("%s shows a value with tag %#x, takes %#x", s.name, was.Tag(), s.write.tag)
		}
		if status := s.write.check(sc, was); status != snmp.NoError {
			t.Errorf("%s refuses %v, which it shows: %v", s.name, was, status)
		}
		c := &scalarChange{s: s, sc: sc, v: was}
		g.must(c.commit())
		g.must(c.undo())
		if is := s.read(sc); is != was {
			t.Errorf("%s is %v after undo, was %v", s.name, is, was)
		}
		for _, v := range beyond[s.write.tag] {
			if status := s.write.check(sc, v); status != snmp.WrongValue && status != snmp.WrongLength {
				t.Errorf("%s takes %q: %v", s.name, v, status)
			}
		}
	}
	if count < 12 {
		t.Errorf("%d writable scalars", count)
	}
}

func TestValues(t *testing.T) {
	for name, at := range map[string]struct {
		show snmp.Value
		want snmp.Value
	}{
		"number":   {number(mib.Emergency, mib.Debug).show(mib.Warning), snmp.Integer(4)},
		"unsigned": {unsigned(9).show(7), snmp.Unsigned(7)},
		"true":     {truthValue.show(true), snmp.Integer(1)},
		"false":    {truthValue.show(false), snmp.Integer(2)},
		"off":      {either(1, 0).show(false), snmp.Integer(0)},
		"line":     {line(0, 9, true).show("a b"), text("a b")},
		"mask":     {trapMask.show(mib.NewCategorySet(mib.SNMP, mib.PacketMirror)), text("\x00\x00\x00\x00\x00\x00\x00\x01")},
	} {
		if at.show != at.want {
			t.Errorf("%s shows %v, want %v", name, at.show, at.want)
		}
	}
	reads[mib.Severity](t, number(mib.Alert, mib.Debug), map[snmp.Value]mib.Severity{snmp.Integer(1): mib.Alert, snmp.Integer(7): mib.Debug},
		snmp.Integer(0), snmp.Integer(8), snmp.Integer(257), snmp.Integer(-1))
	reads(t, number[int32](0, 5), map[snmp.Value]int32{snmp.Integer(0): 0, snmp.Integer(5): 5}, snmp.Integer(6), snmp.Integer(-1))
	reads(t, unsigned(9), map[snmp.Value]uint32{snmp.Unsigned(0): 0, snmp.Unsigned(9): 9}, snmp.Unsigned(10), snmp.Unsigned(1<<32-1))
	reads(t, truthValue, map[snmp.Value]bool{snmp.Integer(1): true, snmp.Integer(2): false}, snmp.Integer(0), snmp.Integer(3))
	reads(t, either(1, 0), map[snmp.Value]bool{snmp.Integer(1): true, snmp.Integer(0): false}, snmp.Integer(2), snmp.Integer(-1))
	reads(t, line(1, 3, false), map[snmp.Value]string{text("a"): "a", text("abc"): "abc"}, text(""), text("abcd"), text("a b"), text("a\n"))
	reads(t, trapMask, map[snmp.Value]mib.CategorySet{text("\x00\x00\x00\x00\x00\x00\x00\x03"): mib.NewCategorySet(mib.SNMP, mib.Link)},
		text("\x00"), text("\x00\x00\x00\x00\x04\x00\x00\x00"), text("\x80\x00\x00\x00\x00\x00\x00\x00"))
}

// reads checks what is taken, and as what, and what is not.
func reads[T comparable](t *testing.T, v values[T], taken map[snmp.Value]T, refused ...snmp.Value) {
	t.Helper()
	for in, want := range taken {
		if got, status := v.read(in); got != want || status != snmp.NoError {
			t.Errorf("%v is taken as %v: %v, want %v", in, got, status, want)
		}
	}
	for _, in := range refused {
		if got, status := v.read(in); status == snmp.NoError {
			t.Errorf("%v is taken as %v", in, got)
		}
	}
}
