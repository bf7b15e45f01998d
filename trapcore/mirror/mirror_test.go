package mirror

import (
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"mirrorsh/mib"
	"mirrorsh/trapcore/network"
)

func TestEnumerationsAreTheMIBs(t *testing.T) {
	for _, tt := range []struct {
		object *mib.Object
		names  []string
		last   int
	}{
		{mib.MirrorTriggerType, triggerTypeNames, int(AgentRemoteID)},
		{mib.MirrorConfigurationSource, configurationSourceNames, int(CLIStatic)},
		{mib.MirrorDirection, directionNames, int(Egress)},
		{mib.MirrorErrorCause, errorCauseNames, int(NameLengthExceeded)},
		{mib.MirrorTerminationReason, network.TerminationReasons(), int(network.PortAdministrativelyDisabled)},
	} {
		if len(tt.names) != len(tt.object.Enum) || tt.last != len(tt.names)-1 {
			t.Errorf("%s: %d names, last constant %d, %d labels", tt.object.Name, len(tt.names), tt.last, len(tt.object.Enum))
			continue
		}
		for i, l := range tt.object.Enum {
			if l.Value != int64(i) || l.Name != tt.names[i] {
				t.Errorf("%s: %d is %q, the MIB has %s(%d)", tt.object.Name, i, tt.names[i], l.Name, l.Value)
			}
		}
	}
}

func TestLabels(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{Username.String(), "username"},
		{CLIStatic.String(), "cliStatic"},
		{Egress.String(), "egress"},
		{NoSuchName.String(), "noSuchName"},
		{Kind(0).String(), "0"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestKindsAreTheNotifications(t *testing.T) {
	if Kinds != len(mib.MirrorNotifications) {
		t.Fatalf("%d kinds, %d notifications", Kinds, len(mib.MirrorNotifications))
	}
	for i, n := range mib.MirrorNotifications {
		k := Kind(i + 1)
		if k.String() != n.Short() {
			t.Errorf("kind %d is %s, the MIB has %s", k, k, n.Short())
		}
	}
}

// walk calls check for each field below v with its name.
func walk(v reflect.Value, name string, check func(name string, v reflect.Value)) {
	if v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[time.Time]() && v.Type() != reflect.TypeFor[netip.Addr]() {
		for i := range v.NumField() {
			walk(v.Field(i), name+"."+v.Type().Field(i).Name, check)
		}
		return
	}
	check(name, v)
}

func TestSamplesAreWellFormedAndDeterministic(t *testing.T) {
	at := time.Date(2026, 11, 22, 6, 12, 11, 0, time.UTC)
	top := map[reflect.Type]int64{
		reflect.TypeFor[TriggerType]():               int64(AgentRemoteID),
		reflect.TypeFor[ConfigurationSource]():       int64(CLIStatic),
		reflect.TypeFor[Direction]():                 int64(Egress),
		reflect.TypeFor[ErrorCause]():                int64(NameLengthExceeded),
		reflect.TypeFor[network.TerminationReason](): int64(network.PortAdministrativelyDisabled),
	}
	seqs := []uint32{0, 1, 2, 3, 4, 5, 6, 7, 1000, 99999, 1<<32 - 1}
	for s := uint32(8); s < 200; s++ {
		seqs = append(seqs, s)
	}
	triggers := map[int64]bool{}
	for _, seq := range seqs {
		for i, ev := range Samples(seq, 7, at) {
			if ev.Kind() != Kind(i+1) {
				t.Fatalf("sample %d is a %s", i+1, ev.Kind())
			}
			if again := Sample(ev.Kind(), seq, 7, at); !reflect.DeepEqual(ev, again) {
				t.Fatalf("%s %d differs the second time", ev.Kind(), seq)
			}
			walk(reflect.ValueOf(ev).Elem(), ev.Kind().String(), func(name string, v reflect.Value) {
				switch x := v.Interface().(type) {
				case time.Time:
					if !x.Equal(at) {
						t.Errorf("%s %d: time %v", name, seq, x)
					}
				case netip.Addr:
					if !x.Is4() {
						t.Errorf("%s %d: address %v", name, seq, x)
					}
				case string:
					// 40 octets of a policy name is the narrowest bound of all texts that have one.
					if limit := map[bool]int{true: 40, false: 64}[strings.HasSuffix(name, ".Name")]; x == "" || len(x) > limit {
						t.Errorf("%s %d: %q", name, seq, x)
					}
				case uint32:
					if strings.HasSuffix(name, ".MirrorID") && x >= 1<<30 || strings.HasSuffix(name, ".RouterID") && x != 7 {
						t.Errorf("%s %d: %d", name, seq, x)
					}
				default:
					most, known := top[v.Type()]
					if !known || v.Int() < 0 || v.Int() > most {
						t.Errorf("%s %d: %v", name, seq, x)
					}
					if _, is := x.(TriggerType); is {
						triggers[v.Int()] = true
					}
				}
			})
		}
	}
	if len(triggers) != len(triggerTypeNames) {
		t.Errorf("the samples use trigger types %v only", triggers)
	}
	if Sample(0, 0, 1, at) != nil || Sample(Kind(Kinds+1), 0, 1, at) != nil {
		t.Error("a sample of no kind")
	}
}

func TestSamplesFollowASubscriber(t *testing.T) {
	at := time.Unix(0, 0)
	for seq := range uint32(40) {
		start := Sample(KindSessionStart, seq, 1, at).(*SessionStart)
		if access := seq%4 == 0; access != start.Target.IsUnspecified() {
			t.Errorf("start %d: target %v", seq, start.Target)
		}
		if start.SessionID != 0x90+seq/4 {
			t.Errorf("start %d: session %d", seq, start.SessionID)
		}
		for _, k := range []Kind{KindInterfaceSessionActivated, KindInterfaceSessionDeactivated} {
			var s Session
			switch ev := Sample(k, seq, 1, at).(type) {
			case *InterfaceSessionActivated:
				s = ev.Session
			case *InterfaceSessionDeactivated:
				s = ev.Session
			}
			if s.Target.IsUnspecified() || s.Source == RADIUSLogin {
				t.Errorf("%s %d: target %v, source %v", k, seq, s.Target, s.Source)
			}
		}
		if r := Sample(KindSessionReject, seq, 1, at).(*SessionReject); r.Direction != Ingress {
			t.Errorf("reject %d: %v", seq, r.Direction)
		}
	}
}
