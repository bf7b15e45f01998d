package notify

import (
	"sync"
	"sync/atomic"

	"mirrorsh/trapcore/snmp"
)

// trap is one notification, encoded once and shared by the queues it is in.
// Nobody writes to it after it was built; refs counts who still reads it.
type trap struct {
	refs   atomic.Int32
	n      *notification
	from   *Originator // where it was raised
	uptime uint32      // sysUpTime when it was raised
	list   []byte      // the whole varbind list, without its header
	own    int         // list[own:] are the notification's own varbinds
	bad    bool        // a value does not fit its object
	buf    snmp.Buffer
	tally  *Tally // of the command that raised it, nil if none did
}

var trapPool = sync.Pool{New: func() any { return new(trap) }}

// newTrap returns an empty trap with one reference, the caller's.
func newTrap(from *Originator, n *notification, uptime uint32) *trap {
	t := trapPool.Get().(*trap)
	t.from, t.n, t.uptime, t.bad = from, n, uptime, false
	t.refs.Store(1)
	return t
}

// fill encodes an event of the type of the trap's notification.
func (t *trap) fill(ev any) {
	t.bad = !t.n.encode(&t.buf, ev)
	own := t.buf.Len()
	t.buf.PutNotification(t.uptime, t.n.head)
	t.list = t.buf.Bytes()
	t.own = len(t.list) - own
}

func (t *trap) retain() { t.refs.Add(1) }

// release gives up one reference; nil is none. Of a secure trap nothing is left
// in memory that waits to be used again.
func (t *trap) release() {
	if t != nil && t.refs.Add(-1) == 0 {
		if t.n != nil && t.n.Secure() {
			t.buf.Wipe()
		}
		t.list, t.tally = nil, nil
		trapPool.Put(t)
	}
}
