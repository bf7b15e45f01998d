package agent

import (
	"bytes"
	"net"

	"mirrorsh/trapcore/internal/udp"
	"mirrorsh/trapcore/snmp"
)

// maxReceived is how many datagrams are taken from the system at once.
const maxReceived = 16

// socket is what requests come from.
type socket interface {
	// receive waits for some.
	receive() ([]datagram, error)
	// answers is what a worker answers with.
	answers() answers
}

// answers are collected, at most [maxTaken], and sent at once.
type answers interface {
	put(answer []byte, to net.Addr)
	send()
}

// socketOf makes one of a connection: a socket of UDP answers from the address that
// was asked.
func socketOf(conn net.PacketConn) (socket, error) {
	plain, ok := conn.(*net.UDPConn)
	if !ok {
		return &oneByOne{conn: conn, in: make([]byte, snmp.MaxMessageSize+1)}, nil
	}
	c, err := udp.New(plain)
	if err != nil {
		return nil, err
	}
	return &batches{conn: c, in: c.Batch(maxReceived, snmp.MaxMessageSize+1)}, nil
}

// batches takes several datagrams from the system with one call, and sends several.
type batches struct {
	conn *udp.Conn
	in   *udp.Batch
	some [maxReceived]datagram
}

func (s *batches) receive() ([]datagram, error) {
	n, err := s.in.Receive()
	for i := range n {
		b, from := s.in.Datagram(i)
		s.some[i] = datagram{from, bytes.Clone(b)}
	}
	return s.some[:n], err
}

func (s *batches) answers() answers { return &batch{out: s.conn.Batch(maxTaken, 0)} }

type batch struct {
	out *udp.Batch
	n   int
}

func (b *batch) put(answer []byte, to net.Addr) {
	b.out.Put(b.n, answer, to.(udp.Peer))
	b.n++
}

func (b *batch) send() {
	_ = b.out.Answer(b.n)
	b.n = 0
}

// oneByOne is any other connection.
type oneByOne struct {
	conn net.PacketConn
	in   []byte
}

func (s *oneByOne) receive() ([]datagram, error) {
	n, from, err := s.conn.ReadFrom(s.in)
	if err != nil {
		return nil, err
	}
	return []datagram{{from, bytes.Clone(s.in[:n])}}, nil
}

func (s *oneByOne) answers() answers { return s }

func (s *oneByOne) put(answer []byte, to net.Addr) { _, _ = s.conn.WriteTo(answer, to) }
func (s *oneByOne) send()                          {}
