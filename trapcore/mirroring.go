package trapcore

import (
	"mirrorsh/securelog"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/notify"
)

// Mirror returns interfaces, routes, subscribers and packet mirroring.
func (r *Router) Mirror() *mirror.Machine { return r.mirror }

// mirrorSink hands the events of package mirror to the originator of the
// virtual router they belong to, and failed policies to the mirror log.
type mirrorSink struct{ r *Router }

func (s mirrorSink) traps(vr mirror.Router) *notify.Originator {
	if v, ok := s.r.byUID.Load(vr.UID); ok {
		return v.(*VirtualRouter).traps
	}
	return nil
}

func (s mirrorSink) Secure(vr mirror.Router, ev mirror.Event) {
	if t := s.traps(vr); t != nil {
		t.RaiseSecure(ev)
	}
}

func (s mirrorSink) Failed(vr mirror.Router, f *mirror.FailedPolicy) {
	s.r.mirrorLog.Append(&securelog.Failure{
		Time: f.Time, MirrorID: f.MirrorID, SessionID: f.SessionID, Username: f.UserName, Router: vr.Name,
		Source: f.Source.String(), TriggerType: f.TriggerType.String(), Trigger: f.Trigger,
		ErrorCause: f.Cause.String(), Message: f.Text,
	})
}

// Values of ifAdminStatus and ifOperStatus (RFC 2863).
const (
	ifUp   = 1
	ifDown = 2
)

func (s mirrorSink) Link(vr mirror.Router, ev mirror.LinkEvent) {
	t := s.traps(vr)
	if t == nil || s.r.restoring.Load() {
		return
	}
	l := notify.Link{Index: ev.Index, AdminStatus: ifDown, OperStatus: ifDown}
	if ev.AdminUp {
		l.AdminStatus = ifUp
	}
	if !ev.Up {
		t.Raise(&notify.LinkDown{Link: l})
		return
	}
	l.OperStatus = ifUp
	t.Raise(&notify.LinkUp{Link: l})
}
