package notify

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// Conn sends datagrams to one receiver. One goroutine sends and one receives;
// any may close it, which the others see as [net.ErrClosed].
type Conn interface {
	// Send sends datagrams in order, and returns how many left before an error.
	Send(datagrams [][]byte) (int, error)
	// Receive waits for a datagram from the receiver, or for Close.
	Receive(into []byte) (int, error)
	// Local is the address they leave from.
	Local() netip.AddrPort
	Close() error
}

// Dialer opens a Conn from a port of its own, and from the given address if it
// is valid. It must not wait.
type Dialer func(from netip.Addr, to netip.AddrPort) (Conn, error)

// udpConn is connected, so that the system reports what ICMP says of the
// receiver. All datagrams of a batch go to the system with one call. A long run
// of one length goes as one message that the system cuts (UDP segmentation
// offload, Linux 4.18). A capture on this machine sees such a message before it
// is cut, as one datagram that no receiver gets, so that short runs go whole.
type udpConn struct {
	udp   *net.UDPConn
	batch batchConn
	msgs  []ipv4.Message
	oob   [][]byte
	plain bool           // no segmentation offload: not wanted, or the system or the path has none
	in    []ipv4.Message // of who receives
}

// batchConn is a connection of either family; their messages are one type.
type batchConn interface {
	WriteBatch(messages []ipv4.Message, flags int) (int, error)
	ReadBatch(messages []ipv4.Message, flags int) (int, error)
}

// DialUDP is the Dialer of a machine with a network.
func DialUDP(from netip.Addr, to netip.AddrPort) (Conn, error) { return dialUDP(from, to, false) }

// DialPlainUDP is DialUDP without segmentation offload.
func DialPlainUDP(from netip.Addr, to netip.AddrPort) (Conn, error) { return dialUDP(from, to, true) }

// OverUDP makes a Conn of a connected IPv4 socket, which it takes over, without
// segmentation offload.
func OverUDP(c *net.UDPConn) Conn {
	return &udpConn{udp: c, batch: ipv4.NewPacketConn(c), plain: true}
}

func dialUDP(from netip.Addr, to netip.AddrPort, plain bool) (Conn, error) {
	var local *net.UDPAddr
	if from.IsValid() {
		local = net.UDPAddrFromAddrPort(netip.AddrPortFrom(from, 0))
	}
	network := "udp4"
	if to.Addr().Is6() {
		network = "udp6"
	}
	c, err := net.DialUDP(network, local, net.UDPAddrFromAddrPort(to))
	if err != nil {
		return nil, fmt.Errorf("open trap socket: %w", err)
	}
	conn := &udpConn{udp: c, batch: ipv4.NewPacketConn(c), plain: plain}
	if to.Addr().Is6() {
		conn.batch = ipv6.NewPacketConn(c)
	}
	return conn, nil
}

func (c *udpConn) Send(datagrams [][]byte) (int, error) {
	sent := 0
	for refusals := 0; sent < len(datagrams); {
		n, err := c.write(datagrams[sent:])
		sent += n
		switch {
		case err == nil:
		case errors.Is(err, syscall.ECONNREFUSED) && refusals <= len(datagrams):
			// It tells of an earlier datagram: there is a host, but nobody listens on
			// the port. It is reported in place of sending, once.
			refusals++
		case !c.plain && (errors.Is(err, syscall.EIO) || errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.EMSGSIZE)):
			c.plain = true
		default:
			return sent, fmt.Errorf("send trap: %w", err)
		}
	}
	return sent, nil
}

// write makes one call and returns how many datagrams left.
func (c *udpConn) write(datagrams [][]byte) (int, error) {
	if len(datagrams) == 1 {
		if _, err := c.udp.Write(datagrams[0]); err != nil {
			return 0, err
		}
		return 1, nil
	}
	msgs := c.group(datagrams)
	n, err := c.batch.WriteBatch(msgs, 0)
	sent := 0
	for i := range max(n, 0) {
		sent += len(msgs[i].Buffers)
	}
	return sent, err
}

// Limits of segmentation offload: segments, and octets of all of them. A run is
// long when so many of one length wait that it reaches one of them.
const (
	maxSegments  = 64
	maxSegmented = 65000
)

// longRun returns how many datagrams at the beginning go as one message: a long
// run of one length, else 1.
func (c *udpConn) longRun(datagrams [][]byte) int {
	size := len(datagrams[0])
	most := min(maxSegments, maxSegmented/max(size, 1))
	if !offloads || c.plain || most < 2 || len(datagrams) < most {
		return 1
	}
	for _, d := range datagrams[1:most] {
		if len(d) != size {
			return 1
		}
	}
	return most
}

// group makes messages of datagrams. The slices of a message alias datagrams.
func (c *udpConn) group(datagrams [][]byte) []ipv4.Message {
	k, whole := 0, len(datagrams) < maxSegments
	for i := 0; i < len(datagrams); k++ {
		size, run := len(datagrams[i]), 1
		if !whole {
			run = c.longRun(datagrams[i:])
		}
		if k == len(c.msgs) {
			c.msgs = append(c.msgs, ipv4.Message{})
			c.oob = append(c.oob, segmentControl())
		}
		m := &c.msgs[k]
		m.Buffers, m.OOB = datagrams[i:i+run], nil
		if run > 1 {
			m.OOB = c.oob[k]
			setSegment(m.OOB, size)
		}
		i += run
	}
	return c.msgs[:k]
}

func (c *udpConn) Receive(into []byte) (int, error) { return c.udp.Read(into) }

// receiveAll waits for a datagram, and takes those that are there with it, each into
// a buffer of its own, which it makes as long. It returns how many.
func (c *udpConn) receiveAll(into [][]byte) (int, error) {
	for len(c.in) < len(into) {
		c.in = append(c.in, ipv4.Message{Buffers: make([][]byte, 1)})
	}
	in := c.in[:len(into)]
	for i := range in {
		in[i].Buffers[0] = into[i]
	}
	n, err := c.batch.ReadBatch(in, 0)
	for i := range max(n, 0) {
		into[i] = into[i][:in[i].N]
	}
	for i := range in {
		in[i].Buffers[0] = nil
	}
	return max(n, 0), err
}

func (c *udpConn) Local() netip.AddrPort { return c.udp.LocalAddr().(*net.UDPAddr).AddrPort() }

func (c *udpConn) Close() error { return c.udp.Close() }

// unreachable reports whether a send error says that the host cannot be
// reached now, which opens a ping window.
func unreachable(err error) bool {
	for _, e := range []error{
		syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.ENETDOWN, syscall.EHOSTDOWN,
		syscall.EADDRNOTAVAIL, syscall.EPERM, syscall.EACCES,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
