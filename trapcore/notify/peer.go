package notify

import (
	"errors"
	"syscall"
	"time"

	"mirrorsh/trapcore/snmp"
)

// peer is what a worker knows of the engine that answers its informs, which is
// the authoritative one of theirs (RFC 3414 sections 2.3 and 4). The engine ID
// comes from an unauthenticated Report, as it must; boots and time only from
// messages whose MAC was verified.
type peer struct {
	engine snmp.EngineID // "": not known
	clock  *snmp.RemoteClock
	user   *snmp.User
	keys   *snmp.LocalKeys
	sealer *snmp.Sealer
}

// ready reports whether the next message will be in the host's time window, as
// far as is known.
func (p *peer) ready() bool {
	if p.engine == "" || p.sealer == nil {
		return false
	}
	_, _, known := p.clock.At(time.Now())
	return known || p.sealer.Level() == snmp.NoAuthNoPriv
}

// discovered takes another engine in the place of the one there was.
func (p *peer) discovered(w *worker, id snmp.EngineID) {
	p.forget(w)
	p.engine, p.clock = id, new(snmp.RemoteClock)
}

func (p *peer) forget(w *worker) {
	p.release(w)
	p.engine, p.clock = "", nil
}

// release gives the keys back.
func (p *peer) release(w *worker) {
	if p.keys != nil {
		w.o.opts.Users.ReleaseKeys(p.user, p.engine, w.o.opts.Engine)
	}
	p.user, p.keys, p.sealer = nil, nil, nil
}

// rekey makes keys and sealer of another user, or of one whose keys have changed.
func (p *peer) rekey(w *worker, u *snmp.User) error {
	p.release(w)
	keys, err := w.o.opts.Users.PeerKeys(u, p.engine, w.o.opts.Engine)
	if errors.Is(err, snmp.ErrNotFound) {
		return errNoUser // gone since the permit was worked out
	}
	if err != nil {
		return err
	}
	p.user, p.keys = u, keys
	p.sealer, err = snmp.NewSealer(keys)
	return err
}

// encodeInform builds the message that takes an inform one step further: the
// inform itself, or a discovery as long as the host's engine is not known.
func (in *informer) encodeInform(buf *snmp.Buffer, rec *record, s *sentInform, now time.Time) ([]byte, error) {
	if rec.Version == snmp.Version2c {
		return snmp.EncodeV2c(buf, rec.SecurityString, snmp.PDUInform, s.request, s.t.list)
	}
	may := in.permit(rec)
	if may.user == nil || !may.allows(s.t.n) {
		return nil, errNoUser
	}
	s.message = in.ids.Message()
	p := &in.peer
	if s.asks = p.engine == ""; s.asks {
		return snmp.EncodeDiscovery(buf, s.message, s.request)
	}
	if p.user != may.user || p.sealer == nil {
		if err := p.rekey(in.worker, may.user); err != nil {
			return nil, err
		}
	}
	boots, t, _ := p.clock.At(now)
	return p.sealer.Seal(buf, &snmp.Message{
		Boots: boots, Time: t, ID: s.message, RequestID: s.request,
		ContextEngine: in.o.opts.Local.Identity().ID, Context: s.t.from.opts.Context,
		PDU: snmp.PDUInform, Varbinds: s.t.list,
	})
}

// answer takes a datagram from the host. What does not belong to an inform on
// its way, or is not what the host would send, changes nothing.
func (in *informer) answer(b []byte) {
	defer in.ears.recycle(b)
	d, err := snmp.ParseDatagram(b)
	switch {
	case err != nil:
	case in.host.Version == snmp.Version2c && d.Version == snmp.Version2c:
		in.answerV2c(&d)
	case in.host.Version == snmp.Version3 && d.Version == snmp.Version3:
		if m, err := d.V3(); err == nil {
			in.answerV3(m, time.Now())
		}
	}
}

func (in *informer) answerV2c(d *snmp.Datagram) {
	m, err := d.Community()
	if err != nil || string(m.Community) != in.host.SecurityString {
		return
	}
	if pdu, err := m.PDU(); err == nil && pdu.Type == snmp.PDUResponse {
		in.response(&pdu)
	}
}

func (in *informer) response(pdu *snmp.PDU) {
	for i := range in.out {
		if in.out[i].request == pdu.RequestID && in.out[i].attempts > 0 {
			in.acknowledged(i, snmp.ErrorStatus(pdu.ErrorStatus))
			return
		}
	}
}

func (in *informer) answerV3(m *snmp.MessageV3, now time.Time) {
	p := &in.peer
	if p.keys == nil {
		in.hint(m)
		return
	}
	scoped, level, err := p.keys.Open(m, p.clock, now)
	switch {
	case err == nil && scoped.PDU.Type == snmp.PDUResponse:
		in.response(&scoped.PDU)
	case err == nil && scoped.PDU.Type == snmp.PDUReport && level >= snmp.AuthNoPriv:
		// Of these there is only one: the clock has learned from it already.
		if s := in.sentAs(m.ID); s != nil {
			in.c.reports.Add(1)
			in.again(s)
		}
	case err == nil, errors.Is(err, snmp.ErrWrongEngine), errors.Is(err, snmp.ErrWrongUser):
		in.hint(m)
	}
}

// hint takes a Report that nobody vouches for. It can tell which engine to talk
// to, and no more: an inform that somebody says is refused is sent again, as
// long as its retries last.
func (in *informer) hint(m *snmp.MessageV3) {
	s := in.sentAs(m.ID)
	if s == nil {
		return
	}
	h, err := m.ReportHint()
	if err != nil {
		return
	}
	in.c.reports.Add(1)
	if !h.Is(snmp.StatUnknownEngineIDs) || h.Engine == in.peer.engine {
		return
	}
	in.peer.discovered(in.worker, h.Engine)
	in.again(s)
}

// sentAs finds the inform that a message was sent for last.
func (in *informer) sentAs(message int32) *sentInform {
	for i := range in.out {
		if s := &in.out[i]; s.message == message && s.attempts > 0 && !s.due {
			return s
		}
	}
	return nil
}

// again lets an inform be sent once more since the host has answered.
func (in *informer) again(s *sentInform) {
	in.answered()
	in.resend(s)
}

// passing reports whether an error of receiving says what became of an earlier
// datagram, not that the socket is at its end.
func passing(err error) bool {
	for _, e := range []error{
		syscall.ECONNREFUSED, syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.ENETDOWN,
		syscall.EMSGSIZE, syscall.EPROTO, syscall.ENOPROTOOPT, syscall.EOPNOTSUPP,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
