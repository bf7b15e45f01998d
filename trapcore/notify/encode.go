package notify

import (
	"time"

	"mirrorsh/mib"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/snmp"
)

// notification is a notification with all that is constant on the wire.
type notification struct {
	*mib.Notification
	index int      // into notifications
	head  string   // snmp.TrapHead
	names []string // encoded names of the objects with instance 0; a column's is not used
	v1    snmp.TrapV1
}

var (
	notifications = makeNotifications()

	coldStart             = find(mib.ColdStart)
	warmStart             = find(mib.WarmStart)
	linkDown              = find(mib.LinkDown)
	linkUp                = find(mib.LinkUp)
	authenticationFailure = find(mib.AuthenticationFailure)
	cliSecurityAlert      = find(mib.CliSecurityAlert)
)

func makeNotifications() []*notification {
	var all []*notification
	for i, m := range mib.Notifications {
		n := &notification{Notification: m, index: i, head: snmp.TrapHead(m.OID)}
		enterprise, generic, specific := m.V1()
		n.v1 = snmp.TrapV1{Enterprise: enterprise, Generic: int32(generic), Specific: int32(specific)}
		for _, o := range m.Objects {
			n.names = append(n.names, snmp.EncodeName(o.Instance0()))
		}
		all = append(all, n)
	}
	return all
}

func find(m *mib.Notification) *notification {
	for _, n := range notifications {
		if n.Notification == m {
			return n
		}
	}
	return nil
}

// mirrorNotifications are indexed by mirror.Kind.
var mirrorNotifications = func() (byKind [mirror.Kinds + 1]*notification) {
	for i, m := range mib.MirrorNotifications {
		byKind[i+1] = find(m)
	}
	return
}()

// maxDisplay is the size of a DisplayString (RFC 2579 section 2).
const maxDisplay = 255

// encoder puts the varbinds of one notification, the last object first, as
// snmp.Buffer builds backwards. at is the object put last.
type encoder struct {
	b   *snmp.Buffer
	n   *notification
	at  int
	bad bool // a value does not fit its object
}

func newEncoder(b *snmp.Buffer, n *notification) encoder {
	b.Reset()
	return encoder{b: b, n: n, at: len(n.Objects)}
}

func (e *encoder) put(v snmp.Value) {
	e.at--
	e.b.PutNamed(e.n.names[e.at], v)
}

func (e *encoder) number(v int32)    { e.put(snmp.Integer(v)) }
func (e *encoder) unsigned(v uint32) { e.put(snmp.Unsigned(v)) }

// text puts a text. Octets of a peer that are not printable are shown as \xHH,
// of which as much is put as there is room for.
func (e *encoder) text(s string) {
	o := e.n.Objects[e.at-1]
	largest := o.Max
	if largest == 0 && o.Syntax == mib.DisplayString {
		largest = maxDisplay
	}
	if o.Syntax == mib.DisplayString && !mib.Printable(s) {
		s = mib.Display(s, int(largest))
	}
	e.put(snmp.OctetString(s))
	if largest > 0 && int64(len(s)) > largest || int64(len(s)) < o.Min {
		e.bad = true
	}
}

// date puts a DateAndTime without the allocation of snmp.DateAndTime.
func (e *encoder) date(t time.Time) {
	e.at--
	mark := e.b.Len()
	d := snmp.DateAndTimeOctets(t)
	e.b.PutRaw(d[:])
	e.b.PutHeader(snmp.TagOctetString, len(d))
	e.b.PutRawString(e.n.names[e.at])
	e.b.Wrap(snmp.TagSequence, mark)
}

// column puts a value whose name ends in an instance other than 0.
func (e *encoder) column(instance uint32, v int32) {
	e.at--
	o := e.n.Objects[e.at]
	e.b.PutVarbind(o.OID.Sub(instance), snmp.Integer(v))
	if o.Max > 0 && (int64(v) < o.Min || int64(v) > o.Max) {
		e.bad = true
	}
}

func (e *encoder) origin(o *mirror.Origin) {
	e.unsigned(o.RouterID)
	e.text(o.Trigger)
	e.number(int32(o.TriggerType))
	e.number(int32(o.Source))
	e.date(o.Time)
}

func (e *encoder) identity(i *mirror.Identity) {
	e.unsigned(i.SessionID)
	e.unsigned(i.MirrorID)
}

func (e *encoder) policy(p *mirror.Policy) {
	e.unsigned(p.ID)
	e.text(p.Name)
}

