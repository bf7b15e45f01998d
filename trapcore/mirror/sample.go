package mirror

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"sync"
	"time"

	"mirrorsh/mib"
	"mirrorsh/trapcore/network"
)

// Sample fills an event with values as a busy router would have them, for
// receivers under test, and returns it. The same arguments give the same event.
// Each run of four sequence numbers is one subscriber: its access session
// (target 0.0.0.0), its packet session ingress and egress, and the packet
// session again with a trigger of its own.
func Sample[E Event](ev E, seq uint32, router uint32, at time.Time) E {
	v := reflect.ValueOf(ev).Elem()
	s := sampleValues(seq, router, at)
	if vary := variations[v.Type()]; vary != nil {
		vary(&s, seq)
	}
	from := reflect.ValueOf(&s).Elem()
	for _, p := range sampleParts()[v.Type()] {
		if to := v.FieldByIndex(p.to); p.from != nil {
			to.Set(from.FieldByIndex(p.from))
		} else {
			fillField(to, p.object, seq, at)
		}
	}
	return ev
}

// sample has a value for each object that has some of its own; [fillField] makes
// those of others.
type sample struct {
	Session
	Failure
	UserName    string                    `mib:"juniPacketMirrorUserName"`
	Application Application               `mib:"juniPacketMirrorApplicationName"`
	Reason      network.TerminationReason `mib:"juniPacketMirrorTerminationReason"`
}

func sampleValues(seq, router uint32, at time.Time) sample {
	return sample{
		Session: sampleSession(seq, router, at), Failure: failures[int(seq)%len(failures)], UserName: userName(seq / 4),
		Reason: reasons[int(seq/4)%len(reasons)],
	}
}

// variations are the events that cannot have every value.
var variations = map[reflect.Type]func(s *sample, seq uint32){
	reflect.TypeFor[RadiusBasedMirroringFailure](): func(s *sample, seq uint32) {
		s.Source = ConfigurationSource(seq % 2)
		s.TriggerType, s.Trigger = AcctSessionID, acctSession(seq/4)
	},
	reflect.TypeFor[CliTriggerBasedMirroringFailure](): func(s *sample, seq uint32) {
		s.Source, s.TriggerType, s.Trigger = CLITrigger, Username, userName(seq/4)
		if seq%2 == 1 {
			s.Source, s.TriggerType, s.Trigger = CLIStatic, InterfaceString, interfaceName(seq/4)
		}
	},
	reflect.TypeFor[InterfaceSessionActivated]():   running,
	reflect.TypeFor[InterfaceSessionDeactivated](): running,
	reflect.TypeFor[SessionReject]():               func(s *sample, _ uint32) { s.Direction = Ingress },
	reflect.TypeFor[SessionFailed](): func(s *sample, seq uint32) {
		s.Reason = failedReasons[int(seq/4)%len(failedReasons)]
	},
}

// part is a field of an event, or a struct of fields, and where a sample has it;
// nowhere if from is nil.
type part struct {
	to, from []int
	object   string
}

var sampleParts = sync.OnceValue(func() map[reflect.Type][]part {
	all := map[reflect.Type][]part{}
	for _, ev := range Events() {
		t := reflect.TypeOf(ev).Elem()
		all[t] = appendParts(nil, t, nil)
	}
	return all
})

func appendParts(parts []part, t reflect.Type, within []int) []part {
	for i := range t.NumField() {
		f := t.Field(i)
		p := part{to: append(slices.Clip(within), i), object: f.Tag.Get("mib")}
		p.from = findPart(reflect.TypeFor[sample](), f, nil)
		if p.from == nil && p.object == "" && f.Type.Kind() == reflect.Struct {
			parts = appendParts(parts, f.Type, p.to)
		} else {
			parts = append(parts, p)
		}
	}
	return parts
}

// findPart returns where a struct has a field of the same type and tag.
func findPart(t reflect.Type, f reflect.StructField, within []int) []int {
	for i := range t.NumField() {
		have, at := t.Field(i), append(slices.Clip(within), i)
		if have.Type == f.Type && have.Tag == f.Tag {
			return at
		}
		if have.Tag == "" && have.Type.Kind() == reflect.Struct {
			if at = findPart(have.Type, f, at); at != nil {
				return at
			}
		}
	}
	return nil
}

