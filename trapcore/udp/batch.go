package udp

import (
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// Batch is room for datagrams that go to or come from the system with one call
// (recvmmsg, sendmmsg; on systems without, one at a time). One goroutine uses it.
type Batch struct {
	conn     batchConn
	wildcard bool
	plain    *Conn
	messages []ipv4.Message
	peers    []Peer
}

// batchConn is a socket of either family; their messages are one type.
type batchConn interface {
	ReadBatch(messages []ipv4.Message, flags int) (int, error)
	WriteBatch(messages []ipv4.Message, flags int) (int, error)
}

// Batch makes room for n datagrams of at most size octets to receive; size 0 is for
// answers.
func (c *Conn) Batch(n, size int) *Batch {
	b := &Batch{plain: c, wildcard: c.wildcard, messages: make([]ipv4.Message, n), peers: make([]Peer, n), conn: ipv4.NewPacketConn(c.UDPConn)}
	if !c.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap().Is4() {
		b.conn = ipv6.NewPacketConn(c.UDPConn)
	}
	for i := range b.messages {
		m := &b.messages[i]
		m.Buffers = [][]byte{make([]byte, size)}
		if size > 0 && c.wildcard {
			m.OOB = make([]byte, maxControl)
		}
	}
	return b
}

// Receive waits for datagrams, and returns how many [Batch.Datagram] then has.
func (b *Batch) Receive() (int, error) {
	n, err := b.conn.ReadBatch(b.messages, 0)
	if err != nil {
		return 0, err
	}
	for i := range n {
		m, p := &b.messages[i], &b.peers[i]
		*p = Peer{}
		if from, ok := m.Addr.(*net.UDPAddr); ok {
			at := from.AddrPort()
			p.from = netip.AddrPortFrom(at.Addr().Unmap(), at.Port())
		}
		if b.wildcard {
			p.destination(m.OOB[:m.NN])
		}
	}
	return n, nil
}

// Datagram is what was received, valid until the next Receive.
func (b *Batch) Datagram(i int) ([]byte, Peer) {
	m := &b.messages[i]
	return m.Buffers[0][:m.N], b.peers[i]
}

// Put puts an answer in place i; it is sent by Answer, and kept until then.
func (b *Batch) Put(i int, answer []byte, to Peer) {
	m := &b.messages[i]
	m.Buffers[0], m.Addr, m.OOB = answer, net.UDPAddrFromAddrPort(to.from), to.source()
	b.peers[i] = to
}

// Answer sends the first n, each as [Conn.Answer] does. An error is of one of them;
// the others are sent all the same.
func (b *Batch) Answer(n int) error {
	var failed error
	for done := 0; done < n; {
		sent, err := b.conn.WriteBatch(b.messages[done:n], 0)
		if done += max(sent, 0); err == nil || done == n {
			continue
		}
		if err := b.plain.Answer(b.messages[done].Buffers[0], b.peers[done]); err != nil {
			failed = err
		}
		done++
	}
	return failed
}
