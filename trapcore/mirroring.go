package trapcore

import (
	"mirrorsh/securelog"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/notify"
)

// Network returns the virtual routers with their interfaces, routes and
// subscribers.
func (r *Router) Network() *network.Network { return r.network }

// Mirror returns packet mirroring.
func (r *Router) Mirror() *mirror.Machine { return r.mirror }

// mirrorSink hands the events of package mirror to the originator of the
// virtual router they belong to, and failed policies to the mirror log.
type mirrorSink struct{ r *Router }

func (s mirrorSink) Secure(vr *network.Router, ev mirror.Event) {
	if v := s.r.virtualRouter(vr); v != nil {
		v.traps.RaiseSecure(ev)
	}
}

func (s mirrorSink) Failed(vr *network.Router, f *mirror.FailedPolicy) {
	s.r.mirrorLog.Append(&securelog.Failure{
		Time: f.Time, MirrorID: f.MirrorID, SessionID: f.SessionID, Username: f.UserName, Router: vr.Name(),
		Source: f.Source.String(), TriggerType: f.TriggerType.String(), Trigger: f.Trigger,
		ErrorCause: f.Cause.String(), Message: f.Text,
	})
}

// Values of ifAdminStatus and ifOperStatus (RFC 2863).
const (
	ifUp   = 1
	ifDown = 2
)

// linkTraps raises linkUp and linkDown.
type linkTraps struct{ r *Router }

// Changed is for the network to call.
func (l linkTraps) Changed(ch network.Change) {
	link, ok := ch.(network.LinkChanged)
	if !ok || l.r.restoring.Load() {
		return
	}
	v := l.r.virtualRouter(link.Router)
	if v == nil || link.NoLinkTraps || v.noLinkTraps.Load() {
		return
	}
	at := notify.Link{Index: link.Index, AdminStatus: ifDown, OperStatus: ifDown}
	if link.AdminUp {
		at.AdminStatus = ifUp
	}
	if !link.Up {
		v.traps.Raise(&notify.LinkDown{Link: at})
		return
	}
	at.OperStatus = ifUp
	v.traps.Raise(&notify.LinkUp{Link: at})
}