func (e *encoder) attachment(a *mirror.Attachment) {
	e.number(int32(a.Direction))
	e.policy(&a.Policy)
	e.identity(&a.Identity)
	e.origin(&a.Origin)
}

func (e *encoder) session(s *mirror.Session) {
	e.put(snmp.Address(s.Analyzer))
	e.put(snmp.Address(s.Target))
	e.attachment(&s.Attachment)
}

// policyManager is the one value of juniPacketMirrorApplicationName.
const policyManager = 0

func (e *encoder) failure(f *mirror.Failure) {
	e.text(f.Text)
	e.number(policyManager)
	e.number(int32(f.Cause))
}

// secure puts the varbinds of a mirror event, last group first.
func (e *encoder) secure(ev mirror.Event) {
	switch ev := ev.(type) {
	case *mirror.RadiusBasedMirroringFailure:
		e.failure(&ev.Failure)
		e.identity(&ev.Identity)
		e.text(ev.UserName)
		e.origin(&ev.Origin)
	case *mirror.CliTriggerBasedMirroringFailure:
		e.failure(&ev.Failure)
		e.policy(&ev.Policy)
		e.origin(&ev.Origin)
	case *mirror.InterfaceDeleted:
		e.attachment(&ev.Attachment)
	case *mirror.AnalyzerUnreachable:
		e.unsigned(ev.RouterID)
		e.put(snmp.Address(ev.Analyzer))
		e.date(ev.Time)
	case *mirror.SessionStart:
		e.session(&ev.Session)
	case *mirror.SessionEnd:
		e.number(int32(ev.Reason))
		e.session(&ev.Session)
	case *mirror.InterfaceSessionActivated:
		e.session(&ev.Session)
	case *mirror.InterfaceSessionDeactivated:
		e.session(&ev.Session)
	case *mirror.SessionReject:
		e.attachment(&ev.Attachment)
	case *mirror.SessionFailed:
		e.number(int32(ev.Reason))
		e.session(&ev.Session)
	}
}

// secureNotification says what a mirror event becomes. It is a switch, not a
// method call, so that an event on the stack of its maker stays there.
func secureNotification(ev mirror.Event) *notification {
	switch ev.(type) {
	case *mirror.RadiusBasedMirroringFailure:
		return mirrorNotifications[mirror.KindRadiusBasedMirroringFailure]
	case *mirror.CliTriggerBasedMirroringFailure:
		return mirrorNotifications[mirror.KindCliTriggerBasedMirroringFailure]
	case *mirror.InterfaceDeleted:
		return mirrorNotifications[mirror.KindInterfaceDeleted]
	case *mirror.AnalyzerUnreachable:
		return mirrorNotifications[mirror.KindAnalyzerUnreachable]
	case *mirror.SessionStart:
		return mirrorNotifications[mirror.KindSessionStart]
	case *mirror.SessionEnd:
		return mirrorNotifications[mirror.KindSessionEnd]
	case *mirror.InterfaceSessionActivated:
		return mirrorNotifications[mirror.KindInterfaceSessionActivated]
	case *mirror.InterfaceSessionDeactivated:
		return mirrorNotifications[mirror.KindInterfaceSessionDeactivated]
	case *mirror.SessionReject:
		return mirrorNotifications[mirror.KindSessionReject]
	case *mirror.SessionFailed:
		return mirrorNotifications[mirror.KindSessionFailed]
	}
	return nil
}

// ordinary puts the varbinds of an ordinary event.
func (e *encoder) ordinary(ev Event) {
	switch ev := ev.(type) {
	case *LinkDown:
		e.link(&ev.Link)
	case *LinkUp:
		e.link(&ev.Link)
	case *AuthenticationFailure:
		e.number(int32(ev.Reason))
		e.text(ev.Community)
		e.number(int32(ev.Source.Port()))
		e.put(snmp.Address(ev.Source.Addr()))
	case *CLISecurityAlert:
		e.date(ev.Time)
		e.text(ev.Message)
		e.number(int32(ev.Priority))
	}
}

func (e *encoder) link(l *Link) {
	e.column(uint32(l.Index), l.OperStatus)
	e.column(uint32(l.Index), l.AdminStatus)
	e.column(uint32(l.Index), l.Index)
}

func ordinaryNotification(ev Event) *notification {
	switch ev.(type) {
	case *ColdStart:
		return coldStart
	case *WarmStart:
		return warmStart
	case *LinkDown:
		return linkDown
	case *LinkUp:
		return linkUp
	case *AuthenticationFailure:
		return authenticationFailure
	case *CLISecurityAlert:
		return cliSecurityAlert
	}
	return nil
}
