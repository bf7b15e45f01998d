package mirror

import (
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"mirrorsh/mib"
	"mirrorsh/trapcore/network"
)

// eventFields calls check for each field of each event with the object that its
// tag names.
func eventFields(t *testing.T, check func(ev string, f mib.Field, o *mib.Object)) {
	t.Helper()
	for _, ev := range Events() {
		fields, err := mib.Fields(reflect.TypeOf(ev).Elem())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range fields {
			o, ok := mib.MirrorObject(f.Object)
			if !ok {
				t.Fatalf("%s: %s has the object %s, which does not exist", typeName(ev), f.Name, f.Object)
			}
			check(typeName(ev), f, o)
		}
	}
}

func TestEnumerationsAreTheMIBs(t *testing.T) {
	seen := map[string]bool{}
	eventFields(t, func(ev string, f mib.Field, o *mib.Object) {
		v := reflect.New(f.Type).Elem()
		_, is := v.Interface().(fmt.Stringer)
		if is = is && v.CanInt(); is != (o.Enum != nil) {
			t.Errorf("%s: %s is a %s, %s has %d labels", ev, f.Name, f.Type, o.Name, len(o.Enum))
		}
		if !is {
			return
		}
		seen[o.Name] = true
		for i, l := range o.Enum {
			v.SetInt(l.Value)
			if text := fmt.Sprint(v); l.Value != int64(i) || text != l.Name {
				t.Errorf("%s: %d is %q, the MIB has %s(%d)", f.Type, i, text, l.Name, l.Value)
			}
		}
		v.SetInt(int64(len(o.Enum)))
		if text := fmt.Sprint(v); text != fmt.Sprint(len(o.Enum)) {
			t.Errorf("%s: %q is none of the labels of %s", f.Type, text, o.Name)
		}
	})
	for _, last := range []struct {
		constant int32
		object   string
	}{
		{int32(AgentRemoteID), "TriggerType"}, {int32(CLIStatic), "ConfigurationSource"}, {int32(Egress), "Direction"},
		{int32(NameLengthExceeded), "ErrorCause"}, {int32(PolicyManager), "ApplicationName"},
		{int32(network.PortAdministrativelyDisabled), "TerminationReason"},
	} {
		if o, ok := mib.MirrorObject("juniPacketMirror" + last.object); !ok || int(last.constant) != len(o.Enum)-1 || !seen[o.Name] {
			t.Errorf("the last constant of %s is %d", last.object, last.constant)
		}
	}
}

