package mirror

import (
	"fmt"
	"net/netip"
	"time"

	"mirrorsh/trapcore/network"
)

// Sample returns a well-formed event of a kind with values as a busy router
// would have them, for receivers under test; nil for no kind. The same
// arguments give the same event. Each run of four sequence numbers is one
// subscriber: its access session (target 0.0.0.0), its packet session ingress
// and egress, and the packet session again with a trigger of its own.
func Sample(k Kind, seq uint32, router uint32, at time.Time) Event {
	s := sampleSession(seq, router, at)
	switch k {
	case KindRadiusBasedMirroringFailure:
		f := failures[int(seq)%len(failures)]
		o := s.Origin
		o.Source = ConfigurationSource(seq % 2)
		o.TriggerType, o.Trigger = AcctSessionID, acctSession(seq/4)
		return &RadiusBasedMirroringFailure{Origin: o, Identity: s.Identity, UserName: userName(seq / 4), Failure: f}
	case KindCliTriggerBasedMirroringFailure:
		o := s.Origin
		o.Source = CLITrigger
		o.TriggerType, o.Trigger = Username, userName(seq/4)
		if seq%2 == 1 {
			o.Source, o.TriggerType, o.Trigger = CLIStatic, InterfaceString, interfaceName(seq/4)
		}
		return &CliTriggerBasedMirroringFailure{Origin: o, Policy: s.Policy, Failure: failures[int(seq)%len(failures)]}
	case KindInterfaceDeleted:
		return &InterfaceDeleted{Attachment: s.Attachment}
	case KindAnalyzerUnreachable:
		return &AnalyzerUnreachable{Time: at, Analyzer: s.Analyzer, RouterID: router}
	case KindSessionStart:
		return &SessionStart{Session: s}
	case KindSessionEnd:
		return &SessionEnd{Session: s, Reason: reasons[int(seq/4)%len(reasons)]}
	case KindInterfaceSessionActivated:
		return &InterfaceSessionActivated{Session: running(s, seq)}
	case KindInterfaceSessionDeactivated:
		return &InterfaceSessionDeactivated{Session: running(s, seq)}
	case KindSessionReject:
		a := s.Attachment
		a.Direction = Ingress
		return &SessionReject{Attachment: a}
	case KindSessionFailed:
		return &SessionFailed{Session: s, Reason: failedReasons[int(seq/4)%len(failedReasons)]}
	}
	return nil
}

// Samples returns one sample of each kind in the order of their numbers.
func Samples(seq uint32, router uint32, at time.Time) []Event {
	all := make([]Event, 0, Kinds)
	for k := Kind(1); int(k) <= Kinds; k++ {
		all = append(all, Sample(k, seq, router, at))
	}
	return all
}

var reasons = []network.TerminationReason{network.UserRequest, network.LostCarrier, network.IdleTimeout, network.SessionTimeout, network.AdminReset, network.PortError, network.NASError}

var failedReasons = []network.TerminationReason{network.NASError, network.LostCarrier, network.PortError, network.NASRequest, network.ServiceUnavailable, network.ReasonGenericFailure}

var failures = []Failure{
	{NoSuchName, "secure policy list does not exist"},
	{InvalidAnalyzerAddress, "analyzer address is not usable"},
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
		Target:   netip.AddrFrom4([4]byte{10, byte(sub / 62500 % 250), byte(sub / 250 % 250), byte(sub%250 + 2)}),
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

// running is s as something that was there before it was mirrored: never an
// access session, and a CoA rather than a login.
func running(s Session, seq uint32) Session {
	if s.Target.IsUnspecified() {
		s.Target = sampleSession(seq+1, s.RouterID, s.Time).Target
	}
	if s.Source == RADIUSLogin {
		s.Source = RADIUSCoA
	}
	return s
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
