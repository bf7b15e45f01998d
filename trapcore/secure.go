package trapcore

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"mirrorsh/securelog"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/network"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/radius"
	"mirrorsh/trapcore/side"
	"mirrorsh/trapcore/tacacs"
)

// Secure is the secure side of a router, which [Router.Secure] opens.
type Secure struct {
	router    *Router
	traps     atomic.Bool // juniPacketMirrorTrapEnable
	mirroring *mirror.Machine
	outlet    outlet // of mirrored packets
	log       *securelog.Log
	failures  *securelog.MirrorLog
	samples   *mirror.Sampler
	tacacs    *tacacs.Client
	names     secureNames
}

// newSecure makes the secure side of a router, but for what listens to its network.
func newSecure(r *Router) (*Secure, error) {
	o := &r.opts
	audit, err := securelog.New(securelog.Capacity, o.Location, notify.RenderVarbinds)
	if err != nil {
		return nil, fmt.Errorf("secure log: %w", err)
	}
	failures, err := securelog.NewMirrorLog(securelog.Capacity, o.Location)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("mirror log: %w", err), audit.Close())
	}
	return &Secure{
		router: r, log: audit, failures: failures, samples: mirror.NewSampler(o.Seed), tacacs: tacacs.New(),
		names:  secureNames{counts: map[string]int{}},
		outlet: outlet{place: o.Analyzer, ports: &r.delivery.ports, capture: o.Capture},
	}, nil
}

// close wipes the logs, and closes the sockets to analyzers.
func (x *Secure) close() error {
	x.outlet.close()
	return errors.Join(x.log.Close(), x.failures.Close())
}

// Secure opens the secure side to a reader, to whom it exists.
func (r *Router) Secure(c side.Clearance) (*Secure, bool) {
	if !c.Sees(side.Secure) {
		return nil, false
	}
	return r.secure, true
}

// Mirror returns packet mirroring.
func (x *Secure) Mirror() *mirror.Machine { return x.mirroring }

// mirroring opens packet mirroring to a RADIUS request.
func (r *Router) mirroring(c side.Clearance) (radius.Mirroring, bool) {
	x, ok := r.Secure(c)
	if !ok {
		return nil, false
	}
	return x.mirroring, true
}

// Log returns the SNMP secure audit log of the whole router.
func (x *Secure) Log() *securelog.Log { return x.log }

// Failures returns the log of failed secure policies.
func (x *Secure) Failures() *securelog.MirrorLog { return x.failures }

// TACACS returns the client whose servers are told of secure commands.
func (x *Secure) TACACS() *tacacs.Client { return x.tacacs }

// MirrorTraps returns juniPacketMirrorTrapEnable; false when the router starts.
func (x *Secure) MirrorTraps() bool { return x.traps.Load() }

// SetMirrorTraps sets juniPacketMirrorTrapEnable.
func (x *Secure) SetMirrorTraps(on bool) { x.traps.Store(on) }

// Samples makes the events of test traps.
func (x *Secure) Samples() *mirror.Sampler { return x.samples }

// Traps returns what raises the secure traps of a virtual router.
func (x *Secure) Traps(v *VirtualRouter) notify.Secure { return v.secure }

// Settle waits until the secure traps have left, but those to hosts that do not
// answer, or ctx ends. It returns how many are still pending.
func (x *Secure) Settle(ctx context.Context) (pending int) {
	for _, v := range x.router.existing() {
		pending += v.secure.Settle(ctx)
	}
	return pending
}

// mirrorSink hands the events of package mirror to the originator of the
// virtual router they belong to, and failed policies to the mirror log.
type mirrorSink struct{ r *Router }

func (s mirrorSink) Secure(vr *network.Router, ev mirror.Event) {
	if v := s.r.virtualRouter(vr); v != nil {
		v.secure.Raise(ev, nil)
	}
}

func (s mirrorSink) Failed(vr *network.Router, f *mirror.FailedPolicy) {
	s.r.secure.failures.Append(&securelog.Failure{
		Time: f.Time, MirrorID: f.MirrorID, SessionID: f.SessionID, Username: f.UserName, Router: vr.Name(),
		Source: f.Source.String(), TriggerType: f.TriggerType.String(), Trigger: f.Trigger,
		ErrorCause: f.Cause.String(), Message: f.Text,
	})
}