func TestLabels(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{Username.String(), "username"},
		{CLIStatic.String(), "cliStatic"},
		{Egress.String(), "egress"},
		{NoSuchName.String(), "noSuchName"},
		{Direction(-1).String(), "-1"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestEventsAreTheNotifications(t *testing.T) {
	all := Events()
	if len(all) != len(mib.MirrorNotifications) {
		t.Fatalf("%d events, %d notifications", len(all), len(mib.MirrorNotifications))
	}
	for i, n := range mib.MirrorNotifications {
		if typeName(all[i]) != n.Short() {
			t.Errorf("event %d is a %s, the MIB has %s", i+1, typeName(all[i]), n.Short())
		}
		for _, name := range []string{n.Short(), strings.ToLower(n.Short())} {
			if ev := NewEvent(name); reflect.TypeOf(ev) != reflect.TypeOf(all[i]) {
				t.Errorf("NewEvent(%s) is a %T", name, ev)
			}
		}
	}
	if ev := NewEvent("sessionStar"); ev != nil {
		t.Errorf("NewEvent(sessionStar) is a %T", ev)
	}
}

// checkValue holds the value of a field to its object.
func checkValue(t *testing.T, what string, v reflect.Value, o *mib.Object, at time.Time) {
	t.Helper()
	switch x := v.Interface().(type) {
	case time.Time:
		if !x.Equal(at) {
			t.Errorf("%s: %s is %v", what, o.Name, x)
		}
	case netip.Addr:
		if !x.Is4() {
			t.Errorf("%s: %s is %v", what, o.Name, x)
		}
	case string:
		if x == "" || o.Max > 0 && int64(len(x)) > o.Max || len(x) > 64 {
			t.Errorf("%s: %s is %q", what, o.Name, x)
		}
	case uint32:
	default:
		if o.Label(v.Int()) == "" {
			t.Errorf("%s: %s is %d", what, o.Name, v.Int())
		}
	}
}

func TestSamplesAreWellFormedAndDeterministic(t *testing.T) {
	at := time.Date(2026, 11, 22, 6, 12, 11, 0, time.UTC)
	seqs := []uint32{0, 1, 2, 3, 4, 5, 6, 7, 1000, 99999, 1<<32 - 1}
	for s := uint32(8); s < 200; s++ {
		seqs = append(seqs, s)
	}
	triggers := map[TriggerType]bool{}
	for _, seq := range seqs {
		for i, ev := range samples(seq, 7, at) {
			if want := Events()[i]; reflect.TypeOf(ev) != reflect.TypeOf(want) {
				t.Fatalf("sample %d is a %s", i+1, typeName(ev))
			}
			used := Sample(NewEvent(typeName(ev)), seq+1, 8, at.Add(time.Second))
			if again := Sample(used, seq, 7, at); !reflect.DeepEqual(ev, again) {
				t.Fatalf("%s %d differs the second time", typeName(ev), seq)
			}
		}
	}
	eventFields(t, func(ev string, f mib.Field, o *mib.Object) {
		for _, seq := range seqs {
			v := reflect.ValueOf(Sample(NewEvent(ev), seq, 7, at)).Elem().FieldByIndex(f.Index)
			checkValue(t, fmt.Sprint(ev, " ", seq), v, o, at)
			switch x := v.Interface().(type) {
			case uint32:
				if f.Name == "MirrorID" && x >= 1<<30 || f.Name == "RouterID" && x != 7 {
					t.Errorf("%s %d: %s is %d", ev, seq, f.Name, x)
				}
			case TriggerType:
				triggers[x] = true
			}
		}
	})
	if len(triggers) != len(triggerTypeNames) {
		t.Errorf("the samples use trigger types %v only", triggers)
	}
}

func TestSamplesFollowASubscriber(t *testing.T) {
	at := time.Unix(0, 0)
	for seq := range uint32(40) {
		start := Sample(new(SessionStart), seq, 1, at)
		if access := seq%4 == 0; access != start.Target.IsUnspecified() {
			t.Errorf("start %d: target %v", seq, start.Target)
		}
		if start.SessionID != 0x90+seq/4 {
			t.Errorf("start %d: session %d", seq, start.SessionID)
		}
		for _, s := range []Session{
			Sample(new(InterfaceSessionActivated), seq, 1, at).Session, Sample(new(InterfaceSessionDeactivated), seq, 1, at).Session,
		} {
			if s.Target.IsUnspecified() || s.Source == RADIUSLogin {
				t.Errorf("running %d: target %v, source %v", seq, s.Target, s.Source)
			}
		}
		if r := Sample(new(SessionReject), seq, 1, at); r.Direction != Ingress {
			t.Errorf("reject %d: %v", seq, r.Direction)
		}
	}
}

// TestFillField holds values that a sample has none of its own for to the
// bounds of their objects.
func TestFillField(t *testing.T) {
	at := time.Date(2026, 11, 22, 6, 12, 11, 0, time.UTC)
	eventFields(t, func(ev string, f mib.Field, o *mib.Object) {
		for _, seq := range []uint32{0, 1, 7, 1<<32 - 1} {
			v := reflect.New(f.Type).Elem()
			fillField(v, o.Name, seq, at)
			checkValue(t, ev, v, o, at)
		}
	})
}

// samples returns one sample of each type in the order of Events.
func samples(seq uint32, router uint32, at time.Time) []Event {
	all := Events()
	for _, ev := range all {
		Sample(ev, seq, router, at)
	}
	return all
}
