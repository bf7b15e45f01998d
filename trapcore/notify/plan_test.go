package notify

import (
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"mirrorsh/mib"
	"mirrorsh/trapcore/mirror"
)

// TestPlansAreWhole: each object of each notification is put from exactly one
// field of its event, and no field is left.
func TestPlansAreWhole(t *testing.T) {
	for i, n := range notifications {
		if n.Notification != mib.Notifications[i] || n.index != i || byEvent[n.event] != n {
			t.Errorf("plan %d is that of %s and %v", i, n.Name, n.event)
		}
		fields, err := mib.Fields(n.event.Elem())
		if err != nil || len(fields) != len(n.Objects) || len(n.steps) != len(n.Objects) {
			t.Fatalf("%s: %d fields, %d steps, %d objects, %v", n.Name, len(fields), len(n.steps), len(n.Objects), err)
		}
		offsets := map[string]uintptr{}
		for _, f := range fields {
			offsets[f.Object] = f.Offset
		}
		for j, s := range n.steps {
			if at, ok := offsets[n.Objects[j].Name]; s.Object != n.Objects[j] || !ok || s.offset != at {
				t.Errorf("%s: step %d puts %s from %d", n.Name, j, s.Name, s.offset)
			}
			delete(offsets, s.Name)
		}
	}
}

// TestPlanAllRefuses: events and MIB that do not agree make no originator.
func TestPlanAllRefuses(t *testing.T) {
	var number, text, address, column, index *mib.Object
	for o, n := range map[**mib.Object]mib.Object{
		&number:  {Name: "number", OID: mib.PacketMirrorMIB.Sub(1), Syntax: mib.Unsigned32},
		&text:    {Name: "text", OID: mib.PacketMirrorMIB.Sub(2), Syntax: mib.DisplayString},
		&address: {Name: "address", OID: mib.PacketMirrorMIB.Sub(3), Syntax: mib.IPAddress},
		&index:   {Name: "index", OID: mib.PacketMirrorMIB.Sub(4, 1), Syntax: mib.Integer32, Column: true},
		&column:  {Name: "column", OID: mib.PacketMirrorMIB.Sub(4, 2), Syntax: mib.Integer32, Column: true},
	} {
		*o = &n
	}
	type Right struct {
		Text   string `mib:"text"`
		Number uint32 `mib:"number"`
	}
	type Row struct {
		Index  int32 `mib:"index,instance"`
		Column int32 `mib:"column"`
	}
	rows := func(name string, objects ...*mib.Object) []*mib.Notification {
		return []*mib.Notification{{Name: "juni" + name, OID: mib.PacketMirrorMIB.Sub(0, 1), Objects: objects}}
	}
	for _, tt := range []struct {
		want   string // "": planned
		rows   []*mib.Notification
		events []any
	}{
		{"", rows("Right", number, text), []any{&Right{}}},
		{"", rows("right", text, number), []any{&Right{}}},
		{"", rows("Row", column, index), []any{&Row{}}},
		{"juniOther has no event type", rows("Other", number, text), []any{&Right{}}},
		{"event types without a notification: [*notify.Row]", rows("Right", number, text), []any{&Right{}, &Row{}}},
		{"juniRight: no field for address", rows("Right", number, text, address), []any{&Right{}}},
		{"juniRight: 2 fields for 1 objects", rows("Right", number), []any{&Right{}}},
		{"juniRow: no field has the instance of column", rows("Row", column), []any{rowWithout()}},
		{"field Text does not fit number", rows("Unlike", number), []any{unlike()}},
	} {
		var types []reflect.Type
		for _, ev := range tt.events {
			types = append(types, reflect.TypeOf(ev))
		}
		_, err := planAll(tt.rows, types)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.HasSuffix(err.Error(), tt.want)) {
			t.Errorf("%v, want %q", err, tt.want)
		}
	}
}

func rowWithout() any {
	type Row struct {
		Column int32 `mib:"column"`
	}
	return &Row{}
}

func unlike() any {
	type Unlike struct {
		Text string `mib:"number"`
	}
	return &Unlike{}
}

// TestWhatFits lists which Go types the syntaxes take.
func TestWhatFits(t *testing.T) {
	types := []reflect.Type{
		reflect.TypeFor[mib.Severity](), reflect.TypeFor[uint16](), reflect.TypeFor[mirror.TriggerType](), reflect.TypeFor[uint32](),
		reflect.TypeFor[string](), reflect.TypeFor[netip.Addr](), reflect.TypeOf(testTime), reflect.TypeFor[int](), reflect.TypeFor[[]byte](),
	}
	for s, want := range map[mib.Syntax]string{
		mib.Integer32: "yyy------", mib.Unsigned32: "---y-----", mib.DisplayString: "----y----", mib.OctetString: "----y----",
		mib.IPAddress: "-----y---", mib.DateAndTime: "------y--", mib.Counter32: "---------", mib.ObjectIdentifier: "---------",
	} {
		got := ""
		for _, typ := range types {
			got += map[bool]string{true: "-", false: "y"}[kindOf(s, typ) == kindNone]
		}
		if got != want {
			t.Errorf("syntax %d takes %s, want %s", s, got, want)
		}
	}
}

// TestNobodyElsesEvents: what is no event becomes nothing.
func TestNobodyElsesEvents(t *testing.T) {
	for _, ev := range []any{nil, 1, mirror.SessionStart{}, &mirror.Session{}, &Link{}} {
		if n := notificationOf(ev); n != nil {
			t.Errorf("%T becomes %s", ev, n.Name)
		}
	}
}