// fillField sets a field to a value within the bounds of its object.
func fillField(v reflect.Value, object string, seq uint32, at time.Time) {
	o, ok := mib.MirrorObject(object)
	if !ok {
		return
	}
	number := int64(seq)
	switch {
	case o.Enum != nil:
		number = o.Enum[int(seq)%len(o.Enum)].Value
	case o.Max > o.Min:
		number = o.Min + number%(o.Max-o.Min+1)
	}
	switch to := v.Addr().Interface().(type) {
	case *time.Time:
		*to = at
	case *netip.Addr:
		*to = sampleAddress(seq)
	case *string:
		text := fmt.Sprint(object, " ", seq)
		if o.Max > 0 {
			text = text[max(0, len(text)-int(o.Max)):]
		}
		*to = text
	default:
		if v.CanUint() {
			v.SetUint(uint64(number))
		} else if v.CanInt() {
			v.SetInt(number)
		}
	}
}

var reasons = []network.TerminationReason{network.UserRequest, network.LostCarrier, network.IdleTimeout, network.SessionTimeout, network.AdminReset, network.PortError, network.NASError}

var failedReasons = []network.TerminationReason{network.NASError, network.LostCarrier, network.PortError, network.NASRequest, network.ServiceUnavailable, network.ReasonGenericFailure}

var failures = []Failure{
	{NoSuchName, "secure policy list does not exist"},
	{InvalidAnalyzerAddress, textAnalyzer},
	{NoResourcesAvailable, "no policy resources left on the line module"},
	{NoSuchUserOrInterface, "no session matches the trigger"},
	{MissingOrInvalidAttribute, "mirror identifier without analyzer port"},
	{RouterMismatch, "session belongs to another virtual router"},
}

// samplePolicyID numbers the policies that RADIUS creates, whose names show it in hexadecimal.
const samplePolicyID = 0x88000008

func sampleSession(seq, router uint32, at time.Time) Session {
	sub, part := seq/4, seq%4
	id := samplePolicyID + sub%0x1000000
	s := Session{
		Attachment: Attachment{
			Origin:    Origin{Time: at, Source: ConfigurationSource(sub % 3), RouterID: router},
			Identity:  Identity{MirrorID: (0x300 + sub) & (1<<30 - 1), SessionID: 0x90 + sub},
			Policy:    Policy{Name: fmt.Sprintf("spl_%08x", id), ID: id},
			Direction: Direction(part / 2),
		},
		Target:   sampleAddress(sub),
		Analyzer: netip.AddrFrom4([4]byte{192, 168, 99, byte(sub%2 + 2)}),
	}
	s.TriggerType, s.Trigger = sampleTrigger(sub, s.Target)
	switch part {
	case 0:
		s.Target = netip.IPv4Unspecified()
	case 3:
		s.Source, s.TriggerType, s.Trigger = CLIStatic, InterfaceString, interfaceName(sub)
		s.Policy.Name = fmt.Sprintf("secure-policy-%d", sub%100+1)
	}
	return s
}

func sampleAddress(n uint32) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(n / 62500 % 250), byte(n / 250 % 250), byte(n%250 + 2)})
}

// running makes s something that was there before it was mirrored: never an
// access session, and a CoA rather than a login.
func running(s *sample, seq uint32) {
	if s.Target.IsUnspecified() {
		s.Target = sampleAddress(seq / 4)
	}
	if s.Source == RADIUSLogin {
		s.Source = RADIUSCoA
	}
}

func sampleTrigger(sub uint32, target netip.Addr) (TriggerType, string) {
	switch t := TriggerType(sub%8 + 1); t {
	case IPAddress:
		return t, target.String()
	case NASPortID:
		return t, interfaceName(sub) + fmt.Sprintf(":%d", 100+sub%4000)
	case Username:
		return t, userName(sub)
	case CallingStationID:
		return t, fmt.Sprintf("#host1#E%d0#%d", sub%16, 100+sub%4000)
	case AcctSessionID:
		return t, acctSession(sub)
	case DHCPOption82, AgentCircuitID:
		return t, fmt.Sprintf("dslam%d eth 1/%d:%d", sub%50+1, sub%48+1, 100+sub%4000)
	default:
		return t, fmt.Sprintf("line-%07d", sub)
	}
}

func userName(sub uint32) string { return fmt.Sprintf("subscriber%05d@isp.example", sub) }

func acctSession(sub uint32) string {
	return fmt.Sprintf("erx %s:%d:%010d", interfaceName(sub), 100+sub%4000, 0x90+sub)
}

func interfaceName(sub uint32) string {
	return fmt.Sprintf("GigabitEthernet %d/%d.%d", sub%12, sub/12%8, 100+sub%4000)
}
