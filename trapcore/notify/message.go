package notify

import (
	"errors"
	"slices"

	"mirrorsh/trapcore/snmp"
)

// sealed is how many messages of SNMPv3 are made at once.
const sealed = 4

// encodeAll builds the messages in w.wire and returns the traps they are of.
func (w *worker) encodeAll(rec *record, batch []*trap) []*trap {
	ready := batch[:0]
	if rec.Version == snmp.Version3 {
		for some := range slices.Chunk(batch, sealed) {
			ready = w.seal(rec, some, ready)
		}
		clear(w.group[:])
		return ready
	}
	for _, t := range batch {
		i := len(ready)
		msg, err := w.encode(&w.bufs[i], rec, t)
		if err != nil {
			w.lost(t, err)
			continue
		}
		w.wire[i] = msg
		ready = append(ready, t)
	}
	return ready
}

// encode builds a message of SNMPv1 or SNMPv2c.
func (w *worker) encode(buf *snmp.Buffer, rec *record, t *trap) ([]byte, error) {
	if rec.Version == snmp.Version2c {
		return snmp.EncodeV2c(buf, rec.SecurityString, snmp.PDUTrap, w.ids.Request(), t.list)
	}
	v1 := t.n.v1
	v1.Agent, v1.Timestamp = w.from, t.uptime
	if !w.from.IsValid() {
		v1.Agent = w.conn.Local().Addr()
	}
	return snmp.EncodeV1(buf, rec.SecurityString, &v1, t.list[t.own:])
}

var errNoUser = errors.New("user may not have this notification any more")

// seal builds messages of SNMPv3, and appends to ready the traps they are of.
func (w *worker) seal(rec *record, some, ready []*trap) []*trap {
	own := w.o.opts.Local.Identity()
	now := own.Of(w.o.opts.Engine.Now())
	p := w.permit(rec)
	refused := w.keys(p.user, own.ID)
	at, n := len(ready), 0
	for _, t := range some {
		switch {
		case refused != nil:
			w.lost(t, refused)
			continue
		case !p.allows(t.n):
			w.lost(t, errNoUser)
			continue
		}
		w.group[n] = snmp.Message{
			Boots: now.Boots, Time: now.Time, ID: w.ids.Message(), RequestID: w.ids.Request(),
			ContextEngine: own.ID, Context: t.from.opts.Context, PDU: snmp.PDUTrap, Varbinds: t.list,
		}
		ready = append(ready, t)
		n++
	}
	for messages := w.group[:n]; len(messages) > 0; {
		done, err := w.sealer.SealAll(w.bufs[at:], messages, w.wire[at:])
		at, messages = at+done, messages[done:]
		if err != nil {
			w.lost(ready[at], err)
			ready, messages = slices.Delete(ready, at, at+1), messages[1:]
		}
	}
	return ready
}

// keys sees to it that the sealer has the keys of a user for an engine ID.
func (w *worker) keys(u *snmp.User, id snmp.EngineID) error {
	switch {
	case u == nil:
		return errNoUser
	case u == w.user && w.sealer.Engine() == id:
		return nil
	}
	return w.rekey(u, id)
}

// rekey makes the sealer of another user, of one whose keys have changed, or for
// another engine ID.
func (w *worker) rekey(u *snmp.User, id snmp.EngineID) error {
	keys, err := w.o.opts.Users.Keys(u, id, w.o.opts.Engine)
	if errors.Is(err, snmp.ErrNotFound) {
		return errNoUser // gone since the permit was worked out
	}
	if err != nil {
		return err
	}
	sealer, err := snmp.NewSealer(keys)
	if err != nil {
		return err
	}
	w.sealer, w.user = sealer, u
	return nil
}
