package trapcore

import (
	"net/netip"

	"mirrorsh/trapcore/internal/jmirror"
	"mirrorsh/trapcore/mirror"
	"mirrorsh/trapcore/notify"
	"mirrorsh/trapcore/packet"
	"mirrorsh/trapcore/pcap"
)

// trapTTL is that of traps and informs, which leave from ordinary sockets.
const trapTTL = 64

// recorded is a Dialer of sockets of which all that leaves is recorded.
func recorded(dial notify.Dialer, file *pcap.File) notify.Dialer {
	return func(from netip.Addr, to netip.AddrPort) (notify.Conn, error) {
		c, err := dial(from, to)
		if err != nil {
			return nil, err
		}
		return &recordedConn{c, file, packet.Datagram{From: c.Local(), To: to, TTL: trapTTL}}, nil
	}
}

type recordedConn struct {
	notify.Conn
	file    *pcap.File
	headers packet.Datagram
}

func (c *recordedConn) Send(datagrams [][]byte) (int, error) {
	n, err := c.Conn.Send(datagrams)
	c.file.Record(c.headers, datagrams[:n])
	return n, err
}

// record records mirrored packets as the router sends them to their analyzer,
// wherever they have gone in its place. The caller holds mu.
func (o *outlet) record(local netip.AddrPort, to mirror.Destination, datagrams [][]byte) {
	if o.capture == nil {
		return
	}
	from := to.From
	if !from.IsValid() {
		from = local.Addr()
	}
	o.capture.Record(packet.Datagram{
		From: netip.AddrPortFrom(from, to.Analyzer.Port()), To: to.Analyzer, TTL: jmirror.TTL, Unchecked: true,
	}, datagrams)
}
