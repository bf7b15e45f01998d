package trapcore

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"

	"mirrorsh/trapcore/internal/jmirror"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/pcap"
)

// maxAnalyzerSockets bounds the sockets to analyzers. When there are more, all
// are closed, and those in use are opened again.
const maxAnalyzerSockets = 64

// outlet sends mirrored packets. Its methods may be called from any goroutine;
// mu guards all.
type outlet struct {
	place netip.Addr // where all of them go; 0.0.0.0: to their analyzers
	ports *notify.Ports
	// capture has a record of what has left; nil: none is kept.
	capture *pcap.File

	mu        sync.Mutex
	closed    bool
	conns     map[analyzerSocket]notify.Conn
	datagrams [][]byte // buffers for the copies, which are used again
}

// analyzerSocket tells the sockets apart.
type analyzerSocket struct {
	from netip.Addr
	to   netip.AddrPort
}

// Send is for package mirror to call.
func (o *outlet) Send(to mirror.Destination, packets [][]byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	datagrams, refused := o.encode(to, packets)
	at := analyzerSocket{to.From, to.Analyzer}
	if !o.place.IsUnspecified() {
		at.to = netip.AddrPortFrom(o.place, to.Analyzer.Port())
	}
	sent := 0
	for sent < len(datagrams) {
		conn, err := o.conn(at)
		if err != nil {
			return sent, err
		}
		n, err := conn.Send(datagrams[sent:])
		o.record(conn.Local(), to, datagrams[sent:sent+n])
		if sent += n; err == nil {
			continue
		}
		o.hangUp(at)
		if !errors.Is(err, net.ErrClosed) { // else the port was given up
			if cause := errors.Unwrap(err); cause != nil { // it speaks of traps
				err = fmt.Errorf("send mirrored packet: %w", cause)
			}
			return sent, err
		}
	}
	return sent, refused
}

// encode makes the datagrams of packets, up to one that has none.
func (o *outlet) encode(to mirror.Destination, packets [][]byte) ([][]byte, error) {
	h := jmirror.Header{MHV: to.MHV, MirrorID: to.MirrorID, SessionID: to.SessionID}
	for len(o.datagrams) < len(packets) {
		o.datagrams = append(o.datagrams, nil)
	}
	for i, p := range packets {
		d, err := h.Encode(o.datagrams[i][:0], p, to.PPP)
		if err != nil {
			return o.datagrams[:i], err
		}
		o.datagrams[i] = d
	}
	return o.datagrams[:len(packets)], nil
}

func (o *outlet) conn(at analyzerSocket) (notify.Conn, error) {
	if o.closed {
		return nil, errClosed
	}
	if c := o.conns[at]; c != nil {
		return c, nil
	}
	if len(o.conns) == maxAnalyzerSockets {
		for at := range o.conns {
			o.hangUp(at)
		}
	}
	udp, err := jmirror.Dial(at.from, at.to)
	if err != nil {
		return nil, err
	}
	c := notify.OverUDP(udp)
	if o.conns == nil {
		o.conns = map[analyzerSocket]notify.Conn{}
	}
	o.conns[at] = c
	o.ports.Add(c)
	return c, nil
}

// hangUp closes a socket; what has left needs nothing more of it.
func (o *outlet) hangUp(at analyzerSocket) {
	c := o.conns[at]
	o.ports.Remove(c)
	_ = c.Close()
	delete(o.conns, at)
}

// close closes all of them for good.
func (o *outlet) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	for at := range o.conns {
		o.hangUp(at)
	}
}
